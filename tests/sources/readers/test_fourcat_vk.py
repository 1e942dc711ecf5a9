from __future__ import annotations

COMMENT = {"id": "42", "item_type": "comment", "author_id": "501", "author_screen_name": "anden", "author_name": "Anden Konto",
           "link": "https://vk.com/wall-777_42", "thread_id": "41"}


def test_a_community_on_its_own_wall_has_no_account_and_who_comments_has(read_rows, relations):
    corpus = read_rows("4cat-vk", {}, COMMENT)
    posts = corpus.posts.sort_values("post_id")
    assert posts[["post_id", "kind"]].values.tolist() == [["V-001:41", "post"], ["V-001:42", "comment"]]
    assert posts["account_id"].isna().tolist() == [True, False]
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Klubben"]]
    assert relations(corpus, "reply") == [("reply", "V-001:41", "post")]


def test_an_answer_points_at_the_comment_before_the_post_and_at_whom_it_answers(read_rows, relations):
    corpus = read_rows("4cat-vk", COMMENT | {"in_reply_to_comment_id": "40", "in_reply_to_user": "502"})
    replies = relations(corpus, "reply")
    assert ("reply", "V-001:40", "post") in replies
    assert sorted(kind for *_, kind in replies) == ["id", "post"]


def test_a_persons_wall_is_an_arena_without_a_title(read_rows):
    own = {"link": "https://vk.com/wall501_41", "author_id": "501", "author_name": "Anden Konto"}
    corpus = read_rows("4cat-vk", own)
    assert corpus.arenas[["kind", "title"]].fillna("").values.tolist() == [["page", ""]]
    assert corpus.arenas["native_key"].tolist() == corpus.posts["account_id"].tolist()


def test_links_parted_by_comma_and_space_are_two(read_rows, relations):
    assert len(relations(read_rows("4cat-vk", {}), "url")) == 2


def test_edited_false_is_no_time(read_rows):
    posts = read_rows("4cat-vk", {}, {"id": "43", "edited": "2025-10-02 10:00:00"}).posts
    assert posts["edited_at"].notna().tolist() == [False, True]
