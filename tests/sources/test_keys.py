from __future__ import annotations

import os
import shutil
import stat
import sys
from dataclasses import replace
from datetime import date

import pytest

from workbench.errors import KeyMismatchError
from workbench.settings import read_settings
from workbench.sources import (
    find_key_file,
    forget_accounts,
    import_exports,
    load_corpus,
    load_key,
    new_key,
    pseudonym,
    purge_sources,
    read_fingerprint,
    rotate_key,
)
from workbench.sources.corpus import keys
from workbench.starting import start_study

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of files are of POSIX")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Where keys lie when nothing is said."""
    monkeypatch.delenv("WORKBENCH_KEY_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "workbench"


@pytest.fixture
def namesakes(own_folder, make_study, make):
    """Two studies of one name, each with an export."""
    studies = [make_study("one"), make_study("two")]
    for number, study in enumerate(studies):
        study.settings = replace(study.settings, key_file=None)
        study.put(make.chat(make.message(1, f"nummer {number}")))
    return studies


def take(study):
    return study.take(study.folder / "data" / "raw" / "kilde" / "result.json")


def as_it_was(study, own_folder):
    """Turn a study into one of a version that named keys after the place, and return where its key lies."""
    path = find_key_file(study.settings)
    shared = own_folder / "prøveby.key"
    if not shared.exists():
        path.rename(shared)
    path.unlink(missing_ok=True)
    (study.folder / "data" / "processed" / "study-id").unlink()
    return shared


def test_of_two_studies_of_one_name_one_is_rotated_and_the_other_goes_on(namesakes):
    one, two = namesakes
    take(one)
    take(two)
    rotate_key(one.settings)
    take(two)
    forget_accounts(["user1001"], settings=two.settings, on=date(2026, 1, 1))
    assert read_fingerprint(one.settings) != read_fingerprint(two.settings)
    assert len(one.corpus().posts) == 1


def test_a_study_that_is_moved_or_gets_another_name_keeps_its_key(namesakes, tmp_path):
    study, _ = namesakes
    take(study)
    moved = shutil.move(study.folder, tmp_path / "elsewhere")
    settings = replace(study.settings, folder=moved, name="Nyby")
    assert load_key(settings) == load_key(replace(settings, name="Prøveby"))
    assert load_corpus(moved).provenance["key_fingerprint"] == read_fingerprint(settings)


def test_a_key_that_was_named_after_the_place_goes_on_working_for_each_study_it_fits(namesakes, own_folder):
    one, two = namesakes
    take(one)
    shared = as_it_was(one, own_folder)
    shutil.copytree(one.folder, two.folder, dirs_exist_ok=True)
    key = bytes.fromhex(shared.read_text())
    take(one)
    assert load_key(one.settings) == key
    rotate_key(one.settings)
    assert load_key(one.settings) != key
    take(two)
    assert load_key(two.settings) == key


def test_a_key_that_was_named_after_the_place_is_not_given_to_another_study_of_that_name(namesakes, own_folder):
    one, two = namesakes
    take(one)
    key = bytes.fromhex(as_it_was(one, own_folder).read_text())
    take(two)
    assert load_key(two.settings) != key


def test_a_study_whose_key_is_gone_says_so_and_gets_no_other(namesakes, own_folder):
    one, two = namesakes
    take(one)
    take(two)
    find_key_file(one.settings).unlink()
    with pytest.raises(KeyMismatchError, match="missing"):
        take(one)


def test_of_two_commands_that_make_the_id_at_once_one_does_and_the_other_takes_it(namesakes, monkeypatch):
    study, _ = namesakes
    path = study.folder / "data" / "processed" / "study-id"

    def other_is_faster(size):
        path.write_text("prøveby-00000000\n")
        return "11111111"

    monkeypatch.setattr(keys.secrets, "token_hex", other_is_faster)
    assert find_key_file(study.settings).stem == "prøveby-00000000"
    assert [p.name for p in path.parent.iterdir()] == ["study-id"]


def test_a_damaged_id_is_refused_and_leads_nowhere(namesakes):
    study, _ = namesakes
    take(study)
    (study.folder / "data" / "processed" / "study-id").write_text("../../kilde")
    with pytest.raises(KeyMismatchError, match="study-id"):
        take(study)


def test_what_study_toml_says_of_the_key_comes_before_the_environment(own_folder, tmp_path, monkeypatch):
    start_study(tmp_path / "by")
    assert read_settings(tmp_path / "by").key_file is None
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(tmp_path / "env.key"))
    assert read_settings(tmp_path / "by").key_file == tmp_path / "env.key"
    with (tmp_path / "by" / "study.toml").open("a") as file:
        file.write('\nkey_file = "../said.key"\n')
    new_key(read_settings(tmp_path / "by"))
    assert (tmp_path / "said.key").is_file()


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_can_read_is_refused_with_what_to_do(study, mode):
    load_key(study.settings)
    study.settings.key_file.chmod(mode)
    with pytest.raises(KeyMismatchError, match=f"chmod 600 {study.settings.key_file}"):
        load_key(study.settings)


@posix
def test_what_is_written_is_for_its_owner_alone(namesakes, own_folder, make):
    study, _ = namesakes
    own_folder.mkdir(parents=True, mode=0o755)
    before = os.umask(0)
    try:
        study.put(make.chat(make.message(2), {"id": 3, "type": "message"}, id=7), "c.json", source="c")
        import_exports([study.folder / "data" / "raw" / "c"], settings=study.settings)
        take(study)
        rotate_key(study.settings)
        forget_accounts(["user1001"], settings=study.settings, on=date(2026, 1, 1))
        purge_sources(study.settings, on=date(2028, 1, 1))
    finally:
        os.umask(before)
    processed = study.folder / "data" / "processed"
    written = [*processed.rglob("*"), *(study.folder / "data" / "raw" / "quarantine").rglob("*"),
               *own_folder.rglob("*"), own_folder]
    open_ones = {p.name: oct(mode) for p in written if (mode := stat.S_IMODE(p.stat().st_mode))
                 != (0o700 if p.is_dir() else 0o600)}
    assert open_ones == {}
    assert {p.suffix for p in written} >= {".parquet", ".json", ".key"}


def test_two_studies_of_one_name_in_one_home_never_share_a_key(own_folder, tmp_path):
    keys_of = []
    for folder in ("one", "two"):
        start_study(tmp_path / folder, name="Prøveby", contact="Prøveby Kommune, post@proeveby.example")
        settings = read_settings(tmp_path / folder)
        keys_of.append((find_key_file(settings), new_key(settings)))
    (first, one), (second, two) = keys_of
    assert first != second
    assert first.parent == second.parent == own_folder
    assert one != two
    assert pseudonym(one, "account", "some handle") != pseudonym(two, "account", "some handle")
