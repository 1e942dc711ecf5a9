from __future__ import annotations

import json

import pytest
import zstandard


def comment(native="abc", **fields):
    return {"id": native, "author": "proeve_konto", "body": "Se [den](https://eksempel.invalid/a) &amp; svar",
            "created_utc": 1759320000, "edited": False, "score": 4, "link_id": "t3_post01", "parent_id": "t1_abb",
            "subreddit": "Proevemark", "subreddit_id": "t5_x"} | fields


def submission(native="post01", **fields):
    return {"id": native, "name": f"t3_{native}", "author": "anden_konto", "title": "Hvad sker der", "selftext": "",
            "url": "https://eksempel.invalid/b", "is_self": False, "created_utc": "1759310000", "score": 9,
            "num_comments": 2, "subreddit": "Proevemark", "subreddit_id": "t5_x"} | fields


def lines(*records):
    return "\n".join(json.dumps(r) for r in records)


def test_a_packed_file_with_a_large_window_holds_comments_and_submissions(study):
    packer = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=27))
    corpus = study.read(packer.compress(lines(submission(), comment()).encode()), "RC_2025-10.zst")
    assert corpus.posts[["post_id", "kind"]].values.tolist() == [["R-001:t3_post01", "post"], ["R-001:t1_abc", "comment"]]
    assert corpus.arenas[["title", "kind"]].values.tolist() == [["Proevemark", "group"]]


@pytest.mark.parametrize("created", [1759320000, "1759320000", 1759320000.0])
def test_the_time_is_a_number_or_a_text(study, created):
    assert str(study.read(lines(comment(created_utc=created))).posts["posted_at"][0]) == "2025-10-01 12:00:00+00:00"


def test_the_same_bare_id_is_two_posts_where_one_is_a_comment(study, relations):
    corpus = study.read(lines(submission("zz"), comment("zz", parent_id="t3_zz", link_id="t3_zz")))
    assert sorted(corpus.posts["post_id"]) == ["R-001:t1_zz", "R-001:t3_zz"]
    assert relations(corpus, "reply") == [("reply", "R-001:t3_zz", "post")]


def test_a_parent_without_its_kind_gives_way_to_the_submission(study, relations):
    assert relations(study.read(lines(comment(parent_id=38291))), "reply") == [("reply", "R-001:t3_post01", "post")]


def test_what_was_deleted_later_keeps_its_place_and_time_alone(study):
    meta = {"was_deleted_later": True, "removal_type": "deleted"}
    corpus = study.read(lines(comment(_meta=meta), submission(_meta=meta), comment("kept", _meta={"is_edited": False})))
    empty = corpus.posts[corpus.posts["post_id"] != "R-001:t1_kept"]
    assert len(empty) == 2
    assert empty[["text", "account_id", "media"]].isna().all(axis=None)
    assert "url" not in set(corpus.links[corpus.links["post_id"].isin(empty["post_id"])]["relation"])
    assert b"Hvad sker" not in study.written()


def test_deleted_and_removed_are_neither_account_nor_text(study):
    posts = study.read(lines(comment("a", author="[deleted]", body="[removed]"),
                             submission(selftext="[deleted]"))).posts.set_index("post_id")
    assert posts.loc["R-001:t1_a", ["account_id", "text"]].isna().all()
    assert posts.loc["R-001:t3_post01", "text"] == "Hvad sker der"


def test_a_score_that_is_null_or_hidden_is_missing(study):
    posts = study.read(lines(comment("a", score=None), comment("b", score=1, score_hidden=True), comment("c", score=0))).posts
    assert posts["reactions"].fillna(-1).tolist() == [-1, -1, 0]


def test_entities_are_unescaped_and_addresses_found(study, relations):
    corpus = study.read(lines(comment(), submission()))
    assert corpus.posts["text"].tolist() == ["Hvad sker der", "Se [den](https://eksempel.invalid/a) & svar"]
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://eksempel.invalid/a",
                                                                     "https://eksempel.invalid/b"]


def test_a_crosspost_forwards_from_the_other_place_and_a_profile_has_no_title(study, relations):
    cross = submission(crosspost_parent="t3_q", crosspost_parent_list=[{"subreddit": "Kilden", "subreddit_id": "t5_k"}])
    corpus = study.read(lines(cross, submission("p2", subreddit="u_proeve_konto", subreddit_id="t5_u")))
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["id"]
    assert sorted(corpus.arenas["title"].fillna("")) == ["", "Proevemark"]


def test_an_edit_is_a_number_or_no_edit(study):
    posts = study.read(lines(comment("a", edited=1759320060), comment("b", edited=True), comment("c"))).posts
    assert posts["edited_at"].notna().tolist() == [True, False, False]
