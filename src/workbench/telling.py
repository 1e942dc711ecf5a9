"""What the command says of what it did, and the conversation of `workbench add`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from workbench.errors import InputError
from workbench.settings import STUDY_FILE, Settings

if TYPE_CHECKING:
    import pandas as pd

    from workbench.sources import Forgotten, Purge

_ALWAYS = ("rows_read", "kept")
_COUNTS = ("counted", "unexplained", *_ALWAYS, "new", "updated", "unchanged", "repeated", "older", "album_parts",
           "quarantined", "forgotten", "skipped", "id_gaps")


def answer(data: dict[str, Any], as_json: bool, words: str) -> None:
    """Answer in JSON or in words."""
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else words)


def tell_import(files: pd.DataFrame, *, settings: Settings, is_first: bool = False, by_file: bool = False,
                as_json: bool = False) -> None:
    """Say what an import did: a line per source, every file where that is asked for, or JSON.

    Parameters
    ----------
    is_first
        Whether it was the first of the study, after which is said where the key lies and what comes next.

    Raises
    ------
    InputError
        If no post was imported.
    """
    from workbench.sources.corpus.summary import reasons_of, summarise, total

    if not as_json:
        if by_file:
            typer.echo("\n".join(_file_lines(files)))
        typer.echo("\n".join(summarise(files)))
    if not any(total(files, name) for name in ("kept", "repeated", "older", "forgotten")):
        raise InputError(f"No post was imported: {total(files, 'quarantined'):,} of {total(files, 'rows_read'):,} rows "
                         f"were set aside ({reasons_of(files) or 'the files hold none'}). What was set aside is in "
                         "data/raw/quarantine; see whether the format is right and the export whole.")
    if as_json:
        typer.echo(files.to_json(orient="records", date_format="iso"))
    elif is_first:
        latest = _quarter(files["last"].max())
        typer.echo("\n".join((describe_key(settings), *_foresee(settings, latest), *describe_next(settings, latest))))


def _foresee(settings: Settings, quarter: str) -> list[str]:
    """Say what the collection can show of the latest quarter; of one without a dated post nothing is foreseen."""
    from workbench.study import Study

    if not quarter:
        return []
    told: Any = Study(settings).outlook(quarter).to_dict("records")
    return [describe_outlook(told, period=quarter, language=settings.language)]


def _file_lines(files: pd.DataFrame) -> list[str]:
    """Return a table of files: counts first and names last, so that no name is cut or folded."""
    from workbench.sources.corpus.summary import total

    # a count that is nought for every file says nothing
    counts = [name for name in _COUNTS if name in files and (name in _ALWAYS or total(files, name))]
    numbers = files[counts].fillna(0).astype("int64").map("{:,}".format)
    names = files["name" if "name" in files else "file"]  # the ledger that is kept holds no names
    table = numbers.assign(format=files["format"], file=names).astype("string").fillna("")
    rows = [[name.replace("_", " ") for name in table.columns], *table.to_numpy().tolist()]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) if i < len(counts) else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(row, widths, strict=False))]
        # names of files are outside text: nothing that a terminal would obey
        lines.append("  ".join((*cells, "".join(c if c.isprintable() else "?" for c in row[-1]))))
    return lines


def describe_key(settings: Settings) -> str:
    """Say where the key lies and what it is for: once, after the first import."""
    from workbench.sources import find_key_file

    return (f"The pseudonym key was made: {find_key_file(settings)}. Keep a copy apart from the data; without it "
            "nothing can be added or forgotten.")


def describe_next(settings: Settings, quarter: str) -> list[str]:
    """Say what comes after an import."""
    here = "" if (Path.cwd() / STUDY_FILE).exists() else f" --study {settings.folder}"
    return [f"Next: workbench report quarterly --period {quarter or '2025Q3'}{here}",
            f"      workbench status{here} shows all that the study holds"]


def _quarter(time: pd.Timestamp | None) -> str:
    import pandas as pd

    return "" if time is None or pd.isna(time) else f"{time.year}Q{time.quarter}"


def tell_adding(path: Path, *, study: Path | None, card: dict[str, str], mapped: list[str], source: str | None,
                format_name: str | None, may_ask: bool, as_json: bool) -> None:
    """Lead through `workbench add`, see `add_exports`."""
    from workbench.adding import add_exports
    from workbench.asking import Asked
    from workbench.sources.corpus.store import read_manifest
    from workbench.study import open_study

    settings = open_study(study).settings
    is_first = read_manifest(settings.folder) is None
    asked = Asked(card, _pairs(mapped), ask=_ask if may_ask else None, tell=_say_nothing if as_json else typer.echo,
                  is_shown=sys.stdout.isatty() or may_ask, source=source, format_name=format_name,
                  progress=sys.stderr.isatty())
    added = add_exports(path, settings=settings, asked=asked, today=datetime.now(UTC).date())
    folder = added.folder.relative_to(settings.folder)
    if as_json:
        answer({"source": added.folder.name, "folder": str(folder), "format": added.found.format_name,
                "posts": added.found.posts, "arenas": added.found.arenas, "first": str(added.found.first or ""),
                "last": str(added.found.last or ""),
                "files": json.loads(added.ledger.files.to_json(orient="records", date_format="iso"))}, True, "")
        return
    typer.echo(f"Added to {folder}:")
    tell_import(added.ledger.files, settings=settings)
    key = [describe_key(settings)] if is_first else []
    typer.echo("\n".join((*key, *describe_next(settings, added.found.quarter))))


def _pairs(mapped: list[str]) -> dict[str, str]:
    wrong = [said for said in mapped if "=" not in said]
    if wrong:
        raise InputError(f"--map {wrong[0]}: give NAME=VALUE, such as --map text=indhold.")
    return {name.strip(): value.strip() for name, _, value in (said.partition("=") for said in mapped)}


def _ask(question: str, proposal: str) -> str:
    return str(typer.prompt(question, default=proposal, show_default=bool(proposal)))


def _say_nothing(words: str) -> None:
    pass


def tell_purge(done: Purge, *, dry_run: bool, as_json: bool) -> None:
    """Say what was deleted, or is due."""
    if as_json:
        typer.echo(json.dumps({"sources": done.sources.to_dict("records"), "dry_run": dry_run,
                               "certificate": str(done.certificate or "")}, ensure_ascii=False, default=str))
        return
    if not len(done.sources):
        typer.echo("Nothing is due.")
        return
    print_frame(done.sources, None, "Due" if dry_run or not done.certificate else "Deleted")
    if done.certificate:
        typer.echo(f"The certificate is in {done.certificate}. Backups elsewhere are not reached.")


def describe_forgotten(done: Forgotten) -> tuple[dict[str, Any], str]:
    """Say what was taken out with an account, as data and in words."""
    counts = {"posts": done.removed.posts, "links": done.removed.links, "arenas": done.removed.arenas,
              "texts": done.removed.texts, "quarantined": done.quarantined}
    rest = f"\nThe raw exports of {', '.join(done.sources)} still hold the account: delete them or export them again."
    look = f"\nLook at {', '.join(done.look_at)}: words of the person, or of their posts, may stand there."
    return ({**counts, "sources": done.sources, "look_at": [*done.look_at], "certificate": str(done.certificate)},
            f"Taken out: {', '.join(f'{n:,} {what}' for what, n in counts.items())}. The certificate is in "
            f"{done.certificate}." + (rest if done.sources else "") + (look if done.look_at else ""))


def describe_outlook(outlook: Sequence[Mapping[str, Any]], *, period: str, language: str) -> str:
    """Say what a collection can show of a period and what it cannot, a line per question.

    Parameters
    ----------
    outlook
        Of each question `question`, `answer` and `said` (see `Study.outlook`).
    """
    from workbench.wording import open_wording

    wording = open_wording(language)
    told = [(wording.say(f"outlook.{row['answer']}"), wording.say(f"outlook.question.{row['question']}"), row["said"])
            for row in outlook]
    widths = [max(len(row[i]) for row in told) for i in (0, 1)]
    lines = [f"  {answer.ljust(widths[0])}  {question.ljust(widths[1])}  {said}" for answer, question, said in told]
    return "\n".join([f"{wording.say('outlook.heading', period=period)}:", *lines])


def tell_status(described: dict[str, Any]) -> None:
    """Say what a study holds."""
    import pandas as pd

    typer.echo(f"{described['name']} ({described['folder']})")
    if not described["posts"]:
        typer.echo("Nothing was imported yet. Next: workbench add EXPORT")
        return
    print_frame(pd.DataFrame(described["posts"]), None, "Posts")
    if described["raw"]:
        print_frame(pd.DataFrame(described["raw"]), None, "Raw exports")
    typer.echo(f"{described['files']} files imported, {described['quarantined']} rows in quarantine. "
               f"Key {described['key']}.")
    if described["outlook"]:
        typer.echo(describe_outlook(described["outlook"], period=described["quarter"], language=described["language"]))
    for made in described["reports"]:
        typer.echo(f"{'Draft' if made['draft'] else 'Report'}: {made['folder']}")


def print_frame(frame: Any, columns: list[str] | None, title: str) -> None:
    """Print a table; a column that is too wide is folded, never cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = frame if columns is None else frame[[c for c in columns if c in frame]]
    table = Table(title=title, title_justify="left")
    for name in shown.columns:
        numeric = shown[name].dtype.kind in "iuf"
        table.add_column(str(name).replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in shown.astype("string").fillna("").itertuples(index=False):
        # file names are outside text: never markup
        table.add_row(*(Text(value) for value in row))
    Console().print(table)


def tell_beside(folder: Path, placed: Sequence[tuple[Path, str]]) -> str:
    """Say which files a new version of the package waits beside, and what to do; empty where there are none."""
    from workbench.starting import NEVER_UPDATED

    waiting = [path.relative_to(folder).as_posix() for path, what in placed if what == "beside"]
    changed = [name for name in waiting if name not in NEVER_UPDATED]
    said = []
    if changed:
        said.append(f"Both you and the package changed {', '.join(changed)}: yours stays, the new version lies beside "
                    "it as <name>.new.")
    if asked := [name for name in waiting if name in NEVER_UPDATED]:
        said.append(f"A new {', '.join(asked)} lies beside yours as <name>.new: answers name its version, so you "
                    "choose between two quarters whether to take it over.")
    if waiting:
        said.append(f"Next: workbench upgrade --diff {Path([*changed, *waiting][0]).name}, then "
                    f"{'--merge or ' if changed else ''}--keep")
    return "".join(f"\n{line}" for line in said)


def tell_upgrade(folder: Path, placed: Sequence[tuple[Path, str]]) -> str:
    """Say what an upgrade did to the files of a study."""
    counts = {what: sum(1 for _, w in placed if w == what) for what in ("made", "updated", "kept", "yours", "gone")}
    words = {"made": "new", "updated": "updated", "kept": "up to date already", "yours": "yours, and left alone",
             "gone": "no longer part of it and removed"}
    told = ", ".join(f"{count} {words[what]}" for what, count in counts.items() if count)
    return f"{folder}: {told}." + tell_beside(folder, placed)
