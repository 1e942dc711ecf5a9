"""A new product begun: a notebook that runs as it is, and the file beside it that says what it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from workbench.errors import ReportError
from workbench.files import write_atomically
from workbench.products import ENDING, NAME, find_products
from workbench.tables.periods import EXAMPLES


def begin_product(study: Path, name: str, *, period: str = "quarter", title: str = "") -> tuple[Path, Path]:
    """Write a notebook and its product file into a study, as a beginning that can be run.

    Parameters
    ----------
    study
        Its folder; the files lie in ``notebooks/``.
    name
        Small letters, digits and underscores, a letter first: `workbench report NAME`.
    period
        quarter, month, week or day.
    title
        On its first page; empty: the name.

    Returns
    -------
    notebook, product
        The two files.

    Raises
    ------
    ReportError
        If the name is taken or cannot be one, there is no such period, or the title is not one line.
    """
    if not NAME.fullmatch(name):
        raise ReportError(f"{name!r} cannot be the name of a product: small letters, digits and underscores, a letter "
                          "first.")
    if period not in EXAMPLES:
        raise ReportError(f"A product is made for one of {', '.join(EXAMPLES)}, not for {period!r}.")
    title = title or name.replace("_", " ").capitalize()
    if not title.isprintable() or not title.strip():
        raise ReportError("The title must be one line of letters that can be printed.")
    notebook, product = (study / "notebooks" / f"{name}{ending}" for ending in (".ipynb", ENDING))
    taken = [str(path) for path in (notebook, product) if path.exists()] or [
        str(found.path) for found in find_products(study).values() if found.name == name]
    if taken:
        raise ReportError(f"{taken[0]} is there already. Choose another name, or change that file.")
    template = files("workbench") / "starter" / "product"
    words = {"PERIOD": period, "EXAMPLE": EXAMPLES[period], "NAME": name}
    begun = json.loads((template / "product.ipynb").read_text(encoding="utf-8"))
    for cell in begun["cells"]:
        told = title if cell["cell_type"] == "markdown" else json.dumps(title, ensure_ascii=False)[1:-1]
        cell["source"] = _fill("".join(cell["source"]), words, told).splitlines(keepends=True)
    said = _fill((template / "product.toml").read_text(encoding="utf-8"), words, json.dumps(title)[1:-1])
    notebook.parent.mkdir(exist_ok=True)
    write_atomically(notebook, (json.dumps(begun, indent=1, ensure_ascii=False) + "\n").encode(), is_private=False)
    write_atomically(product, said.encode(), is_private=False)
    return notebook, product


def _fill(text: str, words: Mapping[str, str], title: str) -> str:
    """Put words in their places; the title last, so that what looks like a place in it is left alone."""
    for word, value in words.items():
        text = text.replace(word, value)
    return text.replace("TITLE", title)
