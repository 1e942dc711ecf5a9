"""Words and numbers in the languages of the reports, from message catalogs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
