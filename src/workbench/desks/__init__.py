"""What every desk in JupyterLab shares: its widget, its look and keys, and who sits at it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
