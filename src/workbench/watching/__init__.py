"""The watch list: which arenas are followed and why, what changed in them, and what they point at."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
