from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench.actors
import workbench.findings
import workbench.remembering
import workbench.topics
from workbench.encoding import NotPlainError, decode, encode
from workbench.errors import TableError
from workbench.remembering import CACHE
from workbench.sources import forget_accounts, import_exports
from workbench.study import open_study
from workbench.tables.actors import EVIDENCE
from workbench.tables.posts import Corpus

measure = workbench.findings.measure_volume


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one group, in which seven people and one Mette write."""
    from tests.cards import CARD
    from workbench.settings import read_settings

    folder = tmp_path_factory.mktemp("remembering") / "by"
    raw = folder / "data" / "raw" / "telegram"
    raw.mkdir(parents=True)
    (folder / "study.toml").write_text('name = "Testby"\nlanguage = "da"\ncontact = "B"\nkey_file = "../by.key"\n')
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    messages = [{"id": i, "type": "message", "date": "2025-08-01T10:00:00", "date_unixtime": str(1754042400 + 3600 * i),
                 "from": f"Person {i % 8}", "from_id": f"user{100 + i % 8}", "text_entities": [],
                 "text": f"vi mødes ved badebroen {i}"} for i in range(40)]
    (raw / "result.json").write_text(json.dumps({"name": "Kanal", "type": "public_supergroup", "id": 19,
                                                 "messages": messages}), encoding="utf-8")
    import_exports([raw], settings=read_settings(folder))
    return folder


@pytest.fixture
def study(imported: Path, tmp_path: Path):
    shutil.copytree(imported, tmp_path / "by")
    shutil.copy(imported.parent / "by.key", tmp_path / "by.key")
    return open_study(tmp_path / "by")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls of `measure_volume` that were worked out."""
    import importlib

    calls: list[str] = []
    module = importlib.import_module(measure.__module__)

    def measure_volume(corpus: Corpus, *, quarter: str):
        calls.append(quarter)
        return measure(corpus, quarter=quarter)

    measure_volume.__module__, measure_volume.__qualname__ = measure.__module__, "measure_volume"
    monkeypatch.setattr(module, "measure_volume", measure_volume)
    monkeypatch.setitem(globals(), "measured", measure_volume)
    return calls


def ask(study, corpus=None, quarter: str = "2025Q3"):
    return study.remember(measured, study.corpus() if corpus is None else corpus, quarter=quarter)  # noqa: F821


def entries(study) -> list[Path]:
    return sorted((study.folder / CACHE).glob("[!.]*"))


def same(one, two) -> bool:
    return encode(one).digest() == encode(two).digest()


def test_what_was_worked_out_once_is_given_back_as_it_was(study, counted: list[str]) -> None:
    first, again = ask(study), ask(study)
    assert counted == ["2025Q3"]
    assert same(first, again)
    assert same(first, measure(study.corpus(), quarter="2025Q3"))
    assert again.spec is first.spec
    pd.testing.assert_frame_equal(first.data, again.data)
    assert (study.folder / CACHE).stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for e in entries(study) for p in e.iterdir()} == {0o600}


def test_one_post_one_letter_or_one_parameter_makes_it_another_call(study, counted: list[str]) -> None:
    corpus = study.corpus()
    texts = corpus.posts.assign(text=corpus.posts["text"].str.replace("badebroen 3", "badebroen 4"))
    ask(study, corpus)
    for other in (replace(corpus, posts=corpus.posts.iloc[:-1]), replace(corpus, posts=texts)):
        ask(study, other)
    ask(study, replace(corpus, provenance={**corpus.provenance, "a": 1}))
    assert len(counted) == 4
    corpus.posts.loc[0, "text"] = "ændret på stedet"  # changed in place: it is told by its content, never by its name
    ask(study, corpus)
    assert len(counted) == 5


