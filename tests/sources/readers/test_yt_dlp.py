from __future__ import annotations


def comment(native, **fields):
    return {"id": native, "text": "Hej", "author_id": "UCaaa", "author": "@proeve", "parent": "root",
            "timestamp": 1760000000, "like_count": 2} | fields


def info(*comments, **fields):
    made = {"id": "vid1", "title": "Prøvevideo", "description": "Om byen", "channel_id": "UCtest", "channel": "Prøvekanal",
            "formats": [{"format_id": "18"}], "upload_date": "20251009", "view_count": 120, "extractor_key": "Youtube"}
    return made | ({"comments": list(comments)} if comments else {}) | fields


def test_the_video_and_its_comments_are_posts_of_the_channel(study):
    corpus = study.read(info(comment("a"), comment("a.1", parent="a"),
                             comment("b", author_id="UCtest", author_is_uploader=True)), "v.info.json")
    posts = corpus.posts.set_index("post_id")
    assert set(posts.index) == {"Y-001:video.vid1", "Y-001:a", "Y-001:a.1", "Y-001:b"}
    assert posts.loc["Y-001:video.vid1", ["text", "views", "media"]].tolist() == ["Prøvevideo\n\nOm byen", 120, "video"]
    assert posts.loc["Y-001:a", "account_id"] == posts.loc["Y-001:a.1", "account_id"]
    assert posts["account_id"].isna().sum() == 2
    replies = corpus.links[corpus.links["relation"] == "reply"].set_index("post_id")["target"].to_dict()
    assert replies == {"Y-001:a": "Y-001:video.vid1", "Y-001:a.1": "Y-001:a", "Y-001:b": "Y-001:video.vid1"}


def test_a_video_without_comments_is_a_post(study):
    assert study.read(info(), "v.info.json").posts["post_id"].tolist() == ["Y-001:video.vid1"]


def test_a_video_of_another_platform_is_refused_and_costs_no_other_file(study):
    paths = [study.put(info(comment("a"), extractor_key="TikTok"), "t.info.json"),
             study.put(info(comment("a")), "y.info.json")]
    files = study.take(*paths).files
    assert sorted(files["kept"]) == [0, 2]
    assert sorted(files["quarantined"]) == [0, 1]
