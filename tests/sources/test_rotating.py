from __future__ import annotations

import os
import shutil
from datetime import date

import pytest

from workbench.errors import InputError, KeyMismatchError
from workbench.sources import (
    forget_accounts,
    key_fingerprint,
    load_key,
    new_key,
    pseudonym,
    purge_sources,
    read_fingerprint,
    rotate_key,
)


@pytest.fixture
def imported(study, make):
    first = study.put(make.chat(*(make.message(i, views=i) for i in range(1, 4)), {"views": 1}, id=222, name="To"), source="b")
    second = study.put(make.fourcat(make.mapped(1, author_forwarded_from_id="222")), "a.csv", source="a")
    study.take(first)
    study.take(second)
    return first, second


def same(corpus):
    return corpus.posts.drop(columns="account_id"), corpus.arenas.drop(columns=["native_key", "handle_key", "title_key"])


def test_a_rotated_key_changes_every_pseudonym_and_nothing_else(study, imported):
    before = study.corpus()
    old_key = study.settings.key_file.read_text()
    fingerprint, _ = rotate_key(study.settings)
    after = study.corpus()
    for old, new in zip(same(before), same(after), strict=True):
        assert old.equals(new)
    assert not set(before.posts["account_id"].dropna()) & set(after.posts["account_id"].dropna())
    assert not set(before.arenas["native_key"].dropna()) & set(after.arenas["native_key"].dropna())
    assert study.settings.key_file.read_text() != old_key
    assert fingerprint == read_fingerprint(study.settings)
    assert before.links["relation"].tolist() == after.links["relation"].tolist()


def test_links_still_lead_to_arenas_after_a_rotation(study, imported):
    rotate_key(study.settings)
    corpus = study.corpus()
    [target] = corpus.links.loc[corpus.links["relation"] == "forward", "target"]
    assert corpus.arenas.set_index("native_key").loc[target, "title"] == "To"


def test_later_imports_go_on_under_the_new_key(study, imported, make):
    rotate_key(study.settings)
    study.take(study.put(make.chat(make.message(9, "ny"), id=222, name="To"), "ny.json", source="b"))
    assert len(study.corpus().posts) == 5
    assert len(study.corpus().arenas) == 2


def test_without_the_exports_nothing_is_rotated(study, imported):
    imported[0].unlink()
    before, key = study.state(), load_key(study.settings)
    with pytest.raises(InputError, match=r"of b"):
        rotate_key(study.settings)
    assert (study.state(), load_key(study.settings)) == (before, key)


def test_forgotten_accounts_stop_a_rotation(study, imported):
    forget_accounts(["user1001"], settings=study.settings, on=date(2026, 1, 1))
    with pytest.raises(InputError, match="forgotten"):
        rotate_key(study.settings)


class Moments:
    """What lay on the disk before each step of a rotation, each state once: what a kill there would leave.

    Parts that no manifest names make no state of their own.
    """

    def __init__(self, study, keep):
        self.study, self.keep, self.seen, self.count = study, keep, set(), 0

    def folders(self):
        return {"study": self.study.folder, "keys": self.study.settings.key_file.parent}

    def note(self):
        manifest = (self.study.corpus_folder / "manifest.json").read_text()
        found = [(p.as_posix(), p.read_bytes()) for f in self.folders().values() for p in sorted(f.rglob("*"))
                 if p.is_file() and not {".work", ".lock"} & set(p.parts)
                 and (p.suffix != ".parquet" or p.name in manifest or p.name == "ledger.parquet")]
        if (state := hash(tuple(found))) not in self.seen:
            self.seen.add(state)
            for name, folder in self.folders().items():
                shutil.copytree(folder, self.keep / str(self.count) / name)
            self.count += 1

    def restore(self, number):
        for name, folder in self.folders().items():
            shutil.rmtree(folder)
            shutil.copytree(self.keep / str(number) / name, folder)


