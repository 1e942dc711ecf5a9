from .codebook import load_codebook as load_codebook
from .codebook import read_codebook as read_codebook

__all__ = ["load_codebook", "read_codebook"]
