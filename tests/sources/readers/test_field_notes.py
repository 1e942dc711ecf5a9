from __future__ import annotations

from openpyxl import Workbook

FORM = "date,time,platform,arena,content,severity,remark\n"


def test_a_note_becomes_a_coded_post_without_an_account(study):
    corpus = study.read(FORM + "2025-09-04,21:30,Telegram,Byens gruppe,bullying,2,Grov tone\n", "noter.csv")
    [note] = corpus.posts.to_dict("records")
    assert (note["kind"], note["text"], note["posted_at"].isoformat()) == ("field note", "Grov tone", "2025-09-04T21:30:00+00:00")
    assert corpus.posts["account_id"].isna().all()
    assert corpus.arenas["arena_id"].tolist() == ["N-001"]
    assert set(zip(corpus.links["relation"], corpus.links["target"], strict=True)) == {("code", "bullying"), ("severity", "2"),
                                                                                     ("platform", "Telegram")}


def test_danish_columns_codes_and_dates_are_read_too(study):
    text = "dato;klokkeslæt;platform;arena;indhold;alvor;bemærkning\n04-09-2025;21.30;telegram;Byens gruppe;Mobning;2;\n"
    corpus = study.read(text, "noter.csv")
    assert corpus.posts["posted_at"].iloc[0].isoformat() == "2025-09-04T21:30:00+00:00"
    assert "bullying" in set(corpus.links["target"])


def test_a_note_that_does_not_follow_the_form_is_set_aside_and_says_why(study):
    rows = ["2025-09-04,,t,A,bullying,2,", "i går,,t,A,bullying,2,", "2025-09-04,,t,A,noget,2,", "2025-09-04,,t,A,hate,9,",
            "2025-09-04,,t,,hate,1,", ",,,,,,", "2025-09-05,,t,A,hate,1,"]
    row = study.take(study.put(FORM + "\n".join(rows), "noter.csv")).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (2, 4)
    assert row["quarantine_reasons"] == ("content is no code of the form: 1; empty: arena: 1; severity is not 1, 2, 3 or 4: 1; "
                                         "the date is not written as 2025-09-30 or 30-09-2025: 1")


def test_excel_is_read_like_a_table(study, tmp_path):
    from datetime import datetime

    book = Workbook()
    book.active.append([*FORM.strip().split(","), None, None])
    book.active.append([datetime(2025, 9, 4), "21:30", "telegram", "Byens gruppe", "bullying", 2, "Grov tone"])
    book.active.append([None] * 7)
    book.save(tmp_path / "noter.xlsx")
    corpus = study.read((tmp_path / "noter.xlsx").read_bytes(), "noter.xlsx")
    assert corpus.posts["text"].tolist() == ["Grov tone"]


def test_the_same_place_is_one_arena_in_any_spelling(study):
    text = FORM + "2025-09-04,10:00,Telegram,Byens Gruppe,hate,1,a\n2025-09-05,10:00,telegram, byens gruppe,hate,1,b\n"
    assert len(study.read(text, "noter.csv").arenas) == 1


def test_what_is_no_platform_is_kept_as_other_and_never_as_it_was_written(study):
    text = FORM + "2025-09-04,10:00,Snapchat,A,hate,1,a\n2025-09-05,10:00,hos Karl Hansen,B,hate,1,b\n2025-09-06,,,C,hate,1,c\n"
    links = study.read(text, "noter.csv").links
    assert sorted(links.loc[links["relation"] == "platform", "target"]) == ["Snapchat", "other"]
