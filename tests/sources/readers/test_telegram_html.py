from __future__ import annotations


def message(number, text="Hej alle", name="Person A", time="03.11.2025 09:15:30 UTC+01:00", source=None, inner="",
            joined=False):
    """Return one message as Telegram Desktop writes it."""
    heading = "" if joined else f'<div class="from_name">\n{name}\n       </div>'
    body = f'{inner}<div class="text">\n{text}\n</div>' if text else inner
    if source is not None:
        shown = f'<div class="from_name">\n{source}<span class="date details" title="01.11.2025 08:00:00 UTC+01:00"> ' \
                '01.11.2025 08:00:00</span>\n</div>' if source else ""
        body = f'<div class="forwarded body">\n{shown}{body}</div>'
    return (f'<div class="message default clearfix{" joined" if joined else ""}" id="message{number}">\n<div class="body">'
            f'\n<div class="pull_right date details" title="{time}">\n09:15\n</div>\n{heading}\n{body}\n</div>\n</div>\n')


def service(number, text):
    return f'<div class="message service" id="message{number}">\n<div class="body details">\n{text}\n</div>\n</div>\n'


def media(classes, title="", inner=""):
    return (f'<div class="media_wrap clearfix">\n<div class="{classes}">\n<div class="fill pull_left"></div>\n'
            f'<div class="body">\n<div class="title bold">\n{title}\n</div>\n{inner}</div></div></div>')


def page(*messages, title="Prøvegruppen"):
    return ('<!DOCTYPE html>\n<html><head></head><body><div class="page_wrap"><div class="page_header">\n'
            f'<div class="content"><div class="text bold">\n{title}\n</div></div></div><div class="page_body chat_page">'
            f'<div class="history">\n{"".join(messages)}</div></div></div></body></html>')


def test_ids_times_with_their_zone_texts_and_answers_land_where_they_belong(study, relations):
    answer = '<div class="reply_to details">\nIn reply to <a href="messages2.html#go_to_message7" onclick="x">this</a></div>'
    corpus = study.read(page(service(-1, "3 November 2025"), message(7), message(
        8, "Linje et<br>linje to &lt;3 <strong>fed</strong> &amp; <a href=\"https://a.example/?b=1&amp;c=2\">her</a>",
        name="Person B", inner=answer)), "messages.html")
    posts = corpus.posts.set_index("post_id")
    assert posts.index.tolist() == ["T-001:7", "T-001:8"]
    assert str(posts["posted_at"].iloc[0]) == "2025-11-03 08:15:30+00:00"
    assert posts["text"].iloc[1] == "Linje et\nlinje to <3 fed & her"
    assert posts["account_id"].nunique() == 2
    assert ("reply", "T-001:7", "post") in relations(corpus, "reply")
    assert [target for _, target, _ in relations(corpus, "url")] == ["https://a.example/?b=1&c=2"]


def test_a_time_without_an_offset_is_that_of_the_card(study):
    posts = study.read(page(message(1, time="12.07.2020 12:48:16")), "m.html", time_zone='"Europe/Copenhagen"').posts
    assert str(posts["posted_at"][0]) == "2020-07-12 10:48:16+00:00"


def test_joined_messages_have_the_author_and_the_source_of_the_one_before(study, relations):
    corpus = study.read(page(
        message(1, name="Person A", source="Testkanal Øst"), message(2, source="", joined=True),
        message(3, joined=True, time="03.11.2025 10:00:00 UTC+01:00"), message(4, name="Person B via @gif",
                                                                               time="03.11.2025 10:01:00 UTC+01:00")), "m.html")
    accounts = corpus.posts["account_id"].tolist()
    assert accounts[0] == accounts[1] == accounts[2] != accounts[3]
    forwards = corpus.links[corpus.links["relation"] == "forward"]
    assert forwards["post_id"].tolist() == ["T-001:1", "T-001:2"]
    assert forwards["target"].nunique() == 1


