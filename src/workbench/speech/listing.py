"""The codebook as a table, to read through and to search in."""

from __future__ import annotations

import pandas as pd

from workbench.tables.codebook import Codebook
from workbench.tables.looking import LISTED_CODE_COLUMNS


def list_codes(codebook: Codebook, *, language: str) -> pd.DataFrame:
    """List what coders look for, in the order in which it is asked.

    Parameters
    ----------
    language
        Of names, definitions and rules; where nobody wrote a code in it, it stands in English.

    Returns
    -------
    codes
        One row per code, columns `LISTED_CODE_COLUMNS`.
    """
    rows = [(code.key, said.name, code.parent, said.definition, list(said.rules), list(code.words))
            for code in codebook.codes.values() for said in [code.text(language)]]
    return pd.DataFrame(rows, columns=list(LISTED_CODE_COLUMNS)).astype(LISTED_CODE_COLUMNS)
