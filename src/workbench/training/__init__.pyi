from .building import build_course as build_course
from .building import find_course as find_course
from .building import find_courses as find_courses
from .checking import judge_answer as judge_answer
from .controls import ask_guess as ask_guess
from .controls import ask_question as ask_question
from .course import Course as Course
from .course import Feedback as Feedback
from .course import open_course as open_course
from .exercises import compare_coders as compare_coders
from .exercises import compare_models as compare_models
from .exercises import count_weeks as count_weeks
from .exercises import draw_part as draw_part
from .exercises import draw_post as draw_post
from .exercises import draw_posts as draw_posts
from .exercises import list_agreement as list_agreement
from .exercises import list_arenas as list_arenas
from .exercises import list_lift as list_lift
from .exercises import list_shares as list_shares
from .exercises import load_model as load_model
from .exercises import read_aloud as read_aloud
from .exercises import read_thrice as read_thrice
from .exercises import save_report as save_report
from .practice import Practice as Practice
from .practice import count_arena as count_arena
from .practice import list_cells as list_cells
from .practice import list_drafts as list_drafts
from .practice import list_silences as list_silences
from .practice import list_trust as list_trust
from .practice import open_practice as open_practice
from .practice import read_head as read_head
from .practice import read_practice as read_practice
from .puzzle import Puzzle as Puzzle
from .puzzle import draw_puzzle as draw_puzzle
from .town import Town as Town
from .town import hand_out_town as hand_out_town
from .town import prepare_town as prepare_town
from .youth import count_hidden as count_hidden
from .youth import find_group as find_group
from .youth import find_rumour as find_rumour
from .youth import list_small_counts as list_small_counts
from .youth import list_youth_topics as list_youth_topics

__all__ = [
    "Course",
    "Feedback",
    "Practice",
    "Puzzle",
    "Town",
    "ask_guess",
    "ask_question",
    "build_course",
    "compare_coders",
    "compare_models",
    "count_arena",
    "count_hidden",
    "count_weeks",
    "draw_part",
    "draw_post",
    "draw_posts",
    "draw_puzzle",
    "find_course",
    "find_courses",
    "find_group",
    "find_rumour",
    "hand_out_town",
    "judge_answer",
    "list_agreement",
    "list_arenas",
    "list_cells",
    "list_drafts",
    "list_lift",
    "list_shares",
    "list_silences",
    "list_small_counts",
    "list_trust",
    "list_youth_topics",
    "load_model",
    "open_course",
    "open_practice",
    "prepare_town",
    "read_aloud",
    "read_head",
    "read_practice",
    "read_thrice",
    "save_report",
]
