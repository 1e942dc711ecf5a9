from __future__ import annotations

import json

import pytest


def account(name="proevekonto", **fields):
    return {"id": "1", "username": name, "acct": name, "display_name": "Anna Prøve",
            "url": f"https://hjem.invalid/@{name}"} | fields


def status(number=1, text="<p>Hej</p>", **fields):
    return {"id": str(number), "uri": f"https://hjem.invalid/users/proevekonto/statuses/{number}",
            "created_at": "2025-10-02T10:00:00.000Z", "account": account(), "content": text, "visibility": "public",
            "media_attachments": [], "mentions": [], "tags": [], "reblogs_count": 1, "favourites_count": 2,
            "replies_count": 0, "in_reply_to_id": None, "in_reply_to_account_id": None, "reblog": None} | fields


@pytest.mark.parametrize("shape", ["list", "search", "lines"])
def test_statuses_come_in_several_shapes(study, shape):
    some = [status(1), status(2)]
    content = {"list": json.dumps(some), "search": json.dumps({"accounts": [], "statuses": some, "hashtags": []}),
               "lines": "\n".join(json.dumps(s) for s in some)}[shape]
    assert study.read(content).posts["post_id"].tolist() == ["M-001:1", "M-001:2"]


def test_one_status_seen_from_two_servers_is_one_post(study):
    away = status(999, uri="https://hjem.invalid/users/proevekonto/statuses/1",
                  account=account(id="77", acct="proevekonto@hjem.invalid"))
    first, second = study.put([status(1)], "hjem.json"), study.put([away], "ude.json")
    study.take(first, second)
    posts = study.corpus().posts
    assert posts["post_id"].tolist() == ["M-001:1"]
    assert posts["account_id"].nunique() == 1


@pytest.mark.parametrize("visibility", ["private", "direct", "local", None])
def test_only_what_is_public_or_unlisted_is_kept_and_the_rest_is_counted_without_a_copy(study, visibility):
    path = study.put([status(1), status(2, visibility="unlisted"), status(3, "<p>Fortroligt</p>", visibility=visibility)])
    row = study.take(path).files.iloc[0]
    assert (row["kept"], row["quarantine_reasons"]) == (2, "not public: 1")
    kept = [p.read_text() for p in (study.folder / "data" / "raw" / "quarantine").iterdir()]
    assert "Fortroligt" not in "".join(kept)


def test_html_is_taken_off_and_addresses_shown_in_part_are_whole(study, relations):
    text = ('<p>Se &amp; læs<br>her <a href="https://eksempel.invalid/lang/sti"><span class="invisible">https://</span>'
            '<span class="ellipsis">eksempel.invalid/la</span>…</a></p><p>og <a href="https://andet.invalid/">den her</a> '
            '<a href="https://ude.invalid/@anden" class="u-url mention">@<span>anden</span></a></p>')
    mentioned = [{"id": "5", "username": "anden", "acct": "anden@ude.invalid", "url": "https://ude.invalid/@anden"}]
    corpus = study.read([status(1, text, mentions=mentioned)])
    assert corpus.posts["text"].tolist() == ["Se & læs\nher https://eksempel.invalid/lang/sti\nog den her [handle]"]
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://andet.invalid/",
                                                                     "https://eksempel.invalid/lang/sti"]
    assert {kind for _, _, kind in relations(corpus, "mention")} == {"handle"}


def test_a_boost_has_the_text_of_what_it_repeats_and_no_counts(study, relations):
    original = status(5, "<p>Det hele</p>", account=account("kilden", url="https://ude.invalid/@kilden"))
    corpus = study.read([status(1, "", reblog=original, uri="https://hjem.invalid/users/proevekonto/statuses/1/activity")])
    assert corpus.posts[["post_id", "text"]].values.tolist() == [["M-001:1", "Det hele"]]
    assert corpus.posts[["reactions", "forwards", "replies"]].isna().all(axis=None)
    assert len(relations(corpus, "forward")) == 1


def test_replies_to_oneself_name_the_post_and_others_the_account(study, relations):
    own = status(2, in_reply_to_id="1", in_reply_to_account_id="1")
    other = status(3, in_reply_to_id="8", in_reply_to_account_id="5",
                   mentions=[{"id": "5", "username": "anden", "acct": "anden", "url": "https://hjem.invalid/@anden"}])
    assert sorted(kind for _, _, kind in relations(study.read([own, other]), "reply")) == ["handle", "post"]


def test_a_group_keeps_its_title_and_speaks_itself_as_handle(study):
    corpus = study.read([status(1, account=account("gruppe", group=True, display_name="Prøvegruppen"))])
    assert corpus.arenas[["kind", "title"]].values.tolist() == [["group", "Prøvegruppen"]]


def test_what_a_status_answers_and_what_answers_it_is_read_from_its_context(study):
    def one(number):
        return {"id": str(number), "uri": f"https://a.example/users/en/statuses/{number}", "visibility": "public",
                "content": f"<p>Nr. {number}</p>", "created_at": f"2025-10-02T10:0{number}:00Z",
                "account": {"id": "1", "acct": "en", "url": "https://a.example/@en"}}

    # the second list begins far behind what is looked at to tell the format
    long = one(2) | {"content": "<p>" + "x" * 70_000 + "</p>"}
    corpus = study.read({"ancestors": [one(1), long], "descendants": [one(3), one(4)]}, "context.json")
    assert corpus.posts["post_id"].tolist() == ["M-001:1", "M-001:2", "M-001:3", "M-001:4"]


def test_of_contexts_one_per_line_both_lists_are_read(study):
    import json

    def one(number):
        return {"id": str(number), "uri": f"https://a.example/users/en/statuses/{number}", "visibility": "public",
                "content": "<p>Hej</p>", "created_at": "2025-10-02T10:00:00Z",
                "account": {"id": "1", "acct": "en", "url": "https://a.example/@en"}}

    lines = "\n".join(json.dumps({"ancestors": [one(n)], "descendants": [one(n + 1)]}) for n in (1, 3))
    assert len(study.read(lines, "contexts.jsonl").posts) == 4
