from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def take_real(study, make, shared_data):
    def take(*parts):
        source = shared_data.joinpath(*parts)
        if not source.exists():
            pytest.skip(f"shared/data/{'/'.join(parts)} is not there")
        card = study.put(make.chat()).parent
        (card / "result.json").unlink()
        if source.is_dir():
            shutil.copytree(source, card / "data", copy_function=shutil.copyfile)
            (card / "data").chmod(0o755)
            return study.take(card)
        shutil.copyfile(source, card / source.name)
        return study.take(card)

    return take


def test_the_tracker_file_of_real_channels_keeps_every_post_once(take_real, study):
    row = take_real("tg_activeclubs", "messages.csv").files.query("format == 'telegram-tracker'").iloc[0]
    assert (row["rows_read"], row["counted"], row["unexplained"], row["quarantined"]) == (21_999, 21_999, 0, 0)
    assert (row["kept"], row["repeated"] + row["older"], row["album_parts"]) == (13_585, 3_570, 4_844)
    corpus = study.corpus()
    assert len(corpus.arenas) == 41
    assert corpus.posts["account_id"].isna().all()
    forwards = corpus.links[corpus.links["relation"] == "forward"]
    assert forwards["target"].isin(corpus.arenas["native_key"]).sum() > 500
    assert not corpus.posts["text"].str.contains(r"@[A-Za-z]\w|t\.me/\w", regex=True).any()


def test_real_exports_of_telegram_desktop_are_read_whole(take_real, study):
    files = take_real("tg_desktop_export_small").files.query("format == 'telegram-desktop'")
    assert sorted(files["rows_read"]) == [4, 5]
    assert files["quarantined"].sum() == 0
    assert study.corpus().arenas["kind"].unique().tolist() == ["channel"]


def test_exports_made_by_others_with_odd_cases_are_read_whole(take_real, study):
    files = take_real("chat_export_fixtures", "telegram").files.query("format == 'telegram-desktop'")
    assert sorted(files["kept"]) == [8, 5_475]
    assert study.corpus().posts["account_id"].nunique() >= 20


def counted(ledger, form):
    """Return rows read, kept, beside those (repeated, older, of an album) and quarantined, by file."""
    files = ledger.files[ledger.files["format"] == form]
    files = files.assign(beside=files[["repeated", "older", "album_parts"]].sum(axis=1))
    columns = ["rows_read", "kept", "beside", "quarantined"]
    return {file.rsplit("/", 1)[-1]: tuple(row) for file, row in zip(files["name"], files[columns].values.tolist(),
                                                                     strict=True)}


def test_tweets_as_saved_by_twarc_are_read_whole_but_for_one_broken_line(take_real, study):
    ledger = take_real("twitter_v2_jsonl")
    files = counted(ledger, "x-api")
    assert sum(row[0] for row in files.values()) == 821
    assert {name: row[3] for name, row in files.items() if row[3]} == {"streaming_output_with_error.jsonl": 1}
    assert files["streaming_output_with_error.jsonl"] == (8, 7, 0, 1)
    assert "not valid JSON: 1" in ledger.files["quarantine_reasons"].dropna().tolist()
    others = ledger.files[ledger.files["format"] == "not an export"].set_index("name")["note"]
    others.index = others.index.str.rsplit("/", n=1).str[-1]
    assert sorted(others.index) == ["counts.jsonl", "empty.json", "lists.jsonl", "tweets_compliance.jsonl", "users.jsonl",
                                    "users_compliance.jsonl"]
    assert "0 bytes" in others["empty.json"]
    posts = study.corpus(undated=True).posts
    assert len(posts) == 420
    assert posts[["text", "posted_at", "account_id"]].notna().all(axis=None)
    assert not posts["text"].str.contains(r"^RT @|(?:^|\s)https://t\.co/|&amp;", regex=True).any()


def test_pages_of_tweets_and_the_same_flattened_are_the_same_posts(take_real, study, make_study, shared_data):
    take_real("twitter_v2_jsonl", "flat.jsonl")
    paged = make_study("paged")
    paged.take(paged.put((shared_data / "twitter_v2_jsonl" / "noflat.jsonl").read_bytes(), "noflat.jsonl"))

    def texts(some):
        posts = some.corpus().posts
        return dict(zip(posts["post_id"].str.split(":").str[1], posts["text"], strict=True))

    flat, pages = texts(study), texts(paged)
    assert flat.keys() == pages.keys()
    assert len(flat) == 100
    # pages name more people, who are then redacted in the texts of others as well
    assert all(flat[post] == pages[post] or "[name]" in pages[post] for post in flat)


def test_messages_of_telethon_are_read_whole_and_albums_count_once(take_real, study):
    files = counted(take_real("tg_telethon_jsonl"), "telethon")
    assert files == {
        "Python_1050982793.jsonl": (14, 11, 3, 0),  # three messages stand in it twice
        "SpotifyGroup_2606656273.jsonl": (3, 3, 0, 0),
        "bloomberg_1488156064.jsonl": (40, 39, 1, 0),  # one is in the newer file as well
        "bloomberg_2025.jsonl": (3, 3, 0, 0),
        "onepiecespoilhere_1508897975.jsonl": (80, 39, 41, 0),  # forty, each twice, two of them an album
    }
    assert study.corpus().posts["posted_at"].notna().all()


def test_channels_of_tgdataset_keep_every_text_and_every_picture(take_real, study):
    assert counted(take_real("tgdataset_preview"), "tgdataset") == {"tgdataset_preview.json": (4_532, 3_784, 748, 0)}
    posts = study.corpus(undated=True).posts
    assert posts["text"].notna().sum() == 2_847
    assert posts["album"].value_counts().to_dict() == {"inferred": 107}


def test_conversations_of_discord_and_messenger_are_read_whole(take_real, study):
    ledger = take_real("chat_export_fixtures")
    assert counted(ledger, "discord") == {"DM_2A_2M.json": (3, 3, 0, 0), "GC_3A_5M.json": (6, 6, 0, 0),
                                          "SV_5A_5M.json": (5, 4, 1, 0)}  # one id stands in it twice
    assert counted(ledger, "messenger") == {"2A_7M.json": (7, 7, 0, 0)}
