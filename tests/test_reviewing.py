from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reviews import SIGNED, answer, propose, put, read, refusal, topic, word
from workbench.errors import CardError, InputError, TableError
from workbench.reviewing import flag_words, hold_review, read_review, write_review
from workbench.reviewing.proposals import FINDINGS
from workbench.tables.review import REVIEW_COLUMNS, is_same_topic
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister

# writing

def test_the_file_asks_about_every_word_and_decides_nothing(tmp_path: Path) -> None:
    propose(tmp_path, topic("K-001", "havn", "bad"), word("6-7"), word("dr.dk", kind="domain"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.path == tmp_path / "reviews" / "2025Q3.toml"
    found = tomllib.loads(done.path.read_text(encoding="utf-8"))
    assert found == {"reviewer": "", "date": "", "words": {"6-7": {"decision": "", "da": "", "en": ""}},
                     "domains": {"dr.dk": {"decision": ""}},
                     "topics": {"K-001": {"words": ["havn", "bad"], "decision": "", "da": "", "en": "", "into": "",
                                          "description_da": "", "description_en": ""}}, "look_for": {}}
    assert (done.added, done.hidden, done.nameless) == (3, 0, 0)
    assert done.open["key"].tolist() == ["K-001", "6-7", "dr.dk"]
    assert read(tmp_path)["decision"].isna().all()


@pytest.mark.parametrize(("language", "words"), [("da", "12 opslag"), ("en", "12 posts")])
def test_the_comments_are_in_the_language_of_the_study(tmp_path: Path, language: str, words: str) -> None:
    propose(tmp_path, topic("K-001", "havn"))
    text = write_review(tmp_path, "2025Q3", language=language).path.read_text(encoding="utf-8")
    assert f"[topics.K-001]  # {words} – havn" in text
    assert 'workbench review 2025Q3"' in text


def test_without_a_run_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="workbench report quarterly --period 2025Q3"):
        write_review(tmp_path, "2025Q3", language="da")
    with pytest.raises(TableError, match="no period"):
        write_review(tmp_path, "../2025Q3", language="da")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "# a note without a line end"])
def test_what_is_new_is_added_in_its_place_and_every_line_stays_to_the_byte(tmp_path: Path, end: str, last: str) -> None:
    propose(tmp_path, topic("K-001", "havn"), word("6-7"), word("dr.dk", kind="domain"))
    path = write_review(tmp_path, "2025Q3", language="da").path
    text = answer(path, ('"6-7" = { decision = ""', '"6-7"={decision="approve"'), ('into = ""\n', 'into = ""  # hm\n\n\n'))
    before = ("\ufeff" + text + last).replace("\n", end).encode()
    path.write_bytes(before)
    propose(tmp_path, topic("K-001", "havn"), topic("K-002", "bus"), word("6-7"), word("nyt"), word("dr.dk", kind="domain"),
            word("tv2.dk", kind="domain"))
    done = write_review(tmp_path, "2025Q3", language="da")
    after = path.read_bytes()
    kept = iter(after.split(b"\n"))
    assert all(line in kept for line in before.removesuffix(b"\n").split(b"\n"))
    found = tomllib.loads(after.decode("utf-8-sig"))
    assert (list(found["topics"]), list(found["words"]), list(found["domains"])) == (
        ["K-001", "K-002"], ["6-7", "nyt"], ["dr.dk", "tv2.dk"])
    assert b"\r\n" in after or end == "\n"
    assert after.count(b"\n") == after.count(end.encode())
    assert done.open["key"].tolist() == ["K-001", "K-002", "nyt", "dr.dk", "tv2.dk"]
    assert done.added == 3
    assert write_review(tmp_path, "2025Q3", language="da").added == 0
    assert path.read_bytes() == after


def test_a_table_that_a_person_took_out_comes_back(tmp_path: Path) -> None:
    put(tmp_path, SIGNED)
    propose(tmp_path, topic("K-001", "havn"), word("6-7"), word("dr.dk", kind="domain"))
    found = tomllib.loads(write_review(tmp_path, "2025Q3", language="da").path.read_text(encoding="utf-8"))
    assert (list(found["topics"]), list(found["words"]), list(found["domains"])) == (["K-001"], ["6-7"], ["dr.dk"])


