"""Topics numbered anew after people split and merged them, and the groups and the BERTopic that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.tables.topics import TopicSet
from workbench.topics.bert import SHOWN_TEXTS
from workbench.topics.clusters import NO_TOPIC, TopicCentroids
from workbench.topics.trust import find_counterparts, join_counterparts, judge_changed

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class Origins:
    """Where topics that were numbered anew come from.

    Attributes
    ----------
    whole
        New number by old number, of topics that stayed in one piece, merged or not.
    parts
        New number by old subtopic, of topics that were split.
    order
        Old subtopics in the order of the new ones.
    """

    whole: dict[int, int]
    parts: dict[int, int]
    order: list[int]


def renumber_topics(found: TopicSet, decided: TopicSet) -> tuple[TopicSet, Origins]:
    """Renumber topics by size, and subtopics by topic and size, as `tables.topics` says; 0 is the largest.

    BERTopic takes numbers of topics for places in its tables, so there may be no gaps.

    Parameters
    ----------
    found
        Topics as they were modelled.
    decided
        The same posts after topics were split and merged, topics under any numbers.
    """
    sizes = decided.topics.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable")
    number = {int(t): place for place, t in enumerate(sizes["topic_id"])}
    topics = sizes.assign(topic_id=range(len(sizes))).astype({"topic_id": "Int64"}).reset_index(drop=True)
    if "near" in topics:
        topics["near"] = topics["near"].map(number).astype("Int64")

    def follow(frame: pd.DataFrame) -> pd.Series:
        return frame["topic_id"].map({**number, NO_TOPIC: NO_TOPIC}).astype("Int64")

    subtopics = decided.subtopics.assign(topic_id=follow(decided.subtopics))
    subtopics = subtopics.sort_values(["topic_id", "size", "subtopic_id"], ascending=[True, False, True])
    order = [int(s) for s in subtopics["subtopic_id"]]
    place_of = {s: place for place, s in enumerate(order)}
    subtopics = subtopics.assign(subtopic_id=range(len(order))).astype({"subtopic_id": "Int64"}).reset_index(drop=True)
    part_of = decided.assignments["subtopic_id"].map({**place_of, NO_TOPIC: NO_TOPIC}).astype("Int64")
    assignments = decided.assignments.assign(topic_id=follow(decided.assignments), subtopic_id=part_of)
    origins = _origins(found, assignments, topics, dict(zip(order, subtopics["topic_id"].astype(int), strict=True)),
                       order)
    return replace(decided, topics=topics, assignments=assignments, subtopics=subtopics), origins


def _origins(found: TopicSet, assignments: pd.DataFrame, topics: pd.DataFrame, part_in: dict[int, int],
             order: list[int]) -> Origins:
    went = pd.DataFrame({"was": found.assignments["topic_id"].to_numpy(), "now": assignments["topic_id"].to_numpy()})
    ends: dict[int, set[int]] = {}
    for was, now in went[went["was"].ge(0)].drop_duplicates().astype(int).itertuples(index=False):
        ends.setdefault(was, set()).add(now)
    whole = {was: min(now) for was, now in ends.items() if len(now) == 1}
    named = dict(zip(topics["stable_id"], topics["topic_id"].astype(int), strict=True))
    # a topic without posts goes by its id
    whole |= {int(t): named[name] for t, name in zip(found.topics["topic_id"], found.topics["stable_id"], strict=True)
              if int(t) not in ends and name in named}
    of_split = found.subtopics.loc[~found.subtopics["topic_id"].isin(list(whole)), "subtopic_id"]
    return Origins(whole, {int(s): part_in[int(s)] for s in of_split}, order)


def remake_model(topics: TopicSet, origins: Origins) -> TopicSet:
    """Return topics whose groups and BERTopic are numbered, merged and split as the tables are.

    A merged topic has the groups of all that went into it; of a topic that was split, the centroids of its parts
    take the place of its groups. What BERTopic knows of a merged topic is the mean of what it knew, weighed by posts;
    of a part, the words that tell it, in the shares they had in the whole, and its centroid.

    Parameters
    ----------
    topics
        Of `renumber_topics`, with the `bertopic` that was fitted.
    """
    if topics.bertopic is None:
        return topics
    from bertopic._bertopic import TopicMapper
    from scipy import sparse

    old: Any = topics.bertopic
    clusters = remake_clusters(old.hdbscan_model, origins)
    state = _remake_state(old, topics, origins)
    topic_of = topics.assignments["topic_id"].to_numpy(np.int64)
    new = copy(old)
    # what BERTopic fits anew in place belongs to one of the two
    new.vectorizer_model, new.ctfidf_model = copy(old.vectorizer_model), copy(old.ctfidf_model)
    new.ctfidf_model._idf_diag = sparse.diags(state["idf"], format="csr")
    new.c_tf_idf_, new.topic_embeddings_ = state["weights"], state["embeddings"]
    new.topic_representations_ = state["words"]
    counterparts = _counterparts(topics, old.hdbscan_model.counterparts, origins)
    new.hdbscan_model = replace(clusters, labels_=topic_of, counterparts=counterparts)
    new.topics_, new.topic_mapper_ = topic_of.tolist(), TopicMapper(sorted(state["words"]))
    new.topic_sizes_ = {int(t): int(n) for t, n in zip(*np.unique(topic_of, return_counts=True), strict=True)}
    # names and other representations were of the topics as they were found
    new.custom_labels_, new.topic_aspects_ = None, {}
    new.representative_docs_ = _shown_texts(old, clusters, origins)
    if hasattr(old, "representative_posts_"):
        new.representative_posts_ = _shown_posts(old, topics.assignments, origins)
    if hasattr(old, "agreed_words_"):
        new.agreed_words_ = {t: [word for word, _ in words] for t, words in state["words"].items()}
    return judge_changed(replace(topics, bertopic=new), counterparts)


def _counterparts(topics: TopicSet, old: np.ndarray, origins: Origins) -> np.ndarray:
    """Return the groups of refits that stand for each topic; those of parts are found by their posts."""
    found = join_counterparts(old, origins.whole)
    found = np.concatenate([found, np.zeros((len(topics.topics) - len(found), *old.shape[1:]), dtype=bool)])
    if topics.refits is not None and origins.parts:
        labels, new = topics.assignments["topic_id"].to_numpy(np.int64), sorted(set(origins.parts.values()))
        by_posts, _ = find_counterparts(labels, topics.refits.groups, topics=len(found))
        found[new, :, :by_posts.shape[2]] |= by_posts[new]
    return found


def remake_clusters(clusters: TopicCentroids, origins: Origins) -> TopicCentroids:
    """Return the groups that stand for the topics as they are numbered now."""
    whole = {**origins.whole, NO_TOPIC: NO_TOPIC}
    kept = np.isin(clusters.topic_of, list(whole))
    parts = list(origins.parts)
    parent_of = [origins.parts[s] if s in origins.parts else whole[int(clusters.parent_of[s])] for s in origins.order]
    known = clusters.looked_for or ("",) * len(kept)
    names = [name for name, stays in zip(known, kept, strict=True) if stays]
    return replace(
        clusters, centroids=np.vstack([clusters.centroids[kept], clusters.fine[parts]]),
        topic_of=np.array([*(whole[int(t)] for t in clusters.topic_of[kept]), *origins.parts.values()], dtype=int),
        fine=clusters.fine[origins.order], parent_of=np.array(parent_of, dtype=int),
        looked_for=(*names, *[""] * len(parts)))


def _remake_state(model: Any, topics: TopicSet, origins: Origins) -> dict[str, Any]:
    """Return words with weights, c-TF-IDF, inverse document frequencies and embeddings of the topics there are now."""
    from scipy import sparse

    numbers = sorted(int(t) for t in model.topic_representations_)
    new_numbers = [*([NO_TOPIC] if NO_TOPIC in numbers else []), *(int(t) for t in topics.topics["topic_id"])]
    mixing = _mixing(model, topics, origins, numbers, new_numbers)
    idf = model.ctfidf_model._idf_diag.diagonal()
    # c-TF-IDF weighs the square root of the share of each word among the words of a topic
    shares = (model.c_tf_idf_ @ sparse.diags(1 / np.maximum(idf, 1e-12))).power(2).tocsr()
    words = [str(word) for word in model.vectorizer_model.get_feature_names_out()]
    places = {word: i for i, word in enumerate(words)}
    of_parts = _shares_of_parts(shares, places, topics, origins, [numbers.index(int(model.hdbscan_model.parent_of[s]))
                                                                  for s in origins.parts])
    # a word's weight falls with the words per class, and there are other classes now
    idf = np.log1p(np.expm1(idf) * len(numbers) / len(new_numbers))
    weights = ((mixing @ sparse.vstack([shares, of_parts])).sqrt() @ sparse.diags(idf)).tocsr()
    weights.sort_indices()
    known = np.vstack([model.topic_embeddings_, model.hdbscan_model.fine[list(origins.parts)]])
    leading = dict(zip(topics.topics["topic_id"].astype(int), topics.topics["words"], strict=True))
    leading[NO_TOPIC] = [word for word, _ in model.topic_representations_.get(NO_TOPIC, [])]
    said = {t: [(word, float(weights[i, places[word]]) if word in places else 0.0) for word in leading[t]]
            for i, t in enumerate(new_numbers)}
    return {"words": said, "weights": weights, "idf": idf, "embeddings": mixing @ known}


def _mixing(model: Any, topics: TopicSet, origins: Origins, numbers: list[int],
            new_numbers: list[int]) -> sparse.csr_matrix:
    """Return the weight of each old topic, then of each part, in every new topic; rows sum to one."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    size_of = dict(zip(origins.order, topics.subtopics["size"].astype(float), strict=True))
    cells = [(origins.whole.get(t, NO_TOPIC if t == NO_TOPIC else None), i, model.topic_sizes_.get(t, 0))
             for i, t in enumerate(numbers)]
    cells += [(now, len(numbers) + i, size_of[s]) for i, (s, now) in enumerate(origins.parts.items())]
    rows = {t: i for i, t in enumerate(new_numbers)}
    kept = [(rows[now], at, max(size, 1)) for now, at, size in cells if now is not None]
    row, column, size = zip(*kept, strict=True)
    shape = (len(new_numbers), len(numbers) + len(origins.parts))
    return normalize(sparse.csr_matrix((np.array(size, float), (row, column)), shape=shape), norm="l1")


