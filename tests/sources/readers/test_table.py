from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date, datetime

import pytest

from workbench.errors import InputError
from workbench.sources.readers.inferring import AmbiguousColumnError

FORUM = "nr;hvem;hvornår;sagt;tråd\n7;kirsten_p;03-11-2025 09:15;Hej @bo;Byens træer\n8;bo;03-11-2025 09:16;Hej;Byens træer\n"
MAPPING = """platform = "forum"
arena_kind = "thread"
post_kind = "comment"
[mapping.columns]
id = "nr"
account = "hvem"
time = "hvornår"
text = "sagt"
arena = "tråd"
"""


@pytest.fixture
def mapped(study):
    def put(mapping, content=FORUM, name="forum.csv", **card):
        path = study.put(content, name, **card)
        with path.with_name("source.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[mapping]\n{mapping}")
        return path

    return put


@pytest.fixture
def column(study, mapped):
    """Import a table of one column of times or counts beside fixed others, and return that column of the posts."""

    def take(what, *cells, mapping="", separator=",", encoding="utf-8"):
        if (study.folder / "data" / "processed").exists():
            shutil.rmtree(study.folder / "data" / "processed")
        out = io.StringIO()
        rows = csv.writer(out, delimiter=separator)
        rows.writerow(["id", "text", "date", "views"])
        for number, cell in enumerate(cells, 1):
            rows.writerow([number, "Rødgrød på én dag", cell if what == "date" else "2025-11-03", cell if what == "views" else 1])
        path = mapped(mapping, out.getvalue().encode(encoding), "t.csv", time_zone='"Europe/Copenhagen"')
        study.take(path, format_name="table")
        posts = study.corpus(undated=True).posts.sort_values("post_id")
        return posts["posted_at" if what == "date" else "views"].astype("string").fillna("").tolist()

    return take


def test_a_mapping_in_the_card_says_what_the_columns_of_a_table_are(study, mapped):
    study.take(mapped(MAPPING))
    corpus = study.corpus()
    assert corpus.posts["post_id"].tolist() == ["O-001:7", "O-001:8"]
    assert corpus.posts["platform"].unique().tolist() == ["forum"]
    assert corpus.posts["posted_at"].iloc[0].isoformat() == "2025-11-03T09:15:00+00:00"
    assert corpus.arenas["kind"].tolist() == ["thread"]
    assert corpus.posts["account_id"].nunique() == 2
    assert b"kirsten_p" not in study.written()


@pytest.mark.parametrize(("change", "message"), [
    ('[mapping.columns]\ntekst = "sagt"', "columns.tekst is none of"),
    ('[mapping.columns]\ntext = "findes ikke"\ntime = "hvornår"', "line 1 lacks the columns findes ikke"),
    ('farve = "rød"\n[mapping.columns]\ntext = "sagt"', "unknown: farve"),
    ('arena_kind = "by"\n[mapping.columns]\ntext = "sagt"', "arena_kind must be one of"),
    ('time_format = "dansk"\n[mapping.columns]\ntext = "sagt"', "time_format must be one of"),
    ('decimal = "x"\n[mapping.columns]\ntext = "sagt"', "decimal must be one of"),
    ('[mapping.columns]\ntext = "sagt"', "which of them are text and time"),
    ('[mapping.columns]\ntime = "hvornår"', "at least the column of the text"),
    ("platform = 3", "platform must be text"),
    ("columns = 3", "columns must be a section"),
    ("= 3", "not valid TOML"),
])
def test_a_mapping_with_a_fault_is_refused_with_the_fault(study, mapped, change, message):
    with pytest.raises((InputError, Exception), match=message):
        study.take(mapped(change))


def test_usual_names_of_columns_are_known_where_a_person_names_the_format(study):
    path = study.put("id,author,body,timestamp,likes\n1,a b,Hej,2025-11-03 09:15:00,3\n", "t.csv")
    with pytest.raises(InputError, match="in no format that is known"):
        study.take(path)
    study.take(path, format_name="table")
    [post] = study.corpus().posts.to_dict("records")
    assert (post["text"], post["reactions"]) == ("Hej", 3)


def test_a_table_that_does_not_say_which_column_is_the_text_is_refused(study):
    with pytest.raises(InputError, match=r"mapping\.columns"):
        study.take(study.put("a,b\n1,2\n", "t.csv"), format_name="table")


def test_a_mapping_leaves_json_files_of_its_folder_alone(study, mapped, make):
    other = study.put(make.chat(make.message(1)))
    mapped(MAPPING)
    assert sorted(study.take(other.parent).files["format"]) == ["table", "telegram-desktop"]


def test_a_mapping_leaves_other_tables_and_texts_of_its_folder_alone(study, mapped):
    path = mapped(MAPPING)
    path.with_name("noter.txt").write_text("bare en tekst, med komma\n")
    path.with_name("andet.csv").write_text("a;b\n1;2\n")
    assert sorted(study.take(path.parent).files["format"]) == ["not an export", "not an export", "table"]


def test_rows_of_the_wrong_length_cost_no_other_row(study, mapped):
    row = study.take(mapped(MAPPING, FORUM + "9;for;mange;celler;i;alt\n10;bo;03-11-2025 09:17;Sidst;x\n")).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (3, 1)


def test_times_and_counts_are_read_as_their_columns_are_written(column):
    assert column("date", "3. november 2025 kl. 09.15") == ["2025-11-03 08:15:00+00:00"]
    assert column("views", "1.234", "1,2 mio.", "12K", "mange") == ["1234", "1200000", "12000", ""]


