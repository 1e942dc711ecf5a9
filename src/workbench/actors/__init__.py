"""Who forwards from whom, which arenas belong together and which reopened under another title."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
