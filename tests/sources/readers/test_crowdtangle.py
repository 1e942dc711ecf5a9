from __future__ import annotations

import pandas as pd
import pytest

INSTAGRAM = ("Account,User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Photo,Title,Description\n"
             'Klubben,klubben,5100,2025-10-01 14:00:00 CEST,Photo,"1,234",5,0,https://www.instagram.com/p/CaAaA1/,'
             "https://www.instagram.com/p/CaAaA1/,https://i.invalid/1,,Kom forbi\n")
FOURCAT = ("id,thread_id,body,author,timestamp,unix_timestamp,page_name,page_category,page_likes,page_id,page_shared_from,type,"
           "interactions,comments,shares,likes,likes_love,views_post,views_total,url,hashtags,url_original\n"
           "222,222,Kom forbi,klubben,2025-10-01 14:00:00,1759327200,Klubben,X,5000,111,,Native Video,12,3,1,9,2,300,310,"
           "https://www.facebook.com/111/posts/222,,https://eksempel.invalid/a\n")


@pytest.mark.parametrize(("zone", "hour"), [("CEST", 12), ("CET", 13), ("EST", 19), ("EDT", 18), ("UTC", 14), ("pst", 22)])
def test_the_zone_named_at_the_end_of_the_time_counts_and_not_that_of_the_card(read_rows, zone, hour):
    posts = read_rows("crowdtangle", {"Post Created": f"2025-10-01 14:00:00 {zone}"}, time_zone='"Asia/Tokyo"').posts
    assert posts["posted_at"].tolist() == [pd.Timestamp(2025, 10, 1, hour, tz="UTC")]


def test_a_time_in_a_zone_that_nobody_knows_is_read_in_that_of_the_card(read_rows):
    posts = read_rows("crowdtangle", {"Post Created": "2025-10-01 14:00:00 XYZ"}, time_zone='"Europe/Copenhagen"').posts
    assert posts["posted_at"].tolist() == [pd.Timestamp(2025, 10, 1, 12, tz="UTC")]


def test_numbers_with_commas_between_thousands_are_added_up(read_rows):
    row = {"Likes": "1,234,567", "Love": "1,000", "Angry": "3", "Comments": "2,000", "Shares": "10"}
    posts = read_rows("crowdtangle", row).posts
    assert posts[["reactions", "replies", "forwards"]].values.tolist() == [[1_235_570, 2000, 10]]


def test_views_of_a_post_without_a_video_are_missing_and_of_one_with_a_video_may_be_none(read_rows):
    posts = read_rows("crowdtangle", {}, {"Type": "Native Video", "URL": "https://www.facebook.com/111/posts/223"}).posts
    assert posts.sort_values("post_id")["views"].fillna(-1).tolist() == [-1, 0]


def test_a_page_is_the_arena_and_has_no_account(read_rows):
    corpus = read_rows("crowdtangle", {})
    assert corpus.posts["post_id"].tolist() == ["F-001:222"]
    assert corpus.posts["account_id"].isna().all()
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["page", "Prøvesiden"]]


def test_a_group_is_told_by_its_column(read_rows):
    row = {"Group Name": "Prøvegruppen", "URL": "https://www.facebook.com/groups/111/permalink/222"}
    corpus = read_rows("crowdtangle", row, without=("Page Name",))
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Prøvegruppen"]]


def test_a_post_of_another_page_that_is_linked_is_a_forward_and_the_own_one_is_not(read_rows, relations):
    other = {"Link": "https://www.facebook.com/andenside/posts/9", "Final Link": ""}
    own = {"Link": "https://www.facebook.com/proevesiden/photos/9", "Final Link": "", "URL": "https://www.facebook.com/111/posts/3"}
    forwards = relations(read_rows("crowdtangle", other, own), "forward")
    assert [kind for *_, kind in forwards] == ["handle"]


def test_a_column_with_a_damaged_name_is_no_trouble(read_rows):
    assert len(read_rows("crowdtangle", {"Overperforming Score (weighted  �� )": "1"}).posts) == 1


def test_instagram_is_told_by_its_columns(read_rows):
    corpus = read_rows("crowdtangle", text=INSTAGRAM)
    post = corpus.posts.iloc[0]
    assert (post["post_id"], post["platform"], post["text"], post["reactions"]) == ("I-001:CaAaA1", "instagram", "Kom forbi", 1234)
    assert pd.isna(post["views"])


def test_in_what_4cat_took_in_the_written_time_counts_as_the_zone_was_lost(read_rows):
    post = read_rows("crowdtangle", text=FOURCAT, time_zone='"Europe/Copenhagen"').posts.iloc[0]
    assert post["posted_at"] == pd.Timestamp("2025-10-01 12:00", tz="UTC")
    assert post[["views", "reactions", "forwards", "replies"]].tolist() == [310, 11, 1, 3]
    assert post["post_id"] == "F-001:222"
