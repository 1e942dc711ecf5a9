from __future__ import annotations

import builtins
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from workbench.errors import MissingPackageError, TableError
from workbench.tables.posts import Corpus
from workbench.tables.review import LookedFor
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics import match_topics, model_topics

Planted = tuple[Corpus, np.ndarray]
MakeCorpus = Callable[..., Corpus]
SHORT_TEXT = Path(__file__).parents[2].parent / "shared" / "data" / "sttm_short_text"


def found_topics(corpus: Corpus, topics: TopicSet) -> np.ndarray:
    known = topics.assignments.set_index("post_id")["topic_id"]
    return known.reindex(corpus.posts["post_id"]).fillna(-1).to_numpy(dtype=int)


@pytest.fixture(scope="module")
def modelled(planted: Planted) -> TopicSet:
    return model_topics(planted[0], seed=1, refits=8)


def test_planted_topics_are_found_and_never_mixed(planted: Planted, modelled: TopicSet) -> None:
    corpus, truth = planted
    found = found_topics(corpus, modelled)
    assert adjusted_mutual_info_score(truth, found) > 0.85
    purest = pd.crosstab(found, truth, normalize="index").drop(index=-1).max(axis=1)
    assert purest.min() > 0.9
    best = pd.crosstab(truth, found).drop(index=-1).drop(columns=-1).idxmax(axis=1)
    assert best.nunique() >= 11


def test_chatter_that_only_shares_a_language_is_in_no_topic(planted: Planted, modelled: TopicSet) -> None:
    corpus, truth = planted
    assert (found_topics(corpus, modelled)[truth == -1] == -1).mean() > 0.95


def test_the_tables_have_their_columns_and_topics_are_numbered_by_size(modelled: TopicSet) -> None:
    assert modelled.topics.dtypes.astype(str).to_dict() == TOPIC_COLUMNS
    assert modelled.assignments.dtypes.astype(str).to_dict() == ASSIGNMENT_COLUMNS
    assert modelled.topics["topic_id"].tolist() == list(range(len(modelled.topics)))
    assert modelled.topics["size"].is_monotonic_decreasing
    sizes = modelled.assignments["topic_id"].value_counts()
    assert sizes.drop(-1).sort_index().tolist() == modelled.topics["size"].tolist()
    inside = modelled.assignments["topic_id"] >= 0
    assert modelled.assignments["confidence"].notna().eq(inside).all()
    assert modelled.assignments["confidence"].dropna().between(0, 1).all()
    assert modelled.topics["words"].map(len).eq(10).all()


def test_every_post_is_accounted_for(planted: Planted, modelled: TopicSet) -> None:
    seen = modelled.provenance
    assert seen["posts"] == len(planted[0].posts)
    assert seen["posts"] == seen["posts_without_text"] + sum(seen["posts_set_aside"].values()) + seen["posts_modelled"]
    outside = modelled.assignments["topic_id"] == -1
    assert outside.sum() == sum(seen["posts_set_aside"].values()) + sum(seen["posts_in_no_topic"].values())
    assert modelled.assignments["set_aside"].notna().eq(outside).all()
    assert modelled.assignments["subtopic_id"].eq(-1).eq(outside).all()
    assert seen["share_in_no_topic"] == pytest.approx((modelled.assignments["topic_id"] == -1).mean())
    assert seen["seed"] == 1
    assert seen["parameters"] == {"min_topic_size": 15, "themes": [10, 40], "embedding": "corpus", "refits": 8}
    assert seen["versions"]["bertopic"] == "0.17.4"


def test_row_order_does_not_matter(planted: Planted, modelled: TopicSet) -> None:
    posts = planted[0].posts.sample(frac=1, random_state=9)
    again = model_topics(Corpus(posts, planted[0].links, planted[0].arenas), seed=1, refits=8)
    pd.testing.assert_frame_equal(again.assignments, modelled.assignments)
    pd.testing.assert_frame_equal(again.topics, modelled.topics)


