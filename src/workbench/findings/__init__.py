"""Measured things with denominators, intervals and tests, and the gate to publication."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
