"""What was asked for, checked before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import ReportError
from workbench.files import slug
from workbench.gates import notebook_texts, refuse_identifiers, refuse_quoting_notebook
from workbench.products import Product
from workbench.settings import LANGUAGES, PARTIAL
from workbench.study import Study
from workbench.tables.periods import EXAMPLES, period_bounds, period_kind
from workbench.tables.posts import Corpus, is_written
from workbench.wording import open_wording


@dataclass(frozen=True)
class Order:
    """A product for a period in a language, with the parameters of its notebook."""

    product: Product
    study: Study
    period: str
    language: str
    parameters: Mapping[str, Any]

    @property
    def entry(self) -> str:
        """Its name in the ledger: ``<product>-<period>[-<language>]``."""
        return f"{self.product.name}-{self.period}{self.ending}"

    @property
    def ending(self) -> str:
        """Of folder and entry, where the language is not the study's own."""
        return "" if self.language == self.study.language else f"-{self.language}"

    def folder(self, *, is_draft: bool) -> Path:
        """Return where its report belongs: ``reports/<place>/<period>/<product>[-<language>][-draft]``."""
        name = f"{self.product.name}{self.ending}{'-draft' if is_draft else ''}"
        return self.study.folder / "reports" / slug(self.study.settings.name) / self.period / name


def parse_parameters(given: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs; a value is a Python literal, or else text.

    Raises
    ------
    ReportError
        If a pair has no ``=``.
    """
    parsed: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ReportError(f"A parameter is written as NAME=VALUE, not {pair!r}.")
        try:
            parsed[name.strip()] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            parsed[name.strip()] = value
    return parsed


def check_order(product: Product, study: Study, *, period: str, language: str,
                parameters: Mapping[str, Any]) -> Order:
    """Check all that can be checked of what was asked for without the corpus.

    Raises
    ------
    ReportError
        If language, period or a parameter is not what product and notebook declare.
    """
    from workbench.reports.notebook import open_notebook
    from workbench.reports.parameters import check_parameters, read_parameters

    if language not in product.languages:
        raise ReportError(f"{product.name} is made in {' and '.join(product.languages)}, not in {language!r}. Choose "
                          f"one of these, or add yours to {product.path}.")
    _check_spoken(product, language)
    if not period:
        raise ReportError(f"{product.name} is made for a {product.period}. Say which: workbench report {product.name} "
                          f"--period {EXAMPLES[product.period]}.")
    if (kind := period_kind(period)) != product.period:
        raise ReportError(f"{product.name} is made for a {product.period}, such as {EXAMPLES[product.period]}, and "
                          f"{period} is a {kind}. Say --period {EXAMPLES[product.period]}.")
    said = {product.period: "--period", "language": "--language", "study_folder": "--study"}
    if taken := [name for name in parameters if name in said]:
        raise ReportError(f"The parameter {taken[0]} is said by {said[taken[0]]}. Leave it out of the parameters.")
    known = read_parameters(open_notebook(product.notebook), where=product.notebook.name)
    if absent := [name for name in (product.period, "language") if name not in known]:
        raise ReportError(f"{product.notebook}: its parameters cell does not declare {' and '.join(absent)}, and a "
                          f"product of the period {product.period} takes both. Add {absent[0]}: str = \"\" there.")
    given = {**parameters, product.period: period, "language": language}
    check_parameters(known, given, where=product.notebook.name)
    return Order(product, study, period, language, given)


def _check_spoken(product: Product, language: str) -> None:
    """Check that a language of single products says all that this one needs, and that its letters can be printed."""
    from workbench.reports.fonts import known_characters
    from workbench.reports.fragments import fixed_messages

    if language in LANGUAGES:
        return
    if product.name not in PARTIAL[language]:
        raise ReportError(f"{language} is no language of reports: it is spoken in {' and '.join(PARTIAL[language])} "
                          f"alone. Take it out of {product.path}.")
    said = open_wording(language).messages
    own = [name for name in open_wording("en").messages if name.startswith(f"{product.name}.")]
    if lacking := [name for name in (*own, *fixed_messages()) if not said.get(name)]:
        raise ReportError(f"The catalogs of {language} do not say all that {product.name} needs. Write in "
                          f"wording/catalogs/{language}: {', '.join(lacking)}.")
    if lost := sorted({ord(letter) for text in said.values() for letter in text} - known_characters()):
        raise ReportError(f"No packaged font has the letters of {language}: {', '.join(f'U+{c:04X}' for c in lost[:8])}"
                          f"{' …' * (len(lost) > 8)}. Nothing was typeset.")


def load_posts(order: Order) -> Corpus:
    """Load all posts up to the end of the quarter that the period ends in.

    Raises
    ------
    ReportError
        If there are none of the period and the product needs some; the message names the span that the corpus covers.
    """
    begin, end = period_bounds(order.period)
    corpus = order.study.corpus(None, str((end - pd.Timedelta(1, "s")).tz_localize(None).to_period("Q")))
    times = corpus.posts.loc[is_written(corpus.posts), "posted_at"]
    if order.product.needs_posts and not ((times >= begin) & (times < end)).any():
        span = f"posts from {times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}" if len(times) else "no posts before it"
        raise ReportError(f"The corpus has no posts in {order.period}; it holds {span}. Choose a "
                          f"{order.product.period} that was collected, or import its export first.")
    return corpus


def own_words(study: Study, corpus: Corpus) -> list[str]:
    """Return what the study says of itself and where help is, which may stand in a report and in a post."""
    cards = corpus.provenance.get("cards", [])
    lines = study.handbook("help_lines")
    return [study.name, study.contact, *lines["phone"].dropna(), *lines["web"].dropna(),
            *{v for card in cards for v in card.values() if isinstance(v, str)}]


def check_words(order: Order, corpus: Corpus, *, own: Sequence[str]) -> None:
    """Check the author's words in the notebook, which is published with them, and the parameters given.

    Raises
    ------
    ReportError
        If they hold an identifier or quote a post; the message names cell and words.
    """
    from workbench.reports.notebook import open_notebook

    notebook, path = open_notebook(order.product.notebook), order.product.notebook
    given = {f"parameter {name}": value for name, value in order.parameters.items() if isinstance(value, str)}
    texts = pd.concat([notebook_texts(notebook, where=path.name), pd.Series(given, dtype="string")])
    refuse_identifiers(texts, known=own)
    refuse_quoting_notebook(texts, corpus, known=own)
