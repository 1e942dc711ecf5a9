from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import CardError, InputError, WorkbenchError
from workbench.publishing import one_run_at_a_time
from workbench.sources import list_raw, load_ledger, purge_sources
from workbench.sources.corpus import keys
from workbench.tables.review import REVIEW_COLUMNS, Review
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet
from workbench.topics import register_topics

DUE = {"delete_by": "2026-01-31"}
ON = date(2026, 1, 31)


@pytest.fixture
def two_sources(study, make):
    old = study.put(make.chat(*(make.message(i) for i in range(1, 4)), {"views": 1}, id=111, name="Gammel"), source="gammel", **DUE)
    new = study.put(make.chat(*(make.message(i) for i in range(1, 3)), id=222, name="Ny"), source="ny")
    study.take(old, new)
    derived = study.folder / "data" / "processed" / "topics" / "2025Q4"
    derived.mkdir(parents=True)
    (derived / "assignments.parquet").write_bytes(b"x")
    return old, new


def test_what_is_due_goes_raw_quarantined_and_derived_and_the_rest_stays(study, two_sources):
    old, new = two_sources
    done = purge_sources(study.settings, on=ON)
    assert done.sources[["source_id", "files", "posts"]].to_numpy().tolist() == [["gammel", 2, 3]]
    assert (old.exists(), new.exists()) == (False, True)
    assert (old.parent / "source.toml").exists()
    assert not list((study.folder / "data" / "raw" / "quarantine").iterdir())
    assert not (study.folder / "data" / "processed" / "topics").exists()
    corpus = study.corpus()
    assert set(corpus.posts["source_id"]) == {"ny"}
    assert corpus.arenas["title"].tolist() == ["Ny"]
    assert b"Gammel" not in study.written()


def test_words_that_waited_for_a_review_go_and_the_ledger_of_released_numbers_stays(study, two_sources):
    findings = study.folder / "data" / "processed" / "findings"
    findings.mkdir()
    for name in ("candidates-2025Q4.parquet", "proposed-2025Q4.parquet", "ledger.parquet"):
        (findings / name).write_bytes(b"x")
    purge_sources(study.settings, on=ON)
    assert [path.name for path in findings.iterdir()] == ["ledger.parquet"]


def test_the_certificate_says_what_was_deleted_and_that_nothing_is_left(study, two_sources):
    certificate = json.loads(purge_sources(study.settings, on=ON).certificate.read_text())
    assert certificate["state"] == "done"
    assert certificate["removed"]["posts"] == 3
    assert certificate["sources"][0]["delete_by"] == "2026-01-31"
    assert certificate["looked for"] == {"sources": ["gammel"], "files by SHA-256": 2, "posts": 3,
                                         "accounts by pseudonym": 0, "handles and names": 0,
                                         "copies of texts": "not looked for"}
    assert certificate["looked through"]["files"] == sum(certificate["looked through"]["by folder"].values())
    assert {"data/processed/corpus", "data/raw"} <= set(certificate["looked through"]["by folder"])
    assert (certificate["left"], set(certificate["check"].values())) == ([], {0})


def test_the_certificate_names_files_by_source_and_digest_and_no_person(study, make):
    export = study.put(make.chat(make.message(1), {"views": 1}, name="Kirsten Planteret", type="personal_chat"),
                       "WhatsApp-chat med Kirsten.json", **DUE)
    study.take(export)
    digest = sha256(export.read_bytes()).hexdigest()
    text = purge_sources(study.settings, on=ON).certificate.read_text()
    assert f"kilde/{digest[:8]}" in [file["file"] for file in json.loads(text)["files"]]
    assert "Kirsten" not in text
    assert "WhatsApp" not in text


def test_the_certificate_lists_what_a_purge_does_not_reach(study, two_sources):
    report = study.folder / "reports" / "by" / "2025Q4" / "quarterly"
    report.mkdir(parents=True)
    (report / "manifest.json").write_text('{"posts": ["T-001:1"]}')
    (study.folder / "reviews").mkdir()
    (study.folder / "reviews" / "2025Q4.toml").write_text("# ord")
    findings = study.folder / "data" / "processed" / "findings"
    findings.mkdir()
    (findings / "ledger.parquet").write_bytes(b"x")
    (study.folder / "noter om Kirsten.md").write_text("se T-001:1")
    certificate = json.loads(purge_sources(study.settings, on=ON).certificate.read_text())
    remains = {name.split(" ")[0].strip(","): what for name, what in certificate["remains"].items()}
    assert [row["folder"] for row in remains["reports"]] == ["reports/by/2025Q4/quarterly"]
    assert remains["reviews"] == ["reviews/2025Q4.toml"]
    assert remains["ledger"] == "data/processed/findings/ledger.parquet"
    own = sha256(b"se T-001:1").hexdigest()[:8]
    assert remains["found"] == [{"file": f"./{own}.md", "what": "posts", "times": 1},
                                {"file": "reports/by/2025Q4/quarterly/manifest.json", "what": "posts", "times": 1}]
    assert "Kirsten" not in json.dumps(certificate)


