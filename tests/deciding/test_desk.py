"""The desk of a review: each answer stands in the file before the next question, and nothing else in it changes."""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deciding import reviews
from tests.deciding.reviews import PERIOD, QUOTED, go_to, make_study, say, sign, sit
from workbench.deciding import open_review
from workbench.deciding.saying import say_words
from workbench.desks import draw_script
from workbench.errors import InputError
from workbench.reviewing import read_review
from workbench.settings import LANGUAGES
from workbench.wording import open_wording


@pytest.fixture
def seat(make_corpus, tmp_path: Path):
    study, corpus = make_study(make_corpus, tmp_path)
    return study, corpus, sit(study, corpus)


def test_what_is_open_is_asked_in_order_after_the_role(seat) -> None:
    _, _, desk = seat
    assert [q.id for q in desk.questions] == [
        "reviewer:", "topic:K-001", "topic:K-002", "word:ord0", "word:ord1", "word:ord2", "domain:by.example", "editor:",
        "peaks:K-001/2025-W32", "recommendations:"]
    assert desk.current().kind == "reviewer"
    assert sign(desk)["question"] == "topic:K-001"
    assert reviews.given(seat[0])["reviewer"] == "ssp-konsulent"
    assert reviews.given(seat[0])["date"] == "2025-10-02"


def test_a_topic_is_approved_with_its_name_and_without_the_words_taken_out(seat) -> None:
    study, _, desk = seat
    page = sign(desk)
    fields = {field["name"]: field for field in page["fields"]}
    assert fields["words"]["value"] == ["toget", "skinner"]  # what looks like a name is left out at first
    assert any("jensen" in line for line in page["lines"])
    say(desk, "approve", words=["skinner", "udenfor"], da="Tog", en="Trains")
    answer = reviews.given(study)["topics"]["K-001"]
    assert (answer["words"], answer["decision"], answer["da"], answer["en"]) == (["skinner"], "approve", "Tog", "Trains")
    row = read_review(study.folder, PERIOD, language="da").entries.set_index("key").loc["K-001"]
    assert (row["decision"], row["text"]) == ("rename", "Tog")


def test_merge_split_and_hide_stand_in_the_file(seat) -> None:
    study, _, desk = seat
    sign(desk)
    say(desk, "merge", into="K-002")
    say(desk, "split")
    say(desk, "hide")
    said = reviews.given(study)
    assert (said["topics"]["K-001"]["decision"], said["topics"]["K-001"]["into"]) == ("merge", "K-002")
    assert said["topics"]["K-002"]["decision"] == "split"
    assert said["words"]["ord0"]["decision"] == "hide"


@pytest.mark.parametrize(("decision", "values", "field", "said"), [
    ("merge", {"into": ""}, "into", "Choose the other topic"),
    ("merge", {"into": "K-001"}, "into", "Choose the other topic"),
    ("approve", {"words": []}, "words", "No word is left"),
    ("approve", {"en": "Trains"}, "da", "Danish too"),
    ("approve", {"da": "x" * 61}, "da", "At most 60"),
    ("approve", {"da": "Om @nogen_her"}, "da", "handle"),
    ("approve", {"da": "Snak om Mette"}, "da", "person’s name"),
    ("approve", {"da": "Tog", "description_da": f"Der siges at {QUOTED}"}, "description_da", "in other words")])
def test_a_fault_is_said_at_its_field_and_nothing_is_saved(seat, decision: str, values: dict, field: str, said: str) -> None:
    study, _, desk = seat
    sign(desk)
    before = (study.folder / "reviews" / f"{PERIOD}.toml").read_bytes()
    told = say(desk, decision, **values)
    assert told["kind"] == "faults"
    assert said in told["faults"][field]
    assert "havnen i dag" not in json.dumps(told)
    assert (study.folder / "reviews" / f"{PERIOD}.toml").read_bytes() == before
    assert desk.current().id == "topic:K-001"


def test_a_name_for_a_role_and_merges_into_what_is_hidden_or_in_a_circle_are_refused(seat) -> None:
    study, _, desk = seat
    assert "role in small letters" in say(desk, "save", reviewer="Karen Hansen")["faults"]["reviewer"]
    assert "Write your role" in say(desk, "save", reviewer=" ")["faults"]["reviewer"]
    sign(desk)
    say(desk, "merge", into="K-002")
    assert "circle" in say(desk, "merge", into="K-001")["faults"]["into"]
    say(desk, "approve")
    desk.take({"kind": "back"})
    say(desk, "hide")  # K-001 is merged into it: the file would contradict itself
    assert reviews.given(study)["topics"]["K-002"]["decision"] == "approve"


