"""Export files into the corpus: read, pseudonymised and redacted at this door."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
