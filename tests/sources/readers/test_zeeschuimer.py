"""Zeeschuimer's NDJSON, and 4CAT's of the same payloads: each test reads both."""

from __future__ import annotations

import json

import pytest

STATUS = {"id": "115", "created_at": "2025-10-02T10:00:00.000Z", "content": "<p>Hej &amp; tak</p>", "visibility": "public",
          "account": {"id": "9", "username": "proevekonto", "display_name": "Anna Prøve"}, "reblogs_count": 1,
          "replies_count": 0, "favourites_count": 2, "media_attachments": [], "mentions": [], "tags": [{"name": "prøve"}]}


def person(native="501", handle="proevekonto", *, is_new=False):
    shown = {"screen_name": handle, "name": "Anna Prøve"}
    return {"core": {"user_results": {"result": {"rest_id": native, ("core" if is_new else "legacy"): shown}}}}


def tweet(native="1900000000000000001", text="Hej", **legacy):
    return {"rest_id": native, **person(), "views": {"count": "120"}, "legacy": {
        "created_at": "Thu Oct 02 10:00:00 +0000 2025", "full_text": text, "id_str": native, "user_id_str": "501",
        "favorite_count": 2, "retweet_count": 1, "reply_count": 0} | legacy}


@pytest.fixture(params=["zeeschuimer", "4cat-ndjson"])
def take(request, study):
    def taking(source, *payloads, **around):
        envelope = {"nav_index": "s1:4:0", "item_id": "1", "timestamp_collected": 1762160400000,
                    "source_platform": source, "source_platform_url": "", "source_url": ""} | around
        made = [envelope | {"data": p} if request.param == "zeeschuimer" else p | {"__import_meta": envelope}
                for p in payloads]
        row = study.take(study.put("\n".join(map(json.dumps, made)), "export.ndjson")).files.iloc[0]
        assert row["format"].startswith(request.param)
        assert (row["kept"], row["quarantined"]) == (len(payloads), 0), row["quarantine_reasons"]
        return study.corpus(undated=True)

    return taking


def test_a_video_of_tiktok_keeps_its_counts_and_when_it_was_seen(take, relations):
    corpus = take("tiktok.com", {
        "id": "7500000000000000001", "desc": "Hej #prøve", "createTime": 1762150000, "textExtra": [{"hashtagName": "Prøve"}],
        "author": {"id": "66", "uniqueId": "proevekonto", "nickname": "Anna Prøve"},
        "stats": {"diggCount": 3, "commentCount": 1, "shareCount": 0, "playCount": 90}})
    assert corpus.posts[["post_id", "reactions", "replies", "forwards", "views", "media"]].values.tolist() == [
        ["K-001:7500000000000000001", 3, 1, 0, 90, "video"]]
    assert str(corpus.posts["collected_at"][0]) == "2025-11-03 09:00:00+00:00"
    assert relations(corpus, "hashtag") == [("hashtag", "prøve", "hashtag")]
    assert corpus.arenas["native_key"].tolist() == corpus.posts["account_id"].tolist()


def test_a_video_whose_author_is_a_text_and_whose_counts_are_elsewhere_is_read_too(take):
    corpus = take("www.tiktok.com", {"id": "7", "contents": [{"desc": "Hej"}], "createTime": "1762150000",
                                     "author": "proevekonto", "statsV2": {"diggCount": "3"}, "imagePost": {"images": [1]}})
    assert corpus.posts[["text", "reactions", "media"]].values.tolist() == [["Hej", 3, "photo"]]
    assert corpus.posts[["views", "forwards"]].isna().all(axis=None)
    assert corpus.posts["account_id"].notna().all()


def test_comments_of_tiktok_answer_their_video_or_another_comment(take, relations):
    def comment(cid, reply, **fields):
        return {"cid": cid, "aweme_id": "75", "reply_id": reply, "text": "Enig", "create_time": 1762150100,
                "user": {"uid": "66", "unique_id": "proevekonto"}} | fields
    corpus = take("tiktok-comments", comment("1", "0"), comment("2", "1"),
                  comment("3", "0", share_info={"url": "https://www.tiktok.com/@ejeren/video/75"}))
    assert set(corpus.posts["kind"]) == {"comment"}
    assert sorted(corpus.arenas["kind"]) == ["page", "thread"]
    assert sorted(target.split(":")[1] for _, target, _ in relations(corpus, "reply")) == ["1", "75", "75"]


