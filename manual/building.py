"""Write all pages, have Sphinx make them HTML, and look whether every link leads somewhere."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

from manual.api import write_api
from manual.commands import write_commands
from manual.contents import copy_pages, write_report, write_start
from manual.extension import SETTINGS
from manual.gallery import write_gallery
from manual.metrics import write_metrics

STATIC = Path(__file__).parent / "static"


def write_pages(folder: Path, drawn: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Write the source of every page into a folder, and return those that are made, by path.

    Parameters
    ----------
    folder
        Emptied first.
    drawn
        Of `gallery.draw_pictures`; empty: a gallery without pictures.
    """
    shutil.rmtree(folder, ignore_errors=True)
    made = {"index.md": write_start(copy_pages(folder)), "commands.md": write_commands(), "report.md": write_report(),
            **write_api(), **write_metrics(), **write_gallery(drawn)}
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return made


def build_html(pages: Path, target: Path, *, pictures: Path | None = None) -> None:
    """Make HTML of pages; a warning of Sphinx is an error, raised once all are known.

    Parameters
    ----------
    pages
        Of `write_pages`.
    target
        Emptied first.
    pictures
        Folder of the gallery's pictures.

    Raises
    ------
    sphinx.errors.SphinxError
        If a page cannot be made, or not without a warning.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    shutil.rmtree(target, ignore_errors=True)
    with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
        # what Sphinx, its theme and docutils say to each other of their next versions
        for category in (DeprecationWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", category)
        app = Sphinx(pages, None, target, target.with_name("doctrees"), "html", status=None, warning=sys.stderr,
                     freshenv=True, confoverrides={**SETTINGS, "html_static_path": [str(STATIC)]}, warningiserror=True)
        app.build()
    if app.statuscode:
        raise SphinxError("The pages were made with warnings; each stands above with its place.")
    if pictures is not None:
        shutil.copytree(pictures, target / "_static" / "gallery", ignore=shutil.ignore_patterns("*.json"))
