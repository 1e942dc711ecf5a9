"""What a researcher looks at in JupyterLab: posts in full, tables to search and keep, two parts side by side."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