def test_the_number_of_threads_does_not_matter(planted: Planted, modelled: TopicSet, tmp_path: Path) -> None:
    planted[0].posts.to_pickle(tmp_path / "posts")
    program = ("import sys, pandas as pd; from workbench.tables.posts import Corpus; from workbench.topics import "
               "model_topics; f = pd.DataFrame(); t = model_topics(Corpus(pd.read_pickle(sys.argv[1]), f, f), seed=1, refits=8);"
               "t.assignments.to_pickle(sys.argv[2])")
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "posts"), str(tmp_path / "found")], check=True,
                   env=os.environ | {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    pd.testing.assert_frame_equal(pd.read_pickle(tmp_path / "found"), modelled.assignments)


def test_copies_are_modelled_once_and_share_a_topic(planted: Planted, modelled: TopicSet, make_texts: MakeCorpus) -> None:
    texts = planted[0].posts["text"].tolist()
    largest = modelled.assignments.loc[modelled.assignments["topic_id"] == 0, "post_id"].iloc[0]
    copied = planted[0].posts.set_index("post_id").loc[largest, "text"]
    corpus = make_texts(texts + [f"{copied}  https://example.org/{i}" for i in range(300)],
                         languages=[*planted[0].posts["language"], *["da"] * 300])
    topics = model_topics(corpus, seed=1, refits=0)
    assert topics.provenance["copies"] >= 300
    of_copies = found_topics(corpus, topics)[-300:]
    assert len(set(of_copies)) == 1
    assert of_copies[0] >= 0
    assert topics.topics["size"].sum() == (found_topics(corpus, topics) >= 0).sum()


def test_posts_with_few_words_service_rows_and_posts_without_text_are_not_modelled(
        planted: Planted, make_texts: MakeCorpus) -> None:
    texts = planted[0].posts["text"].tolist()[:1500]
    before = model_topics(make_texts(texts), seed=1, refits=0).provenance["posts_set_aside"]["few_words"]
    corpus = make_texts([*texts, "hej [phone] https://example.org/a/b", "1234 5678", None, " ", "kamp kamp kamp"])
    corpus.posts.loc[0, "kind"] = "service"
    topics = model_topics(corpus, seed=1, refits=0)
    known = topics.assignments.set_index("post_id")["topic_id"]
    ids = corpus.posts["post_id"]
    assert known[ids.iloc[[-5, -4, -1]]].eq(-1).all()
    assert not known.index.isin(ids.iloc[[0, -3, -2]]).any()
    assert topics.provenance["posts_set_aside"]["few_words"] == before + 3
    assert topics.provenance["posts_without_text"] == 3


def test_words_without_company_give_few_topics(make_texts: MakeCorpus) -> None:
    rng = np.random.default_rng(3)
    words = np.array([f"ord{chr(97 + i % 26)}{i}" for i in range(800)])
    chance = 1 / np.arange(1, 801)
    drawn = [" ".join(rng.choice(words, 9, p=chance / chance.sum())) for _ in range(2000)]
    assert len(model_topics(make_texts(drawn), seed=1, refits=0).topics) <= 1
    even = [" ".join(rng.choice(words, 9)) for _ in range(2000)]
    assert len(model_topics(make_texts(even), seed=1, refits=0).topics) <= 1


def test_planted_posts_with_shuffled_words_give_few_topics(planted: Planted, make_texts: MakeCorpus) -> None:
    words = np.array(" ".join(planted[0].posts["text"]).split())
    np.random.default_rng(4).shuffle(words)
    texts = [" ".join(part) for part in np.array_split(words, len(planted[0].posts))]
    assert len(model_topics(make_texts(texts), seed=1, refits=0).topics) <= 1


@pytest.mark.parametrize("texts", [
    [], ["tre gode ord her"] * 10, ["helt samme besked igen hver dag"] * 500, ["", None, "12", "og så det"] * 30,
    ["løbehjul hjelm cykelsti"], [f"ord{chr(97 + i)}" for i in range(10)],
], ids=["no posts", "ten posts", "all the same", "no words", "one post", "one word each"])
def test_a_corpus_without_topics_gives_a_valid_empty_set_and_a_note(texts: list[str | None], make_texts: MakeCorpus) -> None:
    topics = model_topics(make_texts(texts), seed=1, refits=0)
    assert topics.topics.dtypes.astype(str).to_dict() == TOPIC_COLUMNS
    assert topics.topics.empty
    assert topics.bertopic is None
    assert topics.provenance["note"].startswith("No topics")
    assert len(topics.assignments) == sum(bool(t and t.strip()) for t in texts)
    assert topics.assignments["topic_id"].eq(-1).all()


def test_no_more_topics_than_asked_for(planted: Planted) -> None:
    topics = model_topics(planted[0], seed=1, themes=(2, 5), refits=0)
    assert 1 <= len(topics.topics) <= 5


def test_the_corpus_is_left_as_it_was(planted: Planted) -> None:
    before = planted[0].posts.copy(deep=True)
    model_topics(planted[0], seed=2, refits=0)
    pd.testing.assert_frame_equal(planted[0].posts, before)


@pytest.mark.parametrize(("wrong", "named"), [
    ({"embedding": "minilm"}, "embedding"), ({"min_topic_size": 1}, "min_topic_size"),
    ({"themes": 1}, "themes"), ({"themes": (9, 4)}, "themes"), ({"refits": -1}, "refits"), ({"seed": -1}, "seed"),
])
def test_parameters_out_of_range_are_refused_by_name(wrong: dict[str, object], named: str, planted: Planted) -> None:
    with pytest.raises(TableError, match=named):
        model_topics(planted[0], **{"seed": 1, **wrong})  # type: ignore[arg-type]


def test_repeated_post_ids_are_refused_with_their_number(make_texts: MakeCorpus) -> None:
    corpus = make_texts(["et to tre"] * 3)
    corpus.posts["post_id"] = pd.Series(["a", "a", "b"], dtype="string")
    with pytest.raises(TableError, match="1 ids stand more than once"):
        model_topics(corpus, seed=1)


def test_without_bertopic_the_command_is_named(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == "bertopic":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match=r"pip install --no-deps bertopic==0\.17\.4"):
        model_topics(planted[0], seed=1, refits=8)


def test_labelled_questions_are_found_again(make_texts: MakeCorpus) -> None:
    if not SHORT_TEXT.is_dir():
        pytest.skip("shared/data/sttm_short_text is not here")
    texts = (SHORT_TEXT / "StackOverflow.txt").read_text(encoding="utf-8").split("\n")
    labels = np.array((SHORT_TEXT / "StackOverflow_label.txt").read_text(encoding="utf-8").split(), dtype=int)
    corpus = make_texts(list(texts[: len(labels)]))
    topics = model_topics(corpus, seed=1, refits=0)
    found = found_topics(corpus, topics)
    assert adjusted_mutual_info_score(labels[found >= 0], found[found >= 0]) > 0.65
    assert adjusted_mutual_info_score(labels, found) > 0.58
    assert 15 <= len(topics.topics) <= 30


@pytest.fixture(scope="module")
def with_rare(planted: Planted, make_texts: MakeCorpus) -> Corpus:
    """The planted posts, and forty of a theme that is too small to be found."""
    rng = np.random.default_rng(8)
    rare = [" ".join([*rng.choice(["zeppelin", "ballon", "gondol", "luftskib"], 2, replace=False),
                      *rng.choice(["kaffe", "vejr", "søndag", "film", "musik"], 3)]) for _ in range(40)]
    return make_texts([*planted[0].posts["text"], *rare], languages=[*planted[0].posts["language"], *["da"] * 40])


def test_a_theme_that_a_person_looks_for_is_found_however_small_and_one_that_is_there_gets_the_name(
        with_rare: Corpus) -> None:
    plain = model_topics(with_rare, seed=1, refits=0)
    looked = model_topics(with_rare, seed=1, refits=4, look_for={
        "luftskibe": ["zeppelin", "gondol", "luftskib", "ballon"], "kampe": ["stadion", "straffespark", "målmand"],
        "ubåde": ["periskop", "torpedo"]})
    rare = [t >= 0 for t in found_topics(with_rare, plain)[-40:]]
    assert np.mean(rare) < 0.5
    row = looked.topics.set_index("looked_for").loc["luftskibe"]
    assert np.mean(found_topics(with_rare, looked)[-40:] == row["topic_id"]) > 0.8
    assert row["core"] > 0
    known = looked.topics.set_index("looked_for").loc["kampe"]
    assert any(word.startswith(("stadion", "kamp", "straffespark")) for word in known["words"])
    assert looked.provenance["not_found"] == ["ubåde"]
    assert len(looked.topics) > len(plain.topics)


def test_example_posts_tell_a_theme_as_words_do(with_rare: Corpus) -> None:
    examples = LookedFor(("zeppelin",), tuple(with_rare.posts["post_id"].tail(30)), {}, "2025Q3")
    topics = model_topics(with_rare, seed=1, refits=0, look_for={"luftskibe": examples})
    assert topics.topics["looked_for"].notna().sum() == 1


def test_a_few_posts_less_leave_nearly_every_post_in_its_topic(planted: Planted, modelled: TopicSet) -> None:
    kept = planted[0].posts[np.arange(len(planted[0].posts)) % 50 != 7]
    fewer = model_topics(Corpus(kept, planted[0].links, planted[0].arenas), seed=1, refits=0)
    both = match_topics(*(t.assignments.set_index("post_id")["topic_id"].astype(int) for t in (modelled, fewer)))
    assert (both["verdict"] == "kept").mean() > 0.8
    assert both.loc[both["verdict"] == "kept", "jaccard"].median() > 0.95
