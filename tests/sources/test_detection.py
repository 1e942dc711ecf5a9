"""Every format has a sample, `samples/<format>.<ext>`, with the same planted person in it.

Where its card must say more, such as a mapping, it is `samples/<format>/sample.<ext>` with that beside it. A sample holds the telephone number and the address in a text, the handle anywhere, and the display name
where the format has a place for it (and then in a text too).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.sources.readers.detection import detect_format, known_formats
from workbench.sources.readers.opening import list_streams
from workbench.tables.platforms import BY_CODE

FOLDER = Path(__file__).parent / "samples"
SAMPLES = {path.stem: path for path in sorted(FOLDER.glob("*.*"))} | {
    path.parent.name: path for path in sorted(FOLDER.glob("*/sample.*"))}
ALWAYS_PLANTED = ("kirsten_p", "+45 20 30 40 50", "kirsten.p@post.invalid")
PLANTED = re.compile(rb"kirsten|planteret|post\.invalid|20[ _-]?30[ _-]?40[ _-]?50", re.IGNORECASE)


def unpacked(path: Path) -> str:
    return "".join(piece.decode() for stream in list_streams(path) for piece in stream.chunks())


@pytest.mark.parametrize("name", sorted({*known_formats(), *SAMPLES}))
def test_every_format_has_a_sample_with_the_planted_person_and_every_sample_a_format(name):
    if name not in known_formats():
        pytest.fail(f"no format is called {name}")
    if name not in SAMPLES:
        pytest.fail(f"put a made-up file tests/sources/samples/{name}.<ext>")
    content = unpacked(SAMPLES[name])
    assert [planted for planted in ALWAYS_PLANTED if planted not in content] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_in_its_own_format_and_in_no_other(name):
    streams = list_streams(SAMPLES[name])
    assert [detect_format(stream).name for stream in streams] == [name] * len(streams)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_kept_whole_and_nothing_of_the_planted_person_is(study, name):
    sample = SAMPLES[name]
    for beside in sample.parent.iterdir() if sample.stem == "sample" else ():
        study.put(beside.read_bytes(), beside.name)
    path = study.put(sample.read_bytes(), f"export{sample.suffix}")
    if sample.with_name("source.toml").is_file():
        with path.with_name("source.toml").open("a") as card:
            card.write("\n" + sample.with_name("source.toml").read_text())
    if known_formats()[name].own_account:
        study.put(sample.read_bytes(), path.name, access='"closed"', closed_basis='"§ 10"')
    ledger = study.take(path).files.iloc[0]
    assert ledger["format"] == name
    assert ledger["kept"] >= 1
    assert ledger["quarantined"] == 0, ledger["quarantine_reasons"]
    assert {found.decode() for found in PLANTED.findall(study.written())} == set()
    corpus = study.corpus(undated=True)
    assert corpus.posts["text"].str.contains(r"\[phone\]").any()
    if platform := BY_CODE.get(known_formats()[name].platform):
        assert set(corpus.arenas["kind"]) <= set(platform.kinds)
