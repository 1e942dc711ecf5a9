"""One arena under several ids, handles or names of files is found to be one, and a person can undo it."""

from __future__ import annotations

import pytest

from workbench.errors import InputError

POSTS = range(1, 11)


def says(number):
    return f"Dette er opslag nummer {number} i gruppen"


def desktop(make, **fields):
    return make.chat(*(make.message(i, says(i)) for i in POSTS), **fields)


def fourcat(make, handle="proevegruppe"):
    return make.fourcat(*(make.mapped(0, id=f"{handle}-{i}", thread_id=handle, chat=handle, body=says(i),
                                      unix_timestamp=str(1762156800 + 60 * i)) for i in POSTS))


def tracker(make, handle="proevegruppe"):
    return make.tracker(*(make.tracked(i, cleaned_message=says(i), date=f"2025-11-03 08:{i:02d}:00+00:00",
                                       channel_name=handle, msg_link=f"https://t.me/{handle}/{i}") for i in POSTS))


def take(study, *exports):
    for number, (content, name) in enumerate(exports):
        study.take(study.put(content, name, source=f"kilde{number}", collected_to=f"2025-12-{number + 1:02d}"))
    return study.corpus()


def test_a_group_by_id_and_the_same_group_by_handle_are_one_by_their_posts(study, make):
    corpus = take(study, (desktop(make), "r.json"), (fourcat(make), "c.csv"))
    assert len(corpus.posts) == 10
    assert corpus.arenas["arena_id"].tolist() == ["T-001"]
    assert corpus.joins[["arena_id", "same_as", "why", "posts"]].values.tolist() == [
        ["T-002", "T-001", "the same posts", 10]]
    assert corpus.posts["views"].notna().all()


def test_an_account_by_its_id_and_the_same_account_by_its_handle_are_one(study, make):
    by_id = make.fourcat(*(make.mapped(i, author="501", author_username="anden") for i in range(1, 4)))
    by_handle = make.fourcat(*(make.mapped(i, author="", author_username="anden") for i in range(4, 7)))
    corpus = take(study, (by_id, "a.csv"), (by_handle, "b.csv"))
    assert len(corpus.posts) == 6
    assert corpus.posts["account_id"].nunique() == 1


def test_an_export_that_names_id_and_handle_joins_what_was_imported_before(study, make):
    few = make.fourcat(*(make.mapped(i) for i in POSTS))  # other posts: nothing but the handle tells
    corpus = take(study, (desktop(make), "r.json"), (few, "c.csv"))
    assert len(corpus.arenas) == 2
    corpus = take(study, (desktop(make), "r.json"), (few, "c.csv"), (tracker(make), "t.csv"))
    assert corpus.arenas["arena_id"].tolist() == ["T-001"]
    assert corpus.joins["why"].tolist() == ["one export names both"]


def test_a_group_under_a_new_handle_is_the_same_group(study, make):
    corpus = take(study, (fourcat(make), "a.csv"), (fourcat(make, "nytnavn"), "b.csv"))
    assert (len(corpus.posts), len(corpus.arenas)) == (10, 1)


def test_two_channels_of_different_ids_stay_two_though_one_takes_the_handle_of_the_other(study, make):
    second = make.tracker(*(make.tracked(i, channel_id="1900000002", cleaned_message=f"Noget andet {i}") for i in POSTS))
    corpus = take(study, (tracker(make, "proevekanal"), "a.csv"), (second, "b.csv"))
    assert len(corpus.arenas) == 2
    both = study.put(make.tracker(*(make.tracked(i, channel_id=f"190000000{i % 2 + 3}") for i in POSTS)), "c.csv")
    study.take(both)
    assert len(study.corpus().arenas) == 4


def test_two_groups_in_which_one_text_is_posted_at_one_time_stay_two(study, make):
    def group(number):
        return make.chat(*(make.message(i, says(i) if i < 4 else f"Kun i {number} nummer {i}") for i in POSTS),
                         id=1900000000 + number)

    corpus = take(study, (group(1), "a.json"), (group(2), "b.json"))
    assert (len(corpus.arenas), len(corpus.posts)) == (2, 20)


