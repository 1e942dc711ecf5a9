from .days import show_days as show_days
from .findings import show_finding as show_finding
from .keeping import save_table as save_table
from .parts import compare_parts as compare_parts
from .posts import show_posts as show_posts
from .progress import show_progress as show_progress
from .tables import show_table as show_table
from .versions import show_redaction as show_redaction
from .versions import show_versions as show_versions

__all__ = [
    "compare_parts",
    "save_table",
    "show_days",
    "show_finding",
    "show_posts",
    "show_progress",
    "show_redaction",
    "show_table",
    "show_versions",
]
