from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import KeyMismatchError, ReleaseError, TableError
from workbench.findings import ledger as ledger_module
from workbench.findings.atoms import hash_keyed
from workbench.findings.ledger import Ledger, add_release, locked, read_ledger, secret_file, write_ledger


def posts(*numbers: int) -> np.ndarray:
    return np.sort(np.array(numbers, dtype=np.uint64) * np.uint64(2**33 + 7))


def labels(sets, finding: str = "volume") -> list[list[tuple[str, str]]]:
    return [[(finding, f"posts[{i}]")] for i in range(len(sets))]


def enter(ledger: Ledger, sets, product: str, hidden=frozenset()) -> Ledger:
    return add_release(ledger, sets, hidden, labels(sets), product)


def content(ledger: Ledger) -> list[frozenset[int]]:
    """Return the keyed posts of each set, worked out from the atoms."""
    return [frozenset(ledger.atoms.posts[np.isin(ledger.atoms.atom_of, ledger.atoms.members[[row]].indices)].tolist())
            for row in range(ledger.atoms.members.shape[0])]


def keyed(ledger: Ledger, numbers: np.ndarray) -> frozenset[int]:
    return frozenset(hash_keyed(numbers, ledger.secret).tolist())


def test_keyed_hashes_are_siphash() -> None:
    # the authors' own vectors: the key 00 … 0f, the message 00 … 07
    message = np.array([int.from_bytes(bytes(range(8)), "little")], dtype=np.uint64)
    assert hash_keyed(message, bytes(range(16))).tolist() == [0x93F5F5799A932462]


def test_a_million_posts_are_hashed_within_a_second() -> None:
    import time

    begun = time.process_time()
    hash_keyed(np.arange(1_000_000, dtype=np.uint64), bytes(range(16)))
    assert time.process_time() - begun < 1


def test_what_was_written_is_read_again(tmp_path) -> None:
    path = tmp_path / "findings" / "ledger.parquet"
    sets = [posts(1, 2, 3), posts(2, 3, 4, 5), posts(), posts(9)]
    ledger = enter(read_ledger(path), sets, "quarterly 2025Q3", hidden={3})
    write_ledger(path, ledger)
    again = read_ledger(path)
    assert content(again) == content(ledger) == [keyed(ledger, s) for s in sets if len(s)]
    assert again.is_released.tolist() == [True, True, False]
    pd.testing.assert_frame_equal(again.entries, ledger.entries)
    assert again.entries["cell"].tolist() == ["posts[0]", "posts[1]", "posts[3]"]


def test_a_run_again_with_fewer_posts_keeps_what_was_published_before() -> None:
    first = enter(Ledger(bytes(16)), [posts(1, 2, 3, 4)], "quarterly 2025Q3")
    again = enter(first, [posts(1, 2, 3)], "quarterly 2025Q3")
    assert content(again) == [keyed(again, posts(1, 2, 3, 4)), keyed(again, posts(1, 2, 3))]
    assert len(again.entries) == 2


def test_equal_sets_are_stored_once_and_both_products_are_known() -> None:
    ledger = enter(Ledger(bytes(16)), [posts(1, 2), posts(3), posts(1, 2)], "quarterly 2025Q3")
    ledger = enter(enter(ledger, [posts(1, 2)], "brief 2025Q3"), [posts(1, 2)], "brief 2025Q3")
    assert content(ledger) == [keyed(ledger, posts(1, 2)), keyed(ledger, posts(3))]
    assert ledger.entries["product"].tolist() == ["quarterly 2025Q3"] * 3 + ["brief 2025Q3"]


def test_a_set_that_was_hidden_and_later_released_is_released() -> None:
    ledger = enter(Ledger(bytes(16)), [posts(1, 2)], "first", hidden={0})
    assert ledger.is_released.tolist() == [False]
    assert enter(ledger, [posts(1, 2)], "second").is_released.tolist() == [True]
    assert enter(enter(ledger, [posts(1, 2)], "second"), [posts(1, 2)], "third", hidden={0}).is_released.tolist() == [True]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sets(st.integers(0, 12)), min_size=1, max_size=5), min_size=1, max_size=4))
def test_every_set_ever_entered_can_be_told_from_the_atoms(releases) -> None:
    ledger = Ledger(bytes(range(16)))
    for number, release in enumerate(releases):
        ledger = enter(ledger, [posts(*s) for s in release], f"product {number}")
    wanted = {keyed(ledger, posts(*s)) for release in releases for s in release if s}
    assert set(content(ledger)) == wanted
    assert len(content(ledger)) == len(wanted)
    # no atom could be coarser: posts that stand in the same sets share one
    signatures = {tuple(p in s for s in content(ledger)) for p in ledger.atoms.posts.tolist()}
    assert ledger.atoms.members.shape[1] == len(signatures)