def test_a_group_that_became_a_supergroup_is_one_arena_and_no_post_is_lost(study, make):
    basic = make.chat(*(make.message(i, f"Før flytningen {i}") for i in range(1, 6)), id=77, type="private_group")
    moved = make.message(1, "", type="service", action="migrate_from_group", title="Prøvegruppen", actor="x",
                         actor_id="user1", date_unixtime=str(1762156800 + 60 * 6))
    later = make.chat(moved, *(make.message(i, f"Efter den {i}", date_unixtime=str(1762156800 + 600 * i))
                               for i in range(2, 6)))
    corpus = take(study, (basic, "a.json"), (later, "b.json"))
    assert corpus.joins["why"].tolist() == ["the group moved"]
    assert (len(corpus.arenas), len(corpus.posts)) == (1, 10)


def test_a_person_can_say_that_arenas_are_apart_or_one(study, make):
    take(study, (desktop(make), "r.json"), (fourcat(make), "c.csv"),
         (make.chat(make.message(1, "En tredje"), id=1900000009), "d.json"))
    (study.folder / "arenas.toml").write_text('[[apart]]\narenas = ["T-001", "T-002"]\n')
    corpus = study.corpus()
    assert corpus.arenas["arena_id"].tolist() == ["T-001", "T-002", "T-003"]
    assert len(corpus.posts) == 21
    (study.folder / "arenas.toml").write_text('[[same]]\narenas = ["T-001", "T-003"]\n')
    corpus = study.corpus()
    assert corpus.joins.set_index("arena_id")["why"].to_dict() == {"T-002": "the same posts",
                                                                   "T-003": "a person says so"}
    assert len(corpus.posts) == 11


@pytest.mark.parametrize("content", ["[[same]", '[[same]]\narenas = ["T-001"]', '[[andet]]\narenas = ["T-001", "T-002"]',
                                     'same = "T-001"', '[[apart]]\narenas = ["T-001", "T-099"]'])
def test_a_damaged_file_of_decisions_is_refused_with_what_it_holds(study, make, content):
    take(study, (desktop(make), "r.json"), (fourcat(make), "c.csv"))
    (study.folder / "arenas.toml").write_text(content)
    with pytest.raises(InputError, match=r"arenas\.toml"):
        study.corpus()


HALL = ["[03.11.2025 09.15.30] Per: Vi ses ved hallen klokken otte", "[04.11.2025 09.16.01] Bo: Det er godt vi kommer"]
OTHER = ["[03.11.2025 09.15.30] Ida: Har I set hvad de skrev", "[04.11.2025 09.16.01] Eva: Ja det har jeg set nu"]


def chat(*lines):
    return "\n".join(lines) + "\n"


def test_chats_of_whatsapp_are_told_by_what_they_say_and_not_by_the_name_of_the_file(study):
    corpus = take(study, (chat(*HALL), "_chat.txt"), (chat(*OTHER), "_chat.txt"))
    assert (len(corpus.arenas), len(corpus.posts)) == (2, 4)


def test_a_chat_of_whatsapp_exported_again_under_another_name_is_one(study):
    more = chat(*HALL, "[05.11.2025 10.00.00] Per: Så er vi her", "[05.11.2025 10.01.00] Per: Kom nu")
    take(study, (chat(*HALL), "WhatsApp-chat med Hallen.txt"))
    row = study.take(study.put(more, "WhatsApp-chat med Hallen (2).txt", source="senere")).files.iloc[0]
    assert (row["new"], row["unchanged"]) == (2, 2)
    corpus = study.corpus()
    assert (len(corpus.arenas), len(corpus.posts)) == (1, 4)


def test_a_chat_of_whatsapp_from_two_telephones_is_one(study):
    android = chat("03.11.2025 09.15 - Per: Vi ses ved hallen klokken otte",
                   "04.11.2025 09.16 - Bo: Det er godt vi kommer")
    corpus = take(study, (chat(*HALL), "_chat.txt"), (android, "chat.txt"))
    assert (len(corpus.arenas), len(corpus.posts)) == (1, 2)
