from __future__ import annotations

import json
import zipfile

import pytest

from workbench.sources.readers.detection import known_formats

SECRETS = (b"hemmelig", b"Planteret", b"20304050", b"kirsten")


@pytest.fixture(autouse=True)
def _closed(study):
    study.card |= {"access": '"closed"', "closed_basis": '"§ 10"'}


def garbled(text):
    """Return a text as Meta writes it: its bytes as if they were Latin-1."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize("name", ["tiktok-own-data", "instagram-own-data", "facebook-own-data", "x-archive",
                                  "youtube-takeout", "discord-package"])
def test_formats_of_a_persons_own_account_say_so(name):
    assert known_formats()[name].own_account


def test_formats_of_collecting_tools_are_of_nobodys_own_account():
    own = {name for name, form in known_formats().items() if form.own_account}
    assert not own & {"telegram-desktop", "4cat-telegram", "x-api", "bluesky", "mastodon", "reddit", "telegram-html"}


def tiktok(**sections):
    return {"Profile": {"Profile Information": {"ProfileMap": {"userName": "proevekonto", "telephoneNumber": "20304050"}}},
            "Direct Messages": {"Chat History": {"ChatHistory": {"Chat History with kirsten_p:": [
                {"Date": "2025-11-03 09:00:00", "From": "kirsten_p", "Content": "hemmeligt"}]}}},
            "Activity": {"Search History": {"SearchList": [{"Date": "2025-11-03 09:00:00", "SearchTerm": "hemmeligt"}]}},
            **sections}


def test_of_tiktok_comments_and_videos_are_read_wherever_they_stand_in_a_long_file(study):
    history = [{"Date": "2025-11-03 09:00:00", "Link": "https://www.tiktokv.com/share/video/1/"}] * 2_000
    content = tiktok(Comment={"Comments": {"CommentsList": [
        {"date": "2025-11-03 09:15:30", "comment": "Hej", "photo": "N/A",
         "originalPostUrl": "https://www.tiktokv.com/share/video/7500000000000000001/"},
        {"Date": "2025-11-03 09:16:30", "Comment": "Uden video", "Photo": None, "Url": None}]}},
        **{"Watch History": {"VideoList": history}},
        Post={"Posts": {"VideoList": [{"Date": "2025-11-02 08:00:00", "Title": "Min video", "Likes": "1,234",
                                       "Link": "https://www.tiktokv.com/share/video/7500000000000000002/"}]}})
    assert len(json.dumps(content)) > 100_000
    posts = study.read(content, "user_data_tiktok.json").posts.set_index("text")
    assert sorted(posts.index) == ["Hej", "Min video", "Uden video"]
    assert posts.loc["Min video", ["kind", "media", "reactions"]].tolist() == ["post", "video", 1234]
    assert posts.loc["Hej", "kind"] == "comment"
    assert str(posts.loc["Hej", "posted_at"]) == "2025-11-03 09:15:30+00:00"
    assert posts["account_id"].nunique() == 1
    assert not [secret for secret in SECRETS if secret in study.written()]


@pytest.mark.parametrize("wrapped", [True, False])
def test_comments_of_instagram_stand_on_the_page_of_the_media(study, wrapped):
    comment = {"media_list_data": [{"uri": ""}], "string_map_data": {
        "Comment": {"value": garbled("Rød grød")}, "Media Owner": {"value": "anden_konto"}, "Time": {"timestamp": 1762157730}}}
    corpus = study.read({"comments_media_comments": [comment]} if wrapped else [comment], "post_comments_1.json")
    assert corpus.posts[["text", "kind"]].values.tolist() == [["Rød grød", "comment"]]
    assert str(corpus.posts["posted_at"][0]) == "2025-11-03 08:15:30+00:00"
    assert corpus.arenas["handle_key"].notna().all()
    assert corpus.posts["account_id"].isna().all()


def test_names_of_parts_in_another_language_do_not_matter(study):
    comment = {"media_list_data": [{"uri": ""}], "string_map_data": {
        "Kommentar": {"value": "Hej"}, "Medieejer": {"value": "anden"}, "Klokkeslæt": {"timestamp": 1762157730}}}
    posts = study.read([comment], "post_comments_1.json").posts
    assert posts["text"].tolist() == ["Hej"]
    assert posts["posted_at"].notna().all()


def test_posts_of_instagram_have_their_caption_wherever_it_stands(study):
    one = {"media": [{"uri": "media/posts/a.jpg", "creation_timestamp": 1762157730, "title": garbled("Sø")}]}
    two = {"media": [{"uri": "media/posts/b.mp4", "creation_timestamp": 1762157731, "title": ""},
                     {"uri": "media/posts/c.jpg", "creation_timestamp": 1762157731, "title": ""}],
           "title": "To", "creation_timestamp": 1762157732}
    posts = study.read([one, two], "posts_1.json").posts
    assert posts[["text", "media", "kind"]].values.tolist() == [["Sø", "photo", "post"], ["To", "video", "post"]]


@pytest.mark.parametrize("key", [None, "group_posts_v2"])
def test_posts_of_facebook_have_text_links_and_media(study, relations, key):
    some = [{"timestamp": 1762157730, "title": "Kirsten Planteret opdaterede sin status.", "data": [
        {"post": garbled("Håb på torvet med Erik Avsender")}], "tags": [{"name": "Erik Avsender"}],
        "attachments": [{"data": [{"external_context": {"url": "https://avis.invalid/a"}}]}]},
        {"timestamp": 1762157731, "title": "x", "attachments": [{"data": [{"media": {"uri": "photos/a.jpg"}}]}]},
        {"timestamp": 1762157732, "title": "Kirsten Planteret besøgte en side."}]
    ledger = study.take(study.put({key: some} if key else some, "your_posts_1.json"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[2, 1]]
    corpus = study.corpus()
    assert corpus.posts["text"].tolist()[0] == "Håb på torvet med [name]"
    assert corpus.posts["media"].tolist() == ["link", "photo"]
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://avis.invalid/a"]


def test_comments_of_facebook_in_a_group_stand_in_it(study):
    corpus = study.read({"comments_v2": [{"timestamp": 1762157730, "title": "x", "data": [{"comment": {
        "timestamp": 1762157730, "comment": "Enig", "author": "Kirsten Planteret", "group": garbled("Prøvegruppen")}}]}]},
        "comments.json")
    assert corpus.posts[["text", "kind"]].values.tolist() == [["Enig", "comment"]]
    assert corpus.arenas[["title", "kind"]].values.tolist() == [["Prøvegruppen", "group"]]
    assert corpus.posts["account_id"].notna().all()


def test_saved_things_contacts_likes_and_searches_are_no_exports(study):
    others = [
        {"saves_v2": [{"timestamp": 1, "title": "x", "attachments": [{"data": [{"external_context": {"url": "a"}}]}]}]},
        {"relationships_following": [{"title": "kirsten_p", "string_list_data": [{"href": "x", "timestamp": 1}]}]},
        [{"title": "", "string_list_data": [{"href": "x", "value": "kirsten_p", "timestamp": 1762157730}]}],
        {"likes_media_likes": [{"title": "kirsten_p", "string_list_data": [{"href": "x", "timestamp": 1}]}]},
        {"friends_v2": [{"name": "Kirsten Planteret", "timestamp": 1762157730}]},
        [{"timestamp": 1762157730, "label_values": [{"label": "Reaction", "value": "x"}]}],
        {"searches_v2": [{"timestamp": 1, "data": [{"text": "hemmeligt"}], "title": "x"}]}]
    path = study.put({"comments_v2": [{"timestamp": 1762157730, "data": [{"comment": {"comment": "Enig"}}]}]}, "a.json")
    for number, content in enumerate(others):
        study.put(content, f"b{number}.json")
    assert sorted(study.take(path.parent).files["format"]) == ["facebook-own-data", *["not an export"] * len(others)]


DISCORD = '[{"ID": 100000000000000010, "Timestamp": "2025-11-03 09:15:30", "Contents": "Hej", "Attachments": "https://a.example/b.png"}]'


@pytest.mark.parametrize(("channel", "kept"), [
    ({"id": "2", "type": "GUILD_TEXT", "name": "generelt", "guild": {"id": "1", "name": "Server"}}, 1),
    ({"id": "2", "type": 0, "name": "generelt", "guild": {"id": "1", "name": "Server"}}, 1),
    ({"id": "2", "type": "PUBLIC_THREAD", "name": "plan", "guild": {"id": "1", "name": "Server"}}, 1),
    ({"id": "2", "type": "DM", "recipients": ["3", "4"]}, 0), ({"id": "2", "type": "GROUP_DM", "name": "Os"}, 0),
    ({"id": "2", "type": 1, "recipients": ["3"]}, 0), (None, 0)])
def test_of_discord_what_was_written_on_servers_is_read_and_private_conversations_are_not(study, channel, kept):
    if channel:
        study.put(channel, "channel.json")
    ledger = study.take(study.put(DISCORD, "messages.json"))
    assert ledger.files[["kept", "quarantined"]].values.tolist() == [[kept, 1 - kept]]
    if kept:
        corpus = study.corpus()
        assert corpus.posts["media"].tolist() == ["photo"]
        assert str(corpus.posts["posted_at"][0]) == "2025-11-03 09:15:30+00:00"
        assert corpus.posts["post_id"].tolist() == ["D-001:100000000000000010"]
    else:
        assert b"Hej" not in study.written()


def test_a_package_of_discord_may_be_an_archive(study, tmp_path):
    path = study.put(b"", "package.zip")
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("messages/c2/messages.json", DISCORD)
        opened.writestr("messages/c2/channel.json", json.dumps(
            {"id": "2", "type": "GUILD_TEXT", "name": "generelt", "guild": {"id": "1", "name": "Server"}}))
        opened.writestr("messages/c3/messages.json", DISCORD.replace("Hej", "hemmeligt"))
        opened.writestr("messages/c3/channel.json", json.dumps({"id": "3", "type": "DM", "recipients": ["9"]}))
        opened.writestr("account/user.json", json.dumps({"email": "kirsten@post.invalid"}))
    study.take(path)
    corpus = study.corpus()
    assert corpus.posts["text"].tolist() == ["Hej"]
    assert corpus.arenas[["title", "kind"]].values.tolist() == [["Server / generelt", "channel"]]
    assert b"hemmeligt" not in study.written()
