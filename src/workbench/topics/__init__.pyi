from .deciding import apply_review as apply_review
from .deciding import merge_topics as merge_topics
from .deciding import save_merge as save_merge
from .embeddings import NamedModel as NamedModel
from .intrusion import check_intrusion as check_intrusion
from .intrusion import score_intrusion as score_intrusion
from .matching import assign_posts as assign_posts
from .matching import assign_topics as assign_topics
from .matching import match_topics as match_topics
from .matching import measure_confidence as measure_confidence
from .modelling import model_topics as model_topics
from .newwords import find_new_words as find_new_words
from .profiles import measure_profiles as measure_profiles
from .quality import measure_coherence as measure_coherence
from .quality import measure_quality as measure_quality
from .quality import read_posts as read_posts
from .reading import read_bertopic as read_bertopic
from .register import load_model_before as load_model_before
from .register import name_topics as name_topics
from .register import register_topics as register_topics
from .seeing import draw_map as draw_map
from .seeing import draw_themes as draw_themes
from .seeing import show_figure as show_figure
from .store import load_topics as load_topics
from .store import save_topics as save_topics

__all__ = [
    "NamedModel",
    "apply_review",
    "assign_posts",
    "assign_topics",
    "check_intrusion",
    "draw_map",
    "draw_themes",
    "find_new_words",
    "load_model_before",
    "load_topics",
    "match_topics",
    "measure_coherence",
    "measure_confidence",
    "measure_profiles",
    "measure_quality",
    "merge_topics",
    "model_topics",
    "name_topics",
    "read_bertopic",
    "read_posts",
    "register_topics",
    "save_merge",
    "save_topics",
    "score_intrusion",
    "show_figure",
]
