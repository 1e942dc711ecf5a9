from .build import build_city as build_city
from .coders import code_posts as code_posts
from .coders import read_true_codes as read_true_codes
from .exercises import build_exercises as build_exercises
from .truth import Truth as Truth
from .truth import read_truth as read_truth

__all__ = ["Truth", "build_city", "build_exercises", "code_posts", "read_true_codes", "read_truth"]
