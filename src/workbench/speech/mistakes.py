"""Where the model and people differ about a post: what to read before a share is believed."""

from __future__ import annotations

import pandas as pd

from workbench.errors import TableError
from workbench.tables.looking import MISTAKE_COLUMNS
from workbench.tables.speech import SpeechCodes


def find_mistakes(speech: SpeechCodes, code: str = "attack") -> pd.DataFrame:
    """Find the coded posts about which the model says something else than people.

    They are those of the sample alone, so that their number says nothing of the whole: see
    `findings.measure_speech_model`.

    Parameters
    ----------
    code
        Key of the codebook.

    Returns
    -------
    mistakes
        One row per post, columns `MISTAKE_COLUMNS`: false alarms first, then misses, those that the model was most
        sure of first. Empty where nobody coded or nothing was scored.

    Raises
    ------
    TableError
        If the codebook has no such code.
    """
    if code not in speech.codebook.codes:
        raise TableError(f"find_mistakes: {code} is not in the codebook. There is {', '.join(speech.codebook.codes)}.")
    if code not in speech.scores or code not in speech.thresholds:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in MISTAKE_COLUMNS.items()})
    people = speech.settled[speech.settled["code"].eq(code)].dropna(subset=["value"])
    both = people.merge(speech.scores[["post_id", code]].rename(columns={code: "score"}), on="post_id")
    threshold = speech.thresholds[code]
    says = both["score"].ge(threshold).astype("boolean")
    table = both.assign(threshold=threshold, is_false_alarm=says)[says.ne(both["value"]).fillna(False)]
    sure = (table["score"].astype(float) - threshold).abs()
    table = table.assign(sure=sure).sort_values(["is_false_alarm", "sure", "post_id"], ascending=[False, False, True])
    return table[list(MISTAKE_COLUMNS)].astype(MISTAKE_COLUMNS).reset_index(drop=True)