@pytest.mark.parametrize("source", ["twitter.com", "x.com"])
def test_a_tweet_is_read_wherever_its_author_stands(take, source):
    newer = tweet("1900000000000000002") | person(is_new=True)
    nested = {"tweet": tweet("1900000000000000003")}
    long = tweet("1900000000000000004") | {"note_tweet": {"note_tweet_results": {"result": {"text": "Det hele"}}}}
    adaptive = {"type": "adaptive", "id": 1, "user": {"id_str": "501", "screen_name": "proevekonto", "name": "A"},
                "legacy": tweet("1900000000000000005")["legacy"]}
    corpus = take(source, tweet(), newer, nested, long, adaptive)
    assert [p[-1] for p in corpus.posts["post_id"]] == ["1", "2", "3", "4", "5"]
    assert corpus.posts["account_id"].nunique() == 1
    assert corpus.posts["text"].tolist() == ["Hej", "Hej", "Hej", "Det hele", "Hej"]
    assert set(corpus.posts["posted_at"].astype(str)) == {"2025-10-02 10:00:00+00:00"}


def test_a_tweet_without_its_legacy_part_is_still_kept(take):
    posts = take("x.com", {"rest_id": "1900000000000000001"}, {"id_str": "1900000000000000002", "text": "Hej"}).posts
    assert posts["posted_at"].notna().all()


def test_a_retweet_has_the_whole_text_and_quotes_and_replies_name_the_account(take, relations):
    original = {"result": {"tweet": tweet("1800000000000000000", "lang tekst i fuld længde") | person("502", "kilden")}}
    repeat = tweet(text="RT @kilden: lang te…", retweeted_status_result=original)
    quote = tweet("1900000000000000002") | {"quoted_status_result": original}
    reply = tweet("1900000000000000003", in_reply_to_status_id_str="7", in_reply_to_user_id_str="502")
    corpus = take("twitter.com", repeat, quote, reply)
    assert corpus.posts["text"].tolist() == ["lang tekst i fuld længde", "Hej", "Hej"]
    assert corpus.posts["reactions"].fillna(-1).tolist() == [-1, 2, 2]
    forwards, replies = relations(corpus, "forward"), relations(corpus, "reply")
    assert {kind for _, _, kind in (*forwards, *replies)} == {"id"}
    assert {target for _, target, _ in forwards} == {target for _, target, _ in replies}
    assert len(forwards) == 2


def test_both_shapes_of_instagram_are_read_and_hidden_likes_are_missing(take):
    item = {"pk": "37", "code": "DAbc", "taken_at": 1762150000, "caption": {"text": "Hej"}, "like_count": 5, "media_type": 2,
            "user": {"pk": "55", "username": "proevekonto"}, "comment_count": 1, "like_and_view_counts_disabled": True}
    node = {"__typename": "GraphImage", "shortcode": "DBcd", "taken_at_timestamp": 1762150060,
            "edge_media_to_caption": {"edges": [{"node": {"text": "Hej igen"}}]},
            "owner": {"id": "55", "username": "proevekonto"}, "edge_media_preview_like": {"count": 7}}
    posts = take("instagram.com", item, {"node": node}).posts
    assert posts["text"].tolist() == ["Hej", "Hej igen"]
    assert posts["reactions"].fillna(-1).tolist() == [-1, 7]
    assert posts["media"].tolist() == ["video", "photo"]
    assert posts["account_id"].nunique() == 1


@pytest.mark.parametrize("source", ["threads.net", "threads.com"])
def test_threads_gives_reposts_replies_and_where_links_lead(take, relations, source):
    post = {"code": "DBcd", "taken_at": 1762150000, "caption": {"text": "Hej"}, "user": {"pk": "55", "username": "p"},
            "like_count": 5, "text_post_app_info": {
                "direct_reply_count": 1, "repost_count": 2, "reply_to_author": {"pk": "56", "username": "anden"},
                "link_preview_attachment": {"url": "https://l.threads.com/?u=https%3A%2F%2Feksempel.invalid%2Fa&e=1"},
                "share_info": {"quoted_post": {"user": {"pk": "57", "username": "kilden"}}}}}
    corpus = take(source, post)
    assert corpus.posts[["reactions", "replies", "forwards"]].values.tolist() == [[5, 1, 2]]
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://eksempel.invalid/a"]
    assert [kind for _, _, kind in relations(corpus, "forward", "reply")] == ["id", "id"]


