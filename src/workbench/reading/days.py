"""Which days were collected of each arena: a picture of days and arenas, and where it has gaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.files import replace_whole
from workbench.look import read_look
from workbench.reading.page import escape, read_style
from workbench.reading.tables import ShownTable
from workbench.tables.imports import GAP_COLUMNS
from workbench.tables.posts import Corpus
from workbench.wording import Wording, open_wording

_LEVELS = (1, 2, 5, 20)  # posts of a day from which a cell is darker
_WIDE, _HIGH, _LEFT, _TOP = 900, 14, 60, 22  # of the picture, a row, and what stands beside it
_SIGNS = {"fault": "", "silence": "5 3", "unknown": "1 3"}  # how the frame of a gap is drawn


@dataclass(frozen=True)
class ShownDays(ShownTable):
    """A picture with its numbers, as a notebook shows it.

    Attributes
    ----------
    svg
        The picture, with its description in it.
    """

    svg: str = field(default="", repr=False)

    def save(self, path: str | Path) -> Path:
        """Save the picture as .svg, or its numbers as .xlsx, .csv or .parquet."""
        path = Path(path)
        if path.suffix.casefold() != ".svg":
            return super().save(path)
        with replace_whole(path) as part:
            part.write_text(self.svg, encoding="utf-8")
        return path


def show_days(corpus: Corpus, gaps: pd.DataFrame | None = None, *, most: int = 60, language: str = "en") -> ShownDays:
    """Show how many posts there are of each arena on each day, and frame the gaps.

    Parameters
    ----------
    gaps
        Of `sources.describe_gaps`; None: no gap is framed.
    most
        Arenas drawn, those with the longest gaps first and then those with the most posts; `table` has all.
    language
        Of the words around the picture, one of `LANGUAGES`.

    Returns
    -------
    shown
        `table` has a row per arena and day with posts: `arena_id`, `day`, `posts`. `save` keeps it, or the picture.

    Raises
    ------
    TableError
        If `gaps` is another table, or `most` is below 1.
    """
    if most < 1:
        raise TableError(f"show_days: most is {most}. Give the number of arenas to draw, 1 or more.")
    known = pd.DataFrame(columns=list(GAP_COLUMNS)) if gaps is None else gaps
    if set(GAP_COLUMNS) - set(known):
        raise TableError("show_days: gaps is not a table of describe_gaps. Call sources.describe_gaps(corpus).")
    wording = open_wording(language)
    posts = corpus.posts.dropna(subset=["posted_at"])
    day = posts["posted_at"].dt.floor("D").dt.tz_localize(None)
    table = posts.assign(day=day).groupby(["arena_id", "day"], as_index=False).agg(posts=("post_id", "size"))
    note = _say(table, known, wording, gaps_known=gaps is not None)
    svg = _draw(table, known, most, note) if len(table) else ""
    arenas = table["arena_id"].nunique()
    cut = f"<p>{escape(wording.say('reading.days_cut', shown=most, of=arenas))}</p>" if arenas > most else ""
    legend = f"<p>{escape(wording.say('reading.days_legend'))}</p>" if svg else ""
    page = (f'<div class="wb-reading" lang="{wording.tag}">{read_style()}<p><strong>{escape(note)}</strong></p>{cut}'
            f'<div class="wb-frame" tabindex="0" role="region" aria-label="{escape(wording.say("reading.days"))}">'
            f"{svg}</div>{legend}</div>")
    return ShownDays(page, table.assign(day=table["day"].dt.strftime("%Y-%m-%d")), note, svg)


def _say(table: pd.DataFrame, gaps: pd.DataFrame, wording: Wording, *, gaps_known: bool) -> str:
    if table.empty:
        return wording.say("reading.days_none")
    days = (table["day"].max() - table["day"].min()).days + 1
    said = [wording.say("reading.days_covered", count=table["arena_id"].nunique(), days=days)]
    if gaps_known:
        by = gaps["looks_like"].value_counts()
        said += [wording.say("reading.days_gaps", count=len(gaps), **{k: int(by.get(k, 0)) for k in _SIGNS})
                 if len(gaps) else wording.say("reading.days_whole")]
    return " ".join(said)


def _order(table: pd.DataFrame, gaps: pd.DataFrame, most: int) -> list[str]:
    posts = table.groupby("arena_id")["posts"].sum()
    longest = gaps.groupby("arena_id")["days"].max().reindex(posts.index).fillna(0)
    first = pd.DataFrame({"days": longest, "posts": posts}).sort_values(["days", "posts"], ascending=False)
    return sorted(first.index[:most])


def _draw(table: pd.DataFrame, gaps: pd.DataFrame, most: int, note: str) -> str:
    look, codes = read_look(), _order(table, gaps, most)
    first, last = table["day"].min(), table["day"].max()
    wide = (_WIDE - _LEFT) / ((last - first).days + 1)
    row = {code: _TOP + _HIGH * place for place, code in enumerate(codes)}
    high = _TOP + _HIGH * len(codes) + 6
    shades = [_mix(look.pale, look.deep, part) for part in (0.25, 0.5, 0.75, 1)]
    level = np.searchsorted(_LEVELS, table["posts"], side="right") - 1
    drawn = []
    for number, shade in enumerate(shades):  # one path a shade keeps the picture small
        some = table[(level == number) & table["arena_id"].isin(codes)]
        path = "".join(f"M{_LEFT + wide * (d - first).days:.1f} {row[code] + 2}h{max(wide - .2, .5):.1f}v{_HIGH - 4}"
                       f"h-{max(wide - .2, .5):.1f}z" for code, d in zip(some["arena_id"], some["day"], strict=True))
        drawn.append(f'<path d="{path}" fill="{shade}"/>' if path else "")
    for gap in gaps[gaps["arena_id"].isin(codes)].itertuples():
        left = _LEFT + wide * (pd.Timestamp(str(gap.first_day)) - first).days
        drawn.append(f'<rect x="{left:.1f}" y="{row[str(gap.arena_id)] + 1}" width="{wide * int(str(gap.days)):.1f}" '
                     f'height="{_HIGH - 2}" fill="none" stroke="{look.alarm}" stroke-width="1.6" '
                     f'stroke-dasharray="{_SIGNS[str(gap.looks_like)]}"/>')
    names = [f'<text x="{_LEFT - 6}" y="{y + _HIGH - 3}" text-anchor="end">{escape(code)}</text>'
             for code, y in row.items()]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" width="{_WIDE}" role="img" '
            f'style="max-width: 100%; height: auto; background: {look.page}" font-family="sans-serif" '
            f'font-size="11" fill="{look.ink}" aria-label="{escape(note)}"><title>{escape(note)}</title>'
            f"{''.join(_ticks(first, last, wide, high))}{''.join(drawn)}{''.join(names)}</svg>")


def _ticks(first: pd.Timestamp, last: pd.Timestamp, wide: float, high: int) -> list[str]:
    months = pd.date_range(first, last, freq="MS")
    every = -(-len(months) // 12) or 1
    return [f'<path d="M{_LEFT + wide * (m - first).days:.1f} 16V{high}" stroke="{read_look().grid}"/>'
            f'<text x="{_LEFT + wide * (m - first).days + 2:.1f}" y="12">{m:%Y-%m}</text>' for m in months[::every]]


def _mix(light: str, dark: str, part: float) -> str:
    pairs = ((int(light[i:i + 2], 16), int(dark[i:i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in pairs)
