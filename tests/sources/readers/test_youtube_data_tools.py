from __future__ import annotations

import pandas as pd
import pytest

VIDEO = ("position,channelId,channelTitle,videoId,publishedAt,videoTitle,videoDescription,viewCount,likeCount,commentCount\n"
         '1,UCtest,Klubben,vid1,2025-10-10T10:00:00Z,Åbent hus,"Kom forbi",120,4,\n')
FOURCAT = {"thread_id": "UgTEST1", "author": "@anden", "body": "Hej", "timestamp": "2025-10-10 10:00:00",
           "unix_timestamp": "1760083200", "source_filename": "videoinfo_x_2025_10_11.csv",
           "date_collected": "2025_10_11-10_00_00", "youtube_url": ""}
NEW = {"isReplyToId": "", "videoId": "vid1", "totalReplyCount": "3", "isChannelOwner": "0"}


def test_comments_are_html_and_answers_point_at_what_they_answer(read_rows, relations):
    corpus = read_rows("youtube-data-tools", {"text": "Godt &amp; vel<br>tak"},
                       {"id": "UgTEST1.r1", "isReplyTo": "UgTEST1", "text": "Enig"})
    posts = corpus.posts.sort_values("post_id")
    assert posts["text"].tolist() == ["Godt & vel\ntak", "Enig"]
    assert posts["kind"].unique().tolist() == ["comment"]
    assert relations(corpus, "reply") == [("reply", "Y-001:UgTEST1", "post")]


def test_a_quotation_mark_after_a_backslash_ends_no_cell(read_rows):
    text = ('id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,isReplyTo\n'
            'Ug1,0,2,2025-10-10 10:00:00,@anden,"Han sagde \\"nej\\", ""helt"" sikkert",UCaaa,\n'
            'Ug2,0,1,2025-10-10 10:01:00,@anden,Næste,UCaaa,\n')
    assert set(read_rows("youtube-data-tools", text=text).posts["text"]) == {'Han sagde "nej", "helt" sikkert', "Næste"}


def test_a_backslash_in_a_file_that_4cat_took_in_is_a_backslash(read_rows):
    posts = read_rows("youtube-data-tools", FOURCAT | {"text": "C:\\mappe\\"}, FOURCAT | {"id": "Ug2"}).posts
    assert "C:\\mappe\\" in posts["text"].tolist()
    assert len(posts) == 2


def test_of_4cats_times_the_one_published_counts(read_rows):
    posts = read_rows("youtube-data-tools", FOURCAT).posts  # its unix time is two hours early
    assert posts["posted_at"].tolist() == [pd.Timestamp("2025-10-10 10:00", tz="UTC")]
    assert posts["collected_at"].tolist() == [pd.Timestamp("2025-10-11", tz="UTC")]


def test_a_comment_stands_at_its_video_where_the_file_names_it_else_in_the_file(read_rows, relations):
    named = read_rows("youtube-data-tools", NEW, without=("isReplyTo",))
    assert named.arenas["kind"].tolist() == ["thread"]
    assert relations(named, "reply") == [("reply", "Y-001:video.vid1", "post")]
    assert named.posts["replies"].tolist() == [1]


def test_comments_without_a_video_are_one_arena(read_rows):
    assert len(read_rows("youtube-data-tools", {}, {"id": "Ug2", "authorChannelId": "UCccc"}).arenas) == 1


@pytest.mark.parametrize("name", ["@anden", "Anden Konto"])
def test_without_the_authors_channel_the_handle_or_name_stands_in(read_rows, name):
    assert read_rows("youtube-data-tools", {"authorChannelId": "", "authorName": name}).posts["account_id"].notna().all()


def test_what_the_channel_itself_writes_has_no_account(read_rows):
    assert read_rows("youtube-data-tools", NEW | {"isChannelOwner": "1"}).posts["account_id"].isna().all()


def test_a_video_list_is_posts_of_channels(read_rows):
    corpus = read_rows("youtube-data-tools", text=VIDEO, time_zone='"Europe/Copenhagen"')
    post = corpus.posts.iloc[0]
    assert (post["post_id"], post["text"], post["media"]) == ("Y-001:video.vid1", "Åbent hus\n\nKom forbi", "video")
    assert post["posted_at"] == pd.Timestamp("2025-10-10 10:00", tz="UTC")
    assert post[["views", "reactions"]].tolist() == [120, 4]
    assert pd.isna(post["replies"])
    assert corpus.arenas["title"].tolist() == ["Klubben"]
