from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics.labels import label_topics

RIDES = ["løbehjul hjelm cykelsti", "løbehjulet cykelstien bremse", "løbehjul hjelmen bøde", "løbehjulene hjelme bremser",
         "løbehjulsbane løbehjul cykelsti", "løbehjulsbane løbehjul bøde"]
CAKES = ["kage fløde 🎂", "kagen jordbær 🎂 fløde", "kager sukker 🎂", "kage jordbær sukker fløde", "kagerne 🎂 jordbær",
         "kage 🎂 bageovn"]


def labelled(make_texts, rides: list[str], cakes: list[str]) -> TopicSet:
    corpus = make_texts([*rides, *cakes] * 3, languages=["da"] * 3 * (len(rides) + len(cakes)))
    topic_of = np.tile(np.repeat([0, 1], [len(rides), len(cakes)]), 3)
    table = pd.DataFrame({"topic_id": [0, 1], "label": "", "words": [[], []], "size": [18, 18], "stability": None})
    assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": topic_of, "confidence": 1.0})
    return label_topics(corpus, TopicSet(table.astype(TOPIC_COLUMNS), assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS)))


def test_each_word_of_a_topic_stands_once_whatever_its_inflection(make_texts) -> None:
    rides, cakes = labelled(make_texts, RIDES, CAKES).topics["words"]
    assert rides[0] == "løbehjul"
    assert len([w for w in rides if w.startswith("løbehjul") and not w.endswith("bane")]) == 1
    assert len([w for w in rides if w.startswith("hjelm")]) == 1
    assert len([w for w in cakes if w.startswith("kage")]) == 1
    assert "🎂" in cakes


def test_a_label_does_not_say_the_same_thing_twice(make_texts) -> None:
    label = labelled(make_texts, RIDES, CAKES).topics["label"].iloc[0].split(" · ")
    assert label[0] == "løbehjul"
    assert len(label) == 3
    assert "løbehjulsbane" not in label  # a compound of the first word says less than another word


def test_words_that_always_stand_together_do_not_fill_a_label(make_texts) -> None:
    rides = [f"tilmeld kanalen nyhedsbrev {text}" for text in RIDES]
    label = labelled(make_texts, rides, CAKES).topics["label"].iloc[0].split(" · ")
    assert len({"tilmeld", "kanalen", "nyhedsbrev"} & set(label)) <= 1


def test_numbers_sizes_and_assignments_stay(make_texts) -> None:
    topics = labelled(make_texts, RIDES, CAKES)
    assert topics.topics["topic_id"].tolist() == [0, 1]
    assert topics.topics.dtypes.astype(str).to_dict() == TOPIC_COLUMNS
