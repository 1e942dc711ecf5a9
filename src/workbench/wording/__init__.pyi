from .wording import Wording as Wording
from .wording import open_wording as open_wording

__all__ = ["Wording", "open_wording"]
