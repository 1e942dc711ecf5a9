"""The commands about keys and deletion: what is kept of people, and for how long."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workbench.options import JsonOption, LanguageOption, StudyOption
from workbench.telling import answer, describe_forgotten, tell_purge

keys = typer.Typer(no_args_is_help=True, help="Make, name or change the pseudonym key.")


@keys.command("new")
def key_new(study: StudyOption = None) -> None:
    """Make the pseudonym key of a study, outside its folder.

    [bold]Example[/bold]

      workbench key new
    """
    from workbench.sources import find_key_file, key_fingerprint, new_key
    from workbench.study import open_study

    settings = open_study(study).settings
    made = key_fingerprint(new_key(settings))
    typer.echo(f"The key is in {find_key_file(settings)}, fingerprint {made}. Keep a copy "
               "apart from the data: without it nothing can be added or forgotten.")


@keys.command("show-fingerprint")
def key_fingerprint_(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show which key a study has, without giving it away.

    [bold]Example[/bold]

      workbench key show-fingerprint
    """
    from workbench.sources import find_key_file, read_fingerprint
    from workbench.study import open_study

    settings = open_study(study).settings
    found, path = read_fingerprint(settings), find_key_file(settings)
    answer({"fingerprint": found, "file": str(path)}, as_json, f"{found}  {path}")


@keys.command("rotate")
def key_rotate(study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Give a study a new key: every export is read again, arena codes stay, the old key is destroyed.

    [bold]Example[/bold]

      workbench key rotate
    """
    from workbench.sources import rotate_key
    from workbench.study import open_study

    fingerprint, ledger = rotate_key(open_study(study).settings, progress=sys.stderr.isatty())
    posts = int(ledger.files["kept"].fillna(0).sum())
    answer({"fingerprint": fingerprint, "posts": posts}, as_json,
            f"The study has a new key, fingerprint {fingerprint}; {posts:,} posts were read again under it. What was "
            "derived from the corpus was deleted: make topics anew.")


def purge(dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is due.")] = False,
          study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Delete every source whose delete-by date has come, raw and derived, and write a certificate.

    [bold]Examples[/bold]

      workbench purge --dry-run

      workbench purge
    """
    from datetime import UTC, datetime

    from workbench.sources import purge_sources
    from workbench.study import open_study

    done = purge_sources(open_study(study).settings, on=datetime.now(UTC).date(), dry_run=dry_run)
    tell_purge(done, dry_run=dry_run, as_json=as_json)


def forget(handles: Annotated[list[str], typer.Argument(help="Handles or ids of accounts.", metavar="ACCOUNT…")],
           by_name: Annotated[bool, typer.Option("--by-name", help="Look at display names too; several people may "
                                                                   "share one.")] = False,
           names: Annotated[list[str], typer.Option("--name", help="What the person is called: goes from the texts of "
                                                    "others too.", show_default=False)] = [],  # noqa: B006
           study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Take an account out of everything, and refuse it in later imports.

    [bold]Example[/bold]

      workbench forget @handle --name "First Last"
    """
    from datetime import UTC, datetime

    from workbench.sources import forget_accounts
    from workbench.study import open_study

    data, words = describe_forgotten(forget_accounts(handles, settings=open_study(study).settings, by_name=by_name,
                                                     on=datetime.now(UTC).date(), names=names))
    answer(data, as_json, words)


def record(language: LanguageOption = None, study: StudyOption = None) -> None:
    """Write the record of processing (article 30) and an outline of the impact assessment from the source cards.

    It lists every product of the study too, with purpose, recipients and how long it is kept, as its file says.

    [bold]Example[/bold]

      workbench record --language en
    """
    from workbench.products import list_processing
    from workbench.sources import write_processing
    from workbench.study import open_study

    opened = open_study(study)
    told = language or opened.language
    for path in write_processing(opened.settings, language=told,
                                 products=list_processing(opened.folder, language=told)):
        typer.echo(f"Written: {path}")
