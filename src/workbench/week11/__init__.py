"""Social media week: its theme from the year's reports, activities and quiz for it, and what children answered."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
