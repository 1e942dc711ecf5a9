"""The commands that make products, begin new ones and ask for the words of people."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workbench.options import JsonOption, LanguageOption, StudyOption
from workbench.telling import answer


def report(name: Annotated[str | None, typer.Argument(help="Of the product, such as quarterly; without one, all are "
                                                           "listed.", show_default=False)] = None,
           period: Annotated[str | None, typer.Option(help="Such as 2025Q3, 2025-07, 2025-W27 or 2025-07-14.",
                                                      show_default=False)] = None,
           study: StudyOption = None,
           language: LanguageOption = None,
           parameter: Annotated[list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE",
                                                               help="A further parameter of the notebook.")] = None,
           fresh: Annotated[bool, typer.Option("--fresh", help="Work out everything anew.")] = False,
           every: Annotated[bool, typer.Option("--all", help="Make every product of the period, and of the months "
                                                             "and weeks within it.")] = False,
           as_json: JsonOption = False) -> None:
    """Make a product of the study for a period, as PDF and HTML; or list the products there are.

    Words of the posts that nobody has reviewed make it a draft: every page is marked, and nothing counts as published.

    [bold]Examples[/bold]

      workbench report

      workbench report quarterly --period 2025Q3

      workbench report quarterly --period 2025Q3 --language en -p min_topic_size=20

      workbench report --all --period 2025Q3
    """
    from workbench.orders import parse_parameters
    from workbench.products import find_products
    from workbench.rounds import check_every, describe_round, run_all
    from workbench.runs import describe_run, run_report, tell_run
    from workbench.study import open_study

    opened = open_study(study)
    if every:
        check_every(name, period, parameter)
        made = run_all(opened, period=str(period), language=language, is_fresh=fresh, progress=sys.stderr.isatty(),
                       tell=lambda words: typer.echo(words, err=True))
        answer({"products": made.to_dict("records")}, as_json, describe_round(made, str(period)))
        raise typer.Exit(2 if made["state"].eq("refused").any() else 0)
    if name is None:
        found = {p.name: f"{p.title(opened.language)}, for a {p.period} ({', '.join(p.languages)})"
                 for p in find_products(opened.folder).values()}
        answer(found, as_json, "\n".join(f"{product}: {what}" for product, what in found.items())
                + "\nNext: workbench report NAME --period PERIOD")
        return
    result = run_report(name, study=opened, period=period or "", language=language, progress=sys.stderr.isatty(),
                        is_fresh=fresh, parameters=parse_parameters(parameter or []),
                        tell=lambda words: typer.echo(words, err=True))
    answer(tell_run(result), as_json, describe_run(result, str(period)))


def new_product(name: Annotated[str, typer.Argument(help="Small letters: the name after `workbench report`.")],
                period: Annotated[str, typer.Option(help="quarter, month, week or day.")] = "quarter",
                title: Annotated[str, typer.Option(help="On its first page.", show_default=False)] = "",
                study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Begin a product of your own: a notebook that runs as it is, and the file that says what it makes.

    [bold]Example[/bold]

      workbench new-product harbour_letter --period month --title "The harbour this month"
    """
    from workbench.beginning import begin_product
    from workbench.study import open_study
    from workbench.tables.periods import EXAMPLES

    notebook, product = begin_product(open_study(study).folder, name, period=period, title=title)
    answer({"notebook": str(notebook), "product": str(product)}, as_json,
           f"The notebook is {notebook}, and what it makes is said in {product}."
           f"\nNext: workbench report {name} --period {EXAMPLES[period]}")


def review(period: Annotated[str, typer.Argument(help="Such as 2025Q3.")], study: StudyOption = None,
           as_json: JsonOption = False) -> None:
    """Write down which words wait for a person before a report may show them, and say what is open.

    The answers go into the file that is named; what an editor writes for the report, into the one beside it. Run it
    again after the next report: what is new is added, and what you wrote stays as it is.

    [bold]Example[/bold]

      workbench review 2025Q3
    """
    from workbench.reviewing import write_review
    from workbench.study import open_study

    opened = open_study(study)
    done = write_review(opened.folder, period, language=opened.language)
    answer(done.list_all(), as_json, done.describe())


def glossary(period: Annotated[str, typer.Argument(help="A month, such as 2025-08, or a quarter.")],
             study: StudyOption = None) -> None:
    """Propose words for handbook/glossary.toml: those that came up or grew, in enough arenas.

    They are added as comments. What a word means, and what it means innocently, is written by a person.

    [bold]Example[/bold]

      workbench glossary 2025-08
    """
    from workbench.findings import describe_new_words
    from workbench.handbook import write_candidates
    from workbench.study import open_study
    from workbench.tables.periods import quarter_of
    from workbench.topics import find_new_words

    opened = open_study(study)
    corpus = opened.corpus(None, quarter_of(period))
    found = describe_new_words(find_new_words(corpus, quarter=period), corpus, quarter=period)
    told = opened.release([found], corpus)["new_words"].data
    added = write_candidates(opened.folder, told, month=period, language=opened.language)
    typer.echo(f"{len(added)} words were added to handbook/glossary.toml, as comments. Say what they mean, or delete "
               "them.")
