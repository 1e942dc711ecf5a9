"""Word and text vectors learned from the corpus itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from workbench.topics.languages import associate, language_part, mix_of_texts, profile_words
from workbench.topics.threads import in_threads
from workbench.topics.words import theme_words

if TYPE_CHECKING:
    from scipy import sparse

WORD_DIMENSIONS = 64
TEXT_DIMENSIONS = 48
TEXT_WEIGHT = 0.4  # of the TF-IDF part beside the word vectors
SUBWORD_POSTS = 1  # a word in this many posts rests on itself and on its character n-grams alike
MINIMUM_POSTS = 3  # in fewer posts a word has no company to learn from
MOST_WORDS = 20_000  # that learn from company; rarer ones rest on their character n-grams
GRAM_BUCKETS = 2**16


@dataclass(frozen=True)
class CorpusVectors:
    """What turns texts into vectors of unit length; texts without known words become zero.

    Attributes
    ----------
    words
        Vocabulary of the corpus, in the order of the alphabet.
    word_vectors
        One row per word of the vocabulary; the better a word is known, the longer.
    text_rows
        From TF-IDF to the text part, one row per word; zero where the word is rare.
    idf
        log(texts / texts with the word), per word.
    profile
        In which languages each word stands, rows add up to 1.
    word_offset, text_offset
        What each language says about the two parts, which is taken out.
    gram_vectors
        One row per bucket of character n-grams, by which a word that the corpus does not hold
        gets its vector.
    """

    words: tuple[str, ...]
    word_vectors: np.ndarray
    text_rows: np.ndarray
    idf: np.ndarray
    profile: np.ndarray
    word_offset: np.ndarray
    text_offset: np.ndarray
    gram_vectors: np.ndarray

    def embed(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return one row of unit length (or zero) per text; float32.

        Parameters
        ----------
        words
            Usable words of each text, joined by spaces, where they are known already.
        """
        return self.embed_counts(*count_words(texts, words))

    def mix(self, texts: Sequence[str], words: Sequence[str] | None = None) -> np.ndarray:
        """Return how much of each text is in each language, by its words."""
        counts, found = count_words(texts, words)
        place = _places(self.words, found)
        unknown = np.full(self.profile.shape[1], 1 / self.profile.shape[1], dtype=np.float32)
        return mix_of_texts(counts, np.where((place >= 0)[:, None], self.profile[place], unknown))

    def embed_counts(self, counts: sparse.csr_matrix, words: Sequence[str]) -> np.ndarray:
        """Return the vectors of texts whose words are counted already (1 where the text has the word)."""
        from sklearn.preprocessing import normalize

        place = _places(self.words, words)
        new = np.flatnonzero(place < 0)
        vectors, text_rows = self.word_vectors[place], self.text_rows[place]
        profile, idf = self.profile[place], self.idf[place]
        if len(new):
            vectors[new] = _gram_means([words[int(i)] for i in new], self.gram_vectors)
            text_rows[new], profile[new], idf[new] = 0, 1 / profile.shape[1], self.idf.max()
        word_part, text_part, mix = _parts(counts, vectors, text_rows, idf, profile)
        parts = (normalize(word_part - mix @ self.word_offset),
                 TEXT_WEIGHT * normalize(text_part - mix @ self.text_offset))
        joined = np.asarray(normalize(np.hstack(parts)), dtype=np.float32)
        # a text of words that say nothing at all would else get the direction "not of this language"
        joined[~(np.abs(word_part).sum(axis=1) > 0)] = 0
        return joined


def count_words(texts: Sequence[str], words: Sequence[str] | None = None) -> tuple[sparse.csr_matrix, list[str]]:
    """Return texts by words (1 where the text has the word) and the words, in the order of the alphabet."""
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=theme_words if words is None else str.split, dtype=np.float32, binary=True)
    try:
        return counter.fit_transform(texts if words is None else words), list(counter.get_feature_names_out())
    except ValueError:  # no usable word in any text
        return sparse.csr_matrix((len(texts), 1), dtype=np.float32), ["-"]


