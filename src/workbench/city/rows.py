"""The rows of a frame as plain dictionaries, which the writers walk through."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

Row = dict[str, Any]


def list_rows(frame: pd.DataFrame) -> list[Row]:
    """Return each row as a dictionary by column, with None for what is missing."""
    plain = frame.astype(object)
    return cast("list[Row]", plain.where(frame.notna(), None).to_dict("records"))
