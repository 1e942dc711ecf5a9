"""The command about claims: what went round in a month, put into the log for people to assess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.options import JsonOption, LanguageOption, StudyOption
from workbench.telling import answer

if TYPE_CHECKING:
    import pandas as pd

_HEIGHTS = "▁▂▃▄▅▆▇█"
_SHOWN_HOURS = 24


def claims(month: Annotated[str, typer.Option("--month", help="Such as 2025-08.")], language: LanguageOption = None,
           study: StudyOption = None, as_json: JsonOption = False) -> None:
    """List the texts that went round nearly word for word in a month, and put new ones into handbook/claims.toml.

    No text is shown: what one says is read in JupyterLab, by the call that is named. What people wrote in the log
    stays as it is.

    [bold]Example[/bold]

      workbench claims --month 2025-08
    """
    from workbench.actors import find_claims
    from workbench.handbook import add_claims
    from workbench.study import open_study
    from workbench.tables.periods import quarter_of

    opened = open_study(study)
    quarter = quarter_of(month)
    log = opened.handbook("claims")
    found = find_claims(opened.corpus(quarter), month=month, known=log["id"], least_arenas=opened.minimum_arenas)
    added = add_claims(opened.folder, found["claim"].tolist(), language=language or opened.language)
    status = dict(zip(log["id"], log["status"], strict=True))
    rows = [{**row, "status": status.get(row["claim"], "new")} for row in _tell(found)]
    answer({"month": month, "claims": rows, "added": added}, as_json,
           "\n".join(_words(rows, added, month=month, quarter=quarter, least=opened.minimum_arenas)))


def _tell(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what may be said of each claim: counts and times."""
    told = found.drop(columns=["post_ids", "first_post"])
    times = {name: told[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ") for name in ("begun_at", "last_at", "first_at")}
    rows = told.assign(**times, hours=told["hours"].round(1)).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _words(rows: list[dict[str, Any]], added: list[str], *, month: str, quarter: str, least: int) -> list[str]:
    lines = [f"{month}: {len(rows)} texts stood nearly word for word in at least {least} arenas."]
    for row in rows:
        first, last = (row[name][:16].replace("T", " ") for name in ("begun_at", "last_at"))
        lines.append(f"  {row['claim']}  {row['arenas']:>3} arenas  {row['posts']:>4} posts  "
                     f"{row['platforms']} platforms  {row['hours']:>6} h  {first} – {last} UTC  "
                     f"{_sparks(row['hourly'])}  {row['status']}")
    if rows:
        lines += ["What one says, in JupyterLab:",
                  f'  corpus = study.corpus("{quarter}")',
                  f'  wb.reading.show_posts(wb.actors.find_claim(corpus, "{rows[0]["claim"]}", month="{month}"), '
                  "within=corpus)"]
    if added:
        lines.append(f"Put into handbook/claims.toml: {len(added)}. Read them, and write there what is claimed, "
                     "whether it is true, and what was answered.")
    return lines


def _sparks(hourly: list[int]) -> str:
    """Return posts an hour as small bars, of the first day."""
    shown = hourly[:_SHOWN_HOURS]
    bars = "".join(_HEIGHTS[-(-count * (len(_HEIGHTS) - 1) // max(shown))] for count in shown)
    return bars + ("…" if len(hourly) > len(shown) else "")
