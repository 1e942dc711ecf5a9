"""The packaged fonts, which characters they can show, and the part of one that an HTML page brings along."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from importlib.resources import files

# of the families that look.toml names for the PDF; Typst takes folders only
_FILES = (
    ("fontpkg_source_sans_3", "files", "SourceSans3[wght].ttf"),
    ("manimgx_fonts", "", "NotoSans[wght].ttf"),
    ("manimgx_fonts", "", "NotoSansArabic[wght].ttf"),
    ("manimgx_fonts", "", "NotoEmoji[wght].ttf"),
)

_LATIN = frozenset(map(chr, range(32, 127))) | frozenset("ÆØÅæøåÄÖäöÉéÜü–—·…×→↑↓≤≥−“”‘’§")


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


@lru_cache(maxsize=4)
def web_font(characters: frozenset[str]) -> str:
    """Return the style rule that holds the font of a page: the letters it needs, in every weight.

    Letters of other scripts and emoji are left to the reader's own fonts.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    package, folder, name = _FILES[0]
    options = subset.Options(layout_features=["kern", "liga", "mark", "mkmk", "tnum"], flavor="woff", hinting=False,
                             desubroutinize=False, notdef_outline=True, recalc_timestamp=False, drop_tables=["STAT"])
    with TTFont(str(files(package) / folder / name), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        # the same file for nearly every report of a language: what people type besides is seldom
        cutter.populate(text="".join(sorted(characters | _LATIN)))
        cutter.subset(font)
        made = io.BytesIO()
        subset.save_font(font, made, options)
    encoded = base64.b64encode(made.getvalue()).decode()
    return (f'@font-face {{ font-family: "Source Sans 3"; font-weight: 200 900; font-display: swap; '
            f'src: url("data:font/woff;base64,{encoded}") format("woff"); }}\n')
