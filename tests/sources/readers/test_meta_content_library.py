from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import InputError

PAGE = {"post_owner.type": "page", "post_owner.name": "Klubben", "post_owner.username": "klubben", "text": "Kom forbi"}
GROUP = PAGE | {"surface.type": "group", "surface.id": "77", "surface.name": "Prøvegruppen"}


def test_views_hold_for_the_day_they_were_refreshed(read_rows):
    posts = read_rows("meta-content-library", PAGE).posts
    assert posts["views"].tolist() == [456]
    assert posts["collected_at"].tolist() == [pd.Timestamp("2025-10-06", tz="UTC")]


def test_a_page_is_the_arena_and_has_no_account(read_rows):
    corpus = read_rows("meta-content-library", PAGE)
    assert corpus.posts["account_id"].isna().all()
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["page", "Klubben"]]


def test_a_profile_is_an_account_and_its_page_has_no_title(read_rows):
    corpus = read_rows("meta-content-library", {})
    assert corpus.posts["account_id"].tolist() == corpus.arenas["handle_key"].tolist()
    assert corpus.arenas["title"].isna().all()


def test_a_post_in_a_group_stands_there(read_rows):
    corpus = read_rows("meta-content-library", GROUP)
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Prøvegruppen"]]
    assert corpus.posts["account_id"].notna().all()


def test_a_time_of_change_like_that_of_creation_is_no_edit(read_rows):
    posts = read_rows("meta-content-library", PAGE, PAGE | {"id": "2", "modified_time": "2025-10-05T07:30:00+00:00"}).posts
    assert sorted(posts["edited_at"].notna()) == [False, True]


def test_hashtags_are_a_list_within_the_cell(read_rows, relations):
    corpus = read_rows("meta-content-library", PAGE | {"hashtags": '["test", "klub"]'})
    assert [target for _, target, _ in relations(corpus, "hashtag")] == ["klub", "test"]


def test_reactions_are_added_up_where_there_is_no_sum(read_rows):
    posts = read_rows("meta-content-library", PAGE | {"statistics.love_count": "3"},
                      PAGE | {"id": "2", "statistics.reaction_count": "20"}).posts
    assert sorted(posts["reactions"]) == [15, 20]


def test_instagram_is_told_by_its_columns(read_rows):
    posts = read_rows("meta-content-library", PAGE | {"media_type": "VIDEO"}).posts
    assert posts[["platform", "media"]].values.tolist() == [["instagram", "video"]]


def test_facebook_stays_facebook_with_a_media_type(read_rows):
    assert read_rows("meta-content-library", GROUP | {"media_type": "photos"}).posts["platform"].tolist() == ["facebook"]


@pytest.mark.parametrize("header", ["week,lang,statistics.views,statistics.like_count,posts", "post_owner.type,surface.type,n"])
def test_a_table_of_counts_is_recognised_and_refused(study, header):
    path = study.put(f"{header}\n{','.join('1' for _ in header.split(','))}\n", "counts.csv")
    with pytest.raises(InputError, match="table of counts without posts"):
        study.take(path)
