from .events import read_events as read_events
from .flags import flag_words as flag_words
from .holding import hold_decisions as hold_decisions
from .holding import hold_review as hold_review
from .reading import read_review as read_review
from .writing import ReviewFile as ReviewFile
from .writing import write_review as write_review

__all__ = ["ReviewFile", "flag_words", "hold_decisions", "hold_review", "read_events",
           "read_review", "write_review"]
