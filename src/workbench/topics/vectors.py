"""Word and text vectors learned from the corpus itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workbench.topics.words import words_of

if TYPE_CHECKING:
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

WORD_DIMENSIONS = 64
TEXT_DIMENSIONS = 48
TEXT_WEIGHT = 0.8  # of the TF-IDF part beside the word vectors
SUBWORD_POSTS = 4  # a word in this many posts rests on itself and on its character n-grams alike
MINIMUM_POSTS = 3  # in fewer posts a word has no company to learn from


@dataclass(frozen=True)
class CorpusVectors:
    """What turns texts into vectors of unit length; texts without known words become zero.

    Attributes
    ----------
    words
        Vocabulary of the corpus, every word.
    known
        Position in the vocabulary of the words frequent enough for the TF-IDF part.
    word_vectors
        One row of unit length or zero per word of the vocabulary.
    idf
        log(texts / texts with the word), per word of the vocabulary.
    projection
        From TF-IDF of the known words to the text part.
    grams, gram_vectors
        Character n-grams, by which a word that the corpus does not hold gets its vector.
    """

    words: dict[str, int]
    known: np.ndarray
    word_vectors: np.ndarray
    idf: np.ndarray
    projection: np.ndarray
    grams: CountVectorizer | None
    gram_vectors: np.ndarray

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return one row of unit length (or zero) per text; float32."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.preprocessing import normalize

        width = self.word_vectors.shape[1] + self.projection.shape[1]
        counter = CountVectorizer(analyzer=words_of, dtype=np.float32, binary=True)
        try:
            counts = counter.fit_transform(list(texts))
        except ValueError:  # no usable word in any text
            return np.zeros((len(texts), width), dtype=np.float32)
        found = counter.get_feature_names_out()
        place = np.array([self.words.get(w, -1) for w in found])
        vectors = np.zeros((len(found), self.word_vectors.shape[1]), dtype=np.float32)
        vectors[place >= 0] = self.word_vectors[place[place >= 0]]
        if (place < 0).any():
            vectors[place < 0] = normalize(_gram_means(found[place < 0], self.grams, self.gram_vectors))
        idf = np.where(place >= 0, self.idf[place], self.idf.max())
        text_rows = np.zeros((len(found), self.projection.shape[1]), dtype=np.float32)
        row_of = np.full(len(self.words), -1)
        row_of[self.known] = np.arange(len(self.known))
        rows = np.where(place >= 0, row_of[place], -1)
        text_rows[rows >= 0] = self.projection[rows[rows >= 0]]
        return _text_vectors(counts, idf, vectors, text_rows)


def learn_vectors(counts: sparse.csr_matrix, words: Sequence[str], *, seed: int) -> CorpusVectors:
    """Learn vectors from how words keep company in texts.

    Word vectors are a truncated SVD of the positive pointwise mutual information of words in
    one text, contexts smoothed by the power 0.75 (Levy, Goldberg & Dagan 2015), and rest
    on their character n-grams the more the rarer they are (Bojanowski et al. 2017 in idea).

    Parameters
    ----------
    counts
        Texts by words, 1 where the text has the word.
    words
        Of the columns.
    seed
        Of the randomised SVD.
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd

    posts_with = np.asarray(counts.sum(axis=0)).ravel()
    known = np.flatnonzero(posts_with >= min(MINIMUM_POSTS, posts_with.max()))
    idf = np.log(counts.shape[0] / np.maximum(posts_with, MINIMUM_POSTS)).clip(min=0.01).astype(np.float32)
    some = counts[:, known]
    left, strength, _ = randomized_svd(_ppmi(some), min(WORD_DIMENSIONS, len(known)), n_iter=3, random_state=seed)
    own = np.zeros((len(words), left.shape[1]), dtype=np.float32)
    own[known] = normalize(left * np.sqrt(strength))
    grams, gram_vectors = _learn_grams(words, own, posts_with)
    trust = np.where(posts_with >= MINIMUM_POSTS, posts_with / (posts_with + SUBWORD_POSTS), 0)[:, None]
    vectors = trust * own + (1 - trust) * normalize(_gram_means(words, grams, gram_vectors))
    tfidf = normalize(some @ sparse.diags(idf[known]))
    _, _, right = randomized_svd(tfidf, min(TEXT_DIMENSIONS, *tfidf.shape), n_iter=3, random_state=seed)
    return CorpusVectors(words={w: i for i, w in enumerate(words)}, known=known,
                         word_vectors=normalize(vectors).astype(np.float32), idf=idf,
                         projection=right.T.astype(np.float32), grams=grams, gram_vectors=gram_vectors)


def _text_vectors(counts: sparse.csr_matrix, idf: np.ndarray, vectors: np.ndarray, text_rows: np.ndarray) -> np.ndarray:
    from scipy import sparse
    from sklearn.preprocessing import normalize

    weighted = normalize(counts @ sparse.diags(idf.astype(np.float32)))
    joined = np.hstack([normalize(weighted @ vectors), TEXT_WEIGHT * normalize(weighted @ text_rows)])
    return np.asarray(normalize(joined), dtype=np.float32)


def _ppmi(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    from scipy import sparse

    together = (counts.T @ counts).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    total = np.asarray(together.sum(axis=1)).ravel()
    context = total**0.75 / max((total**0.75).sum(), 1.0)
    pairs = together.tocoo()
    information = np.log(pairs.data / (total[pairs.row] * context[pairs.col]))
    keep = information > 0
    return sparse.csr_matrix((information[keep].astype(np.float32), (pairs.row[keep], pairs.col[keep])),
                             shape=together.shape)


def _learn_grams(words: Sequence[str], own: np.ndarray,
                 posts_with: np.ndarray) -> tuple[CountVectorizer | None, np.ndarray]:
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

    grams = CountVectorizer(analyzer="char_wb", ngram_range=(4, 6), min_df=2, binary=True, dtype=np.float32)
    try:
        holds = grams.fit_transform(words)
    except ValueError:  # no two words share four letters
        return None, np.zeros((0, own.shape[1]), dtype=np.float32)
    # an n-gram of many words says little: it gets a short vector, for its words point many ways
    weights = sparse.diags(np.log1p(posts_with).astype(np.float32))
    mean = (holds.T @ weights @ own) / np.maximum(holds.T @ np.log1p(posts_with), 1e-9)[:, None]
    return grams, np.asarray(mean, dtype=np.float32)


def _gram_means(words: Sequence[str], grams: CountVectorizer | None, gram_vectors: np.ndarray) -> np.ndarray:
    if grams is None:
        return np.zeros((len(words), gram_vectors.shape[1]), dtype=np.float32)
    return np.asarray(grams.transform(words) @ gram_vectors)