@pytest.fixture
def moments(study, imported, make, tmp_path, monkeypatch):
    due = study.put(make.chat(*(make.message(i) for i in range(1, 6)), id=333, name="Tre"), source="due",
                    delete_by="2026-01-01")
    study.take(due)
    (study.folder / "data" / "processed" / "topics").mkdir()
    (study.folder / "data" / "processed" / "topics" / "old.json").write_text("{}")
    found = Moments(study, tmp_path / "moments")

    def noted(real):
        def step(*args, **options):
            found.note()
            return real(*args, **options)
        return step

    for name in ("replace", "unlink", "rmdir", "mkdir", "open", "fsync"):
        monkeypatch.setattr(os, name, noted(getattr(os, name)))
    rotate_key(study.settings)
    monkeypatch.undo()
    found.note()
    return found


def whole(study, posts, *, is_settled=True):
    """Say that these posts are there, under the key that the study has."""
    if is_settled:
        held = key_fingerprint(bytes.fromhex(study.settings.key_file.read_text()))
        assert held == study.corpus().provenance["key_fingerprint"]
        manifest = (study.corpus_folder / "manifest.json").read_text()
        assert not [p for p in study.corpus_folder.rglob("*.*.parquet") if p.name not in manifest]
    corpus, key = study.corpus(), load_key(study.settings)
    assert sorted(corpus.posts["post_id"]) == sorted(posts)
    assert set(corpus.posts["account_id"].dropna()) <= {
        pseudonym(key, kind, person) for kind in ("telegram:account",) for person in ("1001", "501")}
    assert read_fingerprint(study.settings) == corpus.provenance["key_fingerprint"]


def test_killed_at_any_step_of_a_rotation_a_study_is_whole_whatever_comes_next(study, moments):
    posts = study.corpus().posts
    before, others = posts["post_id"], posts.loc[posts["source_id"] == "a", "post_id"]
    codes = study.corpus().arenas.set_index("title")["arena_id"]
    stays = [p for p in before if not p.startswith(codes["Tre"])]
    exports = sorted((study.folder / "data" / "raw").rglob("*.json"))
    moments.restore(0)
    old, fingerprints = read_fingerprint(study.settings), set()
    for number in range(moments.count):
        moments.restore(number)
        whole(study, before, is_settled=False)
        fingerprints.add(read_fingerprint(study.settings))
        purge_sources(study.settings, on=date(2026, 11, 21))
        whole(study, stays)
        study.take(exports[0])
        whole(study, stays)

        moments.restore(number)
        study.take(*exports)
        whole(study, before)
        forget_accounts(["user1001"], settings=study.settings, on=date(2026, 11, 21))
        whole(study, others)

        moments.restore(number)
        purge_sources(study.settings, on=date(2025, 12, 1))  # nothing is due
        is_new = read_fingerprint(study.settings) != old
        whole(study, before, is_settled=is_new)
        rotate_key(study.settings)
        whole(study, before)
    assert len(fingerprints) == 2  # the states reach from the old key to the new one
    assert moments.count > 6


def test_a_rotation_leaves_nothing_beside_what_it_made(study, moments):
    keys = study.settings.key_file.parent
    assert [p.name for p in keys.iterdir()] == [study.settings.key_file.name]
    kept = {p.name for p in (study.folder / "data" / "processed").iterdir()}
    assert kept == {"corpus"}
    assert not [p for p in study.corpus_folder.rglob("*") if p.name == ".work" or p.suffix == ".part"]


def test_what_was_derived_under_the_old_key_goes_before_that_key_does(study, moments):
    new = read_fingerprint(study.settings)
    for number in range(moments.count):
        moments.restore(number)
        has_new = key_fingerprint(bytes.fromhex(study.settings.key_file.read_text())) == new
        assert not (has_new and (study.folder / "data" / "processed" / "topics").exists())


def test_a_key_is_made_once_and_never_over_another(study):
    key = new_key(study.settings)
    with pytest.raises(KeyMismatchError, match="rotate"):
        new_key(study.settings)
    assert load_key(study.settings) == key


def test_showing_a_fingerprint_makes_no_key(study):
    with pytest.raises(KeyMismatchError, match="key new"):
        read_fingerprint(study.settings)
    assert not study.settings.key_file.exists()
    with pytest.raises(KeyMismatchError, match="key new"):
        rotate_key(study.settings)
