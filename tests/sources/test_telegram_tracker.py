from __future__ import annotations

import pytest

from workbench.errors import InputError


def test_rows_become_posts_of_a_channel_without_accounts(study, make):
    corpus = study.read(make.tracker(make.tracked(76, views="120.0"), make.tracked(77, message="Fuld tekst")), "m.csv")
    posts = corpus.posts
    assert posts["post_id"].tolist() == ["T-001:76", "T-001:77"]
    assert posts["text"].tolist() == ["Se her", "Fuld tekst"]
    assert posts[["views", "replies", "forwards"]].values.tolist() == [[120, 2, 14], [120, 2, 14]]
    assert posts["account_id"].isna().all()
    assert posts["posted_at"].dt.hour.tolist() == [12, 12]
    assert corpus.arenas[["native_key", "handle_key"]].notna().all(axis=None)


def test_forward_ids_written_as_floats_are_the_ids_of_the_channels(study, make):
    rows = [make.tracked(1), make.tracked(2, channel_id="1505034921", channel_name="anden"),
            make.tracked(3, forward_msg_from_peer_id="1505034921.0", forward_msg_from_peer_name="anden",
                         forward_msg_from_peer_type="PeerChannel")]
    corpus = study.read(make.tracker(*rows), "m.csv")
    forward = corpus.links[corpus.links["relation"] == "forward"]
    assert forward["target_kind"].tolist() == ["id"]
    assert forward["target"].isin(corpus.arenas["native_key"]).all()


def test_a_forward_without_an_id_goes_by_handle_or_by_name(study, make):
    rows = [make.tracked(1, forward_msg_from_peer_name="anden", forward_msg_link="https://t.me/anden/5"),
            make.tracked(2, forward_msg_from_peer_name="En Person")]
    links = study.read(make.tracker(*rows), "m.csv").links
    assert links.loc[links["relation"] == "forward", "target_kind"].tolist() == ["handle", "name"]


def test_the_older_header_is_read_too(study):
    text = ("signature,channel_id,username,message,date,msg_link,msg_from_peer,msg_from_id,views,from_channel_id,"
            "reply_to_msg_id\nx,1900000001,kanal,Se her,2025-10-01 12:00:00,https://t.me/kanal/77,,,5,1900000002,76\n")
    corpus = study.read(text, "msgs_dataset.csv")
    assert corpus.posts["post_id"].tolist() == ["T-001:77"]
    assert sorted(corpus.links["relation"]) == ["forward", "reply"]
    assert corpus.links.loc[corpus.links["relation"] == "reply", "target"].tolist() == ["T-001:76"]


def test_a_field_beyond_the_usual_limit_is_read(study, make):
    corpus = study.read(make.tracker(make.tracked(1, cleaned_message="ord " * 100_000)), "m.csv")
    assert corpus.posts["text"].str.len().tolist() == [399_999]


@pytest.mark.parametrize(("fields", "media"), [
    ({"media_type": "MessageMediaPhoto"}, "photo"),
    ({"media_type": "MessageMediaDocument", "document_type": "video/mp4"}, "video"),
    ({"media_type": "MessageMediaDocument", "document_type": "application/pdf"}, "file"),
    ({"media_type": "MessageMediaWebPage"}, "link"), ({"media_type": "MessageMediaNew"}, "other")])
def test_media_keep_their_kind(study, make, fields, media):
    assert study.read(make.tracker(make.tracked(1, **fields)), "m.csv").posts["media"].tolist() == [media]


def test_broken_rows_are_quarantined_with_their_line_and_no_good_row_is_lost(study, make):
    lines = make.tracker(*(make.tracked(i) for i in range(1, 8))).splitlines()
    lines[2] = "for,få,celler"
    lines[4] = lines[4].replace("Se her", '"Se her')  # an open quotation mark
    path = study.put("\n".join(lines) + "\n", "m.csv")
    row = study.take(path).files.iloc[0]
    assert (row["rows_read"], row["kept"], row["quarantine_reasons"]) == (7, 5, "wrong number of cells: 2")
    assert study.corpus().posts["post_id"].str[6:].tolist() == ["1", "3", "5", "6", "7"]
    [kept] = (study.folder / "data" / "raw" / "quarantine").iterdir()
    assert '"place": 3,' in kept.read_text(encoding="utf-8")
    assert '"place": 5,' in kept.read_text(encoding="utf-8")


def test_an_open_quotation_mark_in_a_long_file_costs_one_row(study, make):
    lines = make.tracker(*(make.tracked(i) for i in range(1, 1500))).splitlines()
    lines[5] = lines[5].replace("Se her", '"Se her')
    row = study.take(study.put("\n".join(lines), "m.csv")).files.iloc[0]
    assert (row["kept"], row["quarantined"]) == (1498, 1)


def test_a_file_without_the_columns_is_refused_by_name(study):
    path = study.put("a,b\n1,2\n", "m.csv")
    with pytest.raises(InputError, match="channel_id, date, msg_link"):
        study.take(path, format_name="telegram-tracker")


def test_a_header_with_a_column_twice_is_refused(study):
    with pytest.raises(InputError, match="line 1"):
        study.take(study.put("channel_id,date,msg_link,message,message\n", "m.csv"))
