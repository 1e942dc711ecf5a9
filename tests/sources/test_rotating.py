from __future__ import annotations

import os
from datetime import date

import pytest

from workbench.errors import InputError, KeyMismatchError
from workbench.sources import forget_accounts, key_fingerprint, load_key, new_key, read_fingerprint, rotate_key
from workbench.sources import rotating as module


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
    with pytest.raises(InputError, match=r"data/raw/b/result\.json"):
        rotate_key(study.settings)
    assert (study.state(), load_key(study.settings)) == (before, key)


def test_forgotten_accounts_stop_a_rotation(study, imported):
    forget_accounts(["user1001"], settings=study.settings, on=date(2026, 1, 1))
    with pytest.raises(InputError, match="forgotten"):
        rotate_key(study.settings)


@pytest.mark.parametrize("step", range(4))
def test_a_rotation_interrupted_at_any_step_leaves_a_whole_study(study, imported, monkeypatch, step):
    before = same(study.corpus())
    real, calls = os.replace, []

    def interrupted(source, target):
        if any(name in str(target) or name in str(source) for name in ("corpus.", ".next")) and "manifest" not in str(target):
            calls.append(target)
            if len(calls) == step + 1:
                raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rotate_key(study.settings)
    monkeypatch.undo()
    assert key_fingerprint(load_key(study.settings)) == read_fingerprint(study.settings)
    for old, new in zip(before, same(study.corpus()), strict=True):
        assert old.equals(new)
    study.take(*imported)
    assert len(study.corpus().posts) == 4
    assert not (study.folder / "data" / "processed" / "corpus.former").exists()


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
        module.rotate_key(study.settings)
