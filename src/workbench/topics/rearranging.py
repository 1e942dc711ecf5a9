"""Topics of a BERTopic under other numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import TableError
from workbench.topics.clusters import NO_TOPIC
from workbench.topics.inflections import SNOWBALL, stem_of
from workbench.topics.words import theme_words

if TYPE_CHECKING:
    from bertopic import BERTopic
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

NO_WORDS = [("", 1e-05)]  # what BERTopic itself writes for a topic without words


def word_counter(n_gram_range: tuple[int, int] = (1, 1)) -> CountVectorizer:
    """Return what counts usable words, or runs of them: links, handles and stop words are left out."""
    from sklearn.feature_extraction.text import CountVectorizer

    if tuple(n_gram_range) == (1, 1):
        return CountVectorizer(analyzer=theme_words)
    return CountVectorizer(tokenizer=theme_words, token_pattern=None, lowercase=False, ngram_range=tuple(n_gram_range))


def counts_words(vectorizer: Any) -> bool:
    """Tell whether a vectorizer is the one of usable words."""
    return getattr(vectorizer, "analyzer", None) is theme_words


def leading_words(weights: sparse.csr_matrix, words: Sequence[str], languages: Sequence[str], *,
                  count: int) -> list[tuple[str, float]]:
    """Return the words of highest weight, of the inflections of one word the first; ended as BERTopic ends them.

    Parameters
    ----------
    weights
        One row.
    words
        Of its columns.
    languages
        Codes, such as da.
    """
    # of two words of one weight the first in the alphabet, as columns are
    order = np.lexsort((weights.indices, -weights.data))
    seen: set[tuple[str, str]] = set()
    found: list[tuple[str, float]] = []
    for place in order:
        if len(found) == count or weights.data[place] <= 0:
            break
        word = str(words[weights.indices[place]])
        stems = {(code, stem_of(word, code)) for code in languages if code in SNOWBALL} or {("", word)}
        if not stems & seen:
            found.append((word, float(weights.data[place])))
        seen |= stems
    return found + NO_WORDS * (count - len(found))


def words_by_topic(model: BERTopic) -> dict[int, list[str]]:
    """Return the words that represent each topic now."""
    return {int(t): [str(word) for word, _ in words] for t, words in model.topic_representations_.items()}


def is_changed(model: BERTopic) -> bool:
    """Tell whether topics or words are others than when tables and model were last of one mind."""
    has_moved = model.topics_ != model.hdbscan_model.labels_.tolist()
    return bool(has_moved or words_by_topic(model) != model.agreed_words_)


def given_labels(model: BERTopic) -> dict[int, str]:
    """Return the custom labels that somebody gave, without the names that BERTopic fills up with."""
    if model.custom_labels_ is None:
        return {}
    numbers = sorted(set(model.topics_))
    if len(model.custom_labels_) != len(numbers):
        raise TableError(f"There are {len(model.custom_labels_)} custom labels for {len(numbers)} topics. "
                         "Set them again with set_topic_labels.")
    usual = model.topic_labels_
    return {t: str(label) for t, label in zip(numbers, model.custom_labels_, strict=True)
            if str(label).strip() and str(label) != usual[t]}


def arrange_topics(model: BERTopic, number: Mapping[int, int]) -> None:
    """Put what a BERTopic knows of its topics under other numbers; posts have theirs already.

    Parameters
    ----------
    number
        New number of each topic that stays.
    """
    from scipy import sparse

    rows = {t: i for i, t in enumerate(sorted(model.topic_representations_))}
    old = {new: t for t, new in number.items()}
    order = sorted({*old, *model.topics_})

    def moved(values: dict[int, Any]) -> dict[int, Any]:
        return {number[t]: value for t, value in values.items() if t in number}

    embeddings, weights = np.asarray(model.topic_embeddings_), model.c_tf_idf_
    empty = np.zeros(embeddings.shape[1])
    model.topic_embeddings_ = np.array([embeddings[rows[old[t]]] if t in old else empty for t in order])
    if weights is not None:
        nothing = sparse.csr_matrix((1, weights.shape[1]))
        model.c_tf_idf_ = sparse.vstack([weights.tocsr()[rows[old[t]]] if t in old else nothing for t in order],
                                        format="csr")
    words = moved(model.topic_representations_)
    model.topic_representations_ = {t: words.get(t, NO_WORDS) for t in order}
    model.representative_docs_ = moved(model.representative_docs_ or {})
    model.representative_posts_ = moved(model.representative_posts_)
    model.topic_aspects_ = {name: moved(values) for name, values in model.topic_aspects_.items()}
    if NO_TOPIC in order and NO_TOPIC not in old:
        model.representative_docs_[NO_TOPIC] = []
