from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from contextlib import suppress

import pytest
import zstandard

from workbench.errors import InputError
from workbench.sources.readers.detection import detect_format, known_formats
from workbench.sources.readers.opening import Stream, list_streams


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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_json_saved_otherwise_than_utf_8_is_read_all_the_same(study, make, encoding):
    content = json.dumps(make.chat(make.message(1, "rødgrød med fløde")), ensure_ascii=False)
    assert study.read(content.encode(encoding)).posts["text"].tolist() == ["rødgrød med fløde"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "latin-1", "utf-8"])
def test_a_table_is_read_as_it_was_saved(study, make, encoding):
    content = make.fourcat(make.mapped(1), make.mapped(2, body="rødgrød på Åen – “citeret”" if encoding != "latin-1"
                                                       else "rødgrød på Åen"))
    posts = study.read(content.encode(encoding), "export.csv").posts
    assert posts["text"].str.contains("rødgrød på Åen").sum() == 1
    assert posts["text"].str.contains("“citeret”").sum() == (encoding != "latin-1")


def test_the_column_names_of_a_form_saved_by_excel_are_known(study):
    content = "dato;arena;indhold;alvor;bemærkning\r\n2025-08-01;Torvet;vold;2;på hjørnet\r\n".encode("cp1252")
    ledger = study.take(study.put(content, "noter.csv"))
    assert ledger.files[["format", "kept"]].values.tolist() == [["field-notes", 1]]
    assert study.corpus().posts["text"].tolist() == ["på hjørnet"]


@pytest.mark.parametrize("start", ["[01.08.2025 09.15.30] Anna: ", "01.08.2025, 09.15 - Anna: "])
def test_a_chat_as_text_is_read_as_it_was_saved(study, start):
    assert study.read(f"{start}på Åen\n".encode("cp1252"), "_chat.txt").posts["text"].tolist() == ["på Åen"]


def test_one_damaged_byte_does_not_make_a_table_be_taken_for_another_encoding(study, make):
    content = make.fourcat(*(make.mapped(i, body=f"på Åen {i}") for i in range(1, 20))).encode()
    at = content.index("Åen 7".encode())
    row = study.take(study.put(content[:at] + b"\xc3\x28" + content[at + 2:], "export.csv")).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (18, "a byte that is no text: 1")
    assert study.corpus().posts["text"].str.contains("på Åen").all()


def test_what_unpacks_beyond_all_measure_is_refused_before_it_fills_the_memory(study):
    packed = gzip.compress(b'{"name":"G","type":"public_supergroup","id":1,"messages":[{"id":1,"text":"'
                           ) + gzip.compress(b"a" * (1 << 22)) * 70
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        study.take(study.put(packed, "result.json.gz"))


def test_a_thing_that_is_no_file_is_refused_without_being_read(tmp_path):
    os.mkfifo(tmp_path / "result.json")
    with pytest.raises(InputError, match="is no file"):
        list_streams(tmp_path / "result.json")


def test_members_that_cannot_be_exports_are_told_by_their_first_bytes(tmp_path, monkeypatch, export):
    members = {f"photos__{i}_jpg": b"\xff\xd8\xff" for i in range(300)} | {
        f"pages__{i}_htm": b"<html>\n<body>a, b</body>" for i in range(300)} | {f"notes__{i}_dat": b"hej" for i in range(9)}
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(a__result_json=export, **members))
    heads = []
    monkeypatch.setattr(Stream, "head", lambda stream, head=Stream.head: heads.append(stream.member) or head(stream))
    known_formats()
    found = []
    for stream in list_streams(path):
        with suppress(InputError):
            found.append(detect_format(stream).name)
    assert found == ["telegram-desktop"]
    assert set(heads) == {"a/result.json"}


def test_an_archive_is_looked_through_once_however_many_members_are_read(tmp_path, monkeypatch, export):
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(**{f"c{i}__result_json": export for i in range(20)}))
    opened = []
    looked = zipfile.ZipFile._RealGetContents
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda archive: opened.append(1) or looked(archive))
    assert {detect_format(stream).name for stream in list_streams(path)} == {"telegram-desktop"}
    assert len(opened) == 1


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
