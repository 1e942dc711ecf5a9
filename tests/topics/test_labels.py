from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from workbench.topics.labels import choose_words
from workbench.topics.words import words_of

RIDES = ["løbehjul hjelm cykelsti", "løbehjulet cykelstien bremse", "løbehjul hjelmen bøde", "løbehjulene hjelme bremser",
         "løbehjulsbane løbehjul cykelsti", "løbehjulsbane løbehjul bøde"]
CAKES = ["kage fløde 🎂", "kagen jordbær 🎂 fløde", "kager sukker 🎂", "kage jordbær sukker fløde", "kagerne 🎂 jordbær",
         "kage 🎂 bageovn"]


def choose(rides: list[str], cakes: list[str]) -> list[tuple[list[str], str]]:
    counter = CountVectorizer(analyzer=words_of, dtype=np.float32)
    counts = counter.fit_transform([*rides, *cakes])
    labels = np.repeat([0, 1], [len(rides), len(cakes)])
    return choose_words(counts, list(counter.get_feature_names_out()), labels, pd.Series(["da"] * len(labels)), groups=2)


def test_each_word_of_a_topic_stands_once_whatever_its_inflection() -> None:
    (rides, _), (cakes, _) = choose(RIDES, CAKES)
    assert rides[0] == "løbehjul"
    assert len([w for w in rides if w.startswith("løbehjul") and not w.endswith("bane")]) == 1
    assert len([w for w in rides if w.startswith("hjelm")]) == 1
    assert len([w for w in cakes if w.startswith("kage")]) == 1
    assert "🎂" in cakes


def test_a_label_does_not_say_the_same_thing_twice() -> None:
    label = choose(RIDES, CAKES)[0][1].split(" · ")
    assert label[0] == "løbehjul"
    assert len(label) == 3
    assert "løbehjulsbane" not in label  # a compound of the first word says less than another word


def test_words_that_always_stand_together_do_not_fill_a_label() -> None:
    rides = [f"tilmeld kanalen nyhedsbrev {text}" for text in RIDES]
    label = choose(rides, CAKES)[0][1].split(" · ")
    assert len({"tilmeld", "kanalen", "nyhedsbrev"} & set(label)) <= 1


def test_a_topic_without_words_has_an_empty_label() -> None:
    assert choose(RIDES, ["112"])[1] == ([], "")
