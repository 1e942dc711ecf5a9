from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from workbench.topics.labels import choose_words, contrast_words, describe, find_near, measure_coverage
from workbench.topics.words import theme_words

RIDES = ["løbehjul hjelm cykelsti", "løbehjulet cykelstien bremse", "løbehjul hjelmen bøde", "løbehjulene hjelme bremser",
         "løbehjulsbane løbehjul cykelsti", "løbehjulsbane løbehjul bøde"]
CAKES = ["kage fløde rosiner", "kagen jordbær rosiner fløde", "kager sukker rosiner", "kage jordbær sukker fløde",
         "kagerne rosiner jordbær", "kage rosiner bageovn"]


def count(groups: list[list[str]], languages: list[str] | None = None):
    """Return what `choose_words` takes, for texts of topics 0, 1, ..."""
    texts = [text for group in groups for text in group]
    counter = CountVectorizer(analyzer=theme_words, dtype=np.float32)
    counts = counter.fit_transform(texts)
    labels = np.repeat(range(len(groups)), [len(group) for group in groups])
    return counts, list(counter.get_feature_names_out()), labels, pd.Series(languages or ["da"] * len(texts), dtype="string")


def choose(*groups: list[str], languages: list[str] | None = None) -> pd.DataFrame:
    return choose_words(*count(list(groups), languages), groups=len(groups))


def label_of(chosen: pd.DataFrame, topic: int = 0) -> list[str]:
    return str(chosen["label"][topic]).split(" · ")


def test_each_word_of_a_topic_stands_once_whatever_its_inflection() -> None:
    rides, cakes = choose(RIDES, CAKES)["words"]
    assert rides[0] == "løbehjul"
    assert len([w for w in rides if w.startswith("løbehjul") and not w.endswith("bane")]) == 1
    assert len([w for w in rides if w.startswith("hjelm")]) == 1
    assert len([w for w in cakes if w.startswith("kage")]) == 1


def test_a_label_does_not_say_the_same_thing_twice() -> None:
    label = label_of(choose(RIDES, CAKES))
    assert label[0] == "løbehjul"
    assert len(label) == 3
    assert "løbehjulsbane" not in label  # a compound of the first word says less than another word


def test_words_that_always_stand_together_do_not_fill_a_label() -> None:
    rides = [f"tilmeld kanalen nyhedsbrev {text}" for text in RIDES]
    assert len({"tilmeld", "kanalen", "nyhedsbrev"} & set(label_of(choose(rides, CAKES)))) <= 1


def test_a_topic_without_words_has_an_empty_label_and_no_coverage() -> None:
    empty = choose(RIDES, ["112"]).loc[1]
    assert (empty["label"], empty["words"]) == ("", [])
    assert pd.isna(empty["coverage"])


def test_a_label_is_chosen_for_the_texts_it_reaches() -> None:
    # the three commonest words stand in the same thirty texts; the others speak of their own thing
    core = [f"derby {'målmand' if i % 2 else 'tribune'} {'dommer' if i % 3 else 'hymne'}" for i in range(30)]
    rest = [f"{w} {i}x" for w in ("billetkø", "træning") for i in range(10)]
    chosen = choose(core + rest, CAKES * 10)
    assert {"billetkø", "træning"} < set(label_of(chosen))
    assert chosen["coverage"][0] == 1


def test_coverage_counts_every_inflection() -> None:
    rides = ["løbehjul grus", "løbehjulet sand", "løbehjulene asfalt", "kantsten"]
    chosen = choose(rides, CAKES)
    assert label_of(chosen)[0] == "løbehjul"
    counts, words, labels, languages = count([rides, CAKES])
    assert measure_coverage(counts, words, labels, languages, named=[["løbehjul"], ["kage"]]) == [3 / 4, 1]
    unknown = languages.replace("da", "lt")
    assert measure_coverage(counts, words, labels, unknown, named=[["løbehjul"], []]) == pytest.approx(
        [1 / 4, np.nan], nan_ok=True)


def test_a_word_reaches_the_compounds_it_is_part_of_where_compounds_are_one_word() -> None:
    balls = ["fodbold mål", "fodbold dommer", "fodbold kamp", "håndbold hal", "håndbold spiller", "bold", "bold", "bold", "bold"]
    other = ["fod", "hånd", "fod", "hånd", "fod sko", "hånd ring"] * 2
    danish, english = (choose(balls, other, languages=[code] * 21) for code in ("da", "en"))
    assert label_of(danish)[0] == "bold"
    assert not {"fodbold", "håndbold"} & set(label_of(danish))
    assert danish["coverage"][0] == 1
    assert {"fodbold", "håndbold"} < set(label_of(english))


def test_a_rare_word_does_not_stand_for_a_name_it_is_in() -> None:
    park = [f"slotspark {w}" for w in ("kamp", "hold", "græs", "regn", "dommer", "pause")] * 2
    assert label_of(choose([*park, "spark", "spark kamp"], CAKES * 3))[0] == "slotspark"


def test_a_word_is_shown_in_the_form_that_is_commonest_inside() -> None:
    rides = [f"hjelmen {w}" for w in ("styr", "sten", "rust", "olie", "vand")] + ["hjelme grus", "hjelme sand"]
    # outside only "hjelmen" is used, so that "hjelme" has the higher c-TF-IDF
    chosen = choose(rides, ["hjelmen fløde", "kage fløde", "kage fløde", "kage fløde"] * 5)
    assert label_of(chosen)[0] == "hjelmen"
    assert chosen["words"][0].index("hjelme") == 0


