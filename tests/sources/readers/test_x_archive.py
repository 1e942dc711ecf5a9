from __future__ import annotations

import io
import json
import zipfile

import pytest

from workbench.sources.readers.detection import known_formats


@pytest.fixture(autouse=True)
def _closed(study):
    study.card |= {"access": '"closed"', "closed_basis": '"§ 10"'}


def archive(*tweets, name="tweets", part=0):
    return f"window.YTD.{name}.part{part} = " + json.dumps([{"tweet": one} for one in tweets], indent=2)


def tweet(native="1900000000000000001", text="Hej", **fields):
    return {"id_str": native, "id": native, "full_text": text, "created_at": "Mon Nov 03 09:15:30 +0000 2025",
            "favorite_count": "3", "retweet_count": "1", "entities": {"user_mentions": [], "urls": []}} | fields


OWN = 'window.YTD.account.part0 = ' + json.dumps([{"account": {
    "email": "kirsten.p@post.invalid", "username": "proevekonto", "accountId": "501", "createdVia": "web",
    "accountDisplayName": "Kirsten Planteret"}}])


@pytest.mark.parametrize("options", [{}, {"name": "tweet"}, {"part": 12}])
def test_tweets_stand_after_a_line_of_javascript(study, options):
    posts = study.read(archive(tweet(), tweet("1900000000000000002", "Mere"), **options), "tweets.js").posts
    assert posts["post_id"].tolist() == ["X-001:1900000000000000001", "X-001:1900000000000000002"]
    assert str(posts["posted_at"][0]) == "2025-11-03 09:15:30+00:00"
    assert posts[["reactions", "forwards"]].iloc[0].tolist() == [3, 1]
    assert posts["account_id"].isna().all()


@pytest.mark.parametrize("packed", [False, True])
def test_the_file_beside_it_tells_whose_it_is_and_nothing_else_of_it_is_read(study, packed):
    if packed:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as opened:
            opened.writestr("twitter/data/tweets.js", archive(tweet()))
            opened.writestr("twitter/data/account.js", OWN)
            opened.writestr("twitter/data/direct-messages.js", 'window.YTD.direct_messages.part0 = [{"dm": "hemmeligt"}]')
        path = study.put(out.getvalue(), "archive.zip")
    else:
        study.put(OWN, "account.js")
        path = study.put(archive(tweet()), "tweets.js")
    ledger = study.take(path)
    assert ledger.files["rows_read"].tolist() == [1]
    posts = study.corpus().posts
    assert posts["account_id"].notna().all()
    for secret in (b"kirsten", b"Planteret", b"hemmeligt", b"proevekonto"):
        assert secret not in study.written()


def test_a_retweet_points_at_its_source_and_has_no_counts_of_its_own(study, relations):
    corpus = study.read(archive(tweet(text="RT @kilde: Lang te…")), "tweets.js")
    assert [kind for _, _, kind in relations(corpus, "forward")] == ["handle"]
    assert corpus.posts[["reactions", "forwards"]].isna().all(axis=None)


@pytest.mark.parametrize("name", ["direct_messages", "deleted_tweets", "like", "ad_impressions", "community_tweet"])
def test_other_files_of_an_archive_are_no_exports(study, name):
    path = study.put(archive(tweet()), "tweets.js")
    study.put(archive(tweet("7"), name=name), "other.js")
    files = study.take(path.parent).files
    assert sorted(files["format"]) == ["not an export", "x-archive"]


def test_it_is_known_to_be_of_an_account_of_ones_own():
    assert known_formats()["x-archive"].own_account
    assert not known_formats()["x-v1"].own_account
