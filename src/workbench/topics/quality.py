"""How good each topic is, beside it (M12), and the posts behind it for the researcher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet, is_trusted
from workbench.topics.labels import measure_coverage
from workbench.topics.vectors import count_words
from workbench.topics.words import words_of

TOP_WORDS = 10
_NAMED = 20  # values an error lists
_SHOWN = ["post_id", "posted_at", "platform", "arena_id", "language", "text"]


def measure_quality(corpus: Corpus, topics: TopicSet) -> pd.DataFrame:
    """Measure what makes each topic one to trust (M12).

    Returns
    -------
    quality
        One row per topic: `topic_id`, `label`, `size` (posts), `coverage` (part of its posts that have
        a word of the label, in any inflection; missing without label), `npmi` (`measure_coherence`),
        `diversity` (part of its ten top words that no other topic has), `stability` (mean best
        Jaccard over refits), `core` (posts), `inclusion`, `is_trusted` (`tables.topics.is_trusted`; all four missing
        without refits), then one
        column per platform and language with its share of the topic's posts, such as
        ``platform: telegram`` and ``language: da``; a language that cannot be told is ``?``.
        `attrs` holds `diversity` of all topics: different top words / top words (Dieng 2020).
    """
    words = [list(w)[:TOP_WORDS] for w in topics.topics["words"]]
    used = Counter(word for top in words for word in set(top))
    own = [sum(used[w] == 1 for w in top) / len(top) if top else np.nan for top in words]
    table = topics.topics[["topic_id", "label", "size"]].assign(
        coverage=_label_coverage(corpus, topics),
        npmi=pd.Series(measure_coherence(corpus, topics), dtype="Float64", index=topics.topics.index),
        diversity=pd.Series(own, dtype="Float64", index=topics.topics.index), stability=topics.topics["stability"])
    table = table.assign(core=topics.topics["core"], inclusion=topics.topics["inclusion"],
                         is_trusted=is_trusted(topics.topics))
    posts = corpus.posts.merge(topics.assignments[["post_id", "topic_id"]], on="post_id")
    for column in ("platform", "language"):
        shares = pd.crosstab(posts["topic_id"], posts[column].fillna("?"), normalize="index")
        shares.columns = pd.Index([f"{column}: {value}" for value in shares.columns])
        table = table.join(shares, on="topic_id")
    table.attrs["diversity"] = len(used) / max(sum(map(len, words)), 1)
    return table


def _label_coverage(corpus: Corpus, topics: TopicSet) -> pd.Series:
    place = {int(topic): i for i, topic in enumerate(topics.topics["topic_id"])}
    chosen = topics.assignments[topics.assignments["topic_id"].isin(place)]
    posts = corpus.posts[["post_id", "text", "language"]].merge(chosen[["post_id", "topic_id"]], on="post_id")
    codes, texts = pd.factorize(posts["text"])
    counts, words = count_words(texts.tolist())
    named = [words_of(label) for label in topics.topics["label"].fillna("")]
    found = measure_coverage(counts[codes], words, posts["topic_id"].map(place).to_numpy(np.int64),
                             posts["language"], named=named)
    return pd.Series(found, dtype="Float64", index=topics.topics.index)


def measure_coherence(corpus: Corpus, topics: TopicSet, *,
                      words_in: Callable[[str], list[str]] = words_of) -> list[float]:
    """Measure the NPMI coherence of each topic's ten top words, -1 to 1.

    The mean over pairs of words of log(p(a,b) / p(a)p(b)) / -log p(a,b), where p is the share
    of different texts with the words; -1 for a pair that never meets (Bouma 2009; Lau, Newman &
    Baldwin 2014). Missing for a topic of fewer than two words.

    Parameters
    ----------
    words_in
        What reads the words of a text; another one for topics that read words in another way.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    words = [list(w)[:TOP_WORDS] for w in topics.topics["words"]]
    vocabulary = sorted({word for top in words for word in top})
    if not vocabulary:
        return [np.nan] * len(words)
    posts = corpus.posts[corpus.posts["post_id"].isin(topics.assignments["post_id"])]
    counter = CountVectorizer(analyzer=words_in, vocabulary=vocabulary, binary=True, dtype=np.float32)
    has = counter.transform(posts["text"].drop_duplicates())
    together = np.asarray((has.T @ has).todense(), dtype=float) / has.shape[0]
    place = {word: i for i, word in enumerate(vocabulary)}
    return [_npmi(together[np.ix_(at, at)]) for at in ([place[w] for w in top] for top in words)]


def _npmi(together: np.ndarray) -> float:
    if len(together) < 2:
        return float("nan")
    first, second = np.triu_indices(len(together), 1)
    both, alone = together[first, second], together.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(both / (alone[first] * alone[second])) / -np.log(both)
    # words that stand in every text have nothing to tell, words that never meet tell all
    return float(np.where(both <= 0, -1.0, np.where(both >= 1, 0.0, information)).mean())


def read_posts(corpus: Corpus, topics: TopicSet, *, topic_id: int, most_posts: int = 10, language: str | None = None,
               arena: str | None = None, core_only: bool = False) -> pd.DataFrame:
    """Read the posts that stand for a topic: the nearest to it, each text and arena once in turn.

    For the researcher's eyes only: this is text of posts. It belongs into no finding, no report
    and no notebook that is handed on with its outputs. `reading.show_posts` shows them in full.

    Parameters
    ----------
    language, arena
        Only posts in this language (such as ``sv``; ``?``: those whose language cannot be told), or of the
        arena with this id.
    core_only
        Only posts of the topic's core (`is_core` of the assignments).

    Returns
    -------
    posts
        `post_id`, `posted_at`, `platform`, `arena_id`, `language`, `text` and `confidence`; the
        best of each arena first, then the second best, so that no arena speaks for all.

    Raises
    ------
    TableError
        If there is no such topic, the topic has no posts in that language or arena, or these topics
        have no core.
    """
    if topic_id not in set(topics.topics["topic_id"]):
        raise TableError(f"There is no topic {topic_id}. topics.topics lists those there are.")
    chosen = topics.assignments[topics.assignments["topic_id"] == topic_id]
    if core_only:
        if "is_core" not in chosen:
            raise TableError("These topics have no core posts: they were modelled before cores were kept. "
                             "Model them again, or read without core_only.")
        chosen = chosen[chosen["is_core"].fillna(False).astype(bool)]
    posts = corpus.posts[_SHOWN].merge(chosen[["post_id", "confidence"]], on="post_id")
    for column, wanted in (("language", language), ("arena_id", arena)):
        values = posts[column].fillna("?")
        if wanted is not None and not values.eq(wanted).any():
            raise TableError(f"Topic {topic_id} has no posts with {column} {wanted}; there is: "
                             f"{', '.join(sorted(values.unique())[:_NAMED]) or 'none'}.")
        posts = posts if wanted is None else posts[values.eq(wanted)]
    posts = posts.sort_values(["confidence", "post_id"], ascending=[False, True]).drop_duplicates("text")
    turn = posts.groupby("arena_id").cumcount()
    return posts.assign(turn=turn).sort_values(["turn", "confidence", "post_id"], ascending=[True, False, True]).drop(
        columns="turn").head(most_posts).reset_index(drop=True)
