"""What the steps of a course call: small tables of the made-up city, one question each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.training.town import PERIOD, Town, list_weeks

SAMPLE = 20  # posts that participants code
_YES, _NO = ("y", "j", "1"), ("n", "0")
FAULTY_WEEK = "2025-W37"  # that a made-up crawler read three times
_PART = 2_000  # posts whose topics are found in a few seconds
_LONG = (14, 24)  # words of a post that is worth a paraphrase


def list_arenas(town: Town) -> pd.DataFrame:
    """List the arenas: kind, posts, first and last day with a post, and days of silence up to the end."""
    corpus = town.everything
    told = corpus.posts.groupby("arena_id")["posted_at"].agg(["size", "min", "max"])
    table = told.join(corpus.arenas.set_index("arena_id")["kind"])
    silent = (corpus.posts["posted_at"].max() - table["max"]).dt.days
    return pd.DataFrame({"kind": table["kind"], "posts": table["size"], "first": table["min"].dt.date,
                         "last": table["max"].dt.date, "days_silent": silent}).sort_values("first")


def draw_posts(town: Town, *, seed: int = 1) -> pd.DataFrame:
    """Draw the posts that participants code: both coders coded them, some are attacks, none is hate.

    Returns
    -------
    posts
        Columns `number` (1 to 20), `post_id`, `text`.
    """
    verdicts = town.speech.settled.pivot(index="post_id", columns="code", values="value")
    double = town.speech.sample.loc[town.speech.sample["is_double"].fillna(False), "post_id"]
    verdicts = verdicts[verdicts.index.isin(double) & verdicts["attack"].notna()]
    calm = ~verdicts["hate"].fillna(False).astype(bool)
    attacks, others = (verdicts.index[calm & verdicts["attack"].eq(value)] for value in (True, False))
    rng = np.random.default_rng(seed)
    chosen = [*rng.choice(attacks, 7, replace=False), *rng.choice(others, SAMPLE - 7, replace=False)]
    texts = town.quarter.posts.set_index("post_id")["text"]
    ids = list(rng.permutation(chosen))
    return pd.DataFrame({"number": range(1, SAMPLE + 1), "post_id": ids, "text": texts.reindex(ids).to_numpy()})


def compare_coders(town: Town, posts: pd.DataFrame, mine: str) -> pd.DataFrame:
    """Compare a participant's codes of attacks with those of the two made-up coders.

    Parameters
    ----------
    posts
        Of `draw_posts`.
    mine
        One letter a post, in order: y (or j) for an attack, n for none; blanks count for nothing.

    Returns
    -------
    table
        One row per pair: raw `agreement` (0 to 1) and Krippendorff's `alpha`, missing where it cannot be told.

    Raises
    ------
    InputError
        If there is not one letter a post.
    """
    letters = "".join(mine.split()).casefold()
    if len(letters) != len(posts) or not set(letters) <= {*_YES, *_NO}:
        raise InputError(f"mine holds {len(letters)} letters; write one for each of the {len(posts)} posts, y for an "
                         "attack and n for none, such as \"y n n y …\".")
    codes = town.speech.codes[town.speech.codes["code"].eq("attack") & town.speech.codes["post_id"].isin(
        posts["post_id"])]
    said = {"you": pd.Series([letter in _YES for letter in letters], index=posts["post_id"])}
    said |= {str(coder): rows.set_index("post_id")["value"] for coder, rows in codes.groupby("coder")
             if str(coder).startswith("coder")}
    names = list(said)
    return pd.DataFrame([_pair(a, b, said) for i, a in enumerate(names) for b in names[i + 1:]])


def _pair(first: str, second: str, said: dict[str, pd.Series]) -> dict[str, Any]:
    both = pd.DataFrame({"a": said[first], "b": said[second]}).dropna().astype(bool)
    return {"pair": f"{first} – {second}", "posts": len(both), "agreement": float(both["a"].eq(both["b"]).mean()),
            "alpha": _alpha(both)}


def _alpha(both: pd.DataFrame) -> float:
    """Return Krippendorff's alpha of two coders, yes or no: 1 − (n−1)·o₀₁/(n₀·n₁), n values (2019, ch. 12)."""
    yes = int(both.to_numpy().sum())
    values = both.size
    differ = int(both["a"].ne(both["b"]).sum())
    return float("nan") if yes in (0, values) else 1 - (values - 1) * differ / (yes * (values - yes))


