from __future__ import annotations

import csv
import io

import pytest

MELTWATER = {"Date": "2025-11-03", "Time": "09:15 AM", "URL": "https://x.com/a/status/1", "Source": "Twitter",
             "Twitter Screen Name": "@proeve", "Tweet Id": '"1900000000000000001"', "Opening Text": "Hej alle",
             "Hit Sentence": "Hej alle"}
TALKWALKER = {"url": "https://twitter.com/a/status/1", "published": "2025-11-03 09:15:30", "title": "", "content": "Hej",
              "title_snippet": "", "domain_url": "twitter.com", "extra_author_attributes.short_name": "proeve"}
BRANDWATCH = {"Query Id": "1", "Query Name": "By", "Date": "2025-11-03 09:15:30.0", "Full Text": "Hej", "Author": "proeve",
              "Domain": "twitter.com", "Page Type": "twitter", "Resource Id": "r1"}


def table(*rows, separator=",", before=""):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(k for row in rows for k in row)), restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return before + out.getvalue()


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_cells_of_meltwater_are_parted_by_commas_or_tabs(study, separator):
    posts = study.read(table(MELTWATER, separator=separator), "m.csv", time_zone='"Europe/Copenhagen"').posts
    assert posts["post_id"].tolist() == ["O-001:1900000000000000001"]
    assert str(posts["posted_at"][0]) == "2025-11-03 08:15:00+00:00"
    assert posts["text"].tolist() == ["Hej alle"]
    assert posts["platform"].tolist() == ["other"]


@pytest.mark.parametrize(("fields", "time"), [
    ({"Date": "29-Mar-2022 11:59PM", "Time": ""}, "2022-03-29 23:59:00"),
    ({"Date": "29-Mar-2022", "Time": "12:05 AM"}, "2022-03-29 00:05:00"),
    ({"Date": "2025-11-03T07:00:00Z"}, "2025-11-03 07:00:00"), ({"Time": "21:15:08"}, "2025-11-03 21:15:08")])
def test_times_of_meltwater_are_written_in_several_ways(study, fields, time):
    assert str(study.read(table(MELTWATER | fields), "m.csv").posts["posted_at"][0]) == f"{time}+00:00"


def test_articles_stand_on_the_page_of_their_medium_and_posts_on_that_of_their_account(study):
    article = MELTWATER | {"Source": "Prøveby Avis", "Source Domain": "avis.invalid", "Twitter Screen Name": "",
                           "Tweet Id": "", "Document ID": "d2", "Title": "Uro", "Opening Text": "I går var der uro."}
    corpus = study.read(table(MELTWATER, article), "m.csv")
    titles = corpus.arenas.set_index("arena_id")["title"]
    posts = corpus.posts.assign(title=corpus.posts["arena_id"].map(titles)).set_index("text")
    assert posts.loc["Hej alle", "account_id"].startswith("a-")
    assert str(posts.loc["Hej alle", "title"]) == "<NA>"
    assert posts["title"].dropna().tolist() == ["Prøveby Avis"]
    assert "Uro\n\nI går var der uro.\n\nHej alle" in posts.index


@pytest.mark.parametrize("published", ["2025-11-03 09:15:30", "1762161330000", "1762161330"])
def test_talkwalker_writes_times_as_stamps_or_numbers(study, published):
    row = TALKWALKER | {"published": published, "article_extended_attributes.facebook_likes": "4",
                        "images.url": "https://a.example/b.jpg", "extra_author_attributes.gender": "FEMALE"}
    posts = study.read(table(row), "t.csv").posts
    assert str(posts["posted_at"][0]) == "2025-11-03 09:15:30+00:00"
    assert posts[["reactions", "media"]].iloc[0].tolist() == [4, "photo"]
    assert posts["account_id"].notna().all()
    assert b"FEMALE" not in study.written()


def test_lines_before_the_header_of_brandwatch_are_passed_over_and_counted_in_places(study):
    before = "Report:,Bulk Mentions Download\nBrand:,By\n\n"
    broken = table(BRANDWATCH, BRANDWATCH | {"Resource Id": "r2"}, before=before) + "kun,to\n"
    ledger = study.take(study.put(broken, "b.csv"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[2, 1]]
    set_aside = "".join(path.read_text() for path in study.folder.rglob("quarantine/*.jsonl"))
    assert '"place": 7,' in set_aside
    assert study.corpus().posts["post_id"].tolist() == ["O-001:r1", "O-001:r2"]


def test_brandwatch_is_known_without_lines_before_its_header_as_well(study, relations):
    corpus = study.read(table(BRANDWATCH | {"Shares": "1,204", "Likes": "7", "Hashtags": "#uro,#by",
                                            "Mentioned Authors": "@anden"}), "b.csv")
    assert corpus.posts[["forwards", "reactions"]].iloc[0].tolist() == [1204, 7]
    assert [target for _, target, _ in relations(corpus, "hashtag")] == ["by", "uro"]
    assert len(relations(corpus, "mention")) == 1
