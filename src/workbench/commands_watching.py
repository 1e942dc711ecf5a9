"""The commands about the watch list: its state, what changed, what is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.options import JsonOption, StudyOption
from workbench.telling import answer

if TYPE_CHECKING:
    import pandas as pd

    from workbench.study import Study
    from workbench.tables.posts import Corpus
    from workbench.tables.watching import Candidates, WatchChanges

MOST_SHOWN = 10  # candidates in words; --json lists all

watch = typer.Typer(invoke_without_command=True, no_args_is_help=False,
                    help="Keep the watch list: which arenas are followed and why, what changed, what they point at.")
ArenaArgument = Annotated[str, typer.Argument(help="Code of an arena (T-014) or candidate (x-1a2b3c4d).")]
RoleOption = Annotated[str, typer.Option(help='Who decides: a role such as "ssp coordinator", never a person.')]
ReasonOption = Annotated[str, typer.Option(help="Why, in one line.")]


@watch.callback(invoke_without_command=True)
def show(context: typer.Context,
         week: Annotated[str | None, typer.Option(help="Compare this week, such as 2025-W34, with the time before.",
                                                  show_default=False)] = None,
         month: Annotated[str | None, typer.Option(help="Compare this month, such as 2025-08.",
                                                   show_default=False)] = None,
         study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show what is followed and what is due for review; with --week or --month what changed, and new candidates.

    [bold]Examples[/bold]

      workbench watch

      workbench watch --week 2025-W34

      workbench watch accept x-1a2b3c4d --role "ssp coordinator" --reason "many pupils" --category local --access open
    """
    from workbench.errors import InputError
    from workbench.study import open_study

    if context.invoked_subcommand:
        return
    if week and month:
        raise InputError("Give --week or --month, not both.")
    opened = open_study(study)
    data = _state(opened)
    if period := week or month:
        data |= _difference(opened, period)
    answer(data, as_json, "\n".join(_lines(data)))