def list_agreement(town: Town) -> pd.DataFrame:
    """List how far the two made-up coders agree on the three main codes, over the whole audit."""
    told = town.speech.agreement.set_index("code").loc[["attack", "offensive", "recognition"]]
    return told[["posts", "agreement", "alpha", "low", "high"]].astype(float).round(3).reset_index()


def list_shares(town: Town) -> pd.DataFrame:
    """List three shares of attacks: in the sample, by the model alone, and audited.

    Returns
    -------
    shares
        Index sample, model, audit; columns `percent`, `low`, `high` (95 %, of the audit alone) and `of`: posts.
    """
    from workbench.findings.audited import audit_code

    told = audit_code(town.speech, "attack")
    flagged = town.speech.scores["attack"].ge(town.speech.thresholds["attack"])
    rows = {"sample": (len(told.found) / len(told.coded), None, None, len(told.coded)),
            "model": (float(flagged.mean()), None, None, len(flagged)),
            "audit": (told.estimate.value, told.estimate.low, told.estimate.high, len(told.posts))}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["percent", "low", "high", "of"])
    table[["percent", "low", "high"]] = (table[["percent", "low", "high"]].astype(float) * 100).round(1)
    return table


def load_model(town: Town) -> Any:
    """Load the topics of the quarter that came with the town: a `TopicSet` of seed 1."""
    from workbench.topics import load_topics
    from workbench.training.town import TOPICS

    return load_topics(town.study.folder / TOPICS)


def draw_part(town: Town, *, seed: int = 1) -> Any:
    """Draw 2,000 posts of the quarter, whose topics nobody waits for: a `Corpus`."""
    posts = town.quarter.posts
    drawn = posts.sample(min(_PART, len(posts)), random_state=seed)["post_id"]
    return replace(town.quarter, posts=posts[posts["post_id"].isin(drawn)].reset_index(drop=True))


def compare_models(then: Any, now: Any) -> pd.DataFrame:
    """Compare two models of the same posts.

    Returns
    -------
    table
        One row per topic of the first: `label_then`, `label_now`, `jaccard` (posts in both of all in either) and
        `found_again` (more than half).
    """
    from workbench.topics import match_topics

    first, second = (model.assignments.set_index("post_id")["topic_id"] for model in (then, now))
    matches = match_topics(first, second)
    kept = matches[matches["verdict"].eq("kept")].set_index("before")
    labels = now.topics.set_index("topic_id")["label"]
    rows: pd.DataFrame = then.topics[["topic_id", "label"]].rename(columns={"label": "label_then"})
    rows["found_again"] = rows["topic_id"].isin(kept.index)
    rows["label_now"] = rows["topic_id"].map(kept["now"]).map(labels)
    rows["jaccard"] = rows["topic_id"].map(kept["jaccard"]).astype(float).round(2)
    return rows


def list_lift(town: Town, topics: Any) -> pd.DataFrame:
    """List topics with enough coded posts: posts, attacks found by the coders, and the lift with its interval (M10)."""
    from workbench.findings import measure_attack_lift

    told = measure_attack_lift(town.quarter, town.speech, topics, quarter=PERIOD).data.rename(columns={
        "attack_found": "found", "lift_low": "low", "lift_high": "high", "lift_q": "q"})
    rows = told.dropna(subset=["topic_id", "lift"]).copy()
    rows["posts"] = rows["topic_id"].map(topics.topics.set_index("topic_id")["size"])
    columns = ["topic_id", "label", "posts", "found", "lift", "low", "high", "q"]
    table: pd.DataFrame = rows[columns].astype({"lift": float, "low": float, "high": float, "q": float}).round(2)
    return table


