"""Models that others trained: listed with licence and scores, shipped never, asked for kindly where torch is missing."""

from __future__ import annotations

import importlib.util
from importlib.resources import files

import pytest

from workbench.errors import MissingPackageError
from workbench.speech import list_known_models, open_transformer, train_encoder


def test_every_known_model_has_licence_codes_languages_and_published_scores() -> None:
    known = list_known_models()
    assert {"A&ttack", "Ha&te", "Rec&nition", "A&ttack2", "TurkuNLP toxicity"} <= set(known["name"])
    assert known[["name", "at", "licence", "published"]].ne("").all(axis=None)
    assert known["name"].is_unique
    assert known["codes"].map(len).gt(0).all()
    assert {code for codes in known["codes"] for code in codes} <= {"attack", "hate", "offensive", "recognition"}
    # what cannot be opened by its name says why, what can says with which labels
    assert (known["labels"].map(bool) | known["note"].ne("")).all()


def test_no_weights_come_with_the_package() -> None:
    shipped = [path.name for path in files("workbench.speech").iterdir()]
    assert not [name for name in shipped if name.endswith((".npz", ".bin", ".safetensors", ".pt", ".pkl", ".parquet"))]


@pytest.mark.skipif(importlib.util.find_spec("transformers") is not None, reason="transformers is installed")
def test_where_transformers_is_missing_the_error_names_the_one_command() -> None:
    import pandas as pd

    command = r"pip install 'findings-workbench\[transformers\]'"
    with pytest.raises(MissingPackageError, match=command):
        open_transformer("somebody/model", labels={"attack": "LABEL_1"})
    texts = pd.Series([f"text {i}" for i in range(30)])
    with pytest.raises(MissingPackageError, match=command):
        train_encoder(texts, pd.DataFrame({"attack": texts.index < 15}), encoder="somebody/encoder", groups=texts, seed=1)
