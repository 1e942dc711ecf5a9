"""The city's list of places is read, and every fault in it told with its line."""

from __future__ import annotations

import pytest

from workbench.errors import CardError
from workbench.gazetteer import read_gazetteer
from workbench.starting import start_study
from workbench.study import open_study


@pytest.fixture
def read(tmp_path):
    def run(text: str, encoding: str = "utf-8"):
        path = tmp_path / "gazetteer.csv"
        path.write_bytes(text.encode(encoding))
        return read_gazetteer(path)

    return run


@pytest.mark.parametrize("text", ["name,kind,forms\nTarup,district,Taarup|Tarupby\nSkolen,school,\n",
                                  "kind;name;forms\r\ndistrict;Tarup;Taarup | Tarupby\r\n\r\nschool;Skolen;\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_list_is_read_with_comma_or_semicolon(read, text: str, encoding: str) -> None:
    found = read(text, encoding)
    assert found["name"].tolist() == ["Tarup", "Skolen"]
    assert found["kind"].tolist() == ["district", "school"]
    assert found["forms"].tolist() == [["Taarup", "Tarupby"], []]
    assert read("name,kind\nTarup,district\n")["forms"].tolist() == [[]]


def test_all_faults_are_told_at_once_with_their_lines_and_without_the_names(read) -> None:
    with pytest.raises(CardError) as caught:
        read("name,kind,forms\nTarup,village,\nX,street,\nTarup,district,\ntarup,district,\nA,b,c,d\nHavn,street,\n")
    said = str(caught.value)
    assert "4 to correct" in said
    assert "line 2: kind is not one of district, street, institution, school, other" in said
    assert "line 3: a name or form has fewer than 2 letters" in said
    assert "line 5: the same name and kind stand in line 4" in said
    assert "line 6: it has more values than columns" in said
    assert "arup" not in said


@pytest.mark.parametrize("text", ["", "Tarup,district\n", "name,kind,place\nTarup,district,x\n", "name\nTarup\n"])
def test_a_file_without_its_columns_is_refused_with_what_they_are(read, text: str) -> None:
    with pytest.raises(CardError, match="They must be name and kind"):
        read(text)


def test_a_file_in_another_encoding_is_refused_with_what_to_do(read) -> None:
    with pytest.raises(CardError, match="Save it as CSV in UTF-8"):
        read("name,kind\nØrbæk,district\n", "latin-1")


def test_a_study_without_the_file_has_no_places_and_the_made_up_city_has_some(tmp_path) -> None:
    start_study(tmp_path / "plain")
    assert open_study(tmp_path / "plain").gazetteer().empty
    example = read_gazetteer(tmp_path / "plain" / "gazetteer.csv.example")
    start_study(tmp_path / "city", with_review=True)
    found = open_study(tmp_path / "city").gazetteer()
    assert {"district", "street", "institution", "school"} <= set(found["kind"])
    assert set(example["kind"]) == {"district", "street", "institution", "school"}


def test_a_list_that_was_changed_is_never_touched_again(tmp_path) -> None:
    start_study(tmp_path, with_review=True)
    (tmp_path / "gazetteer.csv").write_text("name,kind\nTarup,district\n", encoding="utf-8")
    placed = dict(start_study(tmp_path, with_review=True))
    assert placed[tmp_path / "gazetteer.csv"] == "yours"
    assert open_study(tmp_path).gazetteer()["name"].tolist() == ["Tarup"]
