"""What children answered year by year, kept in the handbook for the next brief and the next week 11."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.errors import InputError
from workbench.files import write_atomically
from workbench.spreadsheets import write_csv
from workbench.week11.slips import COLUMNS, QUESTIONS, Slips
from workbench.wording import open_wording

FILE = Path("handbook") / "evaluations.csv"


def keep_evaluation(folder: Path, slips: Slips, *, year: int, replace: bool = False) -> Path:
    """Put the answers of a year into ``handbook/evaluations.csv``.

    Parameters
    ----------
    folder
        Of the study.
    slips
        Of `read_slips`: counts and wishes without persons.
    year
        Of the week 11 in which they were given.
    replace
        Whether answers of the same year that are kept already go.

    Raises
    ------
    InputError
        If there are answers of that year and `replace` is not set, or the file cannot be read.
    """
    kept = read_evaluations(folder)
    if kept["year"].eq(year).any() and not replace:
        raise InputError(f"{folder / FILE}: holds answers of {year} already. Read all files of the year together, and "
                         "add --replace.")
    table = pd.concat([kept[kept["year"].ne(year)], slips.table.assign(year=year)[["year", *COLUMNS]]])
    path = folder / FILE
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, write_csv(table.sort_values("year", kind="stable")))
    return path


def read_evaluations(folder: Path) -> pd.DataFrame:
    """Read the answers that were kept.

    Returns
    -------
    evaluations
        Columns `year`, `question`, `answer` and `count` as of `Slips`, the earliest year first; empty without the file.

    Raises
    ------
    InputError
        If the file is not one that `keep_evaluation` wrote.
    """
    path, columns = folder / FILE, ["year", *COLUMNS]
    kinds = {"year": "Int64", "question": "string", "answer": "string", "count": "Int64"}
    if not path.is_file():
        return pd.DataFrame(columns=columns).astype(kinds)
    try:
        return pd.read_csv(path, dtype="string", keep_default_na=True)[columns].astype(kinds)
    except (ValueError, KeyError):
        raise InputError(f"{path}: cannot be read. Delete it, and read the slips again with workbench week11 "
                         "read.") from None


def tell_evaluation(evaluations: pd.DataFrame, *, language: str) -> list[str]:
    """Say what was answered the last time, question by question; empty where nobody was asked."""
    wording = open_wording(language)
    last = evaluations[evaluations["year"].eq(evaluations["year"].max()).fillna(False)]
    told = []
    for question in [name for name, choices in QUESTIONS.items() if choices]:
        rows = last[last["question"].eq(question)].dropna(subset=["count"])
        if len(rows):
            parts = [wording.say("week11.told_part", {"answer": wording.say(f"week11.answer.{row['answer']}"),
                                                      "number": row["count"]}) for row in rows.to_dict("records")]
            told.append(wording.say("week11.told", {"question": wording.say(f"week11.question.{question}"),
                                                    "year": str(rows["year"].iloc[0]), "parts": wording.words(parts)}))
    return told
