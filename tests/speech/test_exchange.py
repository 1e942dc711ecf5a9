from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.speech_worlds import make_codebook
from workbench.errors import InputError, TableError
from workbench.speech import code_post, code_posts, draw_sample, load_codes, read_answers, save_sample, write_tasks
from workbench.speech.exchange import NOTICE, PROGRAMS

PERIOD = "2025Q3"
BOOK = make_codebook(["attack", "marker.threat", "marker.mockery", "hate", "ground.religion", "recognition", "form.thanks",
                      "target.municipality", "harm.weapons", "harm.fraud"])
SECRET = "=HYPERLINK(\"http://x\");Ærgerligt \"citat\"\nlinje to"


@pytest.fixture
def drawn(tmp_path, make_corpus):
    corpus = make_corpus([("T-001", "a-1", "2025-08-01", SECRET if n == 0 else f"opslag {n}") for n in range(30)])
    save_sample(tmp_path, PERIOD, draw_sample(corpus, period=PERIOD, codebook=BOOK, seed=1, size=20, double=5))
    return tmp_path, corpus


def write(drawn, program, coder="coder 1"):
    folder, corpus = drawn
    return write_tasks(folder, corpus, period=PERIOD, codebook=BOOK, coder=coder, program=program, language="da")


@st.composite
def answer(draw):
    """An answer as a coder can give it: what stands below a no was not asked."""
    values = {}
    for key, code in BOOK.codes.items():
        if not code.parent or values.get(code.parent) is True:
            values[key] = draw(st.sampled_from([True, False, None]))
    return values


