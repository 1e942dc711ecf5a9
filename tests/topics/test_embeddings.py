from __future__ import annotations

import builtins
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import MissingPackageError, TableError
from workbench.tables.posts import Corpus
from workbench.topics import embeddings, load_topics, model_topics, save_topics
from workbench.topics.embeddings import INSTRUCTION, NamedModel, check_embedding, prefix_of

Planted = tuple[Corpus, np.ndarray]
CHOICE = "model2vec:made-up"


class MadeUpModel:
    """Vectors from letter pairs; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for a, b in pairwise(text):
                row[(31 * ord(a) + ord(b)) % 64] += 1
        return rows


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> MadeUpModel:
    made_up = MadeUpModel()
    monkeypatch.setattr(embeddings, "_load", lambda choice: made_up)
    return made_up


@pytest.mark.parametrize(("name", "prefix"), [
    ("intfloat/multilingual-e5-small", "query: "), ("/models/multilingual-e5-large-instruct/", INSTRUCTION),
    ("intfloat/e5-base-v2", "query: "), ("all-MiniLM-L6-v2", ""), ("BAAI/bge-m3", ""), ("some/modele5x", ""),
])
def test_an_e5_model_gets_the_prefix_it_was_trained_with(name: str, prefix: str) -> None:
    assert prefix_of(f"sentence-transformers:{name}") == prefix


@pytest.mark.parametrize("choice", ["minilm", "sentence-transformers:", "model2vec", "openai:x", ""])
def test_an_unknown_embedding_is_refused(choice: str) -> None:
    assert "embedding must be" in str(check_embedding(choice))


@pytest.mark.parametrize("choice", ["corpus", "sentence-transformers:a/b", "model2vec:/models/x"])
def test_a_known_embedding_is_taken(choice: str) -> None:
    assert check_embedding(choice) is None


def test_nothing_is_embedded_twice(model: MadeUpModel, tmp_path: Path) -> None:
    first = NamedModel(CHOICE, tmp_path).encode(["en", "to", "en", "tre"])
    again = NamedModel(CHOICE, tmp_path).encode(["tre", "fire", "en"])
    assert sorted(model.asked) == ["en", "fire", "to", "tre"]
    np.testing.assert_array_equal(again[[2, 0]], first[[0, 3]])
    np.testing.assert_array_equal(first[0], first[2])
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)


def test_another_model_has_vectors_of_its_own(model: MadeUpModel, tmp_path: Path) -> None:
    NamedModel(CHOICE, tmp_path).encode(["en"])
    NamedModel("model2vec:another", tmp_path).encode(["en"])
    assert model.asked == ["en", "en"]


def test_a_model_whose_files_changed_embeds_again(model: MadeUpModel, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for content in ("{}", '{"x": 1}'):
        (folder / "config.json").write_text(content)
        NamedModel(f"model2vec:{folder}", tmp_path / "cache").encode(["en"])
    assert len(model.asked) == 2


def test_the_cache_holds_no_text_and_a_broken_part_is_named(model: MadeUpModel, tmp_path: Path) -> None:
    NamedModel(CHOICE, tmp_path).encode(["hemmelig tekst"])
    part = next(tmp_path.rglob("*.parquet"))
    assert "hemmelig" not in pd.read_parquet(part)["text"].str.cat()
    part.write_bytes(b"PAR1")
    with pytest.raises(TableError, match=part.name):
        NamedModel(CHOICE, tmp_path).encode(["en"])


def test_topics_with_a_model_are_found_saved_and_loaded(planted: Planted, model: MadeUpModel, tmp_path: Path) -> None:
    corpus, _ = planted
    found = model_topics(corpus, seed=1, embedding=CHOICE, cache_folder=tmp_path / "cache")
    asked = len(model.asked)
    assert len(found.topics) >= 8
    again = model_topics(corpus, seed=1, embedding=CHOICE, cache_folder=tmp_path / "cache")
    pd.testing.assert_frame_equal(again.assignments, found.assignments)
    assert len(model.asked) == asked
    save_topics(found, tmp_path / "topics")
    loaded = load_topics(tmp_path / "topics", cache_folder=tmp_path / "cache")
    texts = corpus.posts["text"].tolist()[:200]
    assert loaded.bertopic.transform(texts)[0] == found.bertopic.transform(texts)[0]


def test_texts_keep_the_vectors_of_a_model_when_its_topics_are_continued(planted: Planted, model: MadeUpModel) -> None:
    corpus, _ = planted
    halves = [replace(corpus, posts=corpus.posts.iloc[i::2].reset_index(drop=True)) for i in (0, 1)]
    before = model_topics(halves[0], seed=1, embedding=CHOICE)
    continued = model_topics(halves[1], seed=1, embedding=CHOICE, before=before)
    texts = halves[0].posts["text"].tolist()[:200]
    then, now = (found.bertopic.embedding_model.embed(texts) for found in (before, continued))
    np.testing.assert_allclose(now, then, atol=1e-5)


@pytest.mark.parametrize(("choice", "package"), [(CHOICE, "model2vec"), ("sentence-transformers:x", "sentence_transformers")])
def test_without_the_package_the_command_is_named(choice: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match=r"pip install 'findings-workbench\[transformers\]'"):
        NamedModel(choice).encode(["en"])
