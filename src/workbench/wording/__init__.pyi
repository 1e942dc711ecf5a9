from .readability import count_words as count_words
from .readability import list_sentences as list_sentences
from .readability import measure_length as measure_length
from .readability import measure_lix as measure_lix
from .wording import Wording as Wording
from .wording import end_sentence as end_sentence
from .wording import is_missing as is_missing
from .wording import open_wording as open_wording

__all__ = ["Wording", "count_words", "end_sentence", "is_missing", "list_sentences", "measure_length", "measure_lix",
           "open_wording"]
