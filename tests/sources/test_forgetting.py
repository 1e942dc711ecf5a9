from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench.errors import InputError
from workbench.sources import forget_accounts, load_key, pseudonym
from workbench.telling import describe_forgotten

ON = date(2026, 1, 31)


def forget(study, *handles, **options):
    return forget_accounts(handles, settings=study.settings, on=ON, **options)


@pytest.fixture
def exports(study, make):
    person = {"author": "1234567", "author_username": "kirsten_p", "author_name": "Kirsten Planteret"}
    path = study.put(make.fourcat(
        make.mapped(1, body="Mit opslag", **person), make.mapped(2, body="Hej @kirsten_p, se https://t.me/kirsten_p"),
        make.mapped(3, body="Om noget andet", author_forwarded_from_username="kirsten_p")), "a.csv")
    study.take(path)
    return path


def test_an_account_shown_by_its_id_is_found_by_its_handle(study, exports):
    done = forget(study, "@Kirsten_P")
    assert done.removed.posts == 1
    posts = study.corpus().posts
    assert len(posts) == 2
    assert not posts["text"].str.contains("Mit opslag").any()


def test_nothing_points_at_a_forgotten_account_any_more(study, exports):
    before = study.corpus().links
    forget(study, "kirsten_p")
    links = study.corpus().links
    assert {"mention", "forward"} <= set(before["relation"])
    assert not {"mention", "forward"} & set(links["relation"])


def test_a_forgotten_account_is_refused_by_later_imports(study, exports, make):
    forget(study, "kirsten_p")
    row = study.take(exports).files.iloc[0]
    assert (row["forgotten"], row["kept"], row["repeated"]) == (1, 2, 0)
    newer = study.put(make.chat(make.message(7, "Her igen", from_id="user1234567")), "ny.json")
    assert study.take(newer).files.iloc[0]["forgotten"] == 1
    assert not study.corpus().posts["text"].str.contains("Her igen|Mit opslag").any()


@pytest.fixture
def own_page(study, make):
    """A channel that is shown by its handle, by its id under another title, and by its title; and one beside it."""
    def telethon(channel, **names):
        return {"messages": [{"_": "Message", "id": 7, "peer_id": {"_": "PeerChannel", "channel_id": channel},
                              "date": "2025-10-01T12:00:00+00:00", "message": "Mit opslag", "post": True, "from_id": None,
                              "fwd_from": None, "entities": [], "views": 3}],
                "chats": [{"_": "Channel", "id": channel, "title": "Kirstens side", "broadcast": True} | names]}

    own = {"type": "public_channel", "id": 1900000009}
    paths = [study.put(content, f"{number}.json", source=f"kilde{number}") for number, content in enumerate([
        telethon(1900000009, username="kirsten_p"),
        make.chat(make.message(8, "Mit opslag igen"), **own, name="Kirstens nye side"),
        make.chat(make.message(9, "Mit opslag uden id"), name="Kirstens side", type="public_channel", id=None),
        make.chat(make.message(1, forwarded_from="Kirstens side", forwarded_from_id="channel1900000009"),
                  make.message(2, forwarded_from="Kirstens nye side"), make.message(3, "Om noget andet")),
        telethon(1900000010, username="naboen")])]
    for path in paths:
        study.take(path)
    return paths


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_page_of_a_forgotten_account_a_new_import_leaves_no_trace(study, own_page, order):
    arenas = study.corpus().arenas
    [own] = arenas.loc[arenas["native_key"].notna() & arenas["handle_key"].notna(), "arena_id"].head(1)
    forget(study, "@kirsten_p")
    after = study.corpus()
    study.take(*own_page[::order])
    again = study.corpus()
    for table in ("posts", "links", "arenas", "sightings"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(after, table))
    assert own not in set(again.arenas["arena_id"])
    assert not again.posts["text"].str.contains("igen|uden id").any()
    assert "forward" not in set(again.links["relation"])


def test_another_page_of_the_same_title_as_a_forgotten_one_stays(study, own_page):
    forget(study, "@kirsten_p")
    study.take(*own_page)
    assert sorted(study.corpus().arenas["title"]) == ["Kirstens side", "Prøvegruppen"]


def test_an_id_works_as_well_as_a_handle(study, exports):
    assert forget(study, "1234567").removed.posts == 1


