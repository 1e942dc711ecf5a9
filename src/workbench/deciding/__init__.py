"""The desk of a review: decisions about a period one after the other, saved in the review's own files."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
