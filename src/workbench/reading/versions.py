"""What was changed in posts, and what was taken out of them: for the researcher's eyes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.reading.page import MARKS, escape, fold, read_style, show_redacted
from workbench.reading.posts import ShownPosts, show_posts
from workbench.reading.tables import ShownTable, show_table
from workbench.tables.imports import REDACTION_COLUMNS
from workbench.tables.posts import Corpus
from workbench.wording import Wording, is_missing, open_wording

_LONGEST = 3000  # words of the two texts together; longer ones stand whole below each other


def show_versions(corpus: Corpus, *, most: int = 20, blur: bool = True, language: str = "en") -> ShownPosts:
    """Show what was changed in posts: words that went struck out, words that came underlined.

    Posts that were edited come first, the last edited before; then posts that two sources show otherwise, though
    nothing tells that they were edited. For your eyes only, as `show_posts`.

    Parameters
    ----------
    most
        Changes shown; the page says how many there are.
    blur
        Whether texts are covered at first.
    language
        Of the words around, one of `LANGUAGES`.

    Raises
    ------
    TableError
        If `most` is below 1.
    """
    if most < 1:
        raise TableError(f"show_versions: most is {most}. Give the number of changes to show, 1 or more.")
    wording = open_wording(language)
    now = corpus.posts[["post_id", "text", "arena_id", "edited_at"]]
    known = corpus.versions.merge(now, on="post_id", suffixes=("", "_now"))
    known = known.sort_values(["why", "edited_at_now", "post_id"], ascending=[False, False, True],
                              key=lambda column: column.eq("edited") if column.name == "why" else column)
    items = "".join(f"<li>{_change(row, wording, blur=blur)}</li>" for row in known.head(most).to_dict("records"))
    by = known["why"].value_counts()
    count = wording.say("reading.versions", count=len(known), edited=int(by.get("edited", 0)),
                        differ=int(by.get("differs", 0)), shown=min(most, len(known)))
    warning = (f'<p class="wb-warning"><strong>{escape(wording.say("reading.warning_title"))}</strong> '
               f'{escape(wording.say("reading.warning"))}</p>' if len(known) else "")
    page = (f'<div class="wb-reading" lang="{wording.tag}">{read_style()}{warning}<p>{escape(count)}</p>'
            f'<ol class="wb-posts">{items}</ol></div>')
    return ShownPosts(page, min(most, len(known)))


def show_redaction(corpus: Corpus, *, most: int = 5, language: str = "en") -> ShownTable:
    """Show what was taken out of the texts: how often each kind, and a few posts in which it was.

    Parameters
    ----------
    most
        Posts shown below the table, of the rarest kinds first; 0 for none.
    language
        Of the words around, one of `LANGUAGES`.

    Returns
    -------
    shown
        `table` has one row per kind of mark, columns `REDACTION_COLUMNS`, most posts first.
    """
    texts = corpus.posts["text"].dropna()
    found = {f"[{mark}]": texts.str.count(re.escape(f"[{mark}]")) for mark in MARKS}
    rows = [(mark, int(n.sum()), int(n.gt(0).sum()), float(n.gt(0).mean()) if len(n) else None)
            for mark, n in found.items()]
    table = pd.DataFrame(rows, columns=list(REDACTION_COLUMNS)).astype(REDACTION_COLUMNS)
    table = table.sort_values(["posts_with", "mark"], ascending=[False, True], ignore_index=True)
    shown = show_table(table, language=language)
    some = [n.index[n.gt(0)] for n in (found[m] for m in table["mark"][::-1]) if n.gt(0).any()]
    # one post of each kind in turn, until there are enough
    turns = [index[turn] for turn in range(most) for index in some if len(index) > turn][:most]
    if not turns:
        return shown
    examples = show_posts(corpus.posts.loc[list(dict.fromkeys(turns))], within=corpus, language=language)
    return ShownTable(shown.html + examples.html, shown.table, shown.note)


def _change(row: Mapping[Any, Any], wording: Wording, *, blur: bool) -> str:
    why = wording.say(f"reading.why.{row['why']}")
    when = "" if is_missing(row["edited_at_now"]) else f" · {row['edited_at_now']:%Y-%m-%d %H:%M} UTC"
    head = f"<p><strong>{escape(row['arena_id'])}</strong> · {escape(row['post_id'])} · {escape(why)}{when}</p>"
    old, new = ("" if is_missing(text) else str(text) for text in (row["text"], row["text_now"]))
    changed = f'<div class="wb-text" dir="auto">{_compare(old, new)}</div>'
    words = wording.say("reading.read_change", words=len(new.split()))
    return f"<article>{head}{fold(escape(words), changed, 'cover') if blur else changed}</article>"


def _compare(old: str, new: str) -> str:
    """Return both texts in one, word by word, as data."""
    before, after = (re.findall(r"\s+|\S+", text) for text in (old, new))
    if len(before) + len(after) > _LONGEST:
        return f"<del>{show_redacted(old)}</del><ins>{show_redacted(new)}</ins>"
    said = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = show_redacted("".join(before[a:b])), show_redacted("".join(after[c:d]))
        said.append(come if kind == "equal" else (f"<del>{gone}</del>" if gone else "")
                    + (f"<ins>{come}</ins>" if come else ""))
    return "".join(said)
