from __future__ import annotations

import json

import pytest

from workbench.errors import InputError


def test_threads_become_comments_of_the_channel_with_replies_to_comment_and_video(study, make):
    corpus = study.read(make.page(make.thread("Ug1", answers=2), make.thread("Ug2")))
    assert corpus.posts["post_id"].tolist() == ["Y-001:Ug1", "Y-001:Ug1.0", "Y-001:Ug1.1", "Y-001:Ug2"]
    assert set(corpus.posts["kind"]) == {"comment"}
    assert corpus.arenas[["platform", "kind"]].values.tolist() == [["youtube", "page"]]
    replies = corpus.links[corpus.links["relation"] == "reply"]
    assert dict(zip(replies["post_id"], replies["target"], strict=True)) == {
        "Y-001:Ug1": "Y-001:video.vid1", "Y-001:Ug1.0": "Y-001:Ug1", "Y-001:Ug1.1": "Y-001:Ug1",
        "Y-001:Ug2": "Y-001:video.vid1"}
    assert corpus.posts["replies"].fillna(-1).tolist() == [2, -1, -1, 0]
    assert corpus.posts["reactions"].tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("shape", ["page", "pages", "threads", "lines of threads", "lines of pages"])
def test_pages_come_in_several_shapes(study, make, shape):
    first, second = make.thread("Ug1"), make.thread("Ug2")
    content = {"page": json.dumps(make.page(first, second)),
               "pages": json.dumps([make.page(first), make.page(second)]),
               "threads": json.dumps([first, second]),
               "lines of threads": json.dumps(first) + "\n" + json.dumps(second),
               "lines of pages": json.dumps(make.page(first)) + "\n" + json.dumps(make.page(second))}[shape]
    assert len(study.read(content).posts) == 2


def test_the_comment_of_the_channel_itself_has_no_account(study, make):
    own = make.thread("Ug1")
    own["snippet"]["topLevelComment"]["snippet"]["authorChannelId"]["value"] = "UCtest"
    gone = make.thread("Ug2")
    del gone["snippet"]["topLevelComment"]["snippet"]["authorChannelId"]
    posts = study.read(make.page(own, gone)).posts
    assert posts["account_id"].isna().tolist() == [True, False]


def test_html_is_unescaped_where_there_is_no_original(study, make):
    one = make.thread("Ug1")
    snippet = one["snippet"]["topLevelComment"]["snippet"]
    del snippet["textOriginal"]
    snippet["textDisplay"] = "God video &amp; tak<br>mere <b>her</b>"
    assert study.read(make.page(one)).posts["text"].tolist() == ["God video & tak\nmere her"]


def test_threads_that_are_none_are_quarantined(study, make):
    path = study.put(make.page(make.thread("Ug1"), "tekst", {"kind": "x"}, None, {"snippet": [], "replies": 3}))
    row = study.take(path).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (1, 4)


def test_something_else_given_out_as_comments_is_refused(study):
    with pytest.raises(InputError, match="none of its 1 records holds a post"):
        study.take(study.put({"a": 1}), format_name="youtube-comments")
