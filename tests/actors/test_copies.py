from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.actors import find_copies
from workbench.errors import TableError

FIRST = "Kommunen lukker svømmehallen i Lillehavn fra mandag, og ingen har spurgt klubberne om noget som helst."
OTHER = "I aften spiller drengene hjemme mod naboerne, og bagefter er der kaffe og kage i klubhuset til alle."


def test_small_changes_case_emoji_and_addresses_leave_a_text_the_same() -> None:
    texts = pd.Series([FIRST, FIRST.upper() + " 😡😡", FIRST.replace("svømmehallen", "svømehallen") + " https://a.dk/x",
                       OTHER, "😡 " + FIRST.replace("mandag", "tirsdag"), None])
    copies = find_copies(texts)
    assert copies.tolist()[:5] == [0, 0, 0, 1, 0]
    assert copies.isna().tolist() == [False] * 5 + [True]


def test_with_full_similarity_only_the_same_words_are_copies() -> None:
    texts = pd.Series([FIRST, FIRST.lower(), FIRST.replace("mandag", "tirsdag")])
    assert find_copies(texts, similarity=1).tolist() == [0, 0, 1]


def test_short_texts_are_nobodys_copy() -> None:
    assert find_copies(pd.Series(["Godmorgen alle sammen!", "Godmorgen alle sammen!", "", " "])).isna().all()


def test_the_index_is_kept_and_the_order_of_texts_does_not_change_who_belongs_together() -> None:
    rng = np.random.default_rng(1)
    words = [f"ord{k}" for k in range(400)]
    base = [" ".join(rng.choice(words, 20)) for _ in range(200)]
    changed = [" ".join([*text.split()[:-1], "andet"]) for text in base]
    texts = pd.Series(base + changed, index=[f"p{k}" for k in range(400)])
    copies = find_copies(texts)
    assert (copies.to_numpy()[:200] == copies.to_numpy()[200:]).mean() > 0.97
    assert copies.nunique() >= 195
    mixed = find_copies(texts.sample(frac=1, random_state=2))
    table = pd.crosstab(copies, mixed.reindex(copies.index))
    assert ((table > 0).sum() == 1).mean() > 0.97


def test_thousands_of_variants_of_one_text_are_one_copy() -> None:
    texts = pd.Series([f"{FIRST} Se nummer {k} på listen over alle dem der har skrevet under" for k in range(3000)])
    assert find_copies(texts).nunique() == 1


def test_a_similarity_out_of_range_is_refused() -> None:
    with pytest.raises(TableError, match="similarity"):
        find_copies(pd.Series([FIRST]), similarity=0)
