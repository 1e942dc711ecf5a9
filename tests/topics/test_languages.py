from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from workbench.tables.posts import Corpus
from workbench.topics import model_topics
from workbench.topics.languages import (
    associate,
    find_stop_words,
    has_list_of_ours,
    language_part,
    mix_of_texts,
    number_languages,
    profile_words,
)

TOPICS = 10


def draw_counts(seed: int, *, texts: int = 40, words: int = 12) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.random.default_rng(seed).random((texts, words)) < 0.3).astype(np.float32))


def two_languages(seed: int) -> tuple[list[str], list[str], np.ndarray]:
    """Ten topics in two languages that share four words of each topic, such as names, and nothing else."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    texts, languages, truth = [], [], rng.integers(0, TOPICS, 3000)
    for topic in truth:
        language = "sv" if rng.random() < 0.4 else "da"
        own = [f"{letters[topic]}{language}{letters[i]}" for i in range(12)]
        chatter = [f"zz{language}{letters[i]}" for i in range(20)]
        names = [f"{letters[topic]}navn{letters[i]}" for i in range(4)]
        texts.append(" ".join([*rng.choice(own, 3, replace=False), *rng.choice(chatter, 2, replace=False),
                               *rng.choice(names, 2, replace=False)]))
        languages.append(language)
    return texts, languages, truth


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31), st.integers(1, 4))
def test_profiles_and_mixes_add_up_to_one(seed: int, languages: int) -> None:
    counts = draw_counts(seed)
    language = np.random.default_rng(seed).integers(-1, languages, counts.shape[0])
    profile = profile_words(counts, language, languages)
    assert np.allclose(profile.sum(axis=1), 1, atol=1e-5)
    has_words = np.asarray(counts.sum(axis=1)).ravel() > 0
    assert np.allclose(mix_of_texts(counts, profile)[has_words].sum(axis=1), 1, atol=1e-5)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31))
def test_with_one_language_association_is_the_common_ppmi(seed: int) -> None:
    counts = draw_counts(seed)
    one = np.ones((counts.shape[0], 1))
    found = associate(counts, one, np.ones((counts.shape[1], 1))).toarray()
    together = (counts.T @ counts).toarray().astype(float)
    np.fill_diagonal(together, 0)
    total = together.sum(axis=1)
    context = total**0.75 / (total**0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.log(together / np.outer(total, context)).clip(min=0)
    assert np.allclose(found, expected, atol=1e-4)


def test_words_that_only_share_a_language_are_not_associated() -> None:
    rng = np.random.default_rng(0)
    spoken = np.repeat([0, 1], [1800, 200])
    drawn = np.zeros((2000, 40), dtype=np.float32)
    drawn[:1800, :20] = rng.random((1800, 20)) < 0.2
    drawn[1800:, 20:] = rng.random((200, 20)) < 0.2
    counts = sparse.csr_matrix(drawn)
    of_rare = [associate(counts, mix, np.ones((40, mix.shape[1])) / mix.shape[1])[20:, 20:].toarray().max(axis=1).mean()
               for mix in (np.ones((2000, 1)), np.eye(2)[spoken])]
    assert of_rare[0] > 3 * of_rare[1]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31), st.integers(1, 3))
def test_what_is_left_says_nothing_of_the_language(seed: int, languages: int) -> None:
    rng = np.random.default_rng(seed)
    mix = rng.dirichlet(np.ones(languages), 60)
    vectors = rng.normal(size=(60, 5)) + mix @ rng.normal(size=(languages, 5)) * 4
    left = vectors - mix @ language_part(mix, vectors)
    assert np.abs(mix.T @ left).max() < 1e-4


def made_up_language(seed: int, *, texts: int) -> tuple[pd.Series, set[str], set[str]]:
    """Texts in a language that nobody has listed: fifteen words of grammar in all of them, six themes of eight words."""
    rng = np.random.default_rng(seed)
    grammar = [f"ko{chr(97 + i)}" for i in range(15)]
    themes = [[f"{theme}{chr(97 + i)}" for i in range(8)] for theme in ("ba", "de", "fi", "gu", "lo", "my")]
    rate = np.linspace(0.5, 0.1, len(grammar))
    written = [" ".join([w for w, p in zip(grammar, rate, strict=True) if rng.random() < p]
                        + list(rng.choice(themes[rng.integers(6)], 4, replace=False))) for _ in range(texts)]
    return pd.Series(written, dtype="string"), set(grammar), {word for theme in themes for word in theme}


def test_a_language_without_a_list_has_the_common_words_of_even_company_as_stop_words() -> None:
    words, grammar, themed = made_up_language(4, texts=600)
    found = find_stop_words(words, pd.Series(["xx"] * len(words), dtype="string"))["xx"]
    assert found == grammar
    counts = words.str.split().explode().value_counts()
    assert counts[list(themed)].min() > 0.05 * len(words)  # themes are as common: their company tells them apart


def test_common_words_of_few_texts_are_not_told_from_themes() -> None:
    words, _, _ = made_up_language(4, texts=60)
    assert find_stop_words(words, pd.Series(["xx"] * 60, dtype="string")) == {"xx": frozenset(), "und": frozenset()}
    words, _, _ = made_up_language(4, texts=150)  # what a language detector gets wrong in 40,000 texts is no language
    many = pd.concat([words, pd.Series(["hus"] * 39_850, dtype="string")], ignore_index=True)
    assert find_stop_words(many, pd.Series(["xx"] * 150 + ["da"] * 39_850, dtype="string"))["xx"] == frozenset()


def test_only_languages_without_a_list_of_ours_get_stop_words() -> None:
    texts = pd.Series(["nicht huset", "nicht hus"] * 40, dtype="string")
    for code in ("da", "sv", "nb", "nn", "no", "fi", "en"):
        assert has_list_of_ours(code)
        assert find_stop_words(texts, pd.Series([code] * 80, dtype="string")) == {}
    assert "nicht" in find_stop_words(texts, pd.Series(["de"] * 80, dtype="string"))["de"]
    assert find_stop_words(texts, pd.Series([None] * 80, dtype="string")) == {}


def test_where_the_language_is_unknown_only_words_of_one_language_are_stop_words() -> None:
    texts = pd.Series(["nicht war", "nicht war", "war peace"] * 30, dtype="string")
    found = find_stop_words(texts, pd.Series(["de", "de", "en"] * 30, dtype="string"))
    assert {"nicht", "war"} < found["de"]
    assert found["und"] == {"nicht"}


def test_rare_languages_and_missing_ones_have_no_number() -> None:
    numbers, codes = number_languages(pd.Series(["da"] * 60 + ["sv"] * 40 + ["fi"] * 5 + [None] * 7, dtype="string"))
    assert codes == ["da", "sv"]
    assert np.bincount(numbers + 1).tolist() == [12, 60, 40]
    assert number_languages(pd.Series([None, None], dtype="string"))[1] == ["und"]


def test_topics_of_two_languages_are_one_topic_where_they_share_words(make_texts: Callable[..., Corpus]) -> None:
    texts, languages, truth = two_languages(3)
    scores = {}
    for name, told in (("told", languages), ("not told", None)):
        corpus = make_texts(texts, languages=told)
        found = model_topics(corpus, seed=1, refits=0, themes=(8, 15)).assignments.set_index("post_id")["topic_id"].reindex(corpus.posts["post_id"])
        scores[name] = (adjusted_mutual_info_score(truth, found), normalized_mutual_info_score(languages, found))
    assert scores["told"][0] > 0.8
    assert scores["told"][1] < 0.05
    assert scores["told"][0] >= scores["not told"][0]