def test_a_week_and_a_recommendation_are_written_into_the_editors_file(seat) -> None:
    study, _, desk = seat
    page = go_to(desk, "peaks")
    assert page["events"] == ["5 August 2025: Sporarbejde"]  # of the days around that week, not of September
    assert set(say(desk, "save")["faults"]) == {"da", "source_da"}
    say(desk, "save", da="Togene holdt stille.", source_da="jernbanen")
    made = {"addressee": "ssp", "da": "Ærligt: tænd lyset på stien.", "finding": "topics", "owner_da": "vej og park",
            "effort": "small", "indicator_da": "der er lys"}
    assert "in other words" in say(desk, "save", **{**made, "da": f"Skriv at {QUOTED}"})["faults"]["da"]
    assert say(desk, "save", **made)["question"] == "recommendations:"
    editorial = read_review(study.folder, PERIOD, language="da").editorial
    assert [(e.topic, e.week, e.text) for e in editorial.peaks] == [("K-001", "2025-W32", "Togene holdt stille.")]
    assert [(r.id, r.finding) for r in editorial.recommendations] == [("aerligt-taend-lyset-paa", "topics")]
    desk.take({"kind": "skip", "question": "recommendations:"})
    assert desk.current() is None
    assert "workbench report quarterly --period 2025Q3" in desk._page()["told"]


def test_posts_are_those_of_the_topic_and_their_texts_come_only_when_opened(seat) -> None:
    _, corpus, desk = seat
    page = sign(desk)
    assert len(page["posts"]) == 5
    assert not any(text in json.dumps(page, ensure_ascii=False) for text in corpus.posts["text"])
    texts = [desk.take({"kind": "open", "question": page["question"], "number": n})[0]["text"] for n in range(5)]
    assert all(text.startswith("toget og") for text in texts)
    assert desk.take({"kind": "open", "question": "topic:K-002", "number": 0}) == []
    assert desk.take({"kind": "open", "question": page["question"], "number": 9}) == []


def test_comments_order_and_the_lines_of_others_stay(seat) -> None:
    study, corpus, desk = seat
    path = study.folder / "reviews" / f"{PERIOD}.toml"
    del desk
    text = path.read_text(encoding="utf-8").replace("[words]\n", "[words]\n# vi talte om ord1\n").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    go_to(sit(study, corpus), "peaks")
    after = path.read_bytes().decode()
    assert "# vi talte om ord1\r\n" in after
    assert "\n" not in after.replace("\r\n", "")
    changed = [a for a, b in zip(text.split("\r\n"), after.split("\r\n"), strict=True) if a != b]
    assert all(re.match(r'reviewer|date|decision|"?ord|"by', line) for line in changed)
    assert len(changed) == 2 + 2 + 3 + 1


def test_a_file_changed_elsewhere_is_read_again_and_never_written_over(seat) -> None:
    study, _, desk = seat
    sign(desk)
    path = study.folder / "reviews" / f"{PERIOD}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"ord1" = { decision = ""', '"ord1" = { decision = "hide"')
                    .replace("ord1 = { decision = \"\"", "ord1 = { decision = \"hide\""), encoding="utf-8")
    elsewhere = path.read_bytes()
    page = say(desk, "approve", da="Tog", en="Trains")
    assert "changed elsewhere" in page["told"]
    assert path.read_bytes() == elsewhere
    assert {f["name"]: f["value"] for f in page["fields"]}["da"] == "Tog"  # what was typed stands there still
    say(desk, "approve", da="Tog", en="Trains")
    said = reviews.given(study)
    assert (said["topics"]["K-001"]["da"], said["words"]["ord1"]["decision"]) == ("Tog", "hide")
    path.write_text("[", encoding="utf-8")
    assert "not valid TOML" in say(desk, "hide")["why"]
    assert path.read_text(encoding="utf-8") == "["


def test_after_a_restart_it_goes_on_where_it_was_and_comes_back_to_what_was_skipped(seat) -> None:
    study, corpus, desk = seat
    page = sign(desk)
    desk.take({"kind": "skip", "question": page["question"]})
    say(desk, "approve")
    again = sit(study, corpus)
    assert again.current().id == "word:ord0"
    for _ in range(4):
        say(again, "hide")
    say(again, "save", editor="presserådgiver")
    for _ in range(2):
        again.take({"kind": "skip", "question": again.current().id})
    assert again.current().id == "topic:K-001"


def test_back_shows_what_was_decided_and_lets_it_be_corrected(seat) -> None:
    study, _, desk = seat
    sign(desk)
    say(desk, "hide")
    say(desk, "approve")
    assert desk.take({"kind": "back"})[0]["question"] == "topic:K-002"
    page = desk.take({"kind": "back"})[0]
    assert (page["question"], page["now"], page["is_past"]) == ("topic:K-001", "Decided: is not shown", True)
    assert say(desk, "approve")["question"] == "word:ord0"
    assert reviews.given(study)["topics"]["K-001"]["decision"] == "approve"


def test_the_roles_of_two_people_and_the_first_day_are_kept(seat) -> None:
    study, _, desk = seat
    sign(desk)
    go_to(desk, "editor")
    say(desk, "save", editor="presserådgiver")
    report = reviews.given(study, f"{PERIOD}.report")
    assert (reviews.given(study)["reviewer"], report["editor"], report["date"]) == ("ssp-konsulent", "presserådgiver", "2025-10-02")


