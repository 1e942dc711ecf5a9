"""Events of a town, from `events.csv` in the folder of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.reviewing import read_events
from workbench.reviewing.events import EVENT_COLUMNS

HEAD = "date,da,en,source\n"
ROW = "2025-08-18,Budget,The budget,dagsorden\n"


def read(folder: Path, text: str | bytes, **more):
    (folder / "events.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_events(folder, **{"language": "da", **more})


def refusal(folder: Path, text: str | bytes, **more) -> str:
    with pytest.raises(CardError) as refused:
        read(folder, text, **more)
    return str(refused.value)


def test_events_are_read_in_order_of_time_and_in_the_language_asked_for(tmp_path: Path) -> None:
    text = HEAD + ROW + "\n2025-07-01,Sommer,Summer,avis\n"
    danish, english = read(tmp_path, text), read(tmp_path, text, language="en", languages=("da", "en"))
    assert danish["label"].tolist() == ["Sommer", "Budget"]
    assert english["label"].tolist() == ["Summer", "The budget"]
    assert danish.dtypes.astype(str).to_dict() == EVENT_COLUMNS
    assert danish["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-07-01", "2025-08-18"]


def test_a_spreadsheets_own_way_of_writing_is_read_too(tmp_path: Path) -> None:
    text = "\ufeffDate;da;source\r\n2025-08-18;\"Budget; første møde\";dagsorden\r\n"
    assert read(tmp_path, text)["label"].tolist() == ["Budget; første møde"]


def test_without_a_file_there_are_no_events(tmp_path: Path) -> None:
    assert list(read_events(tmp_path, language="da").columns) == list(EVENT_COLUMNS)
    assert read(tmp_path, HEAD).empty


@pytest.mark.parametrize(("text", "what"), [
    ("", "line 1: the columns are"), ("date,da\n", "missing: source"), ("date,da,da,source\n", "each once"),
    ("date,da,source,secret\n", "the columns are"), (HEAD + "18.08.2025,a,b,c\n", "line 2: date is not written like"),
    (HEAD + ROW + "2025-02-30,a,b,c\n", "line 3: date"), (HEAD + "2025-08-18,,b,c\n", "line 2: da is empty"),
    (HEAD + "2025-08-18,a,b,\n", "line 2: source is empty"), (HEAD + "2025-08-18,a,b\n", "3 columns under a header of 4"),
    (HEAD + f"2025-08-18,{'x' * 81},b,c\n", "at most 80"), (HEAD + "2025-08-18,a\u202eb,b,c\n", "da is empty, or no line"),
    (HEAD + ROW * 500, "more than 500"), (b"date,da,source\n2025-08-18,\xe6,x\n", "UTF-8"),
    (HEAD + "x" * 200_000, "larger than"), (HEAD + '2025-08-18,"' + "a" * 140_000, "not readable as CSV")])
def test_a_fault_is_told_with_its_line_and_never_with_what_is_written(tmp_path: Path, text: str | bytes, what: str) -> None:
    said = refusal(tmp_path, text)
    assert "events.csv" in said
    assert what in said
    assert "secret" not in said
    assert len(said) < 3000


def test_a_text_is_needed_in_every_language_of_the_products(tmp_path: Path) -> None:
    assert "missing: en" in refusal(tmp_path, "date,da,source\n", languages=("da", "en"))
    assert "en is empty" in refusal(tmp_path, HEAD + "2025-08-18,a,,c\n", languages=("da", "en"))