@watch.command()
def start(role: RoleOption, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Make the first list: every imported arena, with the reason and category of its source card.

    [bold]Example[/bold]

      workbench watch start --role "ssp coordinator"
    """
    from workbench.study import open_study
    from workbench.watching import start_watch_list
    from workbench.wording import open_wording

    opened = open_study(study)
    watched = start_watch_list(opened.folder, opened.corpus(), role=role,
                               unsorted=open_wording(opened.language).say("watch.unsorted"))
    answer({"arenas": len(watched), "file": str(opened.folder / "watch" / "list.csv")}, as_json,
           f"{len(watched)} arenas are followed. The list is watch/list.csv: open it in a spreadsheet, and write a "
           "category and a reason for each. A name stands in products only if somebody writes it there.\n"
           "Next: workbench watch")


@watch.command()
def accept(arena: ArenaArgument, role: RoleOption, reason: ReasonOption,
           category: Annotated[str, typer.Option(help="As the list sorts arenas.")],
           access: Annotated[str, typer.Option(help="open, link or closed.")],
           name: Annotated[str, typer.Option(help="As it may stand in products; none: it stands in none.")] = "",
           card: Annotated[str, typer.Option(help="Id of its source card; a closed arena needs one that names the "
                                                  "legal basis.")] = "",
           study: StudyOption = None) -> None:
    """Put a candidate, or an imported arena, on the list.

    [bold]Example[/bold]

      workbench watch accept x-1a2b3c4d --role "ssp coordinator" --reason "many pupils" --category local --access open
    """
    from workbench.errors import CardError
    from workbench.study import open_study
    from workbench.watching import accept_arena

    opened = open_study(study)
    if access == "closed" and card not in _founded(opened):
        raise CardError("A closed arena is followed only under a source card that names the legal basis for it "
                        "(closed_basis). Write the card first, then give it with --card.")
    watched = accept_arena(opened.folder, arena, role=role, reason=reason, category=category, access=access, name=name,
                           card=card)
    is_known = arena in set(opened.corpus().arenas["arena_id"])
    typer.echo(f"{arena} is followed now; {len(watched[watched['status'] == 'followed'])} arenas are. "
               + ("" if is_known else "Nothing of it was collected yet: export it, then workbench add."))


@watch.command()
def decline(arena: ArenaArgument, role: RoleOption, reason: ReasonOption,
            period: Annotated[str | None, typer.Option(help="Week or month in which it was a candidate; default: the "
                                                            "latest month with posts.", show_default=False)] = None,
            study: StudyOption = None) -> None:
    """Decline a candidate: it stays away until twice as many arenas or posts of the list point at it.

    [bold]Example[/bold]

      workbench watch decline x-1a2b3c4d --role "ssp coordinator" --reason "a newspaper"
    """
    from workbench.study import open_study
    from workbench.watching import decline_arena

    opened = open_study(study)
    when = period or _latest_month(opened)
    decline_arena(opened.folder, arena, _candidates(opened, _corpus(opened, when), when), role=role, reason=reason)
    typer.echo(f"{arena} is declined. It comes back when twice as many arenas or posts of the list point at it.")


@watch.command()
def remove(arena: ArenaArgument, role: RoleOption, reason: ReasonOption, study: StudyOption = None) -> None:
    """Take an arena off the list; its row stays, as removed. Posts of it go with `workbench purge`.

    [bold]Example[/bold]

      workbench watch remove T-014 --role "ssp coordinator" --reason "nobody writes there any more"
    """
    from workbench.study import open_study
    from workbench.watching import remove_arena

    remove_arena(open_study(study).folder, arena, role=role, reason=reason)
    typer.echo(f"{arena} is followed no longer. What was collected of it is still there: see workbench purge.")


@watch.command()
def review(arena: ArenaArgument, role: RoleOption, reason: ReasonOption,
           again: Annotated[str | None, typer.Option(metavar="DAY", help="Day of the next review, such as 2026-03-01; "
                                                     "default: in ninety days.", show_default=False)] = None,
           study: StudyOption = None) -> None:
    """Decide that an arena is still followed.

    [bold]Example[/bold]

      workbench watch review T-014 --role "ssp coordinator" --reason "still the largest local group"
    """
    from workbench.errors import InputError
    from workbench.study import open_study
    from workbench.watching import review_arena

    try:
        day = date.fromisoformat(again) if again else None
    except ValueError:
        raise InputError("--again is no day, such as 2026-03-01.") from None
    watched = review_arena(open_study(study).folder, arena, role=role, reason=reason, again=day)
    due = watched.loc[watched["arena"] == arena, "review"].iloc[0]
    typer.echo(f"{arena} is still followed, until it is looked at again on {due:%Y-%m-%d}.")


def _state(opened: Study) -> dict[str, Any]:
    from workbench.sources.corpus.store import read_manifest
    from workbench.watching import find_undecided, find_unfounded, list_watched, read_watch_list, read_watch_log

    watched, log = read_watch_list(opened.folder), read_watch_log(opened.folder)
    data: dict[str, Any] = {"followed": int(watched["status"].eq("followed").sum()), "decisions": len(log),
                            "undecided": find_undecided(watched, log),
                            "unfounded": find_unfounded(watched, _founded(opened)), "arenas": [], "due": []}
    if watched.empty or read_manifest(opened.folder) is None:
        return data
    known = list_watched(watched, opened.corpus(), today=datetime.now(UTC).date())
    known = known[known["status"] == "followed"]
    return data | {"arenas": _records(known.drop(columns=["title", "status"])),
                   "due": sorted(known.loc[known["is_due"], "arena"])}


def _difference(opened: Study, period: str) -> dict[str, Any]:
    corpus = _corpus(opened, period)
    changes, candidates = _changes(opened, corpus, period), _candidates(opened, corpus, period)
    table = changes.table.assign(evidence=changes.table["evidence"].map(len))
    return {"period": period, "tested": changes.tested, "changes": _records(table),
            "candidates": _records(candidates.table), "evidence": _records(candidates.evidence),
            "left_out": dict(candidates.left_out)}


def _changes(opened: Study, corpus: Corpus, period: str) -> WatchChanges:
    from workbench.actors import find_arena_changes, find_lineage
    from workbench.watching import compare_watch, read_watch_list

    lineage, changes = opened.remember(find_lineage, corpus), opened.remember(find_arena_changes, corpus)
    return compare_watch(corpus, read_watch_list(opened.folder), lineage, changes, period=period)


def _candidates(opened: Study, corpus: Corpus, period: str) -> Candidates:
    from workbench.actors import link_forwards
    from workbench.watching import find_candidates, read_watch_list, read_watch_log

    return find_candidates(corpus, opened.remember(link_forwards, corpus), read_watch_list(opened.folder),
                           read_watch_log(opened.folder), period=period)


def _corpus(opened: Study, period: str) -> Corpus:
    """Return all posts up to the end of a period."""
    corpus = opened.corpus()
    first = f"{corpus.posts['posted_at'].min():%Y}Q1"
    return corpus.where(period=(first, period))


def _latest_month(opened: Study) -> str:
    return f"{opened.corpus().posts['posted_at'].max():%Y-%m}"


def _founded(opened: Study) -> set[str]:
    """Return the source cards that name a legal basis for closed sources."""
    from workbench.sources import list_cards

    cards = list_cards(opened.settings)
    return set(cards.loc[cards["closed_basis"].fillna("").str.strip().ne(""), "source_id"])


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for JSON: times as days, what is missing as None."""
    plain = table.copy()
    for column in plain.select_dtypes(["datetimetz"]):
        plain[column] = plain[column].dt.strftime("%Y-%m-%d")
    return [{str(name): value for name, value in row.items()}
            for row in plain.astype(object).where(plain.notna(), None).to_dict("records")]


def _lines(data: dict[str, Any]) -> list[str]:
    if not data["followed"]:
        return ["Nothing is followed yet.", "Next: workbench watch start --role ROLE"]
    lines = [f"{data['followed']} arenas are followed; {data['decisions']} decisions are logged."]
    lines += [f"  {row['arena']}: {row['category']}, {row['access']}, "
              + (f"{row['posts']:,} posts, {row['first_seen']} to {row['last_seen']}" if row["posts"] else
                 "nothing collected yet") + f", review {row['review']}" for row in data["arenas"]]
    lines += [f"{len(data[key])} {words}: {', '.join(data[key])}." for key, words in (
        ("due", "are due for review"), ("undecided", "were written into the list without a decision in the log"),
        ("unfounded", "are closed, and their card names no legal basis for that")) if data[key]]
    return lines + _difference_lines(data) if "period" in data else lines


def _difference_lines(data: dict[str, Any]) -> list[str]:
    lines = [f"In {data['period']}:" + ("" if data["changes"] else " no change is known.")
             + f" Size was tested in {data['tested']} arenas; tone was not, since no posts were marked."]
    lines += [f"  {row['arena']}: {row['change'].replace('_', ' ')}"
              + (f" to {row['successor']} ({row['evidence']} posts show it)" if row["successor"] else "")
              + (f", {row['before']:.1f} to {row['now']:.1f} posts a week (q {row['q']:.3f})" if row["q"] is not None
                 else "") for row in data["changes"]]
    lines += [f"{len(data['candidates'])} candidates that nobody has decided about:"] if data["candidates"] else []
    lines += [f"  {row['arena']} ({row['kind']}): {row['arenas']} arenas in {row['posts']} posts in {row['weeks']} of "
              f"13 weeks; {row['open_share']:.0%} of the arenas are open" + (", new" if row["is_new"] else "")
              + (", declined before, and twice the evidence now" if row["was_declined"] else "")
              + (", needs a legal basis" if row["needs_basis"] else "") for row in data["candidates"][:MOST_SHOWN]]
    if (more := len(data["candidates"]) - MOST_SHOWN) > 0:
        lines.append(f"  and {more} more: see --json, which names the posts too")
    if people := data["left_out"].get("may_be_people"):
        lines.append(f"{people} further sources may be people. They are not listed.")
    return lines
