"""Products: what a notebook makes, for which periods, in which languages and in what form."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import ReportError
from workbench.gates import ALWAYS, GATES
from workbench.reports.layout import FORMS, Layout
from workbench.settings import ALL_LANGUAGES, LANGUAGES
from workbench.starting import find_notebooks
from workbench.tables.periods import EXAMPLES

ENDING = ".product.toml"
_OPTIONAL = ("languages", "purpose", "recipients", "kept_months", "needs_posts")
# no hyphen: folders and ledger entries put the language behind one
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Product:
    """What ``<notebook>.product.toml`` says.

    Attributes
    ----------
    name
        By which it is asked for: small letters, digits and underscores.
    titles
        By language; `title` says which is shown where one is missing.
    period
        quarter, month, week or day; the parameter of the notebook that takes it has the same name.
    layout
        Its form.
    languages
        It can be made in; all of the reports where the file names none.
    gates
        Names of the checks that it must pass before it is published.
    purpose, recipients
        By language: what it is for and who gets it, for the record of processing; empty where nobody wrote it.
    kept_months
        How long what it made is kept; None where nobody decided it.
    path, notebook
        The file itself, and the notebook that makes it.
    needs_posts
        Whether it can be made only where posts of the period were collected.
    """

    name: str
    titles: Mapping[str, str]
    period: str
    layout: Layout
    languages: tuple[str, ...]
    gates: tuple[str, ...]
    path: Path
    notebook: Path
    purpose: Mapping[str, str] = field(default_factory=dict)
    recipients: Mapping[str, str] = field(default_factory=dict)
    kept_months: int | None = None
    needs_posts: bool = True

    def title(self, language: str) -> str:
        """Return the title in a language, or else the first that the file gives."""
        return self.titles.get(language) or next(iter(self.titles.values()))


def find_products(study: Path) -> dict[str, Product]:
    """Find every product of a study by name: its own, and those that come with the package.

    A file of the study goes before the package's of the same name, product files and notebooks alike.

    Raises
    ------
    ReportError
        If a product file has faults, lacks its notebook or bears the name of another; all are named at once.
    """
    files = _files_below(find_notebooks()) | _files_below(study / "notebooks")
    found: dict[str, Product] = {}
    faults = []
    for below, path in sorted(files.items()):
        if not path.name.endswith(ENDING):
            continue
        notebook = below.with_name(path.name.removesuffix(ENDING) + ".ipynb")
        try:
            product = _read_product(path, files.get(notebook))
        except ReportError as error:
            faults.append(str(error))
            continue
        if product.name in found:
            faults.append(f"{path}: the name {product.name} is taken by {found[product.name].path}. Choose another.")
        found[product.name] = product
    if faults:
        raise ReportError(" ".join(faults))
    return found


def find_product(name: str, study: Path) -> Product:
    """Find one product of a study.

    Raises
    ------
    ReportError
        If there is none of that name; the nearest is suggested. See `find_products` too.
    """
    found = find_products(study)
    if name not in found:
        close = difflib.get_close_matches(name, found, n=1)
        raise ReportError(f"There is no product {name!r}. " + (f"Did you mean {close[0]}?" if close else
                          f"There are: {', '.join(found) or 'none'}. A notebook becomes one by a file "
                          f"<notebook>{ENDING} beside it."))
    return found[name]


def list_processing(study: Path, *, language: str) -> pd.DataFrame:
    """List what the record of processing tells of every product of a study.

    Returns
    -------
    products
        Columns `title`, `period`, `purpose`, `recipients` (in `language`, else in the first that the file gives; empty
        where nobody wrote it) and `kept_months`, by title.

    Raises
    ------
    ReportError
        As `find_products`.
    """
    def told(texts: Mapping[str, str]) -> str:
        return texts.get(language) or next(iter(texts.values()), "")

    rows = [(p.title(language), p.period, told(p.purpose), told(p.recipients), p.kept_months)
            for p in find_products(study).values()]
    table = pd.DataFrame(rows, columns=["title", "period", "purpose", "recipients", "kept_months"])
    return table.astype({"kept_months": "Int64"}).sort_values("title", ignore_index=True)


def _files_below(root: Path) -> dict[Path, Path]:
    found = {path.relative_to(root): path for ending in (ENDING, ".ipynb") for path in root.rglob(f"*{ending}")}
    return {below: path for below, path in found.items() if not any(part.startswith(".") for part in below.parts)}


def _read_product(path: Path, notebook: Path | None) -> Product:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: not valid TOML ({error}). Correct the line it names.") from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}). See to its rights.") from None
    faults = [*_faults(given), *([] if notebook else ["there is no notebook of that name beside it"])]
    if faults or notebook is None:
        raise ReportError(f"{path}: {'; '.join(faults)}. Correct it; quarterly_report{ENDING} of the package shows "
                          "how.")
    return Product(name=given["name"], titles=given["title"], period=given["period"], layout=Layout(**given["layout"]),
                   languages=tuple(given.get("languages", LANGUAGES)), gates=tuple(given["gates"]), path=path,
                   notebook=notebook, purpose=given.get("purpose", {}), recipients=given.get("recipients", {}),
                   kept_months=given.get("kept_months"), needs_posts=given.get("needs_posts", True))


def _faults(given: Mapping[str, Any]) -> list[str]:
    checks: dict[str, Callable[[Any], list[str]]] = {
        "name": _name_faults, "title": partial(_text_faults, "title"), "period": _period_faults,
        "layout": _layout_faults, "languages": _language_faults, "gates": _gate_faults,
        "purpose": partial(_text_faults, "purpose"), "recipients": partial(_text_faults, "recipients"),
        "kept_months": _kept_faults, "needs_posts": _needs_faults}
    return [*(f"{name} is missing" for name in checks if name not in given and name not in _OPTIONAL),
            *(f"{name} is unknown" for name in given if name not in checks),
            *(fault for name, check in checks.items() if name in given for fault in check(given[name]))]


def _name_faults(value: Any) -> list[str]:
    is_name = isinstance(value, str) and NAME.fullmatch(value)
    return [] if is_name else ["name must be small letters, digits and underscores, a letter first"]


def _kept_faults(value: Any) -> list[str]:
    return [] if type(value) is int and value > 0 else ["kept_months must be a number of months"]


def _text_faults(name: str, value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        return [f"{name} must be a table with one or more of {', '.join(ALL_LANGUAGES)}"]
    return [*(f"{name}.{key} is unknown" for key in value if key not in ALL_LANGUAGES),
            *(f"{name}.{key} must be a text of one line" for key, text in value.items()
              if not isinstance(text, str) or not text.strip() or not text.isprintable())]


def _period_faults(value: Any) -> list[str]:
    return [] if isinstance(value, str) and value in EXAMPLES else [f"period must be one of {', '.join(EXAMPLES)}"]


def _layout_faults(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return ["layout must be a table with cover and contents"]
    kinds = {"cover": bool, "contents": bool, "most_pages": int, "pages": int, "form": str}
    faults = [f"layout.{key} is unknown" for key in value if key not in kinds]
    for key, kind in kinds.items():
        if key not in value:
            faults += [f"layout.{key} is missing"] if kind is bool else []
        elif kind is str:
            faults += [] if value[key] in FORMS else [f"layout.{key} must be one of {', '.join(FORMS)}"]
        elif type(value[key]) is not kind or (kind is int and value[key] < 1):
            faults.append(f"layout.{key} must be " + ("true or false" if kind is bool else "a number of pages"))
    return faults


def _language_faults(value: Any) -> list[str]:
    is_list = isinstance(value, list) and value and all(v in ALL_LANGUAGES for v in value)
    return [] if is_list else [f"languages must be a list of some of {', '.join(ALL_LANGUAGES)}"]


def _needs_faults(value: Any) -> list[str]:
    return [] if isinstance(value, bool) else ["needs_posts must be true or false"]


def _gate_faults(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        return [f"gates must be a list; there are {', '.join(GATES)}"]
    return [*(f"gates: there is no {v!r}; there are {', '.join(GATES)}" for v in value if v not in GATES),
            *(f"gates: {gate} may not be left out" for gate in ALWAYS if gate not in value)]