def _shares_of_parts(shares: sparse.csr_matrix, places: dict[str, int], topics: TopicSet, origins: Origins,
                     parents: list[int]) -> sparse.csr_matrix:
    """Return the shares of the words that tell each part, as in the whole: a model keeps no counts of parts."""
    from scipy import sparse
    from sklearn.preprocessing import normalize

    if not origins.parts:
        return sparse.csr_matrix((0, len(places)))
    words_of = dict(zip(origins.order, topics.subtopics["words"], strict=True))
    cells = [(i, places[word], max(float(shares[parent, places[word]]), 1e-9))
             for i, (part, parent) in enumerate(zip(origins.parts, parents, strict=True))
             for word in words_of[part] if word in places]
    found = sparse.csr_matrix((len(origins.parts), len(places)))
    if cells:
        row, column, share = zip(*cells, strict=True)
        found = sparse.csr_matrix((share, (row, column)), shape=found.shape)
    return normalize(found, norm="l1")


def _shown_texts(model: Any, clusters: TopicCentroids, origins: Origins) -> dict[int, list[str]]:
    """Return the texts that show each topic, of those that showed what it is made of."""
    known = {int(t): list(texts) for t, texts in (model.representative_docs_ or {}).items()}
    if not known:
        return {}
    alone = _alone(origins)
    shown = {now: known[t] for now, t in alone.items() if t in known}
    others = list(dict.fromkeys(_texts_of(known, set(known) - set(alone.values()))))
    if others:
        topic, similarity = clusters.assign(np.asarray(model.embedding_model.embedder.embed(others)))
        for now in sorted({*origins.whole.values(), *origins.parts.values()} - set(shown)):
            inside = np.flatnonzero(topic == now)
            nearest = inside[np.argsort(-similarity[inside], kind="stable")[:SHOWN_TEXTS]]
            shown[now] = [others[i] for i in nearest]
    return shown


def _shown_posts(model: Any, assignments: pd.DataFrame, origins: Origins) -> dict[int, list[int]]:
    """Return the rows of the posts that show each topic: of one that was split or merged, those nearest to it."""
    nearest = assignments.reset_index(drop=True).sort_values("confidence", ascending=False, kind="stable")
    nearest = nearest.groupby("topic_id").head(SHOWN_TEXTS)
    shown: dict[int, list[int]] = {}
    for topic, row in zip(nearest["topic_id"].astype(int), nearest.index, strict=True):
        shown.setdefault(topic, []).append(int(row))
    known = {now: model.representative_posts_[t] for now, t in _alone(origins).items()
             if t in model.representative_posts_}
    return {**shown, **known}


def _alone(origins: Origins) -> dict[int, int]:
    """Return the old number of each topic that is what it was, and of no topic."""
    ends = [*origins.whole.values(), *origins.parts.values()]
    return {now: t for t, now in origins.whole.items() if ends.count(now) == 1} | {NO_TOPIC: NO_TOPIC}


def _texts_of(known: dict[int, list[str]], topics: Iterable[int]) -> Iterator[str]:
    for topic in sorted(topics):
        yield from known[topic]