def test_a_column_that_can_be_read_in_two_ways_is_refused_until_the_card_says_which(column):
    for what, cell in (("date", "03/11/2025 09:15"), ("views", "5.000")):
        with pytest.raises(AmbiguousColumnError, match=rf"t\.csv: column {what}: .* under \[mapping\] of its source\.toml"):
            column(what, cell)
    assert column("date", "03/11/2025 09:15", mapping='time_format = "month-first"\n') == ["2025-03-11 08:15:00+00:00"]
    assert column("views", "5.000", mapping='decimal = ","\n') == ["5000"]


@pytest.mark.parametrize(("encoding", "separator"), [
    ("utf-8", ";"), ("utf-8", "\t"), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("cp1252", "\t"),
])
def test_tables_as_spreadsheets_save_them_are_read(study, column, encoding, separator):
    assert column("date", "13-11-2025 09:15", encoding=encoding, separator=separator) == [
        "2025-11-13 08:15:00+00:00"]
    assert study.corpus().posts["text"].tolist() == ["Rødgrød på én dag"]


@pytest.mark.parametrize(("what", "cell"), [("id", "1.9E+18"), ("author", "1.90000000000000000e+18"), ("parent_id", "1900000000000000000")])
def test_ids_that_a_spreadsheet_rounded_are_refused_by_column(study, what, cell):
    rows = [{"id": str(i), "author": "a", "parent_id": "1", "text": "Hej", "date": "2025-11-03"} | {what: cell} for i in (1, 2)]
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    with pytest.raises(InputError, match=f"column {what}: a spreadsheet rounded 2 of its ids.*as text"):
        study.take(study.put(out.getvalue(), "t.csv"), format_name="table")


def test_whole_ids_of_64_bits_keep_every_digit(study):
    study.take(study.put("id,author,text,date\n1900000000000000001,9007199254740993.0,Hej,2025-11-03\n"
                         "1900000000000000007,9007199254740993,Hej,2025-11-03\n", "t.csv"), format_name="table")
    posts = study.corpus().posts
    assert [post.split(":")[1] for post in posts["post_id"]] == ["1900000000000000001", "1900000000000000007"]
    assert posts["account_id"].nunique() == 1


def test_dates_and_rounded_ids_of_excel_are_read_and_refused(study):
    import openpyxl

    def book(*rows):
        made = openpyxl.Workbook()
        for row in (["id", "text", "date", "views"], *rows):
            made.active.append(row)
        out = io.BytesIO()
        made.save(out)
        return study.put(out.getvalue(), "t.xlsx", time_zone='"Europe/Copenhagen"')

    study.take(book([1, "Hej", datetime(2025, 11, 3, 9, 15), 5]), format_name="table")
    study.take(book([2, "Hej", date(2025, 11, 3), 5]), format_name="table")
    study.take(book([3, "Hej", 45964.38576, 5]), format_name="table")
    assert study.corpus().posts.set_index("post_id")["posted_at"].astype("string").sort_index().tolist() == [
        "2025-11-03 08:15:00+00:00", "2025-11-02 23:00:00+00:00", "2025-11-03 08:15:30+00:00"]
    with pytest.raises(InputError, match="column id: a spreadsheet rounded"):
        study.take(book([1.9e18, "Hej", date(2025, 11, 3), 5]), format_name="table")


ANY_JSON = {"page": 1, "items": [
    {"post": {"key": 1900000000000000001, "body": {"text": "Hej @bo"}, "when": 1762157730.5}, "by": {"handle": "kirsten_p"}, "seen": "1,2 mio."},
    17, {"post": {"key": 2, "body": {"text": "Farvel"}, "when": 1762157790}, "by": {"handle": "bo"}, "seen": None}]}
PATHS = """platform = "forum"
records = "items.item"
[mapping.columns]
id = "post.key"
text = "post.body.text"
time = "post.when"
account = "by.handle"
views = "seen"
"""


def test_paths_of_a_mapping_say_what_stands_where_in_json(study, mapped):
    row = study.take(mapped(PATHS, ANY_JSON, "a.json")).files.iloc[0]
    assert (row["format"], row["kept"], row["quarantined"], row["quarantine_reasons"]) == ("table", 2, 1, "not a record: 1")
    posts = study.corpus().posts
    assert posts["post_id"].tolist() == ["O-001:1900000000000000001", "O-001:2"]
    assert posts["posted_at"].astype("string").tolist() == ["2025-11-03 08:15:30.500+00:00", "2025-11-03 08:16:30.000+00:00"]
    assert posts["views"].fillna(-1).tolist() == [1_200_000, -1]
    assert b"kirsten_p" not in study.written()


def test_json_with_a_record_in_each_line_has_the_empty_path(study, mapped):
    lines = "\n".join(json.dumps(record) for record in ANY_JSON["items"]) + "\n{cut"
    row = study.take(mapped(PATHS.replace("items.item", ""), lines, "a.jsonl")).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (2, 2)


def test_a_mapping_of_json_leaves_tables_of_its_folder_alone(study, mapped):
    study.put(FORUM, "t.csv")
    path = mapped(PATHS, ANY_JSON, "a.json")
    files = study.take(path.parent).files.set_index("file")["format"]
    assert sorted(files) == ["not an export", "table"]