def read_thrice(town: Town) -> Any:
    """Return the posts up to the end of the quarter as a crawler would give them that read one week three times."""
    posts = town.everything.posts
    week = posts[list_weeks(posts).eq(FAULTY_WEEK)]
    copies = [week.assign(post_id=week["post_id"] + f"~{n}") for n in (2, 3)]
    return replace(town.everything, posts=pd.concat([posts, *copies], ignore_index=True))


def count_weeks(corpus: Any, word: str, *, weeks: int = 13) -> pd.DataFrame:
    """Count posts by week, and those that hold a word.

    Returns
    -------
    table
        The last weeks: `week`, `posts`, `with_word`, `percent` of the week's posts, `arenas` with the word.
    """
    posts = corpus.posts.assign(week=list_weeks(corpus.posts))
    posts["has"] = posts["text"].str.contains(word, case=False, regex=False).fillna(False).astype(bool)
    told = posts.groupby("week").agg(posts=("post_id", "size"), with_word=("has", "sum"))
    told["percent"] = (100 * told["with_word"] / told["posts"]).round(1)
    told["arenas"] = posts[posts["has"]].groupby("week")["arena_id"].nunique()
    table: pd.DataFrame = told.fillna({"arenas": 0}).astype({"arenas": int}).tail(weeks).reset_index()
    return table


def draw_post(town: Town, *, seed: int = 1) -> str:
    """Draw a post that nobody called an attack, long enough to be said in other words."""
    posts = town.quarter.posts[town.quarter.posts["language"].eq("da")]
    words = posts["text"].str.count(r"\S+")
    attacks = town.speech.scores.set_index("post_id")["attack"].reindex(posts["post_id"]).to_numpy(dtype=float)
    calm = posts[words.between(*_LONG).fillna(False).to_numpy() & (attacks < 0.05)]
    return str(calm["text"].iloc[int(np.random.default_rng(seed).integers(len(calm)))])


def save_report(town: Town, path: str | Path, *, language: str) -> Path:
    """Save a report of one finding as tagged PDF, through the gate: the audited share of attacks.

    Returns
    -------
    path
        Of the PDF; every page says that it is a draft of a made-up city.
    """
    from workbench.charts import plot_speech
    from workbench.files import write_atomically
    from workbench.findings import measure_speech
    from workbench.reports import render_cover, render_figure, render_finding, render_heading, render_pdf, render_table

    release = town.study.release([measure_speech(town.quarter, town.speech, quarter=PERIOD)], town.quarter)
    found = release.findings["speech"]
    blocks = [render_cover(release, title=["speech"], place=town.study.name, period=PERIOD,
                           contact=town.study.contact, language=language),
              render_heading("section.speech", level=1, language=language), render_finding(found, language=language),
              render_figure(plot_speech(found, language=language), language=language),
              render_table(found, language=language)]
    write_atomically(Path(path), render_pdf(blocks, language=language, draft=True, made_up=True), is_private=False)
    return Path(path)


def read_aloud(path: str | Path) -> pd.DataFrame:
    """List what a screen reader finds in a PDF, in its order.

    Returns
    -------
    heard
        `tag` (such as H1, Table or Figure) and `alt`: what is read instead of a picture. Empty without tags.
    """
    from pypdf import PdfReader

    root: Any = PdfReader(Path(path)).trailer["/Root"]
    return pd.DataFrame(_walk(root.get("/StructTreeRoot")), columns=["tag", "alt"])


def _walk(node: Any) -> Iterator[tuple[str, str]]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for part in node:
            yield from _walk(part)
    elif isinstance(node, dict):
        tag = str(node.get("/S", "")).removeprefix("/")
        if tag in ("H1", "H2", "H3", "P", "Table", "Figure", "L", "Title"):
            yield tag, str(node.get("/Alt", ""))
        if tag != "Table":
            yield from _walk(node.get("/K", []))
