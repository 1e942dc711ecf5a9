"""Understand what a city's people meet on social media, from export to accessible PDF."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
