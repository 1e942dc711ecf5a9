from .build import build_city as build_city
from .truth import Truth as Truth
from .truth import read_truth as read_truth

__all__ = ["Truth", "build_city", "read_truth"]
