"""Posts in full, for the researcher's eyes: covered until somebody wants to read them, with thread and evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Number
from typing import Any

import pandas as pd

from workbench.errors import TableError
from workbench.reading.page import escape, fold, read_style, show_redacted
from workbench.reading.threads import Around, look_around
from workbench.tables.posts import POST_COLUMNS, Corpus
from workbench.wording import Wording, is_missing, open_wording

_NEEDED = ("arena_id", "platform", "posted_at", "kind", "language", "text")
_VEILED = 160  # letters of the blur
_AROUND = ("text", "edited_at", "collected_at", "missing_since", "source_id", "account_id", "views", "reactions",
           "forwards", "replies", "album")


@dataclass(frozen=True)
class ShownPosts:
    """Posts as a notebook shows them.

    Attributes
    ----------
    html
        The page; it needs neither script nor network.
    posts
        How many are on it.
    """

    html: str
    posts: int

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<posts shown: {self.posts}>"


def show_posts(posts: Corpus | pd.DataFrame, *, within: Corpus | None = None, most: int = 50, blur: bool = True,
               warn: bool = True, language: str = "en") -> ShownPosts:
    """Show posts in full, in the order they have: what was redacted marked, with thread and evidence.

    For the researcher's eyes only: this is text of posts. It belongs into no finding, no report and no notebook that
    is handed on with its outputs. A click, or Enter where the focus is, uncovers a text; until then it is not on
    the screen, nor read aloud, also where a notebook is not trusted.

    Parameters
    ----------
    posts
        A corpus, such as ``corpus.where(text="…")``, or a table with `post_id`: of `topics.read_posts`, of
        `Corpus.keyword`, of an evidence list. Further columns of numbers, such as `confidence`, stand beside each post.
    within
        The corpus in which threads, links, older texts and what a table lacks are looked up; of a part, the whole.
        Without it: the corpus that is shown.
    most
        Posts shown; the page says how many there are.
    blur
        Whether texts are covered at first.
    warn
        Whether a warning of the content comes first.
    language
        Of the words around the posts, one of `LANGUAGES`.

    Raises
    ------
    TableError
        If it has no column `post_id`, `most` is below 1, or a table lacks columns and there is no `within`.
    """
    if most < 1:
        raise TableError(f"show_posts: most is {most}. Give the number of posts to show, 1 or more.")
    wording = open_wording(language)
    whole = within if within is not None else posts if isinstance(posts, Corpus) else None
    table = posts.posts if isinstance(posts, Corpus) else posts
    if "post_id" not in table:
        raise TableError("show_posts takes a corpus or a table with a column post_id. corpus.where(…), "
                         "topics.read_posts and corpus.keyword give one.")
    table = table.drop_duplicates("post_id")
    shown = _complete(table.head(most), whole)
    around = look_around(shown["post_id"], whole)
    items = [f"<li>{_post(row, around, wording, blur=blur)}</li>" for row in shown.to_dict("records")]
    warning = f'<p class="wb-warning"><strong>{escape(wording.say("reading.warning_title"))}</strong> ' \
              f'{escape(wording.say("reading.warning"))}</p>' if warn else ""
    count = escape(wording.say("reading.shown", shown=len(shown), of=len(table)))
    page = (f'<div class="wb-reading" lang="{wording.tag}">{read_style()}{warning}<p>{count}</p>'
            f'<ol class="wb-posts">{"".join(items)}</ol></div>')
    return ShownPosts(page, len(shown))


def _complete(table: pd.DataFrame, whole: Corpus | None) -> pd.DataFrame:
    """Return the posts with all columns that a page needs, those that are lacking from the corpus."""
    lacking = [c for c in _NEEDED if c not in table]
    if whole is None:
        if lacking:
            raise TableError(f"show_posts: the table lacks {', '.join(lacking)}. Give within=corpus, and they are "
                             "looked up there.")
        return table.reset_index(drop=True)
    added = [c for c in POST_COLUMNS if c not in table]
    found = table.merge(whole.posts[["post_id", *added]], on="post_id", how="left")
    if lacking and (missing := int((~found["post_id"].isin(whole.posts["post_id"])).sum())):
        raise TableError(f"show_posts: {missing} of these posts are not in the corpus given as within. Give the one "
                         "they come from.")
    return found


def _post(row: Mapping[Any, Any], around: Around, wording: Wording, *, blur: bool) -> str:
    parts = [f"<p><strong>{escape(row['arena_id'])}</strong> · {_heading(row, wording)}</p>",
             _text(row, wording, blur=blur), _thread(row["post_id"], around, wording),
             fold(escape(wording.say("reading.evidence")), _evidence(row, around, wording), "evidence")]
    return f"<article>{''.join(parts)}</article>"


def _heading(row: Mapping[Any, Any], wording: Wording) -> str:
    # numbers alone: words of a further column may be words of the post, which is covered
    own = {k: v for k, v in row.items() if k not in POST_COLUMNS and isinstance(v, Number)}
    kind = f"reading.kind.{str(row['kind']).replace(' ', '_')}"
    said = [wording.say_value(row["platform"]), wording.say(kind) if wording.knows(kind) else row["kind"],
            _time(row["posted_at"], wording),
            row["language"] if not is_missing(row["language"]) else wording.say("reading.no_language"),
            *(f"{k} {_plain(v)}" for k, v in own.items() if not is_missing(v))]
    return " · ".join(escape(part) for part in said)


def _time(value: Any, wording: Wording) -> str:
    return wording.say("reading.no_time") if is_missing(value) else f"{value:%Y-%m-%d %H:%M} UTC"


def _plain(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _text(row: Mapping[Any, Any], wording: Wording, *, blur: bool) -> str:
    if is_missing(row["text"]):
        media = "" if is_missing(row.get("media")) else f" {escape(row['media'])}"
        return f"<p><em>{escape(wording.say('reading.no_text'))}</em>{media}</p>"
    text = str(row["text"])
    spoken = "" if is_missing(row["language"]) else f' lang="{escape(row["language"])}"'
    full = f'<div class="wb-text" dir="auto"{spoken}>{show_redacted(text)}</div>'
    if not blur:
        return full
    words = escape(wording.say("reading.read_text", words=len(text.split())))
    # the shape of the text, never the text: where there is no style, nothing can be read in it
    veil = re.sub(r"\S", "x", " ".join(text.split())[:_VEILED])
    return fold(f'{words} <span class="wb-veil" aria-hidden="true">{veil}</span>', full, "cover")


def _thread(post_id: str, around: Around, wording: Wording) -> str:
    """Return what a post answers, from the first post of the thread on, and what answers it; out of sight at first."""
    before, after, more = around.before(post_id), around.after(post_id), around.more(post_id)
    if not before and not after:
        return ""
    parts = []
    for title, posts in (("reading.answers", before), ("reading.answered", after)):
        if posts:
            listed = "".join(f"<li>{_quoted(row, wording)}</li>" for row in posts)
            parts.append(f'<p>{escape(wording.say(title))}</p><ul class="wb-thread-posts">{listed}</ul>')
    if more:
        parts.append(f"<p>{escape(wording.say('reading.more', more=more))}</p>")
    return fold(escape(wording.say("reading.thread", before=len(before), after=len(after) + more)), "".join(parts),
                "thread")


def _quoted(row: Mapping[Any, Any], wording: Wording) -> str:
    if "text" not in row:
        return f"<p>{escape(row['post_id'])} · {escape(wording.say('reading.not_collected'))}</p>"
    return f"<p>{escape(row['post_id'])} · {_time(row['posted_at'], wording)}</p>{_text(row, wording, blur=False)}"


def _evidence(row: Mapping[Any, Any], around: Around, wording: Wording) -> str:
    facts = [("post_id", row["post_id"])]
    for name in _AROUND[1:]:
        value = row.get(name)
        if not is_missing(value):
            facts.append((name, _time(value, wording) if isinstance(value, pd.Timestamp) else str(value)))
    sources = around.sources(row["post_id"])
    if len(sources) > 1:
        facts.append(("post_sources", ", ".join(sources)))
    facts += [(relation, target) for relation, target in around.links(row["post_id"])]
    said = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    older = "".join(f"<dt>{escape(wording.say('reading.older_text'))} ({escape(why)})</dt>"
                    f'<dd class="wb-text" dir="auto">{show_redacted(text)}</dd>'
                    for text, why in around.versions(row["post_id"]))
    return f'<dl class="wb-facts">{said}{older}</dl>'
