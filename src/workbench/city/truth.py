"""What is true in the made-up town, so that tests and trainees can check what they found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import InputError

TRUTH_FILE, POSTS_FILE = "truth.json", "truth-posts.csv"
_FRAMES = ("topics", "arenas", "accounts", "planted")
_POST_TYPES: dict[str, Any] = {
    "format": "string", "chat": "string", "message": "string", "account": "string", "language": "string",
    "topic": "string", "kind": "string", "forwarded_from": "string", "copy_of": "string",
    "attack": bool, "hate": bool, "recognition": bool, "target": "string", "ground": "string", "markers": "string",
    "form": "string",
}


@dataclass(frozen=True)
class Truth:
    """The planted truths of one town.

    A post is keyed by `format` (telegram-desktop, 4cat-telegram, youtube-comments), `chat` and
    `message` as its export shows them: `chat` is the number of the chat, the handle in 4CAT,
    the channel id on YouTube.

    Attributes
    ----------
    seed
        Of the town.
    topics
        `topic`, `label`, `languages`, `youth` (whether it is the young's), `words` (some seed words, most of them
        Danish).
    posts
        The key, `posted_at` (UTC), `account` (native id, missing where the arena speaks),
        `language`, `topic` (missing for small talk), `kind` (post, forward, near copy, ring,
        move, rumour, correction), `forwarded_from` (native id of an arena, or `outside`), `copy_of` (message whose
        text it repeats), and the labels `attack`, `hate` (always an attack too), `recognition`. In the keys of the
        codebook: whom an attack is against (`target`), because of what it hates (`ground`), how it attacks (`markers`,
        with blanks between) and what form recognition has (`form`).
    arenas
        `format`, `chat`, `native_id`, `title`, `handle`, `kind`, `platform`, `community` (1 to 3,
        0 for none), `language`, `role` (hub, bridge, closed, reopened, new, silent or empty).
    accounts
        `platform`, `native_id`, `name`, `handle` of everyone who posts.
    planted
        `kind` (name, handle, phone, email, cpr), `value` as written, and the post's key.
    peak
        `topic`, `week`, `posts` in it, `usual` (median of the 52 weeks before), `arenas` it is in.
    riser
        `topic`, `before` and `after`: its share of the posts of the two quarters named.
    bridge
        `native_id` and the `communities` it joins.
    moved
        `old`, `new` (native ids), `message` that declares it, `closed` and `reopened` days.
    renamed
        `native_id` (a list) of the arenas that were renamed, `on` the first day on which it may be.
    went_private
        `native_id` (a list) of the arenas that went private, `open_until`.
    ring
        The coordinated `accounts` (native ids), the `links` they shared, `occasions`,
        `window_seconds`.
    rumour
        What is untrue and was passed on: `topic`, `claim`, `words` to find it by, `first` (the key, `arena`, `at`),
        `arenas` in the order it reached them (`native_id`, `title`, `platform`, `format`, `chat`, `at`, `posts`),
        `platforms`, `copies` beside the first post, `hours` from it to the last one, `correction` (as `first`) and
        `minutes` until then. Times are UTC.
    crawler_fault
        `kind` (gap), the `arena` (native id, with `format`, `chat`, `title`) whose posts are lacking from `first_day`
        to `last_day`, both included; `days`, and how many `posts` are lost. The numbers of its messages go on.
    small_cell
        One person alone: `arena` (with `format`, `chat`, `title`), `topic`, `period`, `count` of posts, `authors`,
        their `messages` and the `account`.
    drifted_export
        What `build_exercises` writes: `file` below its folder, the `format` it was, columns that are `renamed` and
        `missing`, `dates` (`before`, `after`), `posts` in it, what an import of it `says`, and the `mapping` by which
        its card makes it readable.
    leaked
        A name in a post that must go: `value`, the key, `arena`; and a `place` in it that looks like one and must stay.
    """

    seed: int
    topics: pd.DataFrame
    posts: pd.DataFrame
    arenas: pd.DataFrame
    accounts: pd.DataFrame
    planted: pd.DataFrame
    peak: dict[str, Any]
    riser: dict[str, Any]
    bridge: dict[str, Any]
    moved: dict[str, Any]
    renamed: dict[str, Any]
    went_private: dict[str, Any]
    ring: dict[str, Any]
    rumour: dict[str, Any]
    crawler_fault: dict[str, Any]
    small_cell: dict[str, Any]
    drifted_export: dict[str, Any]
    leaked: dict[str, Any]


def write_truth(truth: Truth, folder: Path) -> None:
    """Write `truth.json` and, because of its size, the posts beside it as `truth-posts.csv`."""
    parts = {name: value for name, value in vars(truth).items() if name not in (*_FRAMES, "posts")}
    parts |= {name: getattr(truth, name).to_dict("records") for name in _FRAMES}
    text = json.dumps(parts, ensure_ascii=False, indent=1)
    (folder / TRUTH_FILE).write_text(text, encoding="utf-8", newline="\n")
    truth.posts.to_csv(folder / POSTS_FILE, index=False, date_format="%Y-%m-%dT%H:%M:%SZ", lineterminator="\n")


def read_truth(path: Path) -> Truth:
    """Read what `build_city` wrote.

    Parameters
    ----------
    path
        The town's folder, or its `truth.json`.

    Raises
    ------
    InputError
        If there is no whole `truth.json` with its `truth-posts.csv`.
    """
    file = path / TRUTH_FILE if path.is_dir() else path
    try:
        parts = json.loads(file.read_text(encoding="utf-8"))
        posts = pd.read_csv(file.with_name(POSTS_FILE), dtype=_POST_TYPES, parse_dates=["posted_at"])
        posts["posted_at"] = posts["posted_at"].astype("datetime64[us, UTC]")
        return Truth(posts=posts, **parts | {name: pd.DataFrame(parts[name]) for name in _FRAMES})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file}: holds no whole truth of a made-up town (with {POSTS_FILE} beside it). "
                         "Build the town again into an empty folder.") from error