def test_the_ledger_alone_does_not_tell_which_posts_it_holds(tmp_path) -> None:
    path = tmp_path / "ledger.parquet"
    write_ledger(path, enter(read_ledger(path), [posts(1, 2, 3)], "p"))
    stored = {v for row in pd.read_parquet(path)["members"].dropna() for v in row}
    assert not stored & set(posts(1, 2, 3).tolist())
    other = tmp_path / "other" / "ledger.parquet"
    write_ledger(other, enter(read_ledger(other), [posts(1, 2, 3)], "p"))
    assert set(read_ledger(path).atoms.posts.tolist()).isdisjoint(read_ledger(other).atoms.posts.tolist())


def test_only_its_owner_may_read_the_secret(tmp_path) -> None:
    path = tmp_path / "ledger.parquet"
    write_ledger(path, read_ledger(path))
    assert secret_file(path).stat().st_mode & 0o777 == 0o600
    assert len(secret_file(path).read_bytes()) == 16


@pytest.mark.parametrize("secret", [None, bytes(16)], ids=["missing", "another"])
def test_a_ledger_without_its_secret_is_refused(tmp_path, secret) -> None:
    path = tmp_path / "ledger.parquet"
    write_ledger(path, enter(read_ledger(path), [posts(1)], "p"))
    secret_file(path).unlink()
    if secret:
        secret_file(path).write_bytes(secret)
    with pytest.raises(KeyMismatchError, match="Restore it"):
        read_ledger(path)


def test_a_ledger_of_a_later_version_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "ledger.parquet"
    monkeypatch.setattr(ledger_module, "SCHEMA_VERSION", "99")
    write_ledger(path, read_ledger(path))
    monkeypatch.undo()
    with pytest.raises(TableError, match="version 99"):
        read_ledger(path)


def test_a_ledger_of_the_first_form_is_converted(tmp_path) -> None:
    path = tmp_path / "ledger.parquet"
    pd.DataFrame({"product": ["a", "a", "b"], "finding": "volume", "cell": ["x[0]", "x[1]", "x[0]"],
                  "posts": [posts(1, 2), posts(3), posts(1, 2)]}).to_parquet(path, index=False)
    ledger = read_ledger(path)
    assert content(ledger) == [keyed(ledger, posts(1, 2)), keyed(ledger, posts(3))]
    assert ledger.is_released.all()
    assert ledger.entries[["product", "set"]].to_numpy().tolist() == [["a", 0], ["a", 1], ["b", 0]]
    write_ledger(path, ledger)
    assert content(read_ledger(path)) == content(ledger)


def test_a_crash_while_writing_leaves_the_ledger_as_it_was(tmp_path, monkeypatch) -> None:
    path = tmp_path / "ledger.parquet"
    write_ledger(path, enter(read_ledger(path), [posts(1)], "first"))
    ledger = read_ledger(path)

    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ledger_module.os, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        write_ledger(path, enter(ledger, [posts(2)], "second"))
    assert read_ledger(path).entries["product"].tolist() == ["first"]


def test_a_second_release_waits_and_then_says_so(tmp_path, monkeypatch) -> None:
    path = tmp_path / "ledger.parquet"
    monkeypatch.setattr(ledger_module, "LOCK_SECONDS", 0.05)
    with locked(path), pytest.raises(ReleaseError, match="another release"), locked(path):
        pass
    with locked(path):
        write_ledger(path, read_ledger(path))
    assert path.is_file()


def test_two_releases_at_once_both_end_in_the_ledger(tmp_path) -> None:
    code = ("import sys, numpy as np; from pathlib import Path; from workbench.findings.ledger import *\n"
            "path = Path(sys.argv[1])\n"
            "for i in range(8):\n"
            "    with locked(path):\n"
            "        sets = [np.array([int(sys.argv[2]), i], dtype=np.uint64)]\n"
            "        write_ledger(path, add_release(read_ledger(path), sets, set(), [[('f', 'c')]], f'{sys.argv[2]} {i}'))")
    path = tmp_path / "ledger.parquet"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), who]) for who in ("100", "200")]
    assert [p.wait(timeout=120) for p in running] == [0, 0]
    assert read_ledger(path).entries["product"].nunique() == 16
