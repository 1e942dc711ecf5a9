from .desk import open_review as open_review

__all__ = ["open_review"]
