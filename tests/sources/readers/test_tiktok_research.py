from __future__ import annotations

import json

import pytest


def video(native=7500000000000000001, **fields):
    return {"id": native, "video_description": "Hej #prøve @anden_konto", "create_time": 1762150000, "region_code": "DK",
            "view_count": 90, "like_count": 3, "hashtag_names": ["prøve"], "username": "proevekonto"} | fields


def comment(native=1, **fields):
    return {"id": native, "video_id": 7500000000000000001, "text": "Enig", "like_count": 2, "reply_count": 0,
            "parent_comment_id": 7500000000000000001, "create_time": 1762150100} | fields


def envelope(**data):
    return {"data": data | {"cursor": 100, "has_more": False, "search_id": "1"}, "error": {"code": "ok", "message": ""}}


@pytest.mark.parametrize("shape", ["page", "lines of pages", "list of pages", "lines", "list"])
def test_videos_come_in_several_shapes(study, shape):
    some = [video(), video(7500000000000000002)]
    content = {"page": json.dumps(envelope(videos=some)), "list": json.dumps(some),
               "lines of pages": "\n".join(json.dumps(envelope(videos=[v])) for v in some),
               "list of pages": json.dumps([envelope(videos=[v]) for v in some]),
               "lines": "\n".join(json.dumps(v) for v in some)}[shape]
    assert study.read(content).posts["post_id"].tolist() == ["K-001:7500000000000000001", "K-001:7500000000000000002"]


def test_only_what_was_asked_for_is_there_and_the_rest_is_missing(study, relations):
    corpus = study.read(envelope(videos=[video(video_mention_list=["anden_konto"])]))
    assert corpus.posts[["views", "reactions"]].values.tolist() == [[90, 3]]
    assert corpus.posts[["forwards", "replies"]].isna().all(axis=None)
    assert relations(corpus, "hashtag") == [("hashtag", "prøve", "hashtag")]
    assert len(relations(corpus, "mention")) == 1
    assert corpus.arenas["handle_key"].tolist() == corpus.posts["account_id"].tolist()


def test_comments_have_no_account_and_stand_under_their_video(study, relations):
    corpus = study.read(envelope(comments=[comment(), comment(2, parent_comment_id=1)]))
    assert corpus.posts["kind"].tolist() == ["comment", "comment"]
    assert corpus.posts["account_id"].isna().all()
    assert corpus.arenas["kind"].tolist() == ["thread"]
    assert [target for _, target, _ in relations(corpus, "reply")] == ["K-001:1", "K-001:7500000000000000001"]


def test_a_page_without_results_is_explained(study):
    content = "\n".join(json.dumps(e) for e in (envelope(videos=[video()]), envelope(videos=[])))
    row = study.take(study.put(content)).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (1, "a page without results: 1")
