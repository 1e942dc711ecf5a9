"""The made-up town of Lillehavn, written as export files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.city.compose import TOLD, compose_posts
from workbench.city.exercises import tell_drift
from workbench.city.forwards import add_forwards
from workbench.city.happenings import add_happenings, lose_days, tell_happenings
from workbench.city.lexicon import PEAK, RISER, Lexicon, read_lexicon
from workbench.city.numbering import number_messages
from workbench.city.people import assign_accounts, make_accounts
from workbench.city.planting import plant_identifiers
from workbench.city.telegram_4cat import write_telegram_4cat
from workbench.city.telegram_desktop import CLOSING, EARLY_FOLDER, OLD_TITLES, write_telegram_desktop
from workbench.city.timeline import CLOSED, EARLY_EXPORT, OCCASIONS, RENAMED, REOPENED, make_arenas, plan_posts
from workbench.city.truth import TRUTH_FILE, Truth, write_truth
from workbench.city.youtube import write_youtube
from workbench.errors import InputError

FEWEST = 10_000  # posts; with fewer the planted truths drown
_FOLDERS = {"telegram-desktop": write_telegram_desktop, "telegram-4cat": write_telegram_4cat,
            "youtube-comments": write_youtube}
_FORMATS = {"desktop": "telegram-desktop", "fourcat": "4cat-telegram", "youtube": "youtube-comments"}
_FORM_FEEDS = 12  # texts with the control character that Telegram Desktop writes wrongly


def _sources(posts: pd.DataFrame, arenas: pd.DataFrame, outside: tuple[str, ...]) -> pd.DataFrame:
    """Add how the source of a forward is shown, and the message a reply answers."""
    source = posts["source"].fillna(-1).to_numpy(dtype=int)
    inside = source >= 0
    shown = {f"source_{name}": pd.Series(arenas[name].to_numpy()[source], dtype=object).where(inside, None)
             for name in ("title", "handle", "native_id")}
    strangers = np.array(outside, dtype=object)[np.maximum(-source - 2, 0)]
    shown["source_title"] = shown["source_title"].mask(source < -1, pd.Series(strangers))
    answered = posts["message"].to_numpy()[posts["reply_to"].to_numpy()]
    return posts.assign(**shown, answered=pd.Series(answered, dtype=object).where(posts["reply_to"] >= 0, None))


def _fans(posts: pd.DataFrame, accounts: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Choose an account for each post that reacts to it or signs it."""
    own = posts.groupby("arena")["account"].transform(lambda members: rng.permutation(members.to_numpy()))
    telegram = np.flatnonzero(accounts["platform"] == "telegram")
    return np.where(own >= 0, own, rng.choice(telegram, len(posts)))