def test_a_file_that_cannot_be_added_to_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text = 'words = { "6-7" = { decision = "" } }\n'
    path = put(tmp_path, text)
    propose(tmp_path, word("6-7"), word("nyt"))
    with pytest.raises(CardError, match=r"below \[words\]"):
        write_review(tmp_path, "2025Q3", language="da")
    assert path.read_text() == text


def test_what_looks_like_a_name_or_an_insult_starts_hidden_with_the_reason(tmp_path: Path) -> None:
    propose(tmp_path, word("mettes"), word("perkerne"), word("larsjensen.dk", kind="domain"), topic("K-001", "havn", "jonas"))
    done = write_review(tmp_path, "2025Q3", language="da")
    lines = done.path.read_text(encoding="utf-8").split("\n")
    assert '"mettes" = { decision = "hide", da = "", en = "" }  # ligner et fornavn' in lines
    assert '"perkerne" = { decision = "hide", da = "", en = "" }  # ligner et skældsord' in lines
    assert '"larsjensen.dk" = { decision = "hide" }  # ligner et efternavn' in lines
    assert 'words = ["havn"]  # udeladt: jonas (ligner et fornavn)' in lines
    assert done.open["key"].tolist() == ["K-001"]
    assert done.hidden == 3
    entries = read(tmp_path)
    assert entries.loc[["mettes", "perkerne", "larsjensen.dk"], "decision"].eq("hide").all()
    assert entries.loc["K-001", "words"] == ["havn"]


