from __future__ import annotations


def entry(text="Se her", **fields):
    return {"message": text, "date": 1759320000.0, "author": None, "is_forwarded": False, "forwarded_from_id": None,
            "forwarded_message_date": None} | fields


def picture(**fields):
    made = entry(**fields) | {"title": None, "media_id": "x.jpg", "extension": ".jpg"}
    del made["message"]
    return made


def channel(texts, media=None, **fields):
    return {"creation_date": 1.0, "username": "proevekanal", "title": "Prøvekanal", "n_subscribers": 3,
            "text_messages": texts, "generic_media": media or {}} | fields


def test_each_channel_is_an_arena_and_speaks_itself(study):
    corpus = study.read({"1900000001": channel({"7": entry()}),
                         "1900000002": channel({"7": entry("Andet")}, title="Den anden", username="anden")})
    assert corpus.posts["post_id"].tolist() == ["T-001:7", "T-002:7"]
    assert corpus.posts["account_id"].isna().all()
    assert sorted(corpus.arenas["title"]) == ["Den anden", "Prøvekanal"]


def test_a_picture_and_its_text_are_one_post(study):
    path = study.put({"1900000001": channel({"7": entry(), "8": entry()}, {"7": picture(), "9": picture()})})
    ledger = study.take(path).files.iloc[0]
    assert (ledger["rows_read"], ledger["kept"], ledger["album_parts"], ledger["quarantined"]) == (4, 3, 1, 0)
    posts = study.corpus().posts
    assert posts["media"].fillna("").tolist() == ["photo", "", "photo"]
    assert posts["text"].fillna("").tolist() == ["Se her", "Se her", ""]


def test_forwards_name_their_source_and_what_is_not_exported_is_missing(study, relations):
    corpus = study.read({"1900000001": channel({"7": entry(is_forwarded=True, forwarded_from_id=1900000002)}),
                         "1900000002": channel({"1": entry()}, title="Kilden", username="kilden")})
    key = corpus.arenas.set_index("title")["native_key"]["Kilden"]
    assert relations(corpus, "forward") == [("forward", key, "id")]
    assert corpus.posts[["views", "reactions", "forwards", "replies"]].isna().all(axis=None)


def test_the_author_in_a_group_is_an_account_and_the_channel_itself_is_none(study):
    texts = {"1": entry(author=501), "2": entry(author=1900000001)}
    assert study.read({"1900000001": channel(texts)}).posts["account_id"].isna().tolist() == [False, True]


def test_odd_channels_and_messages_cost_no_other(study):
    path = study.put({"1900000001": channel({"7": entry(), "8": None, "9": "tekst"}), "1900000002": [],
                      "1900000003": channel([])})
    ledger = study.take(path).files.iloc[0]
    assert (ledger["kept"], ledger["quarantined"]) == (1, 3)