def test_display_names_count_only_where_they_are_asked_for(study, make):
    study.take(study.put(make.chat(make.message(1, **{"from": "Kirsten Planteret"}))))
    with pytest.raises(InputError, match="goes by any of these handles"):
        forget(study, "Kirsten Planteret")
    assert forget(study, "Kirsten Planteret", by_name=True).removed.posts == 1


def test_a_private_chat_with_a_forgotten_person_goes_whole(study, make):
    study.take(study.put(make.chat(make.message(1), make.message(2, from_id="user9"), name="Kirsten Planteret",
                                   type="personal_chat", id=1234567)))
    done = forget(study, "1234567")
    assert (done.removed.arenas, done.removed.posts) == (1, 2)
    assert study.corpus().arenas.empty


def test_rows_in_quarantine_that_hold_the_handle_go(study, make):
    study.take(study.put(make.chat(make.message(1, from_id="user77"), {"views": "@kirsten_p"}, {"views": "andet"})))
    assert forget(study, "user77", "kirsten_p").quarantined == 1
    [left] = (study.folder / "data" / "raw" / "quarantine").iterdir()
    assert "kirsten_p" not in left.read_text()
    assert "andet" in left.read_text()


def test_the_certificate_holds_counts_and_pseudonyms_and_no_handle(study, exports):
    done = forget(study, "kirsten_p")
    text = done.certificate.read_text()
    said = json.loads(text)
    assert (said["left"], said["removed"]["posts"]) == ([], 1)
    assert pseudonym(load_key(study.settings), "telegram:account", "1234567") in said["pseudonyms"]
    assert "kirsten" not in text.casefold()
    assert done.sources == ["kilde"]
    [export] = said["remains"]["found in files that are not changed"]
    assert export["file"] == f"data/raw/kilde/{sha256(exports.read_bytes()).hexdigest()[:8]}.csv"


HER = {"from": "Kirsten Planteret", "from_id": "user77"}


def test_the_study_keeps_her_pseudonyms_to_refuse_her_and_nowhere_else(study, make):
    study.take(study.put(make.chat(make.message(1, **HER), make.message(2))))
    key = load_key(study.settings)
    keyed = {pseudonym(key, "telegram:account", "77"), pseudonym(key, "telegram:name", "kirsten planteret")}
    forget(study, "user77")
    manifest = study.corpus_folder / "manifest.json"
    assert keyed <= set(json.loads(manifest.read_text())["forgotten"])
    for path in study.corpus_folder.glob("**/*.parquet"):
        assert not any(value in json.dumps(pq.read_table(path).to_pylist(), default=str) for value in keyed), path


WORDS = "den nye bro over havnen bliver aldrig færdig til tiden siger alle jeg kender"


def test_copies_of_her_texts_go_from_posts_of_others(study, make):
    words = WORDS.split()
    copies = [WORDS, WORDS.upper() + "!!", f"hun skrev: {' '.join(words[3:11])}", "Citat: der er ingen bro her"]
    others = [f"hun skrev: {' '.join(words[3:10])}", "Der er slet ingen"]
    own = [WORDS, "Der er ingen bro her", "Der er slet ingen"]
    study.take(study.put(make.chat(*(make.message(i, text, **HER) for i, text in enumerate(own)),
                                   *(make.message(10 + i, text) for i, text in enumerate([*copies, *others])))))
    done = forget(study, "user77")
    posts = study.corpus().posts
    assert posts["text"].tolist() == [pd.NA, pd.NA, pd.NA, pd.NA, *others]
    assert posts["language"].head(4).isna().all()
    assert done.removed.texts == 4


def test_a_copy_does_not_come_back_with_the_export_it_came_from(study, make):
    path = study.put(make.chat(make.message(1, WORDS, **HER), make.message(2, f"#havn {WORDS}")))
    study.take(path)
    assert "hashtag" in set(study.corpus().links["relation"])
    forget(study, "user77")
    study.take(path)
    corpus = study.corpus()
    assert corpus.posts["text"].isna().tolist() == [True]
    assert "hashtag" not in set(corpus.links["relation"])