def test_what_is_left_in_a_table_of_the_study_is_found_and_said(study, two_sources):
    kept = study.folder / "data" / "processed" / "findings"
    kept.mkdir()
    pq.write_table(pa.table({"posts": [["T-001:1", "T-001:99"]], "who": ["x"]}), kept / "own.parquet")
    with pytest.raises(WorkbenchError, match="1 files still hold"):
        purge_sources(study.settings, on=ON)
    [path] = (study.folder / "data" / "processed" / "certificates").iterdir()
    left = json.loads(path.read_text())["left"]
    assert left == [{"file": "data/processed/findings/own.parquet", "what": "posts", "times": 1}]


def test_of_a_file_that_lies_in_two_sources_one_goes_and_the_other_stays(study, make):
    content = make.chat(make.message(1), {"views": 1})
    old, new = study.put(content, source="gammel", **DUE), study.put(content, source="ny")
    study.take(old)
    study.take(new)
    purge_sources(study.settings, on=ON)
    assert (old.exists(), new.exists()) == (False, True)
    assert set(load_ledger(study.folder).files["source_id"]) == {"ny"}


def test_a_post_that_two_sources_hold_stays_as_the_other_one_shows_it(study, make):
    study.take(study.put(make.chat(make.message(1, "Fra den gamle", reply_to_message_id=7, edited_unixtime="1762200000"),
                                   make.message(2)), source="gammel", **DUE),
               study.put(make.chat(make.message(1, "Fra den nye")), source="ny"))
    assert study.corpus().posts["text"].tolist() == ["Fra den gamle", "Hej alle sammen"]
    certificate = json.loads(purge_sources(study.settings, on=ON).certificate.read_text())
    corpus = study.corpus()
    assert corpus.posts[["text", "source_id"]].to_numpy().tolist() == [["Fra den nye", "ny"]]
    assert corpus.links.empty
    assert certificate["looked for"]["posts"] == 1
    assert b"Fra den gamle" not in study.written()


def test_accounts_history_and_answers_of_others_go_with_the_posts(study, make):
    old = study.put(make.chat(make.message(1), make.message(2, from_id="user5"), id=111), source="gammel", **DUE)
    new = study.put(make.chat(make.message(3, reply_to_message_id=2), make.message(4, reply_to_message_id=3), id=111),
                    source="ny")
    study.take(old, new)
    accounts = set(study.corpus().posts["account_id"])
    assert len(study.corpus().links) == 2
    purge_sources(study.settings, on=ON)
    corpus = study.corpus()
    assert len(accounts) == 2
    [gone] = accounts - set(corpus.posts["account_id"])
    assert gone.encode() not in study.written()
    assert set(corpus.arenas["source_id"]) == {"ny"}
    assert [target[-1] for target in corpus.links["target"]] == ["3"]
    assert set(load_ledger(study.folder).files["source_id"]) == {"ny"}
    aliases = pq.read_table(next(study.corpus_folder.glob("accounts.*.parquet")))
    assert gone not in aliases["account_id"].to_pylist()


@pytest.fixture
def register(study, two_sources):
    """The topics of a quarter: number 1 in both sources, 2 in the old one only, 7 in the new one only."""
    folder = study.folder / "data" / "processed" / "topics" / "register"
    (folder / "2025Q4").mkdir(parents=True)
    (folder / "2025Q4" / "model.json").write_text('{"vocabulary": ["gammelord"]}')
    posts = study.corpus().posts
    old, new = (posts.loc[posts["source_id"] == name, "post_id"] for name in ("gammel", "ny"))
    ids = [old.iloc[0], new.iloc[0], old.iloc[1], old.iloc[2], new.iloc[1]]
    hashes = pd.util.hash_pandas_object(pd.Series(ids, dtype=object), index=False)
    pd.DataFrame({"post": hashes, "topic": [1, 1, 2, 2, 7]}).sort_values("post").to_parquet(folder / "2025Q4.parquet")
    return folder, dict(zip(ids, hashes, strict=True))


def test_topics_keep_their_numbers_and_lose_their_models_and_the_posts_that_are_gone(study, register):
    folder, hashes = register
    there = set(study.corpus().posts.query("source_id == 'ny'")["post_id"])
    purge_sources(study.settings, on=ON)
    assert [path.name for path in folder.iterdir()] == ["2025Q4.parquet"]
    snapshot = pd.read_parquet(folder / "2025Q4.parquet")
    assert set(snapshot["topic"]) == {1, 2, 7}
    assert set(snapshot["post"]) & set(hashes.values()) == {hashes[post] for post in there}
    assert b"gammelord" not in study.written()


