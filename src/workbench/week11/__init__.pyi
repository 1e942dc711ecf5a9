from .choosing import choose_activities as choose_activities
from .choosing import choose_lines as choose_lines
from .choosing import choose_quiz as choose_quiz
from .evaluations import keep_evaluation as keep_evaluation
from .evaluations import read_evaluations as read_evaluations
from .evaluations import tell_evaluation as tell_evaluation
from .ranking import choose_theme as choose_theme
from .ranking import list_year as list_year
from .ranking import rank_themes as rank_themes
from .ranking import read_year as read_year
from .ranking import tell_themes as tell_themes
from .slips import Slips as Slips
from .slips import list_questions as list_questions
from .slips import read_slips as read_slips
from .slips import write_slips as write_slips
from .telling import tell_missing as tell_missing
from .telling import tell_reasons as tell_reasons
from .telling import tell_title as tell_title

__all__ = [
    "Slips",
    "choose_activities",
    "choose_lines",
    "choose_quiz",
    "choose_theme",
    "keep_evaluation",
    "list_questions",
    "list_year",
    "rank_themes",
    "read_evaluations",
    "read_slips",
    "read_year",
    "tell_evaluation",
    "tell_missing",
    "tell_reasons",
    "tell_themes",
    "tell_title",
    "write_slips",
]