def test_what_she_only_passed_on_stays_with_those_who_wrote_it_and_what_others_passed_on_of_hers_goes(study, make):
    channel = make.chat(make.message(1, WORDS, from_id="channel5", **{"from": "Avisen"}), id=5, name="Avisen",
                        type="public_channel")
    group = make.chat(
        make.message(1, WORDS, forwarded_from="Avisen", forwarded_from_id="channel5", **HER),
        make.message(2, "Et kort", forwarded_from="Kirsten Planteret", forwarded_from_id="user77"), make.message(3, "Ja"))
    study.take(study.put(channel, "kanal.json"), study.put(group, "gruppe.json"))
    forget(study, "user77")
    posts = study.corpus().posts
    assert sorted(posts["text"].fillna("")) == sorted([WORDS, "", "Ja"])
    assert "forward" not in set(study.corpus().links["relation"])


def test_answers_to_her_no_longer_point_at_her_posts(study, make):
    study.take(study.put(make.chat(make.message(1, **HER), make.message(2, reply_to_message_id=1),
                                   make.message(3, reply_to_message_id=2))))
    forget(study, "user77")
    links = study.corpus().links
    assert [target[-1] for target in links.loc[links["relation"] == "reply", "target"]] == ["2"]


def test_her_display_name_is_found_by_its_pseudonym_and_goes_from_what_others_wrote(study, make):
    desktop = study.put(make.chat(make.message(1, "Jeg er her", **HER), make.message(2, "Hej Kirsten"), id=1, name="A"))
    other = study.put(make.fourcat(make.mapped(1, body="I går så jeg Kirsten Planterets cykel"),
                                   make.mapped(2, body="Hun hedder Kirsten noget")), "b.csv")
    study.take(desktop, other)
    assert study.corpus().posts["text"].str.contains("Hej Kirsten").any()
    forget(study, "user77")
    texts = study.corpus().posts["text"]
    assert set(texts) == {"Hej [name]", "I går så jeg [name] cykel", "Hun hedder Kirsten noget"}


def test_a_handle_that_is_any_word_goes_only_where_she_wrote(study, make):
    person = {"author": "77", "author_username": "havnen"}
    study.take(study.put(make.fourcat(make.mapped(1, body="Ja", **person), make.mapped(2, body="Spørg havnen")), "a.csv"),
               study.put(make.chat(make.message(1, "Vi ses ved havnen")), "b.json"))
    forget(study, "@havnen")
    assert set(study.corpus().posts["text"]) == {"Spørg [name]", "Vi ses ved havnen"}


def test_her_name_goes_from_titles_of_arenas_and_from_addresses(study, make):
    study.take(study.put(make.chat(make.message(1, **HER), make.message(
        2, "se https://avis.invalid/kirsten_77 og #kirsten_77 og https://avis.invalid/andet"), name="Kirsten Planteret fans")))
    forget(study, "user77", names=["kirsten_77"])
    corpus = study.corpus()
    assert corpus.arenas["title"].tolist() == ["[name] fans"]
    assert set(corpus.links["target"]) == {"avis.invalid", "https://avis.invalid/andet"}


def test_a_name_that_is_told_goes_in_small_letters_too(study, make):
    study.take(study.put(make.chat(make.message(1, **{**HER, "from": "K"}), make.message(2, "bare spørg kirsten p. hansen"))))
    forget(study, "user77", names=["Kirsten P. Hansen"])
    assert study.corpus().posts["text"].tolist() == ["bare spørg [name]"]


def test_rows_in_quarantine_go_by_all_that_is_known_of_her(study, make):
    rows = [{"from": "Kirsten Planteret", "views": 1}, {"from_id": "user77", "views": 1},
            {"views": "skriv til Kirsten Planteret i dag"}, {"views": f"hun\u2028skrev {WORDS}"}]
    study.take(study.put(make.chat(make.message(1, WORDS, **HER), *rows, {"views": "andet"})))
    assert forget(study, "user77").quarantined == 4
    [left] = (study.folder / "data" / "raw" / "quarantine").iterdir()
    assert [json.loads(line)["raw"]["views"] for line in left.read_text().splitlines()] == ["andet"]


def test_exports_that_are_named_after_her_are_told_by_their_source(study, make):
    study.take(study.put(make.chat(make.message(1, **HER))))
    study.put(make.chat(make.message(2)), "WhatsApp-chat med Kirsten Planteret.json", source="anden")
    done = forget(study, "user77")
    assert done.sources == ["anden", "kilde"]
    assert "Kirsten" not in done.certificate.read_text()


