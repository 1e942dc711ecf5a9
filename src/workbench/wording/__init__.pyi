from .readability import measure_lix as measure_lix
from .wording import Wording as Wording
from .wording import end_sentence as end_sentence
from .wording import is_missing as is_missing
from .wording import open_wording as open_wording

__all__ = ["Wording", "end_sentence", "is_missing", "measure_lix", "open_wording"]
