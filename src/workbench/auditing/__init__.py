"""How sure a share is that people audited: estimators on plain counts, without posts."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
