"""Products: what a notebook makes, for which periods, in which languages and in what form."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.gates import ALWAYS, GATES
from workbench.reports.layout import FORMS, Layout
from workbench.settings import LANGUAGES
from workbench.starting import find_notebooks
from workbench.tables.periods import EXAMPLES

ENDING = ".product.toml"
# no hyphen: folders and ledger entries put the language behind one
_OPTIONAL = ("languages", "needs_posts")
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
                   notebook=notebook, needs_posts=given.get("needs_posts", True))


def _faults(given: Mapping[str, Any]) -> list[str]:
    checks = {"name": _name_faults, "title": _title_faults, "period": _period_faults, "layout": _layout_faults,
              "languages": _language_faults, "gates": _gate_faults, "needs_posts": _needs_faults}
    return [*(f"{field} is missing" for field in checks if field not in given and field not in _OPTIONAL),
            *(f"{field} is unknown" for field in given if field not in checks),
            *(fault for field, check in checks.items() if field in given for fault in check(given[field]))]


def _name_faults(value: Any) -> list[str]:
    is_name = isinstance(value, str) and NAME.fullmatch(value)
    return [] if is_name else ["name must be small letters, digits and underscores, a letter first"]


def _title_faults(value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        return [f"title must be a table with one or more of {', '.join(LANGUAGES)}"]
    return [*(f"title.{key} is unknown" for key in value if key not in LANGUAGES),
            *(f"title.{key} must be a text of one line" for key, text in value.items()
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
    is_list = isinstance(value, list) and value and all(v in LANGUAGES for v in value)
    return [] if is_list else [f"languages must be a list of some of {', '.join(LANGUAGES)}"]


def _needs_faults(value: Any) -> list[str]:
    return [] if isinstance(value, bool) else ["needs_posts must be true or false"]


def _gate_faults(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        return [f"gates must be a list; there are {', '.join(GATES)}"]
    return [*(f"gates: there is no {v!r}; there are {', '.join(GATES)}" for v in value if v not in GATES),
            *(f"gates: {gate} may not be left out" for gate in ALWAYS if gate not in value)]