def test_what_an_earlier_period_decided_is_not_asked_again(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[topics.K-001]\nwords = ["havn"]\ndecision = "approve"\n[words]\n"6-7" = {decision = "hide"}\n',
        "2025Q2")
    propose(tmp_path, topic("K-001", "havn", is_open=False), topic("K-002", "bus"), word("6-7"), word("nyt"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.open["key"].tolist() == ["K-002", "nyt"]
    assert "6-7" not in done.path.read_text(encoding="utf-8")


def test_a_topic_that_the_run_found_drifted_is_asked_about_again(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[topics.K-001]\nwords = ["havn"]\ndecision = "approve"\n', "2025Q2")
    propose(tmp_path, topic("K-001", "havn"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.open["key"].tolist() == ["K-001"]
    answer(done.path, ('decision = ""', 'decision = "approve"'))
    assert write_review(tmp_path, "2025Q3", language="da").open.empty


def test_a_topic_of_other_words_is_open_again_and_its_words_stand_below_the_answer(tmp_path: Path) -> None:
    propose(tmp_path, topic("K-001", "havn", "bad", "sommer"))
    path = write_review(tmp_path, "2025Q3", language="en").path
    text = answer(path, ('decision = ""', 'decision = "approve"'))
    propose(tmp_path, topic("K-001", "bus", "linje", "havn"))
    for _ in range(2):
        done = write_review(tmp_path, "2025Q3", language="en")
        assert done.open["key"].tolist() == ["K-001"]
        added = [line for line in path.read_text(encoding="utf-8").split("\n") if line not in text.split("\n")]
        assert len(added) == 1
        assert added[0].endswith('by: words = ["bus", "linje", "havn"]')
    answered = path.read_text(encoding="utf-8").replace('words = ["havn", "bad", "sommer"]', 'words = ["bus", "linje", "havn"]')
    path.write_text(answered, encoding="utf-8")
    assert write_review(tmp_path, "2025Q3", language="en").open.empty


def test_names_of_an_earlier_topics_toml_are_taken_over_once_as_open_questions(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('[K-001]\nlabel = "Havnebadet"\n[K-002]\nlabel = ""\n', encoding="utf-8")
    propose(tmp_path, topic("K-001", "havn"), topic("K-002", "bus"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.taken_over == 1
    assert done.open["key"].tolist() == ["K-001", "K-002"]
    given = tomllib.loads(done.path.read_text(encoding="utf-8"))["topics"]
    assert (given["K-001"]["da"], given["K-001"]["decision"], given["K-002"]["da"]) == ("Havnebadet", "", "")
    propose(tmp_path, topic("K-003", "fest"), period="2025Q4")
    (tmp_path / "topics.toml").write_text("not TOML", encoding="utf-8")
    assert write_review(tmp_path, "2025Q4", language="da").taken_over == 0


def test_topics_without_an_id_are_counted_and_not_asked_about(tmp_path: Path) -> None:
    propose(tmp_path, topic(None, "havn"), topic("K-001", "bus"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert (done.nameless, done.open["key"].tolist()) == (1, ["K-001"])


def test_a_damaged_file_of_candidates_is_named(tmp_path: Path) -> None:
    propose(tmp_path, word("6-7"))
    path = tmp_path / FINDINGS / "candidates-2025Q3.parquet"
    pd.DataFrame({"kind": ["word"]}).to_parquet(path)
    with pytest.raises(TableError, match=r"candidates-2025Q3\.parquet: lacks finding"):
        write_review(tmp_path, "2025Q3", language="da")
    path.write_bytes(b"PAR1 no")
    with pytest.raises(TableError, match=r"candidates-2025Q3\.parquet: cannot be read"):
        write_review(tmp_path, "2025Q3", language="da")


# reading

FILLED = SIGNED + """
[topics.K-001]
words = ["havn", "bad"]
decision = "approve"
da = "Havnebadet"
en = "The harbour bath"
description = "en gammel note"
description_da = "om badning"
description_en = "on bathing"
[topics.K-002]
words = ["bus"]
decision = "Approve "
[topics.K-003]
decision = "hide"
[topics.K-004]
decision = "merge"
into = "K-005"
[topics.K-005]
decision = "merge"
into = "K-001"
[topics.K-006]
da = "nobody decided yet"
description_da = "nor about this"
[topics.K-007]
decision = "split"
[words]
"6-7" = { decision = "approve", da = "et meme", en = "a meme" }
"nyt" = { decision = "hide" }
[domains]
"dr.dk" = { decision = "approve" }
"""


def test_decisions_are_read_as_they_were_written(tmp_path: Path) -> None:
    put(tmp_path, FILLED)
    found = read(tmp_path)
    assert found["decision"].fillna("").to_dict() == {
        "K-001": "rename", "K-002": "approve", "K-003": "hide", "K-004": "merge", "K-005": "merge", "K-006": "",
        "K-007": "split", "6-7": "approve", "nyt": "hide", "dr.dk": "approve"}
    assert found["kind"].tolist() == ["topic"] * 7 + ["word"] * 2 + ["domain"]
    assert found.loc["K-001", ["text", "words", "description", "note", "period"]].tolist() == [
        "Havnebadet", ["havn", "bad"], "om badning", "en gammel note", "2025Q3"]
    assert found.loc["K-001", ["reviewer", "date"]].tolist() == ["SSP-konsulent", "2025-10-02"]
    assert found["text"].notna().sum() == 1
    assert found.loc["K-006", "description"] is pd.NA
    assert found.loc["6-7", "description"] == "et meme"
    assert found.loc[["K-004", "K-005"], "into"].tolist() == ["K-001", "K-001"]
    assert {n: str(t) for n, t in read_review(tmp_path, "2025Q3", language="da").entries.dtypes.items()} == {
        n: "str" if k == "str" else k for n, k in REVIEW_COLUMNS.items()}


def test_a_name_is_read_in_the_language_asked_for(tmp_path: Path) -> None:
    put(tmp_path, FILLED)
    assert read(tmp_path, language="en").loc["K-001", ["text", "description"]].tolist() == [
        "The harbour bath", "on bathing"]
    assert read(tmp_path, language="en").loc["6-7", "description"] == "a meme"


def test_without_files_nothing_is_decided(tmp_path: Path) -> None:
    assert read(tmp_path).empty


def test_earlier_periods_hold_the_later_one_goes_first_and_what_is_open_takes_nothing_back(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[words]\n"a" = {decision="hide"}\n"b" = {decision="hide"}\n"c" = {decision="hide"}\n', "2025Q1")
    put(tmp_path, SIGNED + '[words]\n"a" = {decision="approve"}\n"b" = {decision=""}\n', "2025Q2")
    put(tmp_path, SIGNED + '[words]\n"d" = {decision="approve"}\n', "2025Q3")
    put(tmp_path, SIGNED + '[words]\n"e" = {decision="approve"}\n', "2025-06")
    put(tmp_path, SIGNED + '[words]\n"a" = {decision="hide"}\n', "2025-07")
    found = read(tmp_path, "2025Q2")
    assert found["decision"].to_dict() == {"a": "approve", "b": "hide", "c": "hide", "e": "approve"}
    assert found["period"].to_dict() == {"a": "2025Q2", "b": "2025Q1", "c": "2025Q1", "e": "2025-06"}
    assert set(read(tmp_path, "2025Q3").index) == {"a", "b", "c", "d", "e"}
    assert read(tmp_path, "2025Q3").loc["a", "decision"] == "hide"


def test_the_file_of_the_period_itself_goes_before_others_that_end_with_it(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[words]\n"a" = {decision="approve"}\n', "2025Q3")
    put(tmp_path, SIGNED + '[words]\n"a" = {decision="hide"}\n', "2025-09")
    assert read(tmp_path, "2025Q3").loc["a", "decision"] == "approve"
    assert read(tmp_path, "2025-09").loc["a", "decision"] == "hide"


def test_a_file_that_is_called_after_no_period_is_refused(tmp_path: Path) -> None:
    put(tmp_path, SIGNED, "2025Q3 kopi")
    assert "not called after a period" in refusal(tmp_path)


@pytest.mark.parametrize(("body", "where", "what"), [
    ('[topics.K-001]\nwords = ["havn"]\ndecision = "yes"\n', "line 3, [topics.K-001]", "decision is not one of approve"),
    ('[words]\n\n"secret" = { decision = "merge" }\n', "line 5, [words]", "decision is not one of approve, hide"),
    ('[topics.K-001]\ndecision = "approve"\nda = "Havn"\n', "line 3, [topics.K-001]", "da is given, en is missing"),
    ('[words]\nsecret = {decision="approve", en="x"}\n', "line 4, [words]", "en is given, da is missing"),
    ('[topics.K-001]\ndecision = "approve"\nwords = []\n', "line 3, [topics.K-001]", "no word is left to call it by"),
    ('[topics.K-001]\ndecision = "merge"\n', "line 3, [topics.K-001]", "merge needs into"),
    ('[topics.K-001]\ndecision = "merge"\ninto = "secret"\n', "line 3, [topics.K-001]", "merge needs into"),
    ('[topics.K-001]\ndecision = "merge"\ninto = "K-001"\n', "line 3, [topics.K-001]", "merged into itself"),
    ('[topics.K-001]\ndecision = "hide"\ninto = "K-002"\n', "line 3, [topics.K-001]", "two answers"),
    ('[topics.K-002]\ndecision = "hide"\n[topics.K-001]\ndecision = "merge"\ninto = "K-002"\n',
     "line 5, [topics.K-001]", "K-002, which is hidden"),
    ('[topics.K-001]\ndecision = "merge"\ninto = "K-002"\n[topics.K-002]\ndecision = "merge"\ninto = "K-001"\n',
     "line 6, [topics.K-002]", "in a circle"),
    (f'[topics.K-001]\nda = "{"secret" * 11}"\n', "line 3, [topics.K-001]", "da must be one line of at most 60 letters"),
    ('[topics.K-001]\nen = "secret\\nsecret"\n', "line 3, [topics.K-001]", "en must be one line"),
    ('[topics.K-001]\ndecision = "split"\ninto = "K-002"\n', "line 3, [topics.K-001]", "two answers"),
    (f'[topics.K-001]\ndescription_da = "{"secret" * 67}"\n', "line 3, [topics.K-001]",
     "description_da must be one line of at most 400 letters"),
    ('[topics.K-001]\nwords = ["a"]\ndecision = "approve"\ndescription_en = "secret"\n', "line 3, [topics.K-001]",
     "description_en is given, description_da is missing"),
    ('[topics.K-001]\ndescription = { da = "secret" }\n', "line 3, [topics.K-001]",
     "write a field for each language, such as description_da, on a line of its own"),
    ('[topics.K-001]\nlabel = "secret"\n', "line 3, [topics.K-001]", "no field called like this"),
    ('[topics.K-001]\nda = 3\n', "line 3, [topics.K-001]", "da is not a text"),
    ('[topics.K-001]\nwords = "secret"\n', "line 3, [topics.K-001]", "words is a list of texts"),
    ('[topics.secret]\nda = ""\n', "line 3, [topics]", "called by its id"),
    ('[words]\n"secret" = "approve"\n', "line 4, [words]", "write { decision"),
    ('[domains]\nsecret.dk = { decision = "hide" }\n', "[domains]", "put what contains a dot in quotes"),
    ('[words]\n"secret" = { decision = "hide" }\n"secret" = { decision = "approve" }\n', "line 4, [words]",
     "answered on line 4 and again on line 5; keep one"),
    ('[topics.K-001]\ndecision = "hide"\n[topics.K-001]\ndecision = ""\n', "line 3, [topics.K-001]",
     "answered on line 3 and again on line 5"),
    ('[secrets]\n"secret" = 1\n', "2025Q3.toml", "no field or table called like this"),
])
def test_a_fault_is_refused_with_its_line_and_what_to_do_and_never_with_a_word(tmp_path: Path, body: str, where: str,
                                                                              what: str) -> None:
    text = SIGNED + body
    path = put(tmp_path, text)
    said = refusal(tmp_path, languages=("da", "en"))
    assert next(line for line in said.split("\n") if what in line).strip().startswith("reviews/2025Q3.toml")
    assert where in said
    assert "secret" not in said
    assert path.read_text() == text


@pytest.mark.parametrize(("top", "what"), [
    ("", "reviewer"), ('date = 2025-10-02\n', "write your role"), ('reviewer = "SSP-konsulent"\n', "write the day"),
    ('reviewer = ""\ndate = 2025-10-02\n', "write your role"),
    ('reviewer = "SSP-konsulent"\ndate = "2. oktober"\n', "write the day"),
    ('reviewer = 4\ndate = 2025-10-02\n', "in quotes"),
    *((f'reviewer = "{name}"\ndate = 2025-10-02\n', "a person's name") for name in (
        "Karen Blixen", "Øjvind Åstrup", "mette", "Mette Hansen, SSP", "a@b.dk", "@ssp_karen", "J. Ørsted Mette")),
])
def test_a_role_and_a_day_are_needed_as_soon_as_something_is_let_through(tmp_path: Path, top: str, what: str) -> None:
    put(tmp_path, top + '[words]\n"a" = {decision="approve"}\n')
    assert what in refusal(tmp_path)
    if top == "":
        put(tmp_path, '[topics.K-001]\ndecision = "split"\n')
        assert what in refusal(tmp_path)


@pytest.mark.parametrize("role", ["SSP-konsulent", "SSP Vest", "analytiker i Børne- og ungeforvaltningen", "Leder",
                                  "digital gadeplansmedarbejder"])
def test_a_role_is_accepted(tmp_path: Path, role: str) -> None:
    put(tmp_path, f'reviewer = "{role}"\ndate = "2025-10-02"\n[words]\n"a" = {{decision="approve"}}\n')
    assert read(tmp_path)["decision"].tolist() == ["approve"]


def test_hiding_needs_no_role(tmp_path: Path) -> None:
    put(tmp_path, '[words]\n"a" = {decision="hide"}\n')
    assert read(tmp_path)["decision"].tolist() == ["hide"]
    assert read(tmp_path)[["reviewer", "date"]].isna().all(axis=None)


def test_one_language_is_enough_where_products_are_made_in_one(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[topics.K-001]\ndecision = "approve"\nda = "Havn"\n')
    assert read(tmp_path).loc["K-001", "text"] == "Havn"
    assert "en is missing" in refusal(tmp_path, language="en")
    assert "en is missing" in refusal(tmp_path, languages=("da", "en"))


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, '[words]\n"a" = {decision="x"}\n"a" = {decision=""}\n"b" = {decision="approve"}\n', "2025Q2")
    put(tmp_path, '[domains]\n"c" = {decision="x"}\n[topics.K-001]\ndecision="merge"\ninto="K-002"\n'
                  '[topics.K-002]\ndecision="hide"\n')
    said = refusal(tmp_path)
    assert said.count("reviews/2025Q2.toml") == 4
    assert said.count("reviews/2025Q3.toml") == 4
    assert "8 to correct" in said


@pytest.mark.parametrize(("body", "what"), [
    ('[topics.K-009]\nwords = []\n', "line 3, [topics.K-009]: nobody proposed this topic"),
    ('[words]\n"secret" = {decision=""}\n', "line 4, [words]: nobody proposed this word"),
    ('[domains]\n"secret" = {decision=""}\n', "line 4, [domains]: nobody proposed this domain"),
    ('[topics.K-001]\nwords = ["havn", "secret"]\n', "words holds one that nobody proposed"),
    ('[topics.K-001]\ndecision = "merge"\ninto = "K-009"\n', "into names a topic that does not exist"),
])
def test_answers_to_what_nobody_asked_are_refused(tmp_path: Path, body: str, what: str) -> None:
    propose(tmp_path, topic("K-001", "havn", "bad"), word("6-7"))
    write_review(tmp_path, "2025Q3", language="da")
    put(tmp_path, SIGNED + body)
    said = refusal(tmp_path)
    assert what in said
    assert "secret" not in said


def test_a_topic_of_the_register_may_be_answered_and_merged_into(tmp_path: Path) -> None:
    propose(tmp_path, topic("K-001", "havn"))
    write_review(tmp_path, "2025Q3", language="da")
    snapshots = tmp_path / "data" / "processed" / "topics" / "register"
    snapshots.mkdir(parents=True)
    pd.DataFrame({"post": [1], "topic": [9]}).to_parquet(snapshots / "2025Q2.parquet")
    put(tmp_path, SIGNED + '[topics.K-001]\ndecision = "merge"\ninto = "K-009"\n[topics.K-009]\ndecision = ""\n')
    assert read(tmp_path).loc["K-001", "into"] == "K-009"


def test_an_answer_that_a_later_run_no_longer_asks_for_is_no_fault(tmp_path: Path) -> None:
    propose(tmp_path, topic("K-001", "havn", "bad"), topic("K-002", "bus"), word("6-7"))
    path = write_review(tmp_path, "2025Q3", language="da").path
    answer(path, ('"6-7" = { decision = ""', '"6-7" = { decision = "approve"'))
    propose(tmp_path, topic("K-001", "havn"))
    assert write_review(tmp_path, "2025Q3", language="da").open["key"].tolist() == ["K-001"]
    assert read(tmp_path).loc["6-7", "decision"] == "approve"


def test_a_review_that_came_with_a_study_is_taken_as_it_is(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + '[words]\n"6-7" = {decision="approve"}\n')
    propose(tmp_path, word("nyt"))
    assert read(tmp_path).loc["6-7", "decision"] == "approve"
    assert write_review(tmp_path, "2025Q3", language="da").open["key"].tolist() == ["nyt"]
    assert read(tmp_path).loc["6-7", "decision"] == "approve"


@pytest.mark.parametrize(("content", "what"), [(b'[words]\n"a = 1\n', "line 2"), ("ø".encode("latin-1"), "UTF-8")])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    put(tmp_path, "").write_bytes(content)
    with pytest.raises(CardError, match=what):
        read(tmp_path)


def test_a_fault_in_the_toml_is_told_without_the_keys(tmp_path: Path) -> None:
    put(tmp_path, '[words]\nx."secret" = 1\n[words.x."secret"]\n')
    assert "secret" not in refusal(tmp_path)
    put(tmp_path, "[words]\n'secret' = {decision=''}\n'secret'.x = 1\n")
    assert "secret" not in refusal(tmp_path)


def test_a_language_that_reports_are_not_made_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="da or en"):
        read(tmp_path, language="de")
    with pytest.raises(InputError, match="da or en"):
        read(tmp_path, languages=("da", "de"))


# what holds

def register(**drifted: bool | None) -> TopicRegister:
    rows = [{"stable_id": key.replace("_", "-"), "topic_id": n, "is_drifted": drift} for n, (key, drift) in
            enumerate(drifted.items())]
    return TopicRegister("2025Q3", pd.DataFrame(rows, columns=list(REGISTER_COLUMNS)).astype(REGISTER_COLUMNS))


def test_a_topic_that_became_another_one_is_open_again(tmp_path: Path) -> None:
    put(tmp_path, FILLED)
    review = read_review(tmp_path, "2025Q3", language="da")
    held = hold_review(review, register(K_001=True, K_002=False, K_003=None, K_004=False)).entries.set_index("key")
    # K-004 and K-005 were merged into K-001
    assert held["decision"].fillna("").to_dict() == {
        "K-001": "", "K-002": "approve", "K-003": "hide", "K-004": "", "K-005": "", "K-006": "", "K-007": "split",
        "6-7": "approve", "nyt": "hide", "dr.dk": "approve"}
    assert held.loc["K-001", "text"] is pd.NA
    assert review.entries.loc[0, "decision"] == "rename"


def test_a_merge_holds_only_where_its_target_is_a_topic_of_this_quarter(tmp_path: Path) -> None:
    put(tmp_path, FILLED)
    review = read_review(tmp_path, "2025Q3", language="da")
    merged = hold_review(review, register(K_001=False, K_004=False)).entries.set_index("key")
    assert merged.loc["K-004", ["decision", "into"]].tolist() == ["merge", "K-001"]
    assert pd.isna(hold_review(review, register(K_004=False)).entries.set_index("key").loc["K-004", "decision"])


@pytest.mark.parametrize(("seen", "now", "same"), [
    (["a", "b"], ["b", "c"], True), (["a", "b", "c"], ["c", "d"], False), ([], ["a"], True), (["a"], [], True),
    (["a"], ["a", "b", "c", "d"], True),  # the person deleted the others
])
def test_a_topic_is_the_same_with_half_of_the_words_that_were_left(seen: list[str], now: list[str], same: bool) -> None:
    assert is_same_topic(seen, now) == same


# the command

def call(*words: str) -> str:
    from typer.testing import CliRunner

    from workbench.cli import app

    done = CliRunner().invoke(app, ["review", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_the_command_says_what_is_open_and_then_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('name = "By"\nlanguage = "da"\ncontact = "x"\n')
    where = ("2025Q3", "--study", str(tmp_path))
    with pytest.raises(InputError, match="workbench report quarterly --period 2025Q3"):
        call(*where)
    propose(tmp_path, topic("K-001", "havn"), word("6-7"), word("mette"))
    said = call(*where)
    assert "3 questions were added. 1 look like names or insults and start as hidden." in said
    assert "Open: topics: K-001; words: 1." in said
    found = json.loads(call(*where, "--json"))
    assert found["open"] == {"topic": ["K-001"], "word": ["6-7"]}
    assert (found["added"], found["file"]) == (0, str(tmp_path / "reviews" / "2025Q3.toml"))
    answer(tmp_path / "reviews" / "2025Q3.toml", ('decision = ""', 'decision = "hide"'), ('decision = ""', 'decision = "hide"'))
    assert "Nothing is open. Next: workbench report quarterly --period 2025Q3" in call(*where)


# any text

texts = st.text(st.characters(codec="utf-8"), max_size=30)
answers = st.sampled_from(["", "approve", "hide"])


@settings(max_examples=30, deadline=None)
@given(words=st.dictionaries(texts, answers, max_size=6), domains=st.dictionaries(texts, answers, max_size=4),
       listed=st.lists(texts, max_size=5), language=st.sampled_from(["da", "en"]))
def test_any_candidate_gives_valid_toml_and_every_decision_is_read_again(tmp_path_factory, words, domains, listed,
                                                                         language) -> None:
    folder = tmp_path_factory.mktemp("study")
    propose(folder, topic("K-001", *listed), *map(word, words), *(word(d, kind="domain") for d in domains))
    path = write_review(folder, "2025Q3", language=language).path
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (set(given["words"]), set(given["domains"])) == (set(words), set(domains))
    assert set(given["topics"]["K-001"]["words"]) <= set(listed)
    decided = {"word": words, "domain": domains}
    lines, section = [], ""
    for line in path.read_text(encoding="utf-8").split("\n"):
        section = {"[words]": "word", "[domains]": "domain"}.get(line, section)
        if section and line.startswith('"'):
            key = next(iter(tomllib.loads(line)))
            line = line.split(" = { decision = ")[0] + f" = {{ decision = {json.dumps(decided[section][key])} }}"
        lines.append(line)
    path.write_text("\n".join(lines), encoding="utf-8")
    answer(path)
    found = read_review(folder, "2025Q3", language=language).entries
    for kind, expected in decided.items():
        part = found[found["kind"].eq(kind)]
        assert dict(zip(part["key"], part["decision"].fillna(""), strict=True)) == expected


broken = st.sampled_from(["[look_for]", "[look_for.x]", 'posts = ["T-001:1"]', 'decision = "split"',
                          'description_da = "x"', "[words]", "[topics.K-001]", "[domains]", '"a" = { decision = "hide" }', 'decision = "merge"',
                          'into = "K-002"', "words = [", ']', '"""', 'words = ["x"]', "[topics.K-002]", "a.b = 1", "[[topics]]",
                          '[words."x"]', "reviewer = 1", "date = []", "da = {}", "# x", 'x = "', "topics = 3", "\r", "\x00"])


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(broken | texts, max_size=9))
def test_whatever_stands_in_a_file_it_is_read_or_refused_and_its_lines_stay(tmp_path_factory, lines) -> None:
    folder = tmp_path_factory.mktemp("study")
    path = put(folder, "\n".join(lines))
    before = path.read_bytes()
    propose(folder, topic("K-001", "havn"), word("nyt"))
    try:
        write_review(folder, "2025Q3", language="da")
    except CardError:
        assert path.read_bytes() == before
        return
    # the last line gets an end, like that of the others
    kept = (line.removesuffix(b"\r") for line in path.read_bytes().split(b"\n"))
    assert all(line.removesuffix(b"\r") in kept for line in before.split(b"\n"))
    assert {"K-001", "nyt"} <= set(read(folder).index)


# flags

# given names, surnames, addresses and handles of five countries, with the endings they get in posts
NAMES = """
mettes jens-peter kirstens mohammeds fatimas ahmeds yusufs jonas' emmas noahs freja frejas oscars williams claras almas
victors luccas karolines maltes valdemars augusts lærkes storms agnes' asgers bertrams caspers emils gustavs hectors ivans
johans knuds laurits' magnes nohrs ottos pelles rasmus' sebastians tobias' ulriks viggos xanders yasmins zainabs ågots
hansens nielsens jensens pedersens andersens christensens larsens sørensens rasmussens jørgensens petersens madsens kristensens
olsens thomsens christiansens poulsens johansens møllers mortensens knudsens jakobsens mikkelsens olesens frederiksens laursens
vestergaards østergaards nørgaard kjærgaards lindqvists bergquist johanssons anderssons karlssons nilssons erikssons svenssons
gustafssons petterssons jonssons haraldsdóttir guðmundsdóttir sigurdardottir jónsdóttur einarsson
matin mattille pekan pekalle jannelle johannan johannalla liisan annelle timolle timon mikolle mikon jukalle jukan sannan sannalle
virtasen virtaselle korhosen mäkisen niemisen lahtisen heikkisen koskisen järvisen salosen hannelen tuomaksen marjan
jóns jóni önnu sigríðar sigríði guðrúnar ólafs ólafi gunnars gunnari kristínar helgu björns magnúsar páls einars stefáns þórs
lises hannes annes-marie ingers bentes birgits lones susannes kirstines henriettes michaels jespers lars' sørens morten mortens
henriks per-erik torbens flemmings steens finns bos kims jims frejas idas sofias' ellas lillys olivers liams elias' saras aishas
omars alis hassans husseins khadijas aminas halimas ibrahims abdis ayses mehmets emines zeyneps
mettehansen larsjensen ida_nielsen mohammed.ali91 @kasper mette.hansen@skole.dk #jonashansen mettehansen.dk jens-hansen.dk larsens-blog.dk
"""
# frequent words that look like names or insults by their ends or letters
ORDINARY = """
bussen prisen krisen interessen politivæsen telefonen skolegården kirkegården bondegård tage slut fag mark maj dag
hans per liv kaj bo sten rose storm dansk norsk suomalainen punainen sommer skov strand skriver bakke liden sagen kunst pigen
havnebad løbehjul lektier skole kammerat fodbold musik eksamen festival 6-7 🔥 covid-19 dr.dk tv2.dk kommune.dk
"""


def test_nine_of_ten_names_are_noticed_with_their_endings() -> None:
    names = NAMES.split()
    assert len(names) == 200
    assert flag_words(names).notna().mean() >= 0.9


def test_ordinary_words_are_left_alone() -> None:
    words = ORDINARY.split()
    flags = flag_words(words)
    assert [w for w, reason in zip(words, flags, strict=True) if isinstance(reason, str)] == []


@pytest.mark.parametrize(("text", "reason"), [
    ("Mette", "given_name"), ("#jonas", "given_name"), ("jensen", "surname"), ("jensens", "surname"),
    ("hedegaards", "surname"), ("skole@kommune.dk", "address"), ("@klubben", "handle"), ("navn_navn", "handle"),
    ("larsjensen", "surname"), ("perkersvin", "insult"), ("sgu", "insult"), ("Ólafs", "given_name"),
    ("virtaselle", "surname"), ("", None), ("havn", None),
])
def test_the_reason_is_told(text: str, reason: str | None) -> None:
    assert [None if pd.isna(found) else found for found in flag_words([text])] == [reason]
