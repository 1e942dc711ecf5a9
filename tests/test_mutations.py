"""The list of breaks does not rot: each entry still stands in the code, once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mutations.listing import ROOT, Mutation, find_place, list_rooms, read_mutations

MUTATIONS = read_mutations()


@pytest.mark.parametrize("room", list_rooms())
def test_every_entry_of_a_room_applies_once_and_names_tests_that_there_are(room: str) -> None:
    faults = []
    for mutation in read_mutations(room):
        try:
            find_place(mutation, ROOT)
        except LookupError as error:
            faults.append(str(error))
    assert faults == []


@pytest.mark.parametrize("room", list_rooms())
def test_an_entry_has_no_key_that_nobody_reads(room: str) -> None:
    listed = tomllib.loads((ROOT / "mutations" / "breaks" / f"{room}.toml").read_text(encoding="utf-8"))
    assert set(listed) <= {"tests", "mutation"}
    assert [m for m in listed["mutation"] if set(m) - {"file", "find", "replace", "breaks", "tests"}] == []


def test_no_two_entries_are_the_same() -> None:
    assert len({(m.file, m.find, m.replace) for m in MUTATIONS}) == len(MUTATIONS) == len({m.breaks for m in MUTATIONS})


@pytest.mark.parametrize(("changes", "said"), [
    ({"find": "nothing has this text"}, "stands 0 times"), ({"find": "import"}, "times in tables/finding.py"),
    ({"tests": ("tests/test_gone.py",)}, "there is no test"), ({"tests": ()}, "there is no test"),
    ({"replace": "def hash_posts("}, "it changes nothing")])
def test_an_entry_that_does_not_apply_is_named_with_its_fault(changes: dict, said: str) -> None:
    given = {"room": "made", "file": "tables/finding.py", "find": "def hash_posts(", "replace": "def hash(",
             "breaks": "a name", "tests": ("tests",)}
    assert find_place(Mutation(**given), ROOT) == ROOT / Path("src/workbench/tables/finding.py")
    with pytest.raises(LookupError, match=said):
        find_place(Mutation(**(given | changes)), ROOT)
