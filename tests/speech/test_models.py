"""Models are kept as arrays and words, give the same bytes, and are refused where they are not what was saved."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.speech.test_baseline import world
from workbench.errors import TableError
from workbench.speech import load_model, save_model, score_speech, train_baseline
from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame


@pytest.fixture(scope="module")
def model():
    texts, labels, groups = world(400)
    return train_baseline(texts, labels, groups=groups, seed=1)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_loaded_model_gives_the_scores_of_the_one_saved(model, tmp_path) -> None:
    save_model(model, tmp_path)
    loaded = load_model(tmp_path)
    texts = list(world(100, seed=8)[0])
    assert np.array_equal(loaded.score(texts), model.score(texts))
    assert (loaded.codes, loaded.thresholds, loaded.card) == (model.codes, model.thresholds, model.card)


def test_the_same_codes_give_the_same_bytes_whatever_order_posts_come_in(tmp_path) -> None:
    texts, labels, groups = world(400)
    save_model(train_baseline(texts, labels, groups=groups, seed=1), tmp_path / "a")
    again = texts.sample(frac=1, random_state=4)
    save_model(train_baseline(again, labels, groups=groups, seed=1), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")
    save_model(train_baseline(texts, labels, groups=groups, seed=2), tmp_path / "c")
    assert content(tmp_path / "a") != content(tmp_path / "c")


def test_the_folder_holds_arrays_and_words_only_and_no_text_of_a_post(model, tmp_path) -> None:
    save_model(model, tmp_path)
    assert set(content(tmp_path)) == {"model.json", "model.npz", "card.md"}
    with np.load(tmp_path / "model.npz", allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fi" for name in file.files)
    assert all(b"skurk" not in told for told in content(tmp_path).values())


@pytest.mark.parametrize("broken", ["a byte of the arrays", "a threshold", "another model's arrays", "not JSON", "code inside"])
def test_files_that_are_not_what_was_saved_are_refused(broken: str, model, tmp_path) -> None:
    save_model(model, tmp_path)
    arrays, words = tmp_path / "model.npz", tmp_path / "model.json"
    packed = bytearray(arrays.read_bytes())
    if broken == "a byte of the arrays":
        packed[len(packed) // 2] ^= 1
    if broken == "another model's arrays":
        texts, labels, groups = world(300, seed=6)
        save_model(train_baseline(texts, labels, groups=groups, seed=1), tmp_path / "other")
        packed = bytearray((tmp_path / "other" / "model.npz").read_bytes())
    if broken == "code inside":
        np.savez(arrays, pieces=np.array([{"a": 1}], dtype=object))
        packed = bytearray(arrays.read_bytes())
    arrays.write_bytes(packed)
    if broken == "a threshold":
        told = json.loads(words.read_text())
        told["thresholds"]["attack"] = 0.01
        words.write_text(json.dumps(told))
    if broken == "not JSON":
        words.write_text(words.read_text()[:-9])
    with pytest.raises(TableError, match="train the model again"):
        load_model(tmp_path)


def test_a_pickle_is_never_opened_even_where_the_digests_fit(model, tmp_path) -> None:
    import hashlib

    from workbench.speech import models

    save_model(model, tmp_path)
    np.savez(tmp_path / "model.npz", pieces=np.array([{"a": 1}], dtype=object))
    told = json.loads((tmp_path / "model.json").read_text())
    told["arrays"] = hashlib.sha256((tmp_path / "model.npz").read_bytes()).hexdigest()
    del told["digest"]
    (tmp_path / "model.json").write_bytes(models._json(told | {"digest": models._digest(told)}))
    with pytest.raises(TableError, match="train the model again"):
        load_model(tmp_path)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path) -> None:
    with pytest.raises(TableError, match=r"model\.json, model\.npz is missing"):
        load_model(tmp_path)


def corpus_of(texts: list[str | None], kinds: list[str]) -> Corpus:
    posts = pd.DataFrame({"post_id": [f"T-001:{i}" for i in range(len(texts))], "text": texts, "kind": kinds})
    posts = posts.assign(platform="telegram", arena_id="T-001", source_id="s").reindex(columns=list(POST_COLUMNS))
    return Corpus(posts.astype(POST_COLUMNS), empty_frame(LINK_COLUMNS), empty_frame(ARENA_COLUMNS))


def test_every_written_post_with_text_is_scored_by_its_own_text(model) -> None:
    texts = ["kanto skurken", None, "kanto multo", "kanto skurken", "  ", "skurken"]
    corpus = corpus_of(texts, ["post", "post", "comment", "comment", "post", "service"])
    scores = score_speech(corpus, model)
    assert scores["post_id"].tolist() == ["T-001:0", "T-001:2", "T-001:3"]
    assert scores.dtypes.astype(str).to_dict() == {"post_id": "string", "attack": "Float32"}
    assert np.array_equal(scores["attack"].to_numpy(), model.score([texts[0], texts[2], texts[3]])[:, 0])


def test_the_card_tells_what_it_rests_on_and_what_it_is_not_for(model, tmp_path) -> None:
    save_model(model, tmp_path)
    card = (tmp_path / "card.md").read_text()
    told = model.card["codes"]["attack"]
    assert "Posts that people coded: 400" in card
    assert f"{told['precision'][0]:.2f} ({told['precision'][1]:.2f}–{told['precision'][2]:.2f})" in card
    assert "never correct a share" in card
    assert all(f"| {row['posts']} | {row['score']:.3f} | {row['share']:.3f} |" in card for row in told["reliability"])
