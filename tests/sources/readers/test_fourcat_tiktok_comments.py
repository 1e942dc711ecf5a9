from __future__ import annotations

OTHER_ADDRESS = {"collected_from_url": "https://www.tiktok.com/foryou"}


def test_a_comment_stands_on_the_page_of_the_video_and_answers_it(read_rows, relations):
    corpus = read_rows("4cat-tiktok-comments", {})
    assert corpus.posts[["kind", "reactions", "replies"]].values.tolist() == [["comment", 2, 1]]
    assert corpus.arenas["kind"].tolist() == ["page"]
    assert corpus.arenas["handle_key"].tolist() != corpus.posts["account_id"].tolist()
    assert relations(corpus, "reply") == [("reply", "K-001:7500000000000000001", "post")]


def test_an_answer_to_a_comment_points_at_the_comment(read_rows, relations):
    corpus = read_rows("4cat-tiktok-comments", {}, {"id": "2", "thread_id": "7500000000000000011"})
    assert ("reply", "K-001:7500000000000000011", "post") in relations(corpus, "reply")


def test_where_no_address_names_the_page_the_video_is_the_arena(read_rows):
    corpus = read_rows("4cat-tiktok-comments", OTHER_ADDRESS, OTHER_ADDRESS | {"id": "2", "post_id": "9"})
    assert corpus.arenas["kind"].tolist() == ["thread", "thread"]


def test_an_address_of_another_video_names_no_page(read_rows):
    other = {"collected_from_url": "https://www.tiktok.com/@nogen/video/7500000000000000099"}
    assert read_rows("4cat-tiktok-comments", other).arenas["kind"].tolist() == ["thread"]


def test_a_video_and_its_comments_are_in_one_arena(study, read_rows):
    read_rows("4cat-tiktok", {"author": "klubben", "body": "Video"})
    corpus = read_rows("4cat-tiktok-comments", {})
    assert corpus.posts["arena_id"].tolist() == ["K-001", "K-001"]
