from .choosing import choose_activity as choose_activity
from .choosing import choose_changes as choose_changes
from .choosing import choose_episodes as choose_episodes
from .choosing import choose_harms as choose_harms
from .choosing import choose_questions as choose_questions
from .choosing import choose_rule as choose_rule
from .choosing import choose_words as choose_words
from .claims import add_claims as add_claims
from .proposing import write_candidates as write_candidates
from .reading import read_handbook as read_handbook

__all__ = ["add_claims", "choose_activity", "choose_changes", "choose_episodes", "choose_harms", "choose_questions",
           "choose_rule", "choose_words", "read_handbook", "write_candidates"]
