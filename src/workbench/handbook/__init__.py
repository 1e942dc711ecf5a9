"""What a municipality writes for its practice: help lines, its plan for incidents, activities, law, words, claims."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
