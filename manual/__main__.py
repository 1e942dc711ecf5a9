"""Make the manual: `python -m manual [FOLDER]`, `build/docs` without one."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from manual.building import build_html, write_pages
from manual.checking import find_broken_links
from manual.commands import list_commands
from manual.gallery import draw_pictures
from manual.metrics import list_metrics
from manual.names import ROOT, list_names


def main() -> None:
    """Draw, write, build and check, then say what there is."""
    began = time.perf_counter()
    folder = (Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs").resolve()
    drawn = draw_pictures(folder / "pictures")
    write_pages(folder / "pages", drawn)
    build_html(folder / "pages", folder / "html", pictures=folder / "pictures")
    if faults := find_broken_links(folder / "html"):
        sys.exit("\n".join(faults))
    print(f"{len(list_names())} names, {len(list_metrics())} metrics, {len(drawn)} charts, {len(list_commands())} "
          f"commands, in {time.perf_counter() - began:.0f} s: {folder / 'html' / 'index.html'}")


if __name__ == "__main__":
    main()
