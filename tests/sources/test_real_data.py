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
    assert (row["rows_read"], row["merged"], row["kept"], row["quarantined"]) == (21_999, 4_456, 17_543, 0)
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
