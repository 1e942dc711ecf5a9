"""Questions with sliders and buttons: a guess comes before its picture, a check knows right from typical wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from workbench.errors import InputError
from workbench.training import ask_guess, ask_question, find_course, judge_answer
from workbench.training.controls import Control
from workbench.training.course import Course
from workbench.training.drawing import draw_bars, draw_dots, draw_feed, draw_messages, draw_post, draw_table
from workbench.training.pictures import MEAN, MESSAGES, PICTURES
from workbench.training.questions import CHECKED, GUESSES, QUESTIONS
from workbench.training.source import LANGUAGES, read_words
from workbench.training.toys import read_points, score_message
from workbench.training.youth import find_group, find_rumour, list_small_counts

COURSES = ("clubs", "pupils")


def make_course(name: str, language: str, town: Any) -> Course:
    return Course(language, read_words(find_course(name), language), town=town)


@pytest.fixture
def pupils(town) -> Course:
    return make_course("pupils", "da", town)


@pytest.fixture(scope="module")
def answers(town) -> dict[str, dict[Any, str]]:
    """By check: what kind of answer each answer is."""
    rumour, cells, group = find_rumour(town), list_small_counts(town), len(find_group(town).members)
    told = len(rumour.told)
    few = int(cells["authors"].lt(5).sum())
    numbers = {
        "rumour_late": {rumour.before: "right", told: "all", told - rumour.before: "after",
                        rumour.told["arena_id"].nunique(): "places", 20: "other"},
        "cell_hidden": {few: "right", int(cells["authors"].eq(1).sum()): "one", len(cells): "all",
                        len(cells) - few: "turned", 20: "other"},
        "group_size": {group: "right", 12: "all", 1: "one", group - 1: "fewer", 20: "other"},
        "spread_stop": {7: "right", 5: "half", 6: "too_few", 0: "too_few", 8: "too_many", 10: "too_many"},
        "filter_fewest": {2: "right", 0: "none", 1: "none", 6: "first", 3: "higher", 8: "higher"},
        "alarms_half": {100: "right", 500: "half", 40: "start", 90: "too_few", 110: "too_many"},
    }
    chosen = {name: {option: "right" if option == asked.right else option for option in asked.options}
              for name, asked in CHECKED.items() if asked.options}
    return chosen | numbers


def test_every_check_knows_its_right_answer_and_the_typical_wrong_ones(answers, town) -> None:
    assert set(answers) == set(CHECKED)
    told = {name: {answer: judge_answer(name, answer, town) for answer in kinds} for name, kinds in answers.items()}
    assert told == answers
    for kinds in answers.values():
        assert list(kinds.values()).count("right") == 1
    assert judge_answer("friend", "something else", town) == "form"
    assert judge_answer("spread_stop", 11, town) == "form"
    assert judge_answer("spread_stop", None, town) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COURSES)
def test_a_course_has_words_for_all_that_its_controls_show(name: str, language: str, answers, town) -> None:
    words = read_words(find_course(name), language)
    assert words.keys() <= QUESTIONS.keys()
    for asked, said in words.items():
        assert said.question.endswith(("?", "? (Så har under 10 elever hørt det.)", "dies out? (Then fewer than 10 pupils have heard it.)")), asked
        assert set(QUESTIONS[asked].options) <= set(said.said), asked
        if asked in CHECKED:
            kinds = set(answers[asked].values()) - {"right", "other"}
            assert set(said.replies) == kinds, asked
            assert len(set(said.replies.values())) == len(said.replies), asked
            assert len(said.hints) >= 2, asked
            assert said.said["explain"], asked
        else:
            assert said.said.get("result"), asked


def test_every_question_is_asked_in_a_course() -> None:
    asked = {name for course in COURSES for name in read_words(find_course(course), "da")}
    assert asked == set(QUESTIONS) == {*CHECKED, *GUESSES}
    assert set(PICTURES) == set(GUESSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_answer_brings_its_reply_and_a_hint_and_never_the_explanation(language: str, answers, town) -> None:
    for name in COURSES:
        course = make_course(name, language, town)
        for asked in course.words.keys() & CHECKED.keys():
            said = course.words[asked]
            for answer, kind in answers[asked].items():
                if kind == "right":
                    continue
                shown = Control(course, asked, is_guess=False).take({"kind": "pressed", "values": {asked: answer}})[0]
                assert said.replies.get(kind, "") in shown["said"]["text"], (asked, kind)
                assert any(hint in shown["said"]["text"] for hint in said.hints), (asked, kind)
                assert said.said["explain"] not in shown["said"]["text"], (asked, kind)
                assert not shown["is_done"], (asked, kind)
            right = next(answer for answer, kind in answers[asked].items() if kind == "right")
            shown = Control(course, asked, is_guess=False).take({"kind": "pressed", "values": {asked: right}})[0]
            assert said.said["explain"] in shown["said"]["text"], asked
            assert shown["is_done"]
            assert shown["said"]["is_right"]


@pytest.mark.parametrize("name", COURSES)
def test_every_picture_can_be_drawn_wherever_its_sliders_stand(name: str, town) -> None:
    for language in LANGUAGES:
        course = make_course(name, language, town)
        for asked in course.words.keys() & PICTURES.keys():
            control = Control(course, asked, is_guess=True)
            first = control.take({"kind": "ready"})[0]
            assert "picture" not in first, asked
            value = first["asked"]["options"][0][0] if first["asked"].get("options") else first["asked"]["low"]
            seen = {control.take({"kind": "pressed", "values": {asked: value}})[0]["picture"]}
            for slider in first["sliders"]:
                for end in (slider["low"], slider["high"]):
                    shown = control.take({"kind": "moved", "values": {slider["name"]: end}})[0]
                    assert "{" not in shown["result"] + shown["picture"], asked
                    assert shown["result"], asked
                    seen.add(shown["picture"])
            assert len(seen) >= 2 or not first["sliders"], asked


def test_the_first_guess_stands_and_the_picture_comes_after_it(pupils: Course) -> None:
    control = Control(pupils, "spread", is_guess=True)
    shown = control.take({"kind": "pressed", "values": {"spread": 120}})[0]
    assert "120 elever" in shown["said"]["text"]
    assert shown["is_done"]
    assert 'role="img"' in shown["picture"]
    control.take({"kind": "pressed", "values": {"spread": 400}})
    assert pupils.predictions == {"spread": 120}
    # a page that is opened again shows the same
    again = control.take({"kind": "ready"})[0]
    assert again["asked"]["value"] == 120
    assert again["picture"] == shown["picture"]


def test_without_an_answer_nothing_is_shown_and_none_is_counted(pupils: Course) -> None:
    control = Control(pupils, "feed", is_guess=True)
    shown = control.take({"kind": "pressed", "values": {"feed": None}})[0]
    assert "picture" not in shown
    assert shown["said"]["text"] == "Vælg et svar først."
    assert not shown["is_done"]
    Control(pupils, "friend", is_guess=False).take({"kind": "pressed", "values": {"friend": "no such answer"}})
    assert pupils.tries == pupils.predictions == {}


def test_a_slider_moves_the_picture_and_not_beyond_its_ends(pupils: Course) -> None:
    control = Control(pupils, "spread", is_guess=True)
    control.take({"kind": "pressed", "values": {"spread": 10}})
    few = control.take({"kind": "moved", "values": {"tells": 3, "checks": 10, "days": 10}})[0]
    many = control.take({"kind": "moved", "values": {"tells": 99, "checks": -5, "days": 10}})[0]
    assert "Efter 10 dage har 1 af 400" in few["result"]
    assert "Efter 10 dage har 399 af 400" in many["result"] or "400 af 400" in many["result"]
    assert few["picture"].count("is-on") < many["picture"].count("is-on")


def test_the_button_draws_again(pupils: Course) -> None:
    control = Control(pupils, "classes", is_guess=True)
    first = control.take({"kind": "pressed", "values": {"classes": 75}})[0]
    again = control.take({"kind": "again", "values": {"size": 4}})[0]
    assert first["picture"] != again["picture"]
    assert control.take({"kind": "ready"})[0]["more"] == "Prøv igen"
    assert Control(pupils, "feed", is_guess=True).take({"kind": "ready"})[0]["more"] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filter_is_wrong_as_often_as_the_course_says(language: str) -> None:
    said = read_words(find_course("pupils"), language)["filter"].said
    points = read_points(said["points"])
    assert len(points) == 5
    scores = {name: score_message(said[name], points)[0] for name in MESSAGES}
    wrong = {limit: sum((scores[name] >= limit) != (name in MEAN) for name in MESSAGES) for limit in range(1, 8)}
    assert wrong[1] == 6
    assert min(wrong.values()) == 2
    assert scores["m4"] == scores["m8"] == 0, "irony and being left out have no word that gives points"


def test_the_teachers_control_is_answered_and_says_so(pupils: Course) -> None:
    asked = ask_question(pupils, "friend", answer="stop")
    assert repr(asked).startswith("Det er rigtigt.")
    assert asked.desk.take({"kind": "ready"})[0]["asked"]["value"] == "stop"
    assert repr(ask_guess(pupils, "feed")) == pupils.words["feed"].question


def test_no_answer_is_in_the_state_of_the_widget(pupils: Course) -> None:
    widget = ask_question(pupils, "friend", answer="wait")
    state = json.dumps({k: v for k, v in widget.get_state().items() if k not in ("_esm", "_css")}, default=str)
    assert "wait" not in state
    assert pupils.words["friend"].replies["wait"] not in state


def test_what_the_page_sends_is_answered(pupils: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ask_question(pupils, "friend")
    sent: list[Any] = []
    monkeypatch.setattr(widget, "send", sent.append)
    widget._hear(widget, {"kind": "ready"}, [])
    widget._hear(widget, "not a message", [])
    assert len(sent) == 1
    assert sent[0]["asked"]["options"]


def test_an_unknown_name_is_refused_and_so_is_one_without_words(pupils: Course) -> None:
    with pytest.raises(InputError, match="no such question"):
        ask_question(pupils, "cooking")
    with pytest.raises(InputError, match="no such picture"):
        ask_guess(pupils, "friend")
    with pytest.raises(InputError, match="says nothing"):
        ask_guess(pupils, "youth")


def test_texts_are_shown_as_texts() -> None:
    bad = "<b>&"
    drawn = (draw_bars(bad, [(bad, 1, bad, True)]) + draw_table(bad, [bad], [([bad], True)]) + draw_dots(bad, 1, 0, 2)
             + draw_feed([(bad, bad, True)]) + draw_post(bad) + draw_messages([bad], [(bad, ["x"], bad, bad, True)]))
    assert "<b>" not in drawn
    assert not re.search(r"&(?!lt;|gt;|amp;|quot;|#x27;)", drawn)


def test_a_bar_is_as_long_as_its_part_of_the_largest_or_of_the_whole() -> None:
    rows = [("a", 25, "25", False), ("b", 50, "50", False)]
    assert re.findall(r"width:([\d.]+)%", draw_bars("c", rows)) == ["50.0", "100.0"]
    assert re.findall(r"width:([\d.]+)%", draw_bars("c", rows, whole=100)) == ["25.0", "50.0"]


def test_words_that_give_points_are_marked_and_only_whole_words_count() -> None:
    points = {"hate": 2, "sick": 1}
    assert score_message("I HATE this, sick!", points) == (3, ["hate", "sick"])
    assert score_message("whatever, seasick", points) == (0, [])
    assert "<mark>HATE</mark>" in draw_messages(["a"], [("I HATE this", ["hate"], "x", "y", False)])
