from __future__ import annotations

import pytest

from workbench.errors import InputError

FORUM = "nr;hvem;hvornår;sagt;tråd\n7;kirsten_p;03-11-2025 09:15;Hej @bo;Byens træer\n8;bo;03-11-2025 09:16;Hej;Byens træer\n"
MAPPING = """platform = "forum"
arena_kind = "thread"
post_kind = "comment"
separator = ";"
time_format = "%d-%m-%Y %H:%M"
[columns]
id = "nr"
account = "hvem"
time = "hvornår"
text = "sagt"
arena = "tråd"
"""


@pytest.fixture
def mapped(study):
    def put(mapping, content=FORUM, name="forum.csv"):
        path = study.put(content, name)
        path.with_name("mapping.toml").write_text(mapping, encoding="utf-8")
        return path

    return put


def test_a_mapping_beside_a_table_says_what_its_columns_are(study, mapped):
    study.take(mapped(MAPPING))
    corpus = study.corpus()
    assert corpus.posts["post_id"].tolist() == ["O-001:7", "O-001:8"]
    assert corpus.posts["platform"].unique().tolist() == ["forum"]
    assert corpus.posts["posted_at"].iloc[0].isoformat() == "2025-11-03T09:15:00+00:00"
    assert corpus.arenas["kind"].tolist() == ["thread"]
    assert corpus.posts["account_id"].nunique() == 2
    assert b"kirsten_p" not in study.written()


@pytest.mark.parametrize(("change", "message"), [
    ('[columns]\ntekst = "sagt"', "columns.tekst is none of"),
    ('[columns]\ntext = "findes ikke"\ntime = "hvornår"', "line 1 lacks the columns findes ikke"),
    ('farve = "rød"\n[columns]\ntext = "sagt"', "unknown: farve"),
    ('arena_kind = "by"\n[columns]\ntext = "sagt"', "arena_kind must be one of"),
    ('[columns]\ntext = "sagt"', "which of them are text and time"),
    ("platform = 3", "platform must be text"),
    ("= 3", "not valid TOML"),
])
def test_a_mapping_with_a_fault_is_refused_with_the_fault(study, mapped, change, message):
    with pytest.raises(InputError, match=message):
        study.take(mapped(change))


def test_usual_names_of_columns_are_known_where_a_person_names_the_format(study):
    path = study.put("id,author,body,timestamp,likes\n1,a b,Hej,2025-11-03 09:15:00,3\n", "t.csv")
    with pytest.raises(InputError, match="in no format that is known"):
        study.take(path)
    study.take(path, format_name="table")
    [post] = study.corpus().posts.to_dict("records")
    assert (post["text"], post["reactions"]) == ("Hej", 3)


def test_a_table_that_does_not_say_which_column_is_the_text_is_refused(study):
    with pytest.raises(InputError, match=r"mapping\.toml"):
        study.take(study.put("a,b\n1,2\n", "t.csv"), format_name="table")


def test_a_mapping_leaves_json_files_of_its_folder_alone(study, mapped, make):
    mapped(MAPPING)
    other = study.put(make.chat(make.message(1)))
    assert study.take(other.parent).files.set_index("name")["format"].to_dict() == {
        "data/raw/kilde/forum.csv": "table", "data/raw/kilde/result.json": "telegram-desktop"}


def test_rows_of_the_wrong_length_cost_no_other_row(study, mapped):
    row = study.take(mapped(MAPPING, FORUM + "9;for;mange;celler;i;alt\n10;bo;03-11-2025 09:17;Sidst;x\n")).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (3, 1)