def _with_form_feeds(posts: pd.DataFrame, arenas: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    in_desktop = arenas["format"].eq("desktop").to_numpy()[posts["arena"]]
    rows = posts.index[in_desktop & posts["text"].str.contains(r"\. ") & (posts["copy_of"] < 0)
                       & ~posts.index.isin(posts["copy_of"])]
    chosen = rng.choice(rows, _FORM_FEEDS, replace=False)
    return posts.assign(text=posts["text"].where(~posts.index.isin(chosen),
                                                 posts["text"].str.replace(". ", ".\f ", n=1, regex=False)))


def _make_posts(lexicon: Lexicon, arenas: pd.DataFrame, accounts: pd.DataFrame, *, posts: int,
                seed: int) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    rng = np.random.default_rng([seed, 1])
    plan = plan_posts(lexicon, arenas, posts=posts, rng=rng)
    plan = plan.assign(account=assign_accounts(plan, arenas, accounts, rng))
    outside = lexicon.people["outside"]
    plan = add_forwards(plan, arenas, outside=len(outside), rng=rng)
    made = compose_posts(plan, arenas, lexicon, seed=seed)
    made = number_messages(made, arenas, rng=rng)
    made = made.assign(fan=_fans(made, accounts, rng))
    made, planted = plant_identifiers(made, arenas, accounts, lexicon, seed=seed)
    made = _with_form_feeds(made, arenas, rng)
    # after all that is drawn by chance, so that nothing else in the town changes by it
    made, planted = add_happenings(made, planted, arenas, lexicon, seed=seed)
    return lose_days(_sources(made, arenas, outside), planted, arenas)


def _true_posts(posts: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    of = arenas.loc[posts["arena"]].reset_index(drop=True)
    ids = np.array([*accounts["native_id"], None], dtype=object)
    topics = np.array([*(t.id for t in lexicon.topics), None], dtype=object)
    native = np.array([*arenas["native_id"], None], dtype=object)
    source = posts["source"].fillna(-1).to_numpy(dtype=int)
    kind = np.select([posts["is_move"], posts["ring"] >= 0, posts["role"].eq("rumour"), posts["role"].eq("correction"),
                      source != -1, posts["is_near_copy"]],
                     ["move", "ring", "rumour", "correction", "forward", "near copy"], "post")
    return pd.DataFrame({
        "format": of["format"].map(_FORMATS).astype("string"), "chat": of["chat"].astype("string"),
        "message": posts["message"].astype("string"), "posted_at": posts["posted_at"],
        "account": pd.Series(ids[posts["account"]], dtype="string"), "language": posts["language"].astype("string"),
        "topic": pd.Series(topics[posts["topic"]], dtype="string"), "kind": pd.Series(kind, dtype="string"),
        "forwarded_from": pd.Series(np.where(source < -1, "outside", native[np.maximum(source, -1)]), dtype="string"),
        "copy_of": pd.Series(posts["message"].to_numpy()[posts["copy_of"]], dtype="string")
        .where(posts["copy_of"] >= 0),
        **{name: posts[name].astype(bool) for name in ("attack", "hate", "recognition")},
        **{name: posts[name].astype("string") for name in TOLD},
    })


def _peak(posts: pd.DataFrame) -> dict[str, Any]:
    own = posts[posts["topic"] == PEAK]
    week = own["posted_at"].dt.strftime("%G-W%V")
    counts = week.value_counts().sort_index()
    top = str(counts.idxmax())
    inside = own[week == top]
    return {"topic": PEAK, "week": top, "posts": len(inside), "usual": float(counts[counts.index < top][-52:].median()),
            "arenas": sorted(set(inside["chat"]))}


def _riser(posts: pd.DataFrame) -> dict[str, Any]:
    quarter = posts["posted_at"].dt.tz_localize(None).dt.to_period("Q").astype(str)
    share = posts["topic"].eq(RISER).fillna(False).groupby(quarter).mean()
    return {"topic": RISER, "quarters": ["2025Q2", "2025Q3"], "before": float(share["2025Q2"]),
            "after": float(share["2025Q3"])}


def _truth(posts: pd.DataFrame, planted: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame,
           lexicon: Lexicon, *, seed: int, lost: int) -> Truth:
    true = _true_posts(posts, arenas, accounts, lexicon)
    key = ["format", "chat", "message"]
    by_role = arenas.drop_duplicates("role").set_index("role")["native_id"]
    by_handle = arenas.set_index("handle")["native_id"]
    ring = posts[posts["ring"] >= 0]
    topics = pd.DataFrame([{"topic": t.id, "label": t.label, "languages": list(t.words), "youth": t.is_youth,
                            "words": [w for words in t.words.values() for w in words["nouns"][:12]]}
                           for t in lexicon.topics])
    columns = ["format", "chat", "native_id", "title", "handle", "kind", "platform", "community", "language", "role"]
    return Truth(
        seed=seed, topics=topics, posts=true,
        arenas=arenas.assign(format=arenas["format"].map(_FORMATS))[columns],
        accounts=accounts.loc[sorted(set(posts["account"]) - {-1}), ["platform", "native_id", "name", "handle"]]
        .reset_index(drop=True),
        planted=planted[["kind", "value"]].join(true.loc[planted["row"], key].reset_index(drop=True)),
        peak=_peak(true), riser=_riser(true),
        bridge={"native_id": by_role["bridge"], "communities": [1, 2, 3]},
        moved={"old": by_role["closed"], "new": by_role["reopened"], "closed": str(CLOSED), "reopened": str(REOPENED),
               "message": str(true.loc[posts["is_move"], "message"].iloc[0])},
        renamed={"native_id": [by_handle[handle] for handle in OLD_TITLES], "on": str(RENAMED)},
        went_private={"native_id": [by_handle[CLOSING]], "open_until": str(EARLY_EXPORT)},
        ring={"accounts": accounts.loc[accounts["in_ring"], "native_id"].tolist(),
              "links": list(dict.fromkeys(ring["url"])), "occasions": OCCASIONS, "window_seconds": 30},
        **tell_happenings(posts, true, planted, arenas, lexicon, lost=lost), drifted_export=tell_drift(),
    )


def build_city(folder: Path, *, seed: int, posts: int = 20_000) -> Truth:
    """Write the exports of a made-up Danish town, and what is true in them.

    Lillehavn has 40 arenas on Telegram and YouTube and 65 weeks from Monday 2024-07-01. The
    same seed and number give the same bytes. Below `folder` come `telegram-desktop`,
    `telegram-4cat` and `youtube-comments`, each with its source card, `telegram-desktop-2025q2` with
    three chats as they were a quarter earlier, and `truth.json` with `truth-posts.csv`.

    Parameters
    ----------
    folder
        Made if need be; must not hold a town yet.
    posts
        Posts without service messages, at least 10,000; the rumour comes on top, and what the crawler missed is lost.

    Returns
    -------
    truth
        As `read_truth` gives it.

    Raises
    ------
    InputError
        If there are too few posts for the planted truths, or the folder holds a town.
    """
    if posts < FEWEST:
        raise InputError(f"{posts} posts are too few for the planted truths. Ask for {FEWEST} or more.")
    taken = [name for name in (*_FOLDERS, EARLY_FOLDER, TRUTH_FILE) if (folder / name).exists()]
    if taken:
        raise InputError(f"{folder}: already holds {', '.join(taken)}. Name an empty folder.")
    lexicon = read_lexicon()
    arenas = make_arenas(lexicon, np.random.default_rng([seed, 2]))
    accounts = make_accounts(lexicon.people, np.random.default_rng([seed, 3]))
    made, planted, lost = _make_posts(lexicon, arenas, accounts, posts=posts, seed=seed)
    for name, write in _FOLDERS.items():
        write(folder / name, made, arenas, accounts, seed=seed)
    truth = _truth(made, planted, arenas, accounts, lexicon, seed=seed, lost=lost)
    write_truth(truth, folder)
    return truth
