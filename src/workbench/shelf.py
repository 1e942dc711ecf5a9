"""The reports that a study has made, and the numbers in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def list_reports(study: Path) -> list[dict[str, Any]]:
    """Return the reports of a study: folder, product, period, language and whether it is a draft."""
    rows = []
    for path in sorted((study / "reports").glob("*/*/*/manifest.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        rows.append({"folder": path.parent.relative_to(study).as_posix(),
                     **{name: said.get(name) for name in ("product", "period", "language", "draft")}})
    return rows


def read_numbers(study: Path, period: str, *, product: str, language: str) -> pd.DataFrame:
    """Read the numbers of a report, as its sentences, tiles and captions name them.

    Parameters
    ----------
    period, product
        As for `workbench report`.
    language
        Of several languages; the numbers are the same in all.

    Returns
    -------
    numbers
        Columns `finding`, `period`, `fact`, `concept` (one concept has one value in a report; empty where it is told
        once), `value` (text: some are names or days) and `is_draft`. A published report goes before a draft.

    Raises
    ------
    InputError
        If no such report was made, or its numbers cannot be read.
    """
    import pandas as pd

    made = [row for row in list_reports(study) if (row["product"], row["period"]) == (product, period)]
    if not made:
        raise InputError(f"{study / 'reports'}: there is no {product} report of {period}. Make one with `workbench "
                         f"report {product} --period {period}`.")
    first = min(made, key=lambda row: (bool(row["draft"]), row["language"] != language, row["folder"]))
    path = study / first["folder"] / "tables" / "facts.csv"
    try:
        numbers = pd.read_csv(path, dtype="string", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read. Make the report again: `workbench report {product} --period "
                         f"{period}`.") from error
    return numbers.assign(is_draft=bool(first["draft"]))


def read_tables(study: Path, period: str, keys: Iterable[str], *, product: str,
                language: str) -> dict[str, pd.DataFrame]:
    """Read tables of a published report as it shows them: what was hidden is missing.

    Parameters
    ----------
    keys
        Of the findings; one that the report has no table of is left out.
    language
        Of several languages; the numbers are the same in all.

    Returns
    -------
    tables
        By key; none where no such report was published. Drafts are left out.

    Raises
    ------
    InputError
        If a table cannot be read.
    """
    import pandas as pd

    made = [row for row in list_reports(study) if (row["product"], row["period"], bool(row["draft"])) == (
        product, period, False)]
    if not made:
        return {}
    first = min(made, key=lambda row: (row["language"] != language, row["folder"]))
    paths = {key: study / first["folder"] / "tables" / f"{key}.csv" for key in keys}
    try:
        return {key: pd.read_csv(path).convert_dtypes() for key, path in paths.items() if path.is_file()}
    except (OSError, ValueError) as error:
        raise InputError(f"{study / first['folder']}: a table cannot be read. Make the report again: `workbench report "
                         f"{product} --period {period}`.") from error
