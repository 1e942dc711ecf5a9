from __future__ import annotations

import pytest


def author(native="20", name="proevekonto", **fields):
    return {"id": native, "name": name, "discriminator": "0000", "nickname": "Anna Prøve", "isBot": False} | fields


def message(number, text="Hej", **fields):
    return {"id": str(number), "type": "Default", "timestamp": "2025-11-02T20:01:02.345+01:00", "timestampEdited": None,
            "content": text, "author": author(), "attachments": [], "embeds": [], "stickers": [], "reactions": [],
            "mentions": []} | fields


def export(*messages, kind="GuildTextChat", name="generelt", category="Snak"):
    return {"guild": {"id": "1", "name": "Prøveserver"}, "messages": list(messages), "messageCount": len(messages),
            "channel": {"id": "2", "type": kind, "categoryId": "3", "category": category, "name": name, "topic": None}}


@pytest.mark.parametrize(("kind", "title", "arena"), [
    ("GuildTextChat", "Prøveserver / generelt", "channel"), ("GuildNews", "Prøveserver / generelt", "channel"),
    ("GuildPublicThread", "Prøveserver / Snak / generelt", "thread"), ("DirectTextChat", None, "chat"),
    ("DirectGroupTextChat", None, "chat")])
def test_of_a_thread_the_category_is_its_channel_and_private_chats_have_no_title(study, kind, title, arena):
    arenas = study.read(export(message(1), kind=kind)).arenas
    assert arenas["kind"].tolist() == [arena]
    assert arenas["title"].fillna("").tolist() == [title or ""]


def test_times_carry_their_offset_and_large_ids_keep_every_digit(study):
    posts = study.read(export(message(1100000000000000017))).posts
    assert posts["post_id"].tolist() == ["D-001:1100000000000000017"]
    assert str(posts["posted_at"][0]) == "2025-11-02 19:01:02.345000+00:00"


def test_accounts_that_were_deleted_are_no_account(study):
    gone = [message(1, author=author("456226577798135808", "Deleted User")),
            message(2, author=author(None, "Deleted User")), message(3, author=author("77", "Deleted User"))]
    assert study.read(export(*gone)).posts["account_id"].isna().tolist() == [True, True, False]


def test_older_exports_lack_stickers_roles_and_kinds_of_references(study, relations):
    old = {k: v for k, v in message(2).items() if k not in ("stickers", "reactions", "mentions", "embeds")}
    old["reference"] = {"messageId": "1", "channelId": "2", "guildId": None}
    corpus = study.read(export(message(1), old))
    assert relations(corpus, "reply") == [("reply", "D-001:1", "post")]
    assert corpus.posts["reactions"].fillna(-1).tolist() == [0, -1]


def test_a_forward_names_the_channel_it_comes_from_and_has_its_text(study, relations):
    forward = message(2, "", reference={"type": "Forward", "messageId": "9", "channelId": "8", "guildId": "1"},
                      forwardedMessage={"content": "Det hele"})
    answer = message(3, reference={"type": "Default", "messageId": "9", "channelId": "8", "guildId": "1"})
    corpus = study.read(export(forward, answer))
    assert corpus.posts["text"].tolist() == ["Det hele", "Hej"]
    assert [kind for _, _, kind in relations(corpus, "forward", "reply")] == ["id", "id"]


def test_reactions_are_summed_mentions_found_and_names_redacted(study, relations):
    rich = message(1, "Tak Anna Prøve", mentions=[author("21")],
                   reactions=[{"emoji": {"name": "👍"}, "count": 3}, {"emoji": {"name": "🔥"}, "count": 1}],
                   attachments=[{"id": "5", "url": "https://eksempel.invalid/a.PNG?x=1", "fileName": "a.PNG"}])
    corpus = study.read(export(rich))
    assert corpus.posts[["text", "reactions", "media"]].values.tolist() == [["Tak [name]", 4, "photo"]]
    assert [kind for _, _, kind in relations(corpus, "mention")] == ["id"]


def test_who_joined_and_what_was_pinned_are_service_messages(study):
    posts = study.read(export(message(1, "Joined", type="GuildMemberJoin"), message(2, type="Reply"))).posts
    assert posts["kind"].tolist() == ["service", "post"]
    assert posts["text"].isna().tolist() == [True, False]


def test_parts_of_one_channel_are_one_arena(study):
    first = study.put(export(message(1)), "del1.json")
    second = study.put(export(message(2)), "del2.json")
    study.take(first, second)
    assert study.corpus().posts["post_id"].tolist() == ["D-001:1", "D-001:2"]