def story(text="Hej", group=None, kind="User", whose="proevekonto"):
    address = f"https://www.facebook.com/groups/{group}/posts/12" if group else f"https://www.facebook.com/{whose}/posts/12"
    return {"comet_sections": {
        "content": {"story": {"post_id": "12", "message": {"text": text}, "wwwURL": address, "actors": [
            {"__typename": kind, "id": f"1001{len(whose)}", "name": "Prøve", "url": f"https://www.facebook.com/{whose}"}]}},
        "context_layout": {"story": {"comet_sections": {"metadata": [
            {"__typename": "CometFeedStoryAudienceStrategy", "story": {}},
            {"__typename": "CometFeedStoryLongerTimestampStrategy", "story": {"creation_time": 1762150000}}]}}},
        "feedback": {"story": {"deep": [{"feedback": {"reaction_count": {"count": 7}, "share_count": {"count": 1}}}]}}}}


def test_a_post_of_facebook_stands_in_its_group_or_on_its_page(take):
    corpus = take("facebook.com", story(), story("Hej fra gruppen", group="12345"), story("Hej fra siden", kind="Page", whose="proeveside"))
    assert sorted(corpus.arenas["kind"]) == ["group", "page", "page"]
    assert corpus.arenas["title"].dropna().tolist() == ["Prøve"]
    assert set(corpus.posts["reactions"]) == {7}
    assert set(corpus.posts["posted_at"].astype(str)) == {"2025-11-03 06:06:40+00:00"}
    spoken_by_arena = corpus.posts[corpus.posts["account_id"].isna()]
    assert spoken_by_arena["text"].tolist() == ["Hej fra siden"]


def test_truth_is_html_and_a_group_is_its_arena(take, relations):
    grouped = STATUS | {"id": "116", "group": {"id": "5", "display_name": "Prøvegruppen"}, "in_reply_to_id": "115"}
    corpus = take("truthsocial.com", STATUS, grouped, STATUS | {"id": "117", "content": "", "reblog": STATUS | {"id": "9"}})
    assert corpus.posts["text"].tolist() == ["Hej & tak"] * 3
    assert sorted(corpus.arenas["kind"]) == ["group", "page"]
    assert [kind for _, _, kind in relations(corpus, "reply")] == ["post"]
    assert len(relations(corpus, "forward")) == 1


def test_gab_is_read_with_long_names_and_with_short_ones_and_lacking_any(take):
    short = {"i": "116", "ca": "2025-10-02T10:00:01.000Z", "c": "<p>Hej</p>", "ai": "9", "fc": 2, "rc": 0, "link_info": None,
             "author_info": {"i": "9", "un": "proevekonto", "dn": "Anna Prøve"}, "g": {"id": "5", "title": "Prøvegruppen"}}
    bare = {"i": "118", "ca": "2025-10-02T10:00:02.000Z", "c": "Hej"}
    posts = take("gab.com", STATUS, short, bare).posts
    assert posts["text"].tolist() == ["Hej & tak", "Hej", "Hej"]
    assert posts["reactions"].fillna(-1).tolist() == [2, 2, -1]
    assert posts["account_id"].dropna().nunique() == 1


@pytest.mark.parametrize(("source", "letter"), [("instagram-comments", "I"), ("facebook-comments", "F"), ("linkedin.com", "O"),
                                                ("pinterest.com", "O"), ("noget-nyt.invalid", "O")])
def test_what_has_no_reader_of_its_own_is_read_by_common_names(take, source, letter):
    corpus = take(source, {"id": "5", "text": "Hej", "created_at": 1762150000, "user": {"id": "9", "username": "proevekonto"}})
    assert corpus.posts[["post_id", "text"]].values.tolist() == [[f"{letter}-001:5", "Hej"]]
    assert str(corpus.posts["posted_at"][0]) == "2025-11-03 06:06:40+00:00"


def test_a_record_of_another_platform_is_counted_and_not_lost_in_silence(study):
    made = [{"source_platform": source, "item_id": "1", "data": {"id": "5", "text": "Hej", "desc": "Hej"}}
            for source in ("tiktok.com", "gab.com")]
    row = study.take(study.put("\n".join(map(json.dumps, made)))).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (1, "of another platform: import it from a file of its own: 1")


def test_a_payload_that_is_none_is_quarantined_and_its_neighbours_kept(study):
    made = [{"source_platform": "tiktok.com", "item_id": "1", "data": data}
            for data in ({"id": "5", "desc": "Hej"}, None, "tekst", [], {})]
    row = study.take(study.put("\n".join(map(json.dumps, made)))).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (1, "neither id, time nor text: 4")