def learn_vectors(counts: sparse.csr_matrix, words: Sequence[str], *, language: np.ndarray, languages: int,
                  seed: int) -> CorpusVectors:
    """Learn vectors from how words keep company in texts.

    Word vectors are a truncated SVD of the positive pointwise mutual information of words in
    one text (`associate`), singular values to the power 0.5 (Levy, Goldberg & Dagan 2015), and
    rest on their character n-grams the more the rarer they are (Bojanowski et al. 2017 in idea).

    Parameters
    ----------
    counts
        Texts by words, 1 where the text has the word.
    words
        Of the columns, in the order of the alphabet.
    language
        Number of each text's language, -1 where unknown.
    seed
        Of the randomised SVD.
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd

    texts_with = np.asarray(counts.sum(axis=0)).ravel()
    known = _known_words(texts_with)
    profile = profile_words(counts, language, languages)
    mix = np.where((language >= 0)[:, None], np.eye(languages)[language], mix_of_texts(counts, profile))
    idf = np.log(counts.shape[0] / np.maximum(texts_with, MINIMUM_POSTS)).clip(min=0.01).astype(np.float32)
    some = counts[:, known]
    pairs = associate(some, mix, profile[known])
    tfidf = normalize(some @ sparse.diags(idf[known]))
    wanted = [(pairs, WORD_DIMENSIONS), (tfidf, TEXT_DIMENSIONS)]
    (left, strength, _), (_, _, right) = in_threads(
        lambda part: randomized_svd(part[0], min(part[1], *part[0].shape), n_iter=4, random_state=seed), wanted)
    own = np.zeros((len(words), left.shape[1]), dtype=np.float32)
    own[known] = left * np.sqrt(strength)
    gram_vectors = _learn_grams(words, own, texts_with)
    trust = np.where(np.isin(np.arange(len(words)), known), texts_with / (texts_with + SUBWORD_POSTS), 0)[:, None]
    vectors = (trust * own + (1 - trust) * _gram_means(words, gram_vectors)).astype(np.float32)
    text_rows = np.zeros((len(words), len(right)), dtype=np.float32)
    text_rows[known] = right.T
    word_part, text_part, mix = _parts(counts, vectors, text_rows, idf, profile)
    return CorpusVectors(words=tuple(words), word_vectors=vectors, text_rows=text_rows, idf=idf, profile=profile,
                         word_offset=language_part(mix, word_part), text_offset=language_part(mix, text_part),
                         gram_vectors=gram_vectors)


def extend_vectors(before: CorpusVectors, now: CorpusVectors) -> CorpusVectors:
    """Return earlier vectors with the words that only a newer corpus has, turned into their space.

    The turn is the orthogonal one that brings the words of both nearest to where they were
    (Procrustes; Hamilton, Leskovec & Jurafsky 2016), so a text of words that were known before has the vector
    it had. Both must count the same languages.
    """
    place = _places(before.words, now.words)
    both, new = np.flatnonzero(place >= 0), np.flatnonzero(place < 0)
    words = [*before.words, *(now.words[i] for i in new)]
    order = sorted(range(len(words)), key=words.__getitem__)

    def joined(old: np.ndarray, fresh: np.ndarray, *, turn: bool) -> np.ndarray:
        if turn:
            left, _, right = np.linalg.svd(fresh[both].T @ old[place[both]], full_matrices=False)
            fresh = fresh @ (left @ right)
        return np.concatenate([old, fresh[new]]).astype(old.dtype)[order]

    return replace(before, words=tuple(words[i] for i in order),
                   word_vectors=joined(before.word_vectors, now.word_vectors, turn=True),
                   text_rows=joined(before.text_rows, now.text_rows, turn=True),
                   idf=joined(before.idf, now.idf, turn=False),
                   profile=joined(before.profile, now.profile, turn=False))


def _known_words(texts_with: np.ndarray) -> np.ndarray:
    frequent = np.flatnonzero(texts_with >= min(MINIMUM_POSTS, texts_with.max()))
    return np.sort(frequent[np.argsort(-texts_with[frequent], kind="stable")[:MOST_WORDS]])


def _parts(counts: sparse.csr_matrix, vectors: np.ndarray, text_rows: np.ndarray, idf: np.ndarray,
           profile: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy import sparse
    from sklearn.preprocessing import normalize

    weighted = normalize(counts @ sparse.diags(idf.astype(np.float32)))
    return (np.asarray(normalize(weighted @ vectors)), np.asarray(normalize(weighted @ text_rows)),
            mix_of_texts(counts, profile))


def _places(vocabulary: Sequence[str], words: Sequence[str]) -> np.ndarray:
    known = {word: i for i, word in enumerate(vocabulary)}
    return np.array([known.get(word, -1) for word in words], dtype=np.int64)


def _learn_grams(words: Sequence[str], own: np.ndarray, texts_with: np.ndarray) -> np.ndarray:
    # an n-gram of many words says little: it gets a short vector, for its words point many ways
    holds = _count_grams(words)
    weight = np.log1p(texts_with)
    sums = holds.T.multiply(weight.astype(np.float32)).tocsr() @ own
    return np.asarray(sums / np.maximum(holds.T @ weight, 1e-9)[:, None], dtype=np.float32)


def _gram_means(words: Sequence[str], gram_vectors: np.ndarray) -> np.ndarray:
    holds = _count_grams(words)
    number = np.maximum(np.asarray(holds.sum(axis=1)).ravel(), 1)[:, None]
    return np.asarray((holds @ gram_vectors) / number)


def _count_grams(words: Sequence[str]) -> sparse.csr_matrix:
    from sklearn.feature_extraction.text import HashingVectorizer

    counter = HashingVectorizer(analyzer="char_wb", ngram_range=(4, 6), n_features=GRAM_BUCKETS, norm=None,
                                alternate_sign=False, binary=True, lowercase=False, dtype=np.float32)
    return counter.transform(words)
