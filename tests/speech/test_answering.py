from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pandas as pd
import pytest

from tests.speech_worlds import make_codebook
from workbench.errors import InputError, TableError
from workbench.speech import (
    code_post,
    list_uncoded,
    load_codes,
    load_notes,
    measure_progress,
    save_learning_sample,
    save_sample,
)
from workbench.speech.answering import check_digests
from workbench.speech.storing import Drawn
from workbench.tables.speech import FRAME_COLUMNS, SAMPLE_COLUMNS

PERIOD = "2025Q3"
BOOK = make_codebook(["attack", "marker.threat", "hate"])


def say(folder, post, coder="coder 1", *, book=BOOK, seconds=None, note="", **values):
    code_post(folder, period=PERIOD, coder=coder, post_id=post, values=values, codebook=book, seconds=seconds, note=note)


def file_of(folder, coder="coder-1"):
    return folder / "coding" / PERIOD / "codes" / f"{coder}.jsonl"


@pytest.fixture
def drawn(tmp_path):
    """Six posts, the last three for two coders, and two for learning."""
    ids = [f"T-001:{n}" for n in range(8)]
    sample = pd.DataFrame({"post_id": ids, "sample": "s", "purpose": ["share"] * 6 + ["learning"] * 2, "stratum": 1,
                           "is_double": [False] * 3 + [True] * 3 + [False] * 2, "position": [3, 1, 2, 6, 4, 5, 2, 1]})
    sample = sample.reindex(columns=list(SAMPLE_COLUMNS)).astype(SAMPLE_COLUMNS)
    frame = pd.DataFrame({"post_id": ids, "stratum": 1}).astype(FRAME_COLUMNS)
    save_sample(tmp_path, PERIOD, Drawn(frame, sample[sample["purpose"].eq("share")], {"draws": []}))
    save_learning_sample(tmp_path, PERIOD, sample[sample["purpose"].eq("learning")])
    return tmp_path


def test_an_answer_is_on_the_disk_with_the_codebook_it_was_made_by(tmp_path):
    say(tmp_path, "T-001:1", attack=True, hate=None, seconds=12.34, note="en note")
    line = json.loads(file_of(tmp_path).read_text())
    assert (line["version"], line["digest"], line["coder"], line["seconds"]) == ("1", "0" * 64, "coder 1", 12.3)
    codes = load_codes(tmp_path, PERIOD).set_index("code")
    assert codes.loc["attack", "value"]
    assert pd.isna(codes.loc["hate", "value"])
    assert codes["seconds"].eq(12.3).all()
    assert load_notes(tmp_path, PERIOD).to_dict("records") == [{"post_id": "T-001:1", "coder": "coder 1", "note": "en note"}]


def test_an_answer_is_kept_to_its_owner(tmp_path):
    say(tmp_path, "T-001:1", attack=True)
    assert file_of(tmp_path).stat().st_mode & 0o077 == 0
    assert file_of(tmp_path).parent.stat().st_mode & 0o077 == 0


def test_an_answer_waits_until_it_is_on_the_disk(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(descriptor), real(descriptor))[1])
    say(tmp_path, "T-001:1", attack=True)
    say(tmp_path, "T-001:2", attack=True)
    assert len(synced) == 3  # two answers, and once the name of the new file


def test_the_last_answer_of_a_coder_counts_and_nothing_before_is_touched(tmp_path):
    say(tmp_path, "T-001:1", attack=True, hate=True)
    before = file_of(tmp_path).read_bytes()
    say(tmp_path, "T-001:1", attack=False)
    say(tmp_path, "T-001:1", "coder 2", attack=True)
    assert file_of(tmp_path).read_bytes().startswith(before)
    codes = load_codes(tmp_path, PERIOD).set_index(["coder", "code"])["value"]
    assert codes.to_dict() == {("coder 1", "attack"): False, ("coder 1", "hate"): True, ("coder 2", "attack"): True}


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_line_that_a_power_cut_tore_loses_that_answer_only(tmp_path, cut):
    for number in range(3):
        say(tmp_path, f"T-001:{number}", attack=True)
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    kept = 3 if cut == 1 else 2  # without its end of line alone the answer is whole
    assert len(load_codes(tmp_path, PERIOD)) == kept
    say(tmp_path, "T-001:7", attack=False)
    codes = load_codes(tmp_path, PERIOD)
    assert len(codes) == kept + 1
    assert "T-001:7" in set(codes["post_id"])


CODER = """
import sys
from pathlib import Path
from workbench.speech import code_post
from workbench.tables.codebook import Code, Codebook
book = Codebook("made up", "1", "0" * 64, "attack", {"attack": Code("attack", "attack", "", {})})
for number in range(10_000):
    code_post(Path(sys.argv[1]), period="2025Q3", coder="coder 1", post_id=f"T-001:{number}", codebook=book,
              values={"attack": True}, note="x" * 3000)
    print(number, flush=True)
"""


