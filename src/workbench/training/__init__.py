"""Courses on the made-up city: predict, run, explain; checks that give hints, and all papers from one source."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