def test_other_code_or_another_version_of_a_package_makes_it_another_call(study, counted: list[str], tmp_path: Path,
                                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench import versions

    package = tmp_path / "package"
    package.mkdir()
    (package / "look.toml").write_text("a")
    monkeypatch.setattr(versions, "SOURCE", package)
    versions._first.cache_clear()
    ask(study)
    (package / "look.toml").write_text("b!")
    versions._first.cache_clear()
    ask(study)
    monkeypatch.setattr(versions, "_surroundings", lambda: ["numpy 99"])
    versions._digest.cache_clear()
    ask(study)
    assert len(counted) == 3
    versions._first.cache_clear(), versions._digest.cache_clear()


def test_code_that_was_changed_while_it_ran_leaves_nothing(study, counted: list[str], tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench import versions

    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text("a")
    monkeypatch.setattr(versions, "SOURCE", package)
    versions._first.cache_clear()
    versions.digest_code()
    (package / "a.py").write_text("other")
    ask(study), ask(study)
    assert len(counted) == 2
    assert entries(study) == []
    versions._first.cache_clear()


@pytest.mark.parametrize("how", ["cut", "changed", "exchanged", "sealed anew", "gone"])
def test_an_entry_that_is_not_as_it_was_written_is_worked_out_again(study, counted: list[str], how: str) -> None:
    first = ask(study)
    entry, = entries(study)
    table = next(entry.glob("numbers-uint64.parquet"))
    if how == "cut":
        table.write_bytes(table.read_bytes()[:50])
    elif how == "gone":
        table.unlink()
    elif how == "changed":
        (entry / "value.json").write_text((entry / "value.json").read_text().replace("40", "41"))
    else:
        pd.DataFrame({"values": np.arange(40, dtype=np.uint64)}).to_parquet(table)
        if how == "sealed anew":  # also the digest of the file, but not that of the content
            import hashlib

            said = json.loads((entry / "manifest.json").read_text())
            said["files"][table.name] = hashlib.sha256(table.read_bytes()).hexdigest()
            (entry / "manifest.json").write_text(json.dumps(said))
    assert same(ask(study), first)
    assert len(counted) == 2
    ask(study)
    assert len(counted) == 2  # and what was worked out has taken its place


def test_an_entry_under_the_name_of_another_is_not_believed(study, counted: list[str]) -> None:
    corpus = study.corpus()
    ask(study, corpus)
    one, = entries(study)
    ask(study, replace(corpus, posts=corpus.posts.iloc[:-1]))
    two, = set(entries(study)) - {one}
    shutil.rmtree(two)
    shutil.copytree(one, two)
    assert ask(study, replace(corpus, posts=corpus.posts.iloc[:-1])).facts["posts"] == 39
    assert len(counted) == 3


@pytest.mark.parametrize(("function", "given", "words"), [
    (workbench.topics.load_topics, {"folder": Path()}, "what folder holds"),
    (shutil.copy, {"src": "a", "dst": "b"}, "only functions of"),
])
def test_what_rests_on_files_or_is_not_ours_is_refused(study, function: Callable, given: dict, words: str) -> None:
    with pytest.raises(TableError, match=words):
        study.remember(function, **given)


def test_a_forgotten_account_does_not_live_on(study, counted: list[str]) -> None:
    before = study.corpus()
    author = before.posts["account_id"].iloc[3]
    hers = set(before.posts.loc[before.posts["account_id"] == author, "post_id"])
    ask(study, before)
    study.remember(workbench.actors.link_forwards, before)
    assert len(entries(study)) == 2
    forget_accounts(["user103"], settings=study.settings, on=date(2025, 11, 1))
    assert not (study.folder / CACHE).exists()
    ask(study, before)  # a notebook that is still open and holds the posts
    assert entries(study) == []
    now = study.corpus()
    assert not hers & set(now.posts["post_id"])
    assert ask(study, now).facts["posts"] == 40 - len(hers)
    assert len(entries(study)) == 1


def test_a_scan_after_a_deletion_reads_what_is_kept(study, counted: list[str]) -> None:
    from workbench.sources.corpus.scanning import Sought, scan_study

    corpus = study.corpus()
    ask(study, corpus)
    post = corpus.posts["post_id"].iloc[0]
    entry, = entries(study)
    found = {row["file"] for row in scan_study(study.folder, Sought(posts=frozenset([post]))).found}
    assert (entry / "numbers-uint64.parquet").relative_to(study.folder).as_posix() in found


def test_while_another_has_the_study_nothing_is_written(study, counted: list[str]) -> None:
    import filelock

    with filelock.FileLock(study.folder / "data/processed/.run.lock"):
        ask(study)
    assert entries(study) == []


def test_entries_of_another_corpus_and_the_oldest_beyond_the_bound_go(study, counted: list[str],
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    corpus = study.corpus()
    ask(study, corpus)
    first, = entries(study)
    os.utime(first, (0, 0))
    size = sum(f.stat().st_size for f in first.iterdir())
    monkeypatch.setattr(workbench.remembering, "MOST_BYTES", int(size * 1.5))
    ask(study, replace(corpus, posts=corpus.posts.iloc[:-1]))
    second, = entries(study)
    assert second != first
    monkeypatch.undo()
    said = json.loads((second / "manifest.json").read_text())
    (second / "manifest.json").write_text(json.dumps(said | {"corpus": "another"}))
    study.remember(workbench.actors.link_forwards, corpus)
    assert second not in entries(study)
    assert len(entries(study)) == 1


FRAME = pd.DataFrame({
    "text": pd.array(["æ", None, ""], dtype="string"), "plain": ["a", "b", "c"], "whole": pd.array([1, None, 3], dtype="Int64"),
    "part": pd.array([0.1, None, -0.0], dtype="Float64"), "is": pd.array([True, None, False], dtype="boolean"),
    "float": [np.nan, 1.5, np.inf], "time": pd.to_datetime(["2025-01-01", None, "2025-01-03"], utc=True).as_unit("us"),
    "lists": pd.Series([["a"], None, []], dtype=object), "mixed": pd.Series([1, "1", pd.NA], dtype=object)})


@pytest.mark.parametrize("value", [
    FRAME, FRAME.iloc[1:], FRAME.set_index("text"), FRAME.iloc[:0], FRAME["whole"], {"a": (1, 2.5, None), 3: {"x", "y"}},
    np.arange(6, dtype=np.uint64).reshape(2, 3), np.array([[True], [False]]), np.array(["a", None], dtype=object),
    np.float64(0.1), np.int32(7), pd.Timestamp("2025-01-01 10:00", tz="Europe/Copenhagen"), pd.NA, pd.NaT, [True, 1, 1.0],
    pd.DataFrame({"posts": pd.Series([["T-001:1", "T-001:2"], [], ["T-001:1"]], dtype=EVIDENCE)}),
], ids=lambda value: type(value).__name__)
def test_values_come_back_to_the_type(value) -> None:
    told = encode(value)
    back = decode(told)
    assert type(back) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(back, value, check_exact=True)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(back, value)
    else:
        assert repr(back) == repr(value)
    assert encode(back).digest() == told.digest()


def test_values_that_only_look_alike_are_told_apart() -> None:
    alike = [1, 1.0, True, "1", [1], (1,), np.int64(1), np.int32(1), None, pd.NA, pd.NaT, np.nan, "None",
             pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [1]}),
             pd.DataFrame({"a": pd.array([1], dtype="Int64")}), pd.DataFrame({"a": [1]}, index=[1]),
             pd.DataFrame({"a": pd.array(["x", None], dtype="string")}),
             pd.DataFrame({"a": pd.array(["x", ""], dtype="string")}), pd.DataFrame({"a": [["b", "c"]]}),
             pd.DataFrame({"a": [["bc"]]}), pd.DataFrame({"a": [["b"], ["c"]]}), pd.DataFrame({"a": [["b", "c"], []]})]
    assert len({encode(value).digest() for value in alike}) == len(alike)


@pytest.mark.parametrize("value", [object(), Path("a"), lambda: 1, b"bytes", {"a": [Path("b")]}, type])
def test_what_may_hide_something_is_not_told(value: object) -> None:
    with pytest.raises(NotPlainError):
        encode(value)