def test_no_answer_that_was_taken_is_lost_when_the_process_is_killed(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", CODER, tmp_path], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    for _ in range(40):
        last = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    last = max([last, *map(int, child.stdout.read().split())])
    child.stdout.close()
    found = set(load_codes(tmp_path, PERIOD)["post_id"])
    assert {f"T-001:{number}" for number in range(last + 1)} <= found
    say(tmp_path, "T-001:99999", attack=False)
    assert "T-001:99999" in set(load_codes(tmp_path, PERIOD)["post_id"])


def test_names_of_persons_are_no_coders_and_are_not_repeated(tmp_path):
    for name in ("Anna Prøve", "coder", "coder 0", "../coder 1", ""):
        with pytest.raises(TableError, match="by a role") as refused:
            say(tmp_path, "T-001:1", name, attack=True)
        assert "Anna" not in str(refused.value)
    assert not (tmp_path / "coding").exists()


def test_what_is_no_code_and_no_answer_is_refused_whole(tmp_path):
    with pytest.raises(TableError, match=r"form\.thanks: not in version 1"):
        say(tmp_path, "T-001:1", attack=True, **{"form.thanks": True})
    with pytest.raises(TableError, match="attack: an answer is True, False"):
        say(tmp_path, "T-001:1", attack="yes")
    assert load_codes(tmp_path, PERIOD).empty


def test_a_period_is_no_way_out_of_the_folder(tmp_path):
    with pytest.raises(TableError, match="is no period"):
        code_post(tmp_path, period="../../x", coder="coder 1", post_id="T-001:1", values={}, codebook=BOOK)


def test_a_codebook_changed_under_its_version_is_refused_and_a_new_version_is_not(tmp_path):
    from dataclasses import replace

    say(tmp_path, "T-001:1", attack=True)
    changed = replace(BOOK, digest="1" * 64)
    with pytest.raises(TableError, match=r"another text of version 1.*new version"):
        say(tmp_path, "T-001:2", book=changed, attack=True)
    with pytest.raises(TableError, match=r"coder-1\.jsonl, line 1: coded by another text"):
        check_digests(tmp_path, PERIOD, changed)
    say(tmp_path, "T-001:2", book=replace(changed, version="2"), attack=True)
    check_digests(tmp_path, PERIOD, BOOK)
    assert load_codes(tmp_path, PERIOD)["version"].tolist() == ["1", "2"]


def test_a_line_of_another_make_is_named_by_file_and_line(tmp_path):
    say(tmp_path, "T-001:1", attack=True)
    with file_of(tmp_path).open("a") as file:
        file.write('{"values": {"attack": true}}\n')
    with pytest.raises(InputError, match=r"coder-1\.jsonl, line 2: is no answer"):
        load_codes(tmp_path, PERIOD)


# lists


def test_the_first_coder_codes_all_in_order_and_learning_comes_last(drawn):
    assert list_uncoded(drawn, PERIOD, coder="coder 1")["post_id"].str[-1].tolist() == list("12045376")
    say(drawn, "T-001:1", attack=True)
    assert list_uncoded(drawn, PERIOD, coder="coder 1")["post_id"].str[-1].tolist() == list("2045376")
    assert list_uncoded(drawn, PERIOD, coder="coder 1", purpose="learning")["post_id"].str[-1].tolist() == list("76")


def test_the_second_coder_codes_the_posts_for_two_whatever_the_first_did(drawn):
    before = list_uncoded(drawn, PERIOD, coder="coder 2")
    assert before["post_id"].str[-1].tolist() == list("453")
    for number in range(8):
        say(drawn, f"T-001:{number}", attack=True, note="n")
    after = list_uncoded(drawn, PERIOD, coder="coder 2")
    pd.testing.assert_frame_equal(before, after)


def test_lists_tell_neither_answers_nor_scores(drawn):
    assert set(list_uncoded(drawn, PERIOD, coder="coder 2")) == {"post_id", "sample", "purpose", "position", "is_double"}


def test_progress_counts_posts_and_tells_the_usual_seconds_without_pauses(drawn):
    for number, seconds in enumerate((10, 20, 30, 5_000)):
        say(drawn, f"T-001:{number}", attack=True, seconds=seconds)
    say(drawn, "T-001:3", "adjudicator", attack=True)
    progress = measure_progress(drawn, PERIOD).set_index("coder")
    assert progress.loc["coder 1"].to_dict() == {"asked": 8, "coded": 4, "left": 4, "seconds": 20.0}
    assert progress.loc["coder 2", ["asked", "coded", "left"]].tolist() == [3, 0, 3]
    assert pd.isna(progress.loc["coder 2", "seconds"])
    assert "adjudicator" not in progress.index
