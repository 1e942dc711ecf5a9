from .candidates import find_candidates as find_candidates
from .comparing import compare_watch as compare_watch
from .decisions import accept_arena as accept_arena
from .decisions import decline_arena as decline_arena
from .decisions import remove_arena as remove_arena
from .decisions import review_arena as review_arena
from .decisions import start_watch_list as start_watch_list
from .lists import read_watch_list as read_watch_list
from .lists import write_watch_list as write_watch_list
from .logs import log_decision as log_decision
from .logs import read_watch_log as read_watch_log
from .notes import count_field_notes as count_field_notes
from .state import count_candidates as count_candidates
from .state import count_watch_changes as count_watch_changes
from .state import count_watched as count_watched
from .state import find_undecided as find_undecided
from .state import find_unfounded as find_unfounded
from .state import list_due as list_due
from .state import list_watched as list_watched

__all__ = [
    "accept_arena",
    "compare_watch",
    "count_candidates",
    "count_field_notes",
    "count_watch_changes",
    "count_watched",
    "decline_arena",
    "find_candidates",
    "find_undecided",
    "find_unfounded",
    "list_due",
    "list_watched",
    "log_decision",
    "read_watch_list",
    "read_watch_log",
    "remove_arena",
    "review_arena",
    "start_watch_list",
    "write_watch_list",
]
