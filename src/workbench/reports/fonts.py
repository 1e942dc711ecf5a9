"""The packaged fonts, and which characters they can show."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

# of the families that look.toml names for the PDF; Typst takes folders only
_FILES = (
    ("fontpkg_source_sans_3", "files", "SourceSans3[wght].ttf"),
    ("manimgx_fonts", "", "NotoSans[wght].ttf"),
    ("manimgx_fonts", "", "NotoSansArabic[wght].ttf"),
    ("manimgx_fonts", "", "NotoEmoji[wght].ttf"),
)


def font_folders() -> list[str]:
    """Return the folders of the packaged fonts."""
    return list(dict.fromkeys(str(files(package) / folder) for package, folder, _ in _FILES))


@lru_cache(maxsize=1)
def known_characters() -> frozenset[int]:
    """Return the code points that at least one packaged font can show."""
    from fontTools.ttLib import TTFont

    known: set[int] = set()
    for package, folder, name in _FILES:
        with TTFont(str(files(package) / folder / name), lazy=True) as font:
            known.update(font.getBestCmap())
    return frozenset(known)