def test_opened_again_the_old_desk_takes_nothing_more(seat) -> None:
    study, corpus, desk = seat
    sit(study, corpus)
    assert desk.take({"kind": "begin"})[0]["kind"] == "shut"


def test_where_it_cannot_be_saved_it_says_so_and_asks_again(seat, monkeypatch: pytest.MonkeyPatch) -> None:
    study, _, desk = seat

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.deciding.files.write_atomically", fail)
    assert "the disk is full" in sign(desk)["why"]
    assert desk.current().kind == "reviewer"
    assert reviews.given(study)["reviewer"] == ""


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(
    st.tuples(st.sampled_from(["approve", "hide", "split"]), st.text(max_size=12)),
    st.tuples(st.sampled_from(["skip", "back", "forward", "restart"]), st.just(""))), max_size=14))
def test_any_steps_leave_a_file_that_reads_back_and_holds_the_last_decisions(make_corpus, steps: list) -> None:
    with tempfile.TemporaryDirectory() as name:
        study, corpus = make_study(make_corpus, Path(name))
        desk = sit(study, corpus)
        sign(desk)
        comments = [line for line in (Path(name) / "reviews" / f"{PERIOD}.toml").read_text().split("\n") if line.startswith("#")]
        decided: dict[str, str] = {}
        for step, text in steps:
            question = desk.current()
            if step == "restart":
                desk = sit(study, corpus)
            elif step in ("skip", "back", "forward"):
                desk.take({"kind": step, "question": question.id if question else None})
            elif question and question.kind in ("topic", "word", "domain"):
                told = say(desk, step, da=text, en=text)
                if told["kind"] == "page" and (step != "split" or question.kind == "topic"):
                    decided[question.key] = step
        after = (Path(name) / "reviews" / f"{PERIOD}.toml").read_text()
        assert [line for line in after.split("\n") if line.startswith("#")] == comments
        entries = read_review(study.folder, PERIOD, language="da").entries.set_index("key")["decision"]
        assert {key: str(entries[key]).replace("rename", "approve") for key in decided} == decided
        assert entries.drop(list(decided)).isna().all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_killed_between_two_steps_it_loses_nothing_that_was_saved(make_corpus, tmp_path: Path) -> None:
    study, corpus = make_study(make_corpus, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that other threads are not forked along
        child = os.fork()
    if not child:
        try:
            desk = sit(study, corpus)
            sign(desk)
            say(desk, "approve")
            say(desk, "hide")
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    again = sit(study, corpus)
    assert again.shut == ""
    said = reviews.given(study)["topics"]
    assert (said["K-001"]["decision"], said["K-002"]["decision"]) == ("approve", "hide")
    assert again.current().id == "word:ord0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_languages_of_reports(make_corpus, tmp_path: Path, language: str) -> None:
    study, corpus = make_study(make_corpus, tmp_path)
    desk = sit(study, corpus, language=language)
    wording = open_wording(language)
    assert desk._page()["title"] == wording.say("decide.title.reviewer")
    sign(desk)
    pages = [desk._page(), go_to(desk, "peaks")]
    while desk.current():
        pages.append(desk.take({"kind": "skip", "question": desk.current().id})[0])
    said = json.dumps([*pages, say_words(wording, period=PERIOD)], ensure_ascii=False)
    assert "decide." not in said
    assert "{" not in "".join(re.findall(r'"(?:title|label|now|told)": "([^"]*)"', said))


def test_without_a_report_it_says_what_to_run(seat) -> None:
    study, corpus, _ = seat
    with pytest.raises(InputError, match="workbench report quarterly --period 2025Q2"):
        open_review(study, period="2025Q2", corpus=corpus)


def test_the_script_shows_every_word_that_is_sent_and_knows_every_message() -> None:
    script = draw_script("workbench.deciding", "desk.js")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "fetch(", "import(", "http:", "https:", "localStorage",
                 "save_changes", "model.set"):
        assert word not in script, word
    used = set(re.findall(r"(?<!inputs\.)\bwords\.([a-z_]+)", script)) | set(re.findall(r'(?:\w|"[+]"): "([a-z_]+)"', script[script.index("const signs"):]))
    sent = set(say_words(open_wording("en"), period=PERIOD))
    assert used - {"begin_blurred", "en"} <= sent | {"wb-first"}
    assert {word for word in sent if not word.startswith("key_")} <= used | {"title"}
    source = Path(__file__).parents[2] / "src" / "workbench" / "deciding" / "desk.py"
    python = source.read_text(encoding="utf-8")
    listened = script[script.index("return shell.listen"):]
    for kind in set(re.findall(r'"kind": "([a-z]+)"', python)):
        assert re.search(rf"\b{kind}[:(]", listened), kind
    assert set(re.findall(r'kind: "([a-z]+)"', script)) == set(re.findall(r'"([a-z]+)": self\._(?!has_)', python))
