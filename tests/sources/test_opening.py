from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
import zstandard

from workbench.errors import InputError
from workbench.sources.readers.detection import detect_format
from workbench.sources.readers.opening import list_streams


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.fixture
def export(make):
    return json.dumps(make.chat(*(make.message(i) for i in range(1, 400)))).encode()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda b: zipped(result_json=b)])
def test_packed_files_are_read_as_they_are(study, export, pack):
    ledger = study.take(study.put(pack(export), "result.bin"))
    assert ledger.files["kept"].tolist() == [399]


def test_several_members_of_an_archive_are_read_and_photos_passed_over(study, make, export):
    other = json.dumps(make.chat(make.message(1), id=5, name="Anden"))
    content = zipped(a__result_json=export, b__result_json=other, a__photo_jpg=b"\xff\xd8\xff", a__style_css=b"b {}")
    ledger = study.take(study.put(content, "export.zip"))
    assert ledger.files["kept"].tolist() == [400]
    assert len(study.corpus().arenas) == 2


def test_an_archive_in_an_archive_is_refused(study, export):
    with pytest.raises(InputError, match="within the archive"):
        study.take(study.put(zipped(inner_zip=zipped(result_json=export)), "export.zip"))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda b: zipped(result_json=b)])
def test_packed_files_that_break_off_are_refused(study, export, pack):
    whole = pack(export * 3)
    path = study.put(whole[: len(whole) * 2 // 3], "result.bin")
    with pytest.raises(InputError, match=r"result\.bin"):
        study.take(path, format_name="telegram-desktop")
    assert not (study.corpus_folder / "manifest.json").exists()


@pytest.mark.parametrize("content", [b"", b"  \n ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(study, content):
    with pytest.raises(InputError, match="empty"):
        study.take(study.put(content))


def test_utf_16_with_a_mark_at_its_beginning_is_read_as_any_file(study, export):
    whole = len(study.read(export).posts)
    again = study.take(study.put(export.decode().encode("utf-16"), "to.json")).files.iloc[0]
    assert again["unchanged"] == whole > 0


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_refused_by_name(study, export, encoding):
    with pytest.raises(InputError, match="UTF-16"):
        study.take(study.put(export.decode().encode(encoding)))


def test_latin_1_is_refused_and_names_the_byte(study, make):
    raw = json.dumps(make.chat(*(make.message(i, "almindelig tekst") for i in range(1, 20_000)), name="Gruppe"))
    at = raw.rindex("almindelig")
    path = study.put(raw[:at].encode() + "rødgrød".encode("latin-1") + raw[at:].encode())
    with pytest.raises(InputError, match=f"byte {at + 1:,} is not UTF-8"):
        study.take(path)
    assert not (study.corpus_folder / "manifest.json").exists()


def test_a_missing_file_is_refused(study):
    with pytest.raises(InputError, match="no such file"):
        study.take(study.folder / "findes_ikke.json")


def test_a_file_in_no_known_format_is_refused_with_the_formats_that_are(study):
    with pytest.raises(InputError, match=r"`workbench formats` lists .* `workbench add` asks"):
        study.take(study.put({"a": [1, 2]}))


@pytest.mark.parametrize(("name", "words"), [("msn", "`workbench formats` lists"),
                                             ("telegram-dekstop", "Did you mean telegram-desktop")])
def test_an_unknown_format_name_is_refused_with_the_nearest_ones(study, export, name, words):
    with pytest.raises(InputError, match=words):
        study.take(study.put(export), format_name=name)


def test_exports_of_other_tools_are_not_taken_for_telegram(study):
    discord = {"guild": {"id": "1"}, "channel": {"id": "2", "type": "GuildTextChat"}, "messages": []}
    messenger = {"participants": [{"name": "A"}], "messages": [{"sender_name": "A", "timestamp_ms": 1}]}
    paths = [study.put(content, f"{n}.json") for n, content in enumerate((discord, messenger))]
    assert [detect_format(list_streams(path)[0]).name for path in paths] == ["discord", "messenger"]
