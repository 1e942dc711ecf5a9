from .keeping import save_table as save_table
from .parts import compare_parts as compare_parts
from .posts import show_posts as show_posts
from .tables import show_table as show_table

__all__ = ["compare_parts", "save_table", "show_posts", "show_table"]
