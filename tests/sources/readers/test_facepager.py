from __future__ import annotations

import pandas as pd

BARE = {"message": "Kom forbi"}


def test_a_post_is_known_by_the_platforms_id_and_stands_on_the_page_in_it(read_rows):
    corpus = read_rows("facepager", BARE, BARE | {"id": "8", "object_id": "111_223"})
    assert sorted(corpus.posts["post_id"]) == ["F-001:222", "F-001:223"]
    assert corpus.posts["posted_at"].unique().tolist() == [pd.Timestamp("2025-10-01 12:00", tz="UTC")]


def test_commas_part_cells_as_well_as_semicolons(read_rows):
    assert len(read_rows("facepager", BARE, separator=",").posts) == 1


def test_seeds_and_errors_hold_no_post_and_are_counted(read_rows):
    seed = dict.fromkeys(("created_time", "message", "from.name", "link"), "") | {
        "object_id": "klubben", "object_type": "seed", "level": "0", "query_status": ""}
    corpus = read_rows("facepager", BARE, seed, quarantined=1)
    assert corpus.posts["text"].tolist() == ["Kom forbi"]


def test_nodes_below_the_posts_are_comments_on_them(read_rows, relations):
    corpus = read_rows("facepager", BARE | {"level": "2", "object_id": "222_333"})
    assert corpus.posts["kind"].tolist() == ["comment"]
    assert [target.split(":")[1] for _, target, _ in relations(corpus, "reply")] == ["222"]


def test_what_the_page_itself_writes_has_no_account(read_rows):
    corpus = read_rows("facepager", BARE | {"from.id": "111", "from.name": "Klubben"},
                       BARE | {"object_id": "111_9", "from.id": "5", "from.name": "Anden Konto"})
    assert sorted(corpus.posts["account_id"].isna()) == [False, True]
    assert corpus.arenas["title"].tolist() == ["Klubben"]


def test_reactions_by_kind_are_added_up_where_there_is_no_sum(read_rows):
    row = BARE | {"reactions.summary.total_count": "", "like.summary.total_count": "3", "love.summary.total_count": "2"}
    assert read_rows("facepager", row).posts["reactions"].tolist() == [5]
