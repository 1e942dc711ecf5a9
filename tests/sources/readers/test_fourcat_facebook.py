from __future__ import annotations

import pytest

PAGE = {"is_in_group": "no", "group_name": "", "url": "https://www.facebook.com/kirsten_p/posts/1"}


def test_a_post_in_a_group_stands_there_and_its_author_is_the_account(read_rows):
    corpus = read_rows("4cat-facebook", {})
    assert corpus.arenas["kind"].tolist() == ["group"]
    assert corpus.posts["account_id"].notna().all()
    assert corpus.posts["account_id"].tolist() != corpus.arenas["native_key"].tolist()


def test_a_group_goes_by_its_number_or_by_its_name(read_rows):
    keys = read_rows("4cat-facebook", {}, {"id": "2", "group_name": "proevegruppen"}).arenas[["native_key", "handle_key"]]
    assert sorted(keys.notna().values.tolist()) == [[False, True], [True, False]]


@pytest.mark.parametrize(("author", "key"), [("kirsten_p", "handle_key"), ("profile.php?id=1001", "native_key")])
def test_a_post_on_a_page_stands_on_its_accounts_page_without_a_title(read_rows, author, key):
    corpus = read_rows("4cat-facebook", PAGE | {"author": author})
    assert corpus.arenas[["kind", "title"]].fillna("").values.tolist() == [["page", ""]]
    assert corpus.arenas[key].tolist() == corpus.posts["account_id"].tolist()


def test_reactions_are_missing_as_the_file_has_none(read_rows):
    assert read_rows("4cat-facebook", {}).posts[["reactions", "views", "replies"]].isna().all(axis=None)