def test_a_named_topic_is_found_again_under_its_id_after_a_purge(study, register):
    purge_sources(study.settings, on=ON)
    corpus = study.corpus()
    table = pd.DataFrame({"topic_id": [0, 1], "label": ["a", "b"], "words": [["a"], ["b"]], "size": [1, 1],
                          "stability": None}).reindex(columns=list(TOPIC_COLUMNS)).astype(TOPIC_COLUMNS)
    assigned = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": [0, 1], "confidence": 1.0})
    topics = TopicSet(table, assigned.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS),
                      {"parameters": {}})
    named = Review("2025Q4", "da", pd.DataFrame([{"kind": "topic", "key": "K-007", "decision": "rename",
                                                  "text": "Havnen", "words": ["b"], "period": "2025Q4"}],
                                                columns=list(REVIEW_COLUMNS)).astype(REVIEW_COLUMNS))
    found = register_topics(corpus, topics, folder=study.folder, quarter="2025Q4", review=named).entries
    here = found.dropna(subset=["topic_id"]).set_index("topic_id")
    assert here["stable_id"].to_dict() == {0: "K-001", 1: "K-007"}
    assert here.loc[1, "label"] == "Havnen"


def test_what_notebooks_show_goes_but_for_those_of_published_reports(study, two_sources):
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 3,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "T-001:1"}]}
    notebook = json.dumps({"cells": [cell], "metadata": {"widgets": {"x": 1}}, "nbformat": 4, "nbformat_minor": 5})
    paths = [study.folder / name for name in ("notebooks/own.ipynb", "reports/by/2025Q4/quarterly/report.ipynb")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text(notebook)
    purge_sources(study.settings, on=ON)
    own = json.loads(paths[0].read_text())
    assert (own["cells"][0]["outputs"], own["cells"][0]["source"], own["metadata"]) == ([], "1", {})
    assert paths[1].read_text() == notebook


def test_drafts_go_and_published_reports_stay(study, two_sources):
    folders = [study.folder / "reports" / "by" / "2025Q4" / name for name in ("quarterly", "quarterly-draft")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"draft": folder.name.endswith("draft")}))
    purge_sources(study.settings, on=ON)
    assert [folder.exists() for folder in folders] == [True, False]


def test_while_a_report_is_made_nothing_is_deleted(study, two_sources, monkeypatch):
    monkeypatch.setattr(keys, "LOCK_SECONDS", 0)
    with one_run_at_a_time(study.folder, print), pytest.raises(InputError, match="report is being made"):
        purge_sources(study.settings, on=ON)
    assert two_sources[0].exists()


def test_exports_that_were_never_imported_go_too(study, make):
    export = study.put(make.chat(make.message(1)), **DUE)
    done = purge_sources(study.settings, on=ON)
    assert not export.exists()
    assert json.loads(done.certificate.read_text())["files"][0]["source_id"] == "kilde"


def test_a_dry_run_deletes_nothing(study, two_sources):
    before = study.state()
    done = purge_sources(study.settings, on=ON, dry_run=True)
    assert done.sources["posts"].tolist() == [3]
    assert done.certificate is None
    assert study.state() == before
    assert two_sources[0].exists()


def test_the_day_before_nothing_is_due(study, two_sources):
    assert purge_sources(study.settings, on=date(2026, 1, 30)).sources.empty


def test_purging_again_deletes_nothing_more_and_writes_no_certificate(study, two_sources):
    purge_sources(study.settings, on=ON)
    before = study.state()
    assert purge_sources(study.settings, on=ON).certificate is None
    assert study.state() == before


def test_posts_go_even_where_their_exports_are_gone_already(study, two_sources):
    two_sources[0].unlink()
    (two_sources[0].parent / "source.toml").unlink()
    assert purge_sources(study.settings, on=ON).sources["posts"].tolist() == [3]
    assert set(study.corpus().posts["source_id"]) == {"ny"}


def test_an_arena_with_posts_from_a_source_that_stays_is_kept(study, make):
    study.take(study.put(make.chat(make.message(1)), source="gammel", **DUE),
               study.put(make.chat(make.message(2)), source="ny"))
    purge_sources(study.settings, on=ON)
    corpus = study.corpus()
    assert (len(corpus.posts), len(corpus.arenas)) == (1, 1)


def test_a_card_with_faults_stops_the_purge_and_is_named(study, two_sources):
    (study.folder / "data" / "raw" / "ny" / "source.toml").write_text("controller = 'x'")
    with pytest.raises(CardError, match="delete_by"):
        purge_sources(study.settings, on=ON)
    assert two_sources[0].exists()


def test_folders_with_a_card_of_their_own_are_not_deleted_with_the_one_above(study, make):
    outer = study.put(make.chat(make.message(1)), source="ydre", **DUE)
    inner = study.put(make.chat(make.message(1), id=5), source="ydre/indre")
    study.take(outer, inner)
    purge_sources(study.settings, on=ON)
    assert (outer.exists(), inner.exists()) == (False, True)


def test_the_raw_exports_are_listed_with_their_day_of_deletion(study, two_sources):
    listed = list_raw(study.settings)
    assert listed[["source_id", "files"]].to_numpy().tolist() == [["gammel", 1], ["ny", 1]]
    assert listed["delete_by"].tolist() == [date(2026, 1, 31), date(2027, 9, 30)]
