from __future__ import annotations

import pytest

from workbench.sources.readers.detection import known_formats


@pytest.fixture(autouse=True)
def _closed(study):
    study.card |= {"access": '"closed"', "closed_basis": '"§ 10"'}


def test_comments_stand_at_their_video_and_answer_it_or_each_other(read_rows, relations):
    corpus = read_rows("youtube-takeout", {}, {"Comment ID": "UgX.1", "Parent Comment ID": "UgTEST1"})
    assert sorted(corpus.posts["post_id"]) == ["Y-001:UgTEST1", "Y-001:UgX.1"]
    assert corpus.posts["kind"].unique().tolist() == ["comment"]
    assert relations(corpus, "reply") == [("reply", "Y-001:UgTEST1", "post"), ("reply", "Y-001:video.vid1", "post")]
    assert corpus.posts["account_id"].nunique() == 1
    assert corpus.arenas["kind"].tolist() == ["thread"]


def test_parts_of_a_text_are_one_text(read_rows):
    parts = '{"text":"Første linje"},{"text":"\\n"},{"text":"anden \\"citat\\""}'
    posts = read_rows("youtube-takeout", {"Comment Text": parts}, {"Comment ID": "b", "Comment Text": "ren tekst"}).posts
    assert sorted(posts["text"]) == ['Første linje\nanden "citat"', "ren tekst"]


def test_older_headers_and_community_posts_are_read(study):
    study.take(study.put(
        "Comment ID,Channel ID,Comment create timestamp,Price,Post ID,Video ID,Comment text\n"
        'a,UCaaa,2025-10-10T10:00:00.000Z,25 DKK,opslag1,,"{""text"":""Hej""}"\n', "comments.csv"))
    corpus = study.corpus()
    assert corpus.posts["text"].tolist() == ["Hej"]
    assert str(corpus.posts["posted_at"][0]) == "2025-10-10 10:00:00+00:00"
    assert known_formats()["youtube-takeout"].own_account
