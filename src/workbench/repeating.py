"""What the manifest of a report names so that the report can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.errors import TableError
from workbench.gazetteer import GAZETTEER_FILE
from workbench.orders import Order
from workbench.publishing import digest_files
from workbench.reviewing.events import EVENTS_FILE
from workbench.reviewing.reading import REVIEWS
from workbench.reviewing.report_file import ENDING
from workbench.settings import Settings
from workbench.staging import CORPUS_MANIFEST, REGISTER
from workbench.starting import INSTALLED, find_notebooks
from workbench.tables.periods import period_bounds
from workbench.versions import digest_lock, digest_own_code, list_unlocked

_PLACES = ("folder", "key_file")  # of settings: where things lie on this machine, which nobody else has
_OURS = "study_folder"  # of parameters


def describe_order(order: Order, state: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return all that goes into a report, as values or SHA-256, without a path of this machine.

    What was released before decides what is hidden, and lies in the ledger; of this the manifest tells nothing.

    Parameters
    ----------
    state
        As `staging.fingerprint_state` returned it before the run.

    Returns
    -------
    about
        `product`, `period`, `language`, `parameters` (all of the notebook, also those nobody gave; the seed is one),
        `settings` (of `study.toml`), `made_by` (product file and notebook), `edited` (of each of these, whether people
        changed what the package brought: ``no``, ``yes`` or ``own`` where the package has none), `corpus` (its
        manifest, which names every
        export's card and the key by its fingerprint), `words` (reviews, events and places, by file), `register` (topics
        of the periods before), `lock`, `unlocked` (packages that are not as locked, with their version) and `code`.
    """
    return {
        "product": order.product.name, "period": order.period, "language": order.language,
        "parameters": _parameters(order), "settings": _settings(order.study.settings),
        "made_by": {path.name: digest_files(path)[""] for path in (order.product.path, order.product.notebook)},
        "edited": {path.name: _edited(path, order.study.folder)
                   for path in (order.product.path, order.product.notebook)},
        "corpus": state[CORPUS_MANIFEST.as_posix()].get(""),
        "words": {path.relative_to(order.study.folder).as_posix(): digest_files(path)[""] for path in _words(order)},
        "register": {name: digest for name, digest in state[REGISTER.as_posix()].items()
                     if _ends_by(Path(name).stem, order.period, is_earlier=True)},
        "lock": digest_lock(), "unlocked": list_unlocked(), "code": digest_own_code()}


def _edited(path: Path, study: Path) -> str:
    """Tell whether people changed a file of the package: what was installed by an older version of it is no change."""
    if not path.is_relative_to(study / "notebooks"):
        return "no"
    below = path.relative_to(study / "notebooks")
    brought = [file for file in (find_notebooks() / below, study / INSTALLED / "notebooks" / below) if file.is_file()]
    if not brought:
        return "own"
    return "no" if digest_files(path) in map(digest_files, brought) else "yes"


def _parameters(order: Order) -> dict[str, Any]:
    from workbench.reports.notebook import open_notebook
    from workbench.reports.parameters import read_parameters

    path = order.product.notebook
    known = read_parameters(open_notebook(path), where=path.name)
    return {name: value for name, value in {**known, **order.parameters}.items() if name != _OURS}


def _settings(settings: Settings) -> dict[str, Any]:
    said, brand = asdict(settings), settings.brand
    logo = hashlib.sha256(brand.logo).hexdigest() if brand.logo else None
    return {**{name: said[name] for name in said if name not in _PLACES},
            "brand": {"colour": brand.colour, "logo": logo}}


def _words(order: Order) -> Iterator[Path]:
    """Give the files of people's own words that the notebook may read: no review of a later period is read."""
    folder = order.study.folder
    for path in sorted((folder / REVIEWS).glob("*.toml")):
        if _ends_by(path.name.removesuffix(ENDING).removesuffix(".toml"), order.period):
            yield path
    yield from (folder / name for name in (EVENTS_FILE, GAZETTEER_FILE) if (folder / name).is_file())


def _ends_by(period: str, asked: str, *, is_earlier: bool = False) -> bool:
    """Tell whether a period ends no later than the one asked for, or before that begins; no period does neither."""
    try:
        return bool(period_bounds(period)[1] <= period_bounds(asked)[0 if is_earlier else 1])
    except TableError:
        return False