def test_a_word_that_is_as_common_outside_never_names_a_topic() -> None:
    chosen = choose([f"byen {text}" for text in RIDES * 5], [f"byen {text}" for text in CAKES * 5])
    assert all("byen" not in label_of(chosen, topic) for topic in (0, 1))


def test_a_common_word_does_not_name_a_topic_because_its_own_words_are_many_and_rare() -> None:
    own = [f"fugl{chr(97 + i)}" for i in range(20)]
    chosen = choose([f"byen {word}" for word in own for _ in range(2)],
                    ["byen kage fløde", "byen jordbær", "byen rosiner", "byen sukker", "bageovn"] * 20)
    assert "byen" not in label_of(chosen)


def test_a_rare_name_that_only_the_topic_has_does_not_win_over_a_common_word() -> None:
    inside = [f"kamp {i}x" for i in range(36)] + [f"ungdomshold {i}y" for i in range(36)] + ["rougsø"] * 14
    outside = ["kamp kage", "ungdomshold fløde", "kage", "fløde", "rosiner", "rosiner sukker", "jordbær", "sukker"] * 500
    assert label_of(choose(inside, outside))[2] == "rougsø"


def test_what_is_common_is_asked_of_the_texts_in_the_same_language() -> None:
    # "torsdag" stands in most Swedish texts of either topic, and Danish texts are many
    swedish = [f"torsdag {w}" for w in ("sparkcykel böter", "sparkcykel polis", "trottoar hjälm", "trottoar grus")] * 10
    others = [f"torsdag bulle {w}" for w in ("grädde", "jordgubbe", "ugn", "mjöl")] * 10
    chosen = choose(swedish, others, CAKES * 100, languages=["sv"] * 80 + ["da"] * 600)
    assert "torsdag" not in label_of(chosen)
    assert "sparkcykel" in label_of(chosen)


def test_each_big_language_has_a_word_of_its_own() -> None:
    danish = ["løbehjul hjelm", "løbehjul bøde", "løbehjul hjelm", "løbehjul bøde"] * 15
    swedish = [f"{w} {w}en" for w in ("sparkcykel", "trottoar", "kantsten", "hastighet", "batteri") for _ in range(6)]

    def named(swedish: list[str]) -> set[str]:
        spoken = ["da"] * 60 + ["sv"] * len(swedish) + ["da"] * 120 + ["sv"] * 60
        return set(label_of(choose(danish + swedish, CAKES * 20, ["bulle grädde"] * 60, languages=spoken)))

    assert "løbehjul" in named(swedish)
    assert named(swedish) & {word for text in swedish for word in text.split()}  # a third of the texts
    assert named(swedish[::2]) == {"løbehjul", "hjelm", "bøde"}  # a fifth of the texts


@pytest.mark.parametrize(("texts_with", "number"), [
    ((10, 10, 10, 10, 10, 10), 4), ((20, 10, 10, 10), 3), ((2,) * 30, 3)])
def test_a_fourth_word_stands_where_three_reach_too_few_texts_and_it_reaches_more(texts_with: tuple[int, ...],
                                                                                  number: int) -> None:
    topic = [f"{chr(97 + i % 26) * 4}{chr(97 + i // 26)}" for i, n in enumerate(texts_with) for _ in range(n)]
    assert len(label_of(choose(topic, CAKES * 10))) == number


def test_what_is_left_of_addresses_and_markup_names_nothing() -> None:
    linked = [f"https utm nbsp {text}" for text in RIDES]
    chosen = choose(linked, CAKES)
    assert not {"https", "utm", "nbsp"} & {*label_of(chosen), *chosen["words"][0]}


def test_a_corpus_of_one_topic_is_named_by_its_words() -> None:
    chosen = choose([*RIDES, *CAKES, "havn", "kajplads", "brygge"])
    assert len(label_of(chosen)) >= 3
    assert chosen["coverage"][0] > 0.5


def test_contrast_words_are_frequent_here_and_rare_in_the_near_topic() -> None:
    match = [f"kamp {w}" for w in ("mål derby", "hold derby", "tribune", "dommer derby")] * 10
    tickets = [f"kamp {w}" for w in ("kø billet", "pris billet", "tribune", "indgang billet")] * 10
    counts, words, labels, languages = count([match, tickets, CAKES * 50])
    unlike = contrast_words(counts, words, labels, languages, [1, 0, -1])
    assert unlike[0][0] == "derby"
    assert unlike[1][0] == "billet"
    assert not {"kamp", "tribune"} & {*unlike[0], *unlike[1]}  # common in both, and rare in all other texts
    assert unlike[2] == []


def test_the_near_topic_is_the_one_most_like_it_and_never_itself() -> None:
    assert find_near(np.array([[3, 0, 0.1], [1, 1.3, 0], [0, 1, 0.2]])) == [1, 2, 1]
    assert find_near(np.ones((1, 3))) == [-1]
    assert find_near(np.zeros((0, 3))) == []


def test_a_description_names_the_largest_parts_without_saying_a_word_twice() -> None:
    parts = pd.DataFrame({"label": ["hjelm · styr", "løbehjul · bøde · politi", "styr · bremse · bødens", pd.NA],
                          "size": [20, 50, 10, 5]})
    assert describe(parts) == "løbehjul, bøde, politi; hjelm, styr; bremse"


def test_a_description_is_one_line_of_at_most_ninety_letters_and_whole_words() -> None:
    parts = pd.DataFrame({"label": [f"{chr(97 + i) * 14} · {chr(110 + i) * 14}" for i in range(8)], "size": range(8, 0, -1)})
    line = describe(parts)
    assert 70 < len(line) <= 90
    assert set(line.replace(";", ",").split(", ")) <= {w for label in parts["label"] for w in label.split(" · ")}
    assert describe(parts.head(0)) == ""
