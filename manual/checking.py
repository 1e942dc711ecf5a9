"""Look whether every link between pages leads somewhere, and whether a page loads anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "source": "src", "iframe": "src", "object": "data"}


class _Page(HTMLParser):
    """Links, what is loaded, and places that can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {str(given[a]) for a in ("id", "name") if given.get(a)}
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag in _LOADED and given.get(_LOADED[tag]):
            self.loaded.append(str(given[_LOADED[tag]]))


def find_broken_links(folder: Path) -> list[str]:
    """Return what is wrong in the pages of a folder: links that lead nowhere, and what is loaded from elsewhere."""
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    faults = []
    for path, page in pages.items():
        where = path.relative_to(folder).as_posix()
        faults += [f"{where} loads {address} from elsewhere" for address in page.loaded if _is_elsewhere(address)]
        for address in dict.fromkeys([*page.links, *page.loaded]):
            if _is_elsewhere(address) or address.startswith(("mailto:", "data:")):
                continue
            parts = urlsplit(address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                faults.append(f"{where} links to {address}, and there is no such file")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                faults.append(f"{where} links to {address}, and there is no such place on that page")
    return faults


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _is_elsewhere(address: str) -> bool:
    return address.startswith(("http://", "https://", "//"))
