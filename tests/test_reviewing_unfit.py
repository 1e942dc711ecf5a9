from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.reviews import SIGNED, propose, put, topic, word
from workbench.findings import measure_volume, release_findings
from workbench.reviewing import hold_review, read_review, write_review
from workbench.tables.review import REVIEW_COLUMNS, UNFIT_COLUMNS, Review
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister

OWN = SIGNED + """[topics.K-001]
words = ["havn"]
decision = "split"
[topics.K-002]
words = ["bus"]
decision = "merge"
into = "K-009"
"""
EARLIER = SIGNED + '[topics.K-003]\nwords = ["fest"]\ndecision = "approve"\nda = "Fest"\n'


def misfit(key: str, reason: str, decision: str, period: str = "2025Q3") -> dict:
    return {"kind": "unfit", "key": key, "text": reason, "posts": None, "words": [decision, period], "finding": "",
            "is_open": False}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study whose last run could not use three decisions."""
    put(tmp_path, EARLIER, "2025Q2")
    put(tmp_path, OWN)
    snapshots = tmp_path / "data" / "processed" / "topics" / "register"
    snapshots.mkdir(parents=True)
    pd.DataFrame({"post": [1, 2], "topic": [3, 9]}).to_parquet(snapshots / "2025Q2.parquet")
    propose(tmp_path, topic("K-001", "havn"), topic("K-002", "bus"), misfit("K-001", "no_parts", "split"),
            misfit("K-002", "into_gone", "merge"), misfit("K-003", "gone", "rename", "2025Q2"))
    return tmp_path


def test_what_does_not_fit_is_listed_with_when_and_why(study: Path) -> None:
    done = write_review(study, "2025Q3", language="da")
    assert done.unfit.to_numpy(na_value="").tolist() == [
        ["K-001", "split", "", "2025Q3", "2025-10-02", "no_parts"],
        ["K-002", "merge", "K-009", "2025Q3", "2025-10-02", "into_gone"],
        ["K-003", "rename", "", "2025Q2", "2025-10-02", "gone"]]
    said = done.describe().split("\n")
    assert said[said.index("Decisions that no longer fit:") + 1:] == [
        '  K-001: "split" (2025Q3, 2025-10-02). The answer no longer fits: the topic has fewer than two parts.',
        '  K-002: "merge → K-009" (2025Q3, 2025-10-02). The answer no longer fits: this quarter has no topic like the one it '
        "was to be counted with.",
        '  K-003: "approve" (2025Q2, 2025-10-02). The answer no longer fits: this quarter has no such topic.']


def test_where_all_fits_nothing_is_listed(study: Path) -> None:
    propose(study, topic("K-001", "havn", is_open=False), topic("K-002", "bus", is_open=False))
    done = write_review(study, "2025Q3", language="da")
    assert done.unfit.empty
    assert list(done.unfit.columns) == list(UNFIT_COLUMNS)
    assert "no longer fit" not in done.describe()


def test_a_topic_whose_answer_does_not_fit_waits_and_what_is_gone_is_not_asked_again(study: Path) -> None:
    done = write_review(study, "2025Q3", language="da")
    assert done.open["key"].tolist() == ["K-001", "K-002"]
    assert done.added == 0
    assert "[topics.K-003]" not in done.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_file_keeps_it_as_comments_below_the_answer_once(study: Path, end: str) -> None:
    before = OWN.replace("\n", end)
    path = put(study, before)
    write_review(study, "2025Q3", language="da")
    after = path.read_bytes().decode()
    lines = after.split(end)
    split = lines.index('decision = "split"')
    assert lines[split + 1] == '# K-001: "split" (2025Q3, 2025-10-02). Svaret passer ikke mere: emnet har færre end to dele.'
    merge = lines.index('into = "K-009"')
    assert lines[merge + 1].startswith('# K-002: "merge → K-009"') or lines[merge + 2].startswith('# K-002: "merge → K-009"')
    assert sum(line.startswith('# K-003: "approve" (2025Q2, 2025-10-02).') for line in lines) == 1
    kept = iter(lines)
    assert all(line in kept for line in before.rstrip().split(end))
    write_review(study, "2025Q3", language="da")
    assert path.read_bytes().decode() == after
    # the next run finds nothing wrong: the comment is not lost
    propose(study, topic("K-001", "havn", is_open=False))
    write_review(study, "2025Q3", language="da")
    assert path.read_bytes().decode() == after


def test_what_a_person_changed_since_is_not_told_any_more(study: Path) -> None:
    put(study, OWN.replace('"split"', '"hide"').replace('decision = "merge"\ninto = "K-009"', 'decision = ""'))
    put(study, EARLIER.replace("approve", ""), "2025Q2")
    done = write_review(study, "2025Q3", language="da")
    assert done.unfit.empty
    assert done.open["key"].tolist() == ["K-002"]


def test_an_answer_that_was_given_again_in_this_period_is_another_one(study: Path) -> None:
    put(study, OWN + '[topics.K-003]\nwords = ["fest"]\ndecision = "approve"\nda = "Fest"\n')
    assert write_review(study, "2025Q3", language="da").unfit["key"].tolist() == ["K-001", "K-002"]


def test_of_a_topic_with_other_words_the_words_are_told_and_not_the_same_twice(tmp_path: Path) -> None:
    path = put(tmp_path, SIGNED + '[topics.K-001]\nwords = ["havn", "bad"]\ndecision = "approve"\n')
    propose(tmp_path, topic("K-001", "bus", "linje"), misfit("K-001", "drifted", "approve"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.unfit["key"].tolist() == ["K-001"]
    text = path.read_text(encoding="utf-8")
    assert "# emnet er blevet et andet" in text
    assert "# K-001" not in text
    # who took the words over has looked
    path.write_text(text.replace('words = ["havn", "bad"]\n', 'words = ["bus", "linje"]\n', 1), encoding="utf-8")
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.unfit.empty
    assert done.open.empty


def test_a_file_without_topics_keeps_it_too(tmp_path: Path) -> None:
    put(tmp_path, EARLIER, "2025Q2")
    path = put(tmp_path, '[words]\n"nyt" = { decision = "hide" }')
    propose(tmp_path, word("nyt"), misfit("K-003", "gone", "rename", "2025Q2"))
    write_review(tmp_path, "2025Q3", language="da")
    assert '# K-003: "approve" (2025Q2, 2025-10-02). Svaret passer ikke mere: emnet findes ikke i dette kvartal.\n' in (
        path.read_text(encoding="utf-8"))


def test_the_register_alone_tells_of_the_topics_that_it_knows(tmp_path: Path) -> None:
    rows = [{"stable_id": "K-001", "topic_id": 0, "is_drifted": True}, {"stable_id": "K-002", "topic_id": 1},
            {"stable_id": "K-003"}]
    register = TopicRegister("2025Q3", pd.DataFrame(rows, columns=list(REGISTER_COLUMNS)).astype(REGISTER_COLUMNS))
    put(tmp_path, SIGNED + '[topics.K-001]\ndecision = "hide"\n[topics.K-002]\ndecision = "merge"\ninto = "K-003"\n'
                           '[topics.K-003]\ndecision = "hide"\n[topics.K-004]\ndecision = "hide"\n'.replace(
                               '[topics.K-003]\ndecision = "hide"', '[topics.K-003]\nwords = ["a"]\ndecision = "approve"'))
    held = hold_review(read_review(tmp_path, "2025Q3", language="da"), register)
    # K-004 may be a part of a topic that was split
    assert held.unfit[["key", "reason"]].to_numpy().tolist() == [["K-001", "drifted"], ["K-002", "into_gone"],
                                                                 ["K-003", "gone"]]
    assert held.entries["decision"].fillna("").tolist() == ["", "", "approve", "hide"]


def test_a_release_hands_on_what_does_not_fit_and_waits_for_none_of_it(tmp_path: Path, make_corpus) -> None:
    corpus = make_corpus([("T-001", "a", "2025-07-01", "text")])
    unfit = pd.DataFrame([{"key": "K-001", "decision": "split", "period": "2025Q3", "reason": "no_parts"}],
                         columns=list(UNFIT_COLUMNS)).astype(UNFIT_COLUMNS)
    entries = pd.DataFrame(columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS)
    made = release_findings([measure_volume(corpus, quarter="2025Q3")], corpus, ledger=tmp_path / "ledger.parquet",
                            product="draft", minimum_authors=1, minimum_arenas=1, review=Review("2025Q3", "da", entries, unfit=unfit))
    told = made.candidates[made.candidates["kind"].eq("unfit")]
    assert told[["key", "text", "words"]].to_numpy().tolist() == [["K-001", "no_parts", ["split", "2025Q3"]]]
    assert not made.is_open


def test_the_command_prints_the_list_at_its_end(study: Path) -> None:
    from typer.testing import CliRunner

    from workbench.cli import app

    (study / "study.toml").write_text('name = "By"\nlanguage = "da"\ncontact = "x"\n')
    said = CliRunner().invoke(app, ["review", "2025Q3", "--study", str(study)]).stdout
    assert said.index("Open: topics: K-001, K-002.") < said.index("Decisions that no longer fit:") < said.index("K-003")
    found = json.loads(CliRunner().invoke(app, ["review", "2025Q3", "--study", str(study), "--json"]).stdout)
    assert found["open"] == {"topic": ["K-001", "K-002"]}