def test_several_pages_are_one_chat(study):
    paths = [study.put(page(message(1), message(2, name="Person B")), "messages.html"),
             study.put(page(message(3, name="Person B")), "messages2.html")]
    study.take(*paths)
    assert study.corpus().posts["post_id"].tolist() == ["T-001:1", "T-001:2", "T-001:3"]


def test_in_a_channel_the_channel_itself_speaks_and_in_a_chat_of_two_no_name_is_kept(study, make_study):
    channel = study.read(page(message(1, name="Prøvekanal"), title="Prøvekanal"), "m.html")
    assert channel.arenas[["title", "kind"]].values.tolist() == [["Prøvekanal", "channel"]]
    assert channel.posts["account_id"].isna().all()
    other = make_study("other")
    chat = other.read(page(message(1, name="Kirsten Planteret"), message(2, "Tak Kirsten Planteret", name="Mig"),
                           title="Kirsten Planteret"), "m.html")
    assert chat.arenas["kind"].tolist() == ["chat"]
    assert chat.posts["account_id"].notna().all()
    assert b"Planteret" not in other.written()


def test_service_messages_have_no_text_but_a_title_that_changed(study, relations):
    corpus = study.read(page(
        message(1), service(2, "Kirsten Planteret changed group title to &laquo;Nyt navn&raquo;"),
        service(3, "Kirsten Planteret invited Erik Avsender")), "m.html")
    posts = corpus.posts.set_index("post_id")
    assert posts["kind"].tolist() == ["post", "service", "service"]
    assert posts.loc[["T-001:2", "T-001:3"], "text"].isna().all()
    assert posts["posted_at"].nunique() == 1
    assert len(relations(corpus, "retitled")) == 1
    assert b"Planteret" not in study.written()


def test_the_kind_of_media_is_told(study):
    kinds = [
        ('<a class="photo_wrap clearfix pull_left" href="photos/a.jpg">', "photo"),
        ('<a class="video_file_wrap clearfix pull_left" href="a.mp4">', "video"),
        (media("media clearfix pull_left media_photo", "Photo"), "photo"),
        (media("media clearfix pull_left media_photo", "Sticker"), "sticker"),
        (media("media clearfix pull_left media_video", "Animation"), "animation"),
        (media("media clearfix pull_left media_video", "Video message"), "video"),
        (media("media clearfix pull_left media_voice_message", "Voice message"), "voice"),
        (media("media clearfix pull_left media_file", "rapport.pdf"), "file"), ("", None)]
    messages = [message(number, inner=inner) for number, (inner, _) in enumerate(kinds, 1)]
    posts = study.read(page(*messages), "m.html").posts.set_index("post_id")["media"]
    assert [posts[f"T-001:{number}"] for number in range(1, len(kinds))] == [kind for _, kind in kinds[:-1]]
    assert posts.isna().sum() == 1


def test_a_shared_contact_is_a_kind_of_media_and_nothing_else(study):
    contact = media("media clearfix pull_left media_contact", "Kirsten Planteret",
                    '<div class="status details">\n+45 20 30 40 50\n</div>')
    assert study.read(page(message(1, text="", inner=contact)), "m.html").posts["media"].tolist() == ["contact"]
    assert b"Planteret" not in study.written()
    assert b"20 30" not in study.written()


def test_a_poll_is_read_by_its_question_and_reactions_are_counted(study):
    poll = '<div class="media_wrap clearfix"><div class="media_poll"><div class="question bold">\nHvor?\n</div></div></div>'
    people = ('<span class="reactions"><span class="reaction active"><span class="emoji">🙏</span><span class="userpics">'
              '<div class="userpic"><div class="initials" title="Kirsten Planteret">K</div></div></span></span>'
              '<span class="reaction"><span class="emoji">👍</span><span class="count">\n12\n</span></span></span>')
    posts = study.read(page(message(1, text="", inner=poll + people), message(2, "Kirsten Planteret sagde ja")),
                       "m.html").posts
    assert posts[["text", "media", "reactions"]].iloc[0].tolist() == ["Hvor?", "poll", 13]
    assert b"Planteret" not in study.written()
