"""What a control shows beside its words, as plain HTML: bars, dots, a feed, messages, tables. All text is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence


def draw_bars(caption: str, rows: Iterable[tuple[str, float, str, bool]], *, whole: float = 0) -> str:
    """Draw bars as a table, which a screen reader reads: label, value, value as it is said, whether it is marked.

    Parameters
    ----------
    whole
        Of which the longest bar would be all; 0: the largest value.
    """
    told = list(rows)
    most = whole or max((value for _, value, *_ in told), default=0) or 1
    lines = [f'<tr{_mark(marked)}><th scope="row">{html.escape(label)}</th>'
             f'<td><span class="wb-bar" aria-hidden="true" style="width:{100 * value / most:.1f}%"></span></td>'
             f'<td class="wb-number">{html.escape(said)}</td></tr>' for label, value, said, marked in told]
    return f'<table class="wb-bars"><caption>{html.escape(caption)}</caption><tbody>{"".join(lines)}</tbody></table>'


def draw_table(caption: str, heads: Sequence[str], rows: Iterable[tuple[Sequence[object], bool]]) -> str:
    """Draw a table: cells of each row, and whether it is marked."""
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
    lines = "".join(f"<tr{_mark(marked)}>" + "".join(f"<td>{html.escape(str(v))}</td>" for v in cells) + "</tr>"
                    for cells, marked in rows)
    return (f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{lines}</tbody></table>")


def draw_dots(label: str, on: int, half: int, of: int) -> str:
    """Draw dots, round and full for the first, square for the next, empty for the rest."""
    dots = '<i class="is-on"></i>' * on + '<i class="is-half"></i>' * half + "<i></i>" * (of - on - half)
    return f'<div class="wb-dots" role="img" aria-label="{html.escape(label)}">{dots}</div>'


def draw_feed(posts: Iterable[tuple[str, str, bool]]) -> str:
    """Draw a feed: what stands below each other, with a line in small, and whether it is marked."""
    lines = [f"<li{_mark(marked)}><div>{html.escape(text)}<small>{html.escape(small)}</small></div></li>"
             for text, small, marked in posts]
    return f'<ol class="wb-feed">{"".join(lines)}</ol>'


def draw_post(text: str) -> str:
    """Draw one post."""
    return f'<p class="wb-post">{html.escape(text)}</p>'


def draw_messages(heads: Sequence[str], rows: Iterable[tuple[str, Sequence[str], str, str, bool]]) -> str:
    """Draw messages: text, words in it to mark, what the machine says, what people say, whether they differ."""
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
    lines = []
    for text, words, machine, people, differ in rows:
        said = html.escape(text)
        if words:
            found = "|".join(re.escape(html.escape(w)) for w in words)
            said = re.sub(rf"(?i)({found})", r"<mark>\1</mark>", said)
        cell = f'<td class="wb-wrong">✗ {html.escape(machine)}</td>' if differ else f"<td>✓ {html.escape(machine)}</td>"
        lines.append(f"<tr><td>{said}</td>{cell}<td>{html.escape(people)}</td></tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _mark(marked: bool) -> str:
    return ' class="is-marked"' if marked else ""
