"""What the courses without code look up in the made-up city: what the young meet, a rumour, a group, small numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.training.town import Town

# words by which a topic that young people care about is found among those of the model
YOUTH = {"school_start": "skole|madpakke|klasse|lektie", "football": "fodbold|kunstban|målmand|træner",
         "gaming": "gaming|server|controller|lobby", "music_festival": "festival|koncert|camping",
         "exam_stress": "eksamen|karakter|pensum|læseferi", "youth_club": "klubben|ungdomsklub"}
RUMOUR = "grønt hår"
ZONE = "Europe/Copenhagen"
SHOWN = 12  # accounts
LEAST_AUTHORS = 5  # behind a number that is shown


@dataclass(frozen=True)
class Rumour:
    """A rumour and what was said against it.

    Attributes
    ----------
    posts
        In order of time, those of the rumour and the correction: `at` (of the town's clock), `arena_id`, `platform`,
        `is_correction`.
    """

    posts: pd.DataFrame

    @property
    def told(self) -> pd.DataFrame:
        """Posts of the rumour alone."""
        return self.posts[~self.posts["is_correction"]]

    @property
    def minutes(self) -> int:
        """From the first post to the correction."""
        corrected = self.posts.loc[self.posts["is_correction"], "at"].iloc[0]
        return int((corrected - self.posts["at"].iloc[0]).total_seconds() // 60)

    @property
    def before(self) -> int:
        """Posts of the rumour before the correction."""
        return int(self.posts["is_correction"].to_numpy().argmax())


@dataclass(frozen=True)
class Group:
    """Accounts that share the same links at nearly the same time.

    Attributes
    ----------
    members
        Pseudonyms of those that do so more often than chance.
    shares
        Links that two accounts or more shared: `account_id`, `target` and `at`, in seconds.
    """

    members: frozenset[str]
    shares: pd.DataFrame

    def count_within(self, seconds: int) -> pd.DataFrame:
        """Count, by account, the links that another one shared within so many seconds.

        Returns
        -------
        counts
            `times` and `is_member` of the accounts with most, at most `SHOWN`.
        """
        pairs = self.shares.merge(self.shares, on="target")
        near = pairs["account_id_x"].ne(pairs["account_id_y"]) & (pairs["at_x"] - pairs["at_y"]).abs().le(seconds)
        times = pairs[near].groupby("account_id_x")["target"].nunique()
        first = self.shares.groupby("account_id")["target"].nunique()
        told = pd.DataFrame({"times": times.reindex(first.index).fillna(0).astype(int), "shared": first})
        told["is_member"] = told.index.isin(self.members)
        return told.sort_values(["times", "shared"], ascending=False, kind="stable").head(SHOWN).reset_index(drop=True)


def list_youth_topics(town: Town) -> pd.DataFrame:
    """List the topics that young people care about, largest first: `topic`, `posts` of the quarter, `arenas`.

    Each is the topic of the model that most posts with its words are in.
    """
    return town.remember(_list_youth_topics)


def _list_youth_topics(town: Town) -> pd.DataFrame:
    told = _with_topics(town)
    rows = []
    for name, words in YOUTH.items():
        has = told["text"].str.contains(words, case=False, regex=True).fillna(False).astype(bool)
        topic = told.loc[has & told["topic_id"].ge(0), "topic_id"].mode().iloc[0]
        own = told[told["topic_id"].eq(topic)]
        rows.append({"topic": name, "topic_id": int(topic), "posts": len(own), "arenas": own["arena_id"].nunique()})
    return pd.DataFrame(rows).sort_values("posts", ascending=False, ignore_index=True)


def find_rumour(town: Town) -> Rumour:
    """Find the rumour by its words: its posts are near copies of each other, the correction is none."""
    return town.remember(_find_rumour)


def _find_rumour(town: Town) -> Rumour:
    from workbench.actors import find_copies

    posts = town.quarter.posts
    told = posts[posts["text"].str.contains(RUMOUR, case=False, regex=False).fillna(False).astype(bool)]
    told = told.sort_values("posted_at", kind="stable")
    copies = find_copies(told["text"])
    return Rumour(pd.DataFrame({"at": told["posted_at"].dt.tz_convert(ZONE), "arena_id": told["arena_id"],
                                "platform": told["platform"],
                                "is_correction": copies.ne(copies.mode().iloc[0])}).reset_index(drop=True))


def find_group(town: Town) -> Group:
    """Find the accounts that share links together more often than chance, within a minute."""
    return town.remember(_find_group)


def _find_group(town: Town) -> Group:
    from workbench.actors import find_coordination

    corpus = town.quarter
    found = find_coordination(corpus, seed=1, relations=("url",), windows=(60,))
    links = corpus.links[corpus.links["relation"].eq("url")]
    shares = links.merge(corpus.posts[["post_id", "account_id", "posted_at"]], on="post_id").dropna(
        subset=["account_id"])
    shares["at"] = (shares["posted_at"] - shares["posted_at"].min()).dt.total_seconds()
    many = shares.groupby("target")["account_id"].transform("nunique") > 1
    return Group(frozenset(found.members["actor_id"].astype(str)),
                 shares.loc[many, ["account_id", "target", "at"]].reset_index(drop=True))


def list_small_counts(town: Town) -> pd.DataFrame:
    """List the topics of one group by how few write about them: `label`, `posts` and `authors`.

    It is the group in which most topics come from one person each.
    """
    return town.remember(_list_small_counts)


def _list_small_counts(town: Town) -> pd.DataFrame:
    from workbench.training.exercises import load_model

    told = _with_topics(town).dropna(subset=["account_id"])
    told = told[told["topic_id"].ge(0)]
    cells = told.groupby(["arena_id", "topic_id"]).agg(posts=("post_id", "size"), authors=("account_id", "nunique"))
    cells = cells[cells["posts"].gt(1)].reset_index()
    group = cells.loc[cells["authors"].eq(1), "arena_id"].mode().iloc[0]
    labels = load_model(town).topics.set_index("topic_id")["label"]
    own = cells[cells["arena_id"].eq(group)].assign(label=lambda rows: rows["topic_id"].map(labels))
    return own.sort_values(["authors", "posts"], kind="stable", ignore_index=True)


def count_hidden(town: Town) -> int:
    """Count the topics of the small group behind which stand too few people for a number to be shown."""
    return int(list_small_counts(town)["authors"].lt(LEAST_AUTHORS).sum())


def _with_topics(town: Town) -> pd.DataFrame:
    from workbench.training.exercises import load_model

    model: Any = load_model(town)
    told: pd.DataFrame = town.quarter.posts.merge(model.assignments[["post_id", "topic_id"]], on="post_id")
    return told
