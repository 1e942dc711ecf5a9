from __future__ import annotations

import json


def message(text, sender="Anna Prøve", minute=15, **fields):
    return {"date": f"2025-11-03T09:{minute}:30", "sender": sender, "body": text, "quote": "", "sticker": None,
            "reactions": [], "attachments": []} | fields


def lines(*messages):
    return "\n".join(json.dumps(m, ensure_ascii=False) for m in messages)


def test_messages_have_sender_local_time_reactions_and_media(study):
    content = lines(message("Hej", reactions=[["Bo", "👍"], ["Ida", "👍"]]),
                    message("", "Bo", 16, attachments=[{"name": "a", "path": "media/a.mp4"}]),
                    message("x", "Bo", 17, deleted=True), message("Tak Anna Prøve", "Bo", 18, quote="> hemmeligt citat"))
    posts = study.read(content, "data.json", time_zone='"Europe/Copenhagen"').posts
    assert posts["kind"].tolist() == ["post", "post", "service", "post"]
    assert str(posts["posted_at"][0]) == "2025-11-03 08:15:30+00:00"
    assert posts["reactions"].tolist()[:2] == [2, 0]
    assert posts["media"].tolist()[1] == "video"
    assert posts["text"].dropna().tolist() == ["Hej", "Tak [name]"]
    assert posts["account_id"].nunique() == 2
    assert b"hemmeligt" not in study.written()


def test_the_folder_is_the_chat_and_its_name_is_not_kept(study):
    study.take(study.put(lines(message("Hej"), message("Dav", "Bo")), "data.json", source="Kirsten Planteret"),
               study.put(lines(message("Hej"), message("Dav", "Bo")), "data.json", source="Andre"))
    corpus = study.corpus()
    assert corpus.arenas["kind"].tolist() == ["chat", "chat"]
    assert corpus.arenas["title"].isna().all()