def test_what_people_wrote_in_files_of_the_study_is_told_and_left(study, make):
    study.take(study.put(make.chat(make.message(1, WORDS, **HER), make.message(2, "Kirsten Planteret"))))
    reviews = study.folder / "reviews"
    reviews.mkdir()
    (reviews / "2025Q4.toml").write_text(f"# {WORDS}\n# Kirsten Planteret")
    said = json.loads(forget(study, "user77").certificate.read_text())
    found = {(row["file"], row["what"]) for row in said["remains"]["found in files that are not changed"]}
    assert {("reviews/2025Q4.toml", "texts"), ("reviews/2025Q4.toml", "handles and names")} <= found
    assert WORDS in (reviews / "2025Q4.toml").read_text()


def test_who_is_not_there_yet_is_refused_from_then_on(study, exports, make):
    with pytest.raises(InputError, match="refused at import"):
        forget(study, "user77")
    study.take(study.put(make.chat(make.message(1, **HER)), "ny.json"))
    assert not study.corpus().posts["account_id"].eq(pseudonym(load_key(study.settings), "telegram:account", "77")).any()


def test_a_handle_that_nobody_has_is_said_to_be_unknown(study, exports):
    before = study.corpus().posts
    with pytest.raises(InputError, match="Check their spelling"):
        forget(study, "findes_ikke")
    assert study.corpus().posts.equals(before)


def test_tables_derived_from_the_corpus_go_and_the_ledger_of_released_numbers_stays(study, exports):
    for name in ("topics", "findings"):
        (study.folder / "data" / "processed" / name).mkdir()
    forget(study, "kirsten_p")
    assert not (study.folder / "data" / "processed" / "topics").exists()
    assert (study.folder / "data" / "processed" / "findings").exists()


def test_the_id_of_a_post_that_was_reposted_goes_with_the_repost_relation_to_who_wrote_it(study):
    def tweet(number, **fields):
        return {"id": f"190000000000000000{number}", "author_id": f"50{number}", "text": "Hej til alle i byen",
                "created_at": "2025-10-02T10:00:00Z", "public_metrics": {"like_count": 1}} | fields

    first = tweet(1)
    page = {"data": [tweet(2, text="RT @kilde: Hej til alle i byen", referenced_tweets=[
        {"type": "retweeted", "id": first["id"]}])], "includes": {"tweets": [first], "users": [
            {"id": "501", "username": "kilde"}, {"id": "502", "username": "anden"}]}}
    study.take(study.put(json.dumps(page) + "\n", "x.jsonl"))
    assert {"forward", "repeats"} <= set(study.corpus().links["relation"])
    forget(study, "501")
    assert not {"forward", "repeats"} & set(study.corpus().links["relation"])


def test_files_that_people_wrote_for_their_practice_are_read_told_and_left(study, exports):
    for name, text in (("handbook/episodes.toml", 'da = "Kirsten_P ringede til klubben"'),
                       ("alerts/2025-09-23.toml", 'da = "intet om nogen"'), ("watch/notes.csv", "dag,note\n1,kirsten_p igen\n")):
        (study.folder / name).parent.mkdir(exist_ok=True)
        (study.folder / name).write_text(text, encoding="utf-8")
    before = {p: p.read_bytes() for p in study.folder.glob("*/*.*") if p.parent.name in ("handbook", "alerts", "watch")}
    done = forget(study, "kirsten_p")
    assert done.look_at == ("handbook/episodes.toml", "watch/notes.csv")
    assert before == {p: p.read_bytes() for p in before}
    data, words = describe_forgotten(done)
    assert data["look_at"] == list(done.look_at)
    assert "Look at handbook/episodes.toml, watch/notes.csv" in words
    remains = json.loads(done.certificate.read_text(encoding="utf-8"))["remains"]
    assert remains["what people wrote for their practice, which may rest on these posts"] == [
        "alerts/2025-09-23.toml", "handbook/episodes.toml", "watch/notes.csv"]


def test_with_nothing_of_hers_in_them_nobody_is_sent_to_look(study, exports):
    (study.folder / "handbook").mkdir()
    (study.folder / "handbook" / "law.toml").write_text("# intet", encoding="utf-8")
    done = forget(study, "kirsten_p")
    assert done.look_at == ()
    assert "Look at" not in describe_forgotten(done)[1]
