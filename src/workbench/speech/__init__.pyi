from .codebook import load_codebook as load_codebook
from .codebook import read_codebook as read_codebook
from .themes import score_themes as score_themes

__all__ = ["load_codebook", "read_codebook", "score_themes"]
