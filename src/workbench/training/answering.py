"""What kinds of answers there are, and how they are read."""

from __future__ import annotations

from typing import Any

RIGHT, EMPTY, OTHER, FORM = "right", "", "other", "form"


def word(answer: Any) -> str:
    """Return an answer as a word, however it was written."""
    return str(answer).strip().casefold()


def is_number(answer: Any) -> bool:
    """Tell whether an answer is a number."""
    from numbers import Real

    return isinstance(answer, Real) and not isinstance(answer, bool)
