"""How much each word tells a group of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

TOP_WORDS = 10


def class_tfidf(counts: sparse.csr_matrix, labels: np.ndarray, *, groups: int) -> np.ndarray:
    """Return c-TF-IDF (Grootendorst 2022): groups 0, 1, ... as rows, words as columns.

    Texts in no group count as one more class; the square root of a word's share keeps words
    of all topics from leading each (BERTopic's `reduce_frequent_words`).
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize

    members = sparse.csr_matrix((np.ones(len(labels), np.float32), (labels + 1, np.arange(len(labels)))),
                                shape=(groups + 1, len(labels)))
    per_group = members @ counts
    in_all = np.asarray(per_group.sum(axis=0)).ravel()
    classes = max(int((np.bincount(labels + 1) > 0).sum()), 1)
    idf = np.log1p(in_all.sum() // classes / np.maximum(in_all, 1))
    weights = normalize(per_group, norm="l1").sqrt() @ sparse.diags(idf)
    return np.asarray(weights.todense())[1:]
