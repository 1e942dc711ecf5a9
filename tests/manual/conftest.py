from __future__ import annotations

from pathlib import Path

import pytest

from manual.building import build_html, write_pages


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the whole manual once, without pictures."""
    folder = tmp_path_factory.mktemp("manual")
    write_pages(folder / "pages", {})
    build_html(folder / "pages", folder / "html")
    return folder / "html"