def fill_csv(path, said, *, delimiter=";", encoding="utf-8-sig"):
    """Fill answers into the file that was written, as a person does in a spreadsheet."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
    header = rows[0]
    for row in rows[2:]:
        for code, value in said.get(row[0], {}).items():
            row[header.index(code)] = {True: "1", False: "0", None: "?"}[value]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def fill_label_studio(path, said):
    """Return an export of Label Studio in which these answers were given by the questions of the setup."""
    setup = ElementTree.parse(path.with_suffix(".xml")).getroot()
    boxes = {choice.get("alias"): asked.get("name") for asked in setup.iter("Choices") for choice in asked if choice.get("alias")}
    tasks = json.loads(path.read_text())
    for task in tasks:
        result = []
        for code, value in said.get(task["data"]["post_id"], {}).items():
            if code in boxes and value is not False:
                result.append({"from_name": boxes[code], "type": "choices", "value": {"choices": [code if value else f"{code}?"]}})
            elif code not in boxes:
                word = {True: "yes", False: "no", None: "?"}[value]
                result.append({"from_name": code, "type": "choices", "value": {"choices": [word]}})
        if result:
            task["annotations"] = [{"was_cancelled": True, "result": []}, {"result": result, "lead_time": 14.5}]
    path.write_text(json.dumps(tasks))
    return path


def fill_doccano(path, said):
    lines = []
    for number, line in enumerate(path.read_text().splitlines()):
        row = json.loads(line)
        values = said.get(row["post_id"])
        if values is not None:
            row["label"] = [code if value else f"{code}?" for code, value in values.items() if value is not False] or ["none"]
        lines.append(json.dumps(row | {"id": number, "Comments": []}))
    path.write_text("\n".join(lines))
    return path


FILL = {"csv": fill_csv, "label-studio": fill_label_studio, "doccano": fill_doccano}


@pytest.mark.parametrize("program", PROGRAMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_answers=st.lists(answer(), min_size=1, max_size=20))
def test_answers_given_in_another_program_come_back_as_they_were_given(drawn, program, given_answers):
    path = write(drawn, program)[0]
    posts = load_posts(drawn)
    said = dict(zip(posts, given_answers, strict=False))
    received = read_answers(FILL[program](path, said), posts=posts, codebook=BOOK)
    assert received.faults == []
    assert {a.post_id: a.values for a in received.answers} == said
    assert received.empty == len(posts) - len(said)


def load_posts(drawn):
    from workbench.speech import load_samples

    return load_samples(drawn[0], PERIOD)["post_id"]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252")])
def test_a_csv_is_read_however_the_spreadsheet_saved_it(drawn, delimiter, encoding):
    posts = load_posts(drawn)
    path = fill_csv(write(drawn, "csv")[0], {posts[0]: {"attack": True}}, delimiter=delimiter, encoding=encoding)
    received = read_answers(path, posts=posts, codebook=BOOK)
    assert [a.post_id for a in received.answers] == [posts[0]]
    assert received.faults == []


def test_no_text_in_a_csv_is_a_formula(drawn):
    rows = list(csv.reader(io.StringIO(write(drawn, "csv")[0].read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
    texts = [row[1] for row in rows[2:]]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert any("HYPERLINK" in text for text in texts) == any(p.endswith(":0") for p in load_posts(drawn))


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_handed_out_says_that_it_holds_posts_is_private_and_tells_nothing_of_others(drawn, program):
    folder, _ = drawn
    for post in load_posts(drawn):
        code_post(folder, period=PERIOD, coder="coder 1", post_id=post, values={"attack": True, "marker.threat": True},
                  codebook=BOOK, note="hemmeligt")
    path = write(drawn, program, "coder 2")[0]
    assert "holds-posts" in path.name
    assert NOTICE in path.read_text(encoding="utf-8-sig")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.relative_to(folder).as_posix().startswith("data/processed/coding/")  # what forget and purge delete whole
    text = path.read_text(encoding="utf-8-sig")
    assert "hemmeligt" not in text
    asked = {p for p in load_posts(drawn) if f'"{p}"' in text or f"\n{p};" in text}
    assert len(asked) == 5
    received = read_answers(path, posts=load_posts(drawn), codebook=BOOK)
    assert (received.answers, received.empty) == ([], 5)


def test_the_adjudicator_gets_the_posts_on_which_coders_differ(drawn):
    folder, _ = drawn
    posts = load_posts(drawn)
    for coder, value in (("coder 1", True), ("coder 2", False)):
        code_post(folder, period=PERIOD, coder=coder, post_id=posts[3], values={"attack": value}, codebook=BOOK)
    assert [row.split(";")[0] for row in write(drawn, "csv", "adjudicator")[0].read_text().splitlines()[2:3]] == [posts[3]]


def test_the_setup_of_label_studio_asks_in_words_and_shows_what_is_below_only_after_a_yes(drawn):
    setup = ElementTree.parse(write(drawn, "label-studio")[1]).getroot()
    threat = next(choice for choice in setup.iter("Choice") if choice.get("alias") == "marker.threat")
    assert threat.get("value") == "marker.threat da"
    shown = [view.attrib for view in setup.iter("View") if view.get("visibleWhen")]
    assert {"visibleWhen": "choice-selected", "whenTagName": "attack", "whenChoiceValue": "yes"} in shown
    assert {a.get("name") for a in setup.iter("Choices") if a.get("required")} >= {"attack", "hate", "recognition"}


def test_bad_rows_are_named_without_text_and_lose_no_good_ones(drawn):
    posts = load_posts(drawn)
    path = write(drawn, "csv")[0]
    header = ["post_id", "attack", "marker.threat", "hate", "en hemmelig sætning", "harm.unknown"]
    rows = [header, [posts[0], "1", "1", "0", "", ""], [posts[1], "måske hemmelig", "", "", "", ""], ["T-999:1", "1", "", "", "", ""],
            [posts[2], "0", "1", "", "", ""], [posts[3], "", "", "1", "", ""], [posts[4], "nej", "", "ja", "", ""],
            [posts[0], "0", "", "", "", ""], ["", "1", "", "", "", ""], [posts[5], "", "", "", "", ""]]
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(rows)
    path.write_text(file.getvalue())
    received = read_answers(path, posts=posts, codebook=BOOK)
    assert [a.post_id for a in received.answers] == [posts[0], posts[4]]
    assert received.answers[1].values["hate"] is True
    assert received.answers[1].values["attack"] is False
    assert received.empty == 1
    name = path.name
    assert received.faults == [
        f"{name}, row 1: a label is no code of the codebook.", f"{name}, row 1: harm.unknown is no code of the codebook.",
        f"{name}, row 3: attack is neither 1, 0 nor ?.", f"{name}, row 4: this post was not drawn, so it can stand in no share.",
        f"{name}, row 5: marker.threat is yes, but attack, below which it stands, is not.",
        f"{name}, row 6: attack has no answer, others have.", f"{name}, row 8: this post stands in row 2 already.",
        f"{name}, row 9: there is no post_id."]
    assert "hemmelig" not in " ".join(received.faults)


def test_an_export_with_two_annotators_is_left_out_and_told(drawn):
    posts = load_posts(drawn)
    path = fill_label_studio(write(drawn, "label-studio")[0], {posts[0]: {"attack": False}, posts[1]: {"attack": False}})
    tasks = json.loads(path.read_text())
    task = next(t for t in tasks if t["data"]["post_id"] == posts[0])
    task["annotations"].append(task["annotations"][-1])
    path.write_text(json.dumps([*tasks, "hvad er dette"]))
    received = read_answers(path, posts=posts, codebook=BOOK)
    assert [(a.post_id, a.seconds) for a in received.answers] == [(posts[1], 14.5)]
    assert any("has 2 annotations" in fault for fault in received.faults)
    assert len(received.faults) == 2


@pytest.mark.parametrize(("name", "content"), [("a.csv", "id;attack\n1;1\n"), ("a.json", "{}"), ("a.json", "[oh"), ("a.xlsx", "")])
def test_a_file_that_holds_no_answers_is_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=name):
        read_answers(tmp_path / name, posts=pd.Series(["T-001:1"]), codebook=BOOK)


def test_a_broken_line_of_doccano_is_named_and_the_others_are_read(drawn):
    posts = load_posts(drawn)
    path = fill_doccano(write(drawn, "doccano")[0], {posts[0]: {"attack": False}})
    path.write_text('{"hemmelig": \n' + path.read_text())
    received = read_answers(path, posts=posts, codebook=BOOK)
    assert len(received.answers) == 1
    assert received.faults == [f"{path.name}, line 1: cannot be read as JSON with text, label and post_id."]


def test_what_was_read_is_written_down_as_if_it_had_been_coded_here(drawn):
    folder, _ = drawn
    posts = load_posts(drawn)
    path = fill_csv(write(drawn, "csv")[0], {post: {"attack": False} for post in posts})
    received = read_answers(path, posts=posts, codebook=BOOK)
    code_posts(folder, received.answers, period=PERIOD, coder="coder 1", codebook=BOOK)
    codes = load_codes(folder, PERIOD)
    assert set(codes["post_id"]) == set(posts)
    assert codes.loc[codes["code"].eq("attack"), "value"].eq(False).all()
    with pytest.raises(TableError, match="nothing left to code"):
        write(drawn, "csv")


def test_an_unknown_program_is_refused(drawn):
    with pytest.raises(TableError, match="csv, label-studio, doccano"):
        write(drawn, "prodigy")
