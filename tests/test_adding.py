"""`workbench add`: an export from anywhere, with a card asked for, comes into the study whole or not at all."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from workbench import cli
from workbench.adding import add_exports
from workbench.asking import Asked, fill_in
from workbench.errors import CardError, InputError, WorkbenchError
from workbench.settings import read_settings
from workbench.sources import load_corpus, load_ledger

TODAY = date(2025, 11, 1)
CARD = {"controller": 'Prøveby "Kommune"', "purpose": "prøve", "legal_basis": "§ 10", "access": "open",
        "collected_by": "medarbejder", "tdm_reservation": "none found", "tdm_checked": "2025-10-01, terms",
        "delete_by": "2027-09-30"}
FORUM = "nr;hvem;hvornår;ordene;set\n1;ane_b;03/09/2025 09:15;Badebroen er lukket igen;1.234\n2;bo;04/09/2025 10:15;Skriv til bo@post.example;12K\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WORKBENCH_KEY_FILE", str(tmp_path / "key" / "made.key"))
    (tmp_path / "by" / "data" / "raw").mkdir(parents=True)
    (tmp_path / "by" / "study.toml").write_text('name = "Prøveby"\nlanguage = "da"\ncontact = "x"\n', encoding="utf-8")
    return read_settings(tmp_path / "by")


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Write a Telegram export somewhere outside the study."""

    def make(*, first: int = 1754042400, posts: int = 5, name: str = "result.json", key: int = 0,
             kind: str = "public_supergroup") -> Path:
        messages = [{"id": key + i, "type": "message", "date": "x", "date_unixtime": str(first + 3600 * i),
                     "from": f"Ane Bosdatter{i}", "from_id": f"user{i}", "text_entities": [],
                     "text": f"Badebroen er dejlig i dag, siger Ane Bosdatter1, nummer {i}"} for i in range(posts)]
        folder = tmp_path / "hentet"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(json.dumps({"name": "Byens kanal", "type": kind, "id": 19 + (kind != "public_supergroup"), "messages": messages}))
        return path

    return make


@pytest.fixture
def adds(settings):
    """Add with fields given and answers to questions, and return what was added and what was said."""

    def add(path: Path, *answers: str, card: dict | None = None, mapping: dict | None = None, asks: bool = False, **more):
        said = add.said = []
        left = list(answers)

        def ask(question: str, proposal: str) -> str:
            said.append(f"? {question} [{proposal}]")
            if not left:
                raise KeyboardInterrupt
            return left.pop(0) or proposal

        asked = Asked(dict(CARD if card is None else card), mapping or {}, ask if asks else None, said.append, is_shown=True, **more)
        added = add_exports(path, settings=settings, asked=asked, today=TODAY)
        assert left == []
        return added, said

    return add


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_export_from_anywhere_is_copied_with_its_card_and_imported(settings, export, adds):
    path = export()
    added, said = adds(path)
    folder = settings.folder / "data" / "raw" / "telegram-desktop-2025-08"
    assert added.folder == folder
    assert (folder / "result.json").read_bytes() == path.read_bytes()
    card = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    assert card == {**CARD, "collected_with": "telegram desktop", "collected_from": date(2025, 8, 1),
                    "collected_to": date(2025, 8, 1), "delete_by": date(2027, 9, 30)}
    assert len(load_corpus(settings.folder).posts) == 5
    assert said[:2] == ["1 file in the format telegram-desktop", "5 posts, 2025-08-01 to 2025-08-01, in 1 arena: Byens kanal"]
    assert any("Badebroen er dejlig i dag, siger [name], nummer 0" in line for line in said)
    assert not any("Bosdatter" in line for line in said)
    assert not added.found.is_own_account
    assert replace(added.found, formats=(SimpleNamespace(own_account=True),)).is_own_account
    assert [p.name for p in (settings.folder / "data" / "raw").iterdir() if p.name.startswith(".")] == []


def test_what_is_missing_is_asked_for_and_a_wrong_answer_is_asked_for_again(settings, export, adds):
    given = ("Prøveby Kommune", "prøve", "§ 10", "lukket", "closed", "§ 7", "medarbejder", "none found", "2025-10-01", "snart", "2027-09-30")
    added, said = adds(export(), *given, card={}, asks=True)
    card = tomllib.loads((added.folder / "source.toml").read_text(encoding="utf-8"))
    assert (card["access"], card["closed_basis"], card["delete_by"]) == ("closed", "§ 7", date(2027, 9, 30))
    assert [line for line in said if line.startswith(("access", "delete_by"))] == [
        "access is one of open, link, closed. Give one of them.", "delete_by is no day such as 2025-09-30. Give it so."]


@pytest.mark.parametrize("answered", [0, 7])
def test_a_stop_at_a_question_leaves_nothing_behind(settings, export, adds, answered):
    path = export()
    before = files_of(settings.folder)
    with pytest.raises(KeyboardInterrupt):
        adds(path, *["open"] * answered, card={}, asks=True)
    assert files_of(settings.folder) == before
    assert not (settings.folder / "data" / "raw" / "telegram-desktop-2025-08").exists()
    assert list((settings.folder / "data" / "raw").glob(".adding*")) == []


def test_a_stop_in_the_import_takes_back_what_was_copied(settings, export, adds, monkeypatch):
    import workbench.placing

    adds(export(posts=2))
    before = files_of(settings.folder)
    whole = workbench.placing.import_exports

    def stopped(paths, *, settings, **more):
        if settings.folder.name == "by":
            raise KeyboardInterrupt
        return whole(paths, settings=settings, **more)

    monkeypatch.setattr(workbench.placing, "import_exports", stopped)
    for source in (None, "telegram-desktop-2025-08"):
        with pytest.raises(KeyboardInterrupt):
            adds(export(key=50), source=source)
        assert files_of(settings.folder) == before


def test_the_stage_of_a_process_that_was_killed_is_removed(settings, export, adds):
    left = settings.folder / "data" / "raw" / ".adding-killed"
    (left / "look").mkdir(parents=True)
    (left / "look" / "row").write_text("x")
    adds(export())
    assert not left.exists()


def test_the_next_quarter_asks_nothing_and_only_the_dates_are_new(settings, export, adds):
    adds(export(), card={**CARD, "category": "kanaler"})
    added, said = adds(export(first=1759320000, key=100), card={}, asks=True)
    assert added.folder.name == "telegram-desktop-2025-10"
    card = tomllib.loads((added.folder / "source.toml").read_text(encoding="utf-8"))
    assert card == {**CARD, "collected_with": "telegram desktop", "category": "kanaler", "collected_from": date(2025, 10, 1),
                    "collected_to": date(2025, 10, 1), "delete_by": date(2027, 11, 30)}
    assert not any(line.startswith("?") for line in said)
    assert len(load_corpus(settings.folder).posts) == 10


def test_the_card_of_another_kind_of_export_is_only_proposed(settings, export, adds, tmp_path):
    adds(export())
    path = tmp_path / "forum.csv"
    path.write_text(FORUM, encoding="utf-8")
    columns = {"text": "ordene", "time": "hvornår", "time_format": "day-first"}
    with pytest.raises(CardError, match=r"--controller --purpose --legal-basis --access"):
        adds(path, card={}, mapping=columns)
    with pytest.raises(KeyboardInterrupt):
        adds(path, *["nr", "hvem", *[""] * 8], card={}, mapping=columns, asks=True)
    asked = [line for line in adds.said if line.startswith("?")]
    assert any(line.startswith("? Who is responsible") and line.endswith('[Prøveby "Kommune"]') for line in asked)
    assert asked[-1] == "? Who can read it: open (anybody), link (whoever has a link) or closed []"


@pytest.mark.parametrize("kind", ["private_supergroup", "personal_chat"])
def test_what_was_said_of_a_public_group_is_not_taken_over_for_a_private_one(settings, export, adds, kind):
    adds(export())
    with pytest.raises(CardError, match=r"not complete.* Give --access;"):
        adds(export(key=100, kind=kind), card={})
    _, said = adds(export(key=100, kind=kind), card={"access": "open"})
    assert "1 of the arenas are not for everybody by what the export says, and the card says open." in said


def test_without_anybody_to_ask_what_is_missing_is_named_as_options(settings, export, adds):
    before = files_of(settings.folder)
    given = {k: v for k, v in CARD.items() if k not in ("legal_basis", "delete_by")}
    with pytest.raises(CardError, match=r"not complete.* Give --legal-basis --delete-by; .*Nothing was copied"):
        adds(export(), card=given)
    assert files_of(settings.folder) == before


@pytest.mark.parametrize(("change", "message"), [
    ({"delete_by": "2025-11-01"}, "delete_by is 2025-11-01, which has come"),
    ({"collected_from": "2025-09-01"}, "collected_from .* is after collected_to"),
    ({"controller": "By\x1b[2J"}, "cannot be printed"),
    ({"time_zone": "Mars/Byen"}, "time_zone is not a name"),
])
def test_a_card_that_does_not_hold_is_refused_before_anything_is_copied(settings, export, adds, change, message):
    before = files_of(settings.folder)
    with pytest.raises(CardError, match=message):
        adds(export(), card=CARD | change)
    assert files_of(settings.folder) == before


@pytest.mark.parametrize(("change", "message"), [
    ({"delete_by": "snart"}, "no day such as"), ({"access": "lukket"}, "open, link, closed"),
    ({"tdm_reservation": "found, not collected"}, "reserves its rights"),
    ({"access": "closed"}, "Give --closed-basis"), ({"purpose": "  "}, "purpose is empty"),
])
def test_a_field_that_does_not_hold_is_refused(change, message):
    found = SimpleNamespace(private=0, is_own_account=False, first=date(2025, 8, 1), last=date(2025, 8, 2), format_name="own")
    with pytest.raises(CardError, match=message):
        fill_in(found, former=None, other=None, asked=Asked(CARD | change, {}, None, print))


def test_posts_outside_the_dates_of_the_card_are_said_before_anything_is_copied(settings, export, adds):
    dates = {"collected_from": "2025-08-02", "collected_to": "2025-08-31"}
    before = files_of(settings.folder)
    with pytest.raises(CardError, match=r"outside the dates of the card\. Nothing was copied"):
        adds(export(posts=30), "no", card=CARD | dates, asks=True)
    assert files_of(settings.folder) == before
    _, said = adds(export(posts=30), "yes", card=CARD | dates, asks=True)
    assert "14 of 30 posts are outside the dates of the card (2025-08-02 to 2025-08-31)." in said


def test_the_same_export_is_not_added_twice_and_no_file_is_overwritten(settings, export, adds):
    added, _ = adds(export())
    first = (added.folder / "result.json").read_bytes()
    with pytest.raises(InputError, match=r"telegram-desktop-2025-08.result\.json: the same export was added before"):
        adds(export())
    again, said = adds(export(posts=7), source=added.folder.name)
    assert again.folder == added.folder
    assert (added.folder / "result.json").read_bytes() == first
    assert sorted(p.name for p in added.folder.iterdir()) == ["result-2.json", "result.json", "source.toml"]
    assert len(load_corpus(settings.folder).posts) == 7
    assert any("2 of" in line or "outside" in line for line in said) is False


def test_of_a_folder_the_exports_are_copied_and_nothing_else(settings, export, adds):
    path = export()
    (path.parent / "photos").mkdir()
    (path.parent / "photos" / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (path.parent / "README.md").write_text("x")
    export(name="to.json", key=200)
    added, said = adds(path.parent)
    assert sorted(p.name for p in added.folder.rglob("*")) == ["result.json", "source.toml", "to.json"]
    assert said[0] == "2 files in the format telegram-desktop, and 1 that are no exports"
    assert len(load_corpus(settings.folder).posts) == 10


def test_what_lies_below_data_raw_already_gets_its_card_there(settings, export, adds):
    path = export()
    folder = settings.folder / "data" / "raw" / "byens-kanal"
    folder.mkdir()
    path.rename(folder / "result.json")
    before = set(files_of(settings.folder))
    with pytest.raises(KeyboardInterrupt):
        adds(folder, card={}, asks=True)
    assert set(files_of(settings.folder)) == before
    added, _ = adds(folder)
    assert added.folder == folder
    assert sorted(p.name for p in folder.iterdir()) == ["result.json", "source.toml"]
    assert load_ledger(settings.folder).files["source_id"].tolist() == ["byens-kanal"]


@pytest.mark.parametrize("source", ["../ude", "a/b", ".skjult", "quarantine", "", "to ord"])
def test_a_source_that_is_no_name_of_a_folder_is_refused(settings, export, adds, source):
    if source:
        with pytest.raises(InputError, match="--source"):
            adds(export(), source=source)
    assert not (settings.folder.parent / "ude").exists()


def test_the_export_of_an_own_account_needs_the_basis_that_closed_does(export):
    found = SimpleNamespace(private=0, is_own_account=True, first=date(2025, 8, 1), last=date(2025, 8, 2), format_name="own")
    asked = Asked(dict(CARD), {}, None, print)
    with pytest.raises(CardError, match=r"own account.*--closed-basis"):
        fill_in(found, former=None, other=None, asked=asked)
    del asked.card["access"]
    with pytest.raises(CardError, match="Give --closed-basis"):
        fill_in(found, former=None, other=None, asked=asked)
    asked.card["closed_basis"] = "§ 7"
    assert fill_in(found, former=None, other=None, asked=asked)["access"] == "closed"


def test_what_is_no_export_is_refused_by_the_name_it_was_given(settings, adds, tmp_path):
    path = tmp_path / "noter.txt"
    path.write_text("bare noget tekst")
    with pytest.raises(InputError, match=r"noter\.txt") as caught:
        adds(path)
    assert ".adding" not in str(caught.value)
    assert str(tmp_path / "noter.txt") in str(caught.value)


def test_an_export_without_posts_is_refused(settings, export, adds):
    with pytest.raises(InputError, match="no post in it: the files hold none"):
        adds(export(posts=0))


@pytest.fixture
def forum(tmp_path: Path) -> Path:
    path = tmp_path / "forum.csv"
    path.write_bytes(FORUM.encode("cp1252"))
    return path


def test_a_table_nobody_knows_is_mapped_by_asking_and_the_answers_stay_in_the_card(settings, adds, forum):
    # column of the text, of the time; id, account and arena; platform and kinds; which of day and month comes first
    answers = ("findes ikke", "ordene", "hvornår", "nr", "hvem", "", "forum", "by", "thread", "comment", "ved ikke", "day-first")
    added, said = adds(forum, *answers, asks=True, card=CARD | {"time_zone": "Europe/Copenhagen"})
    assert tomllib.loads((added.folder / "source.toml").read_text(encoding="utf-8"))["mapping"] == {
        "platform": "forum", "arena_kind": "thread", "post_kind": "comment", "time_format": "day-first",
        "columns": {"text": "ordene", "time": "hvornår", "id": "nr", "account": "hvem"}}
    assert "hvornår  time     day first  03/09/2025 09:15 · 04/09/2025 10:15" in "\n".join(said)
    assert any(line.startswith("Left out: set. --map views=set") for line in said)
    posts = load_corpus(settings.folder).posts
    assert posts["posted_at"].astype("string").tolist() == ["2025-09-03 07:15:00+00:00", "2025-09-04 08:15:00+00:00"]
    assert posts["text"].tolist() == ["Badebroen er lukket igen", "Skriv til [email]"]
    assert not any("bo@post" in line or "ane_b" in line for line in said)
    # the next quarter leaves open which comes first, too, and nothing is asked
    forum.write_bytes(FORUM.replace("/09/", "/10/").replace("igen", "for året").encode("cp1252"))
    again, said = adds(forum, card={}, asks=True)
    assert again.folder.name == "forum-2025-10"
    assert not any(line.startswith("?") for line in said)
    assert len(load_corpus(settings.folder).posts) == 4


def test_a_table_nobody_knows_is_mapped_by_options_and_without_them_refused_with_those_to_give(settings, adds, forum):
    with pytest.raises(InputError, match=r"Which of its 5 columns is the text and which the time.* --map text=COLUMN --map time=COLUMN"):
        adds(forum)
    columns = {"text": "ordene", "time": "hvornår"}
    with pytest.raises(InputError, match=r"Column hvornår: no cell settles.*Give --map time_format=day-first or --map time_format=month-first"):
        adds(forum, mapping=columns)
    with pytest.raises(InputError, match="unknown: farve"):
        adds(forum, mapping=columns | {"farve": "rød"})
    added, said = adds(forum, mapping=columns | {"time_format": "month-first", "views": "set", "platform": "forum"})
    assert load_corpus(settings.folder).posts["views"].tolist() == [1234, 12_000]
    assert tomllib.loads((added.folder / "source.toml").read_text(encoding="utf-8"))["mapping"]["decimal"] == ","
    assert any("times without a time zone are taken as UTC; --time-zone" in line for line in said)


def test_an_excel_table_comes_in_as_others_do(settings, adds, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["id", "besked", "dato"], [1, "Badebroen er lukket", datetime(2025, 8, 1, 9)], [2, "Badebroen er åben", datetime(2025, 8, 2, 9)]):
        book.active.append(row)
    book.save(tmp_path / "noter.xlsx")
    added, said = adds(tmp_path / "noter.xlsx", format_name="table", card=CARD | {"time_zone": "Europe/Copenhagen"})
    assert added.found.posts == 2
    assert any(line.startswith("dato") and "year first" in line for line in said)


def test_json_nobody_knows_is_mapped_by_paths(settings, adds, tmp_path):
    path = tmp_path / "hent.json"
    path.write_text(json.dumps({"items": [{"post": {"id": i, "text": f"Badebroen er lukket {i}"}, "meta": {"created": 1754042400 + i}} for i in range(3)]}))
    added, _ = adds(path, mapping={"platform": "forum"})
    assert tomllib.loads((added.folder / "source.toml").read_text())["mapping"] == {
        "platform": "forum", "records": "items.item", "time_format": "unix",
        "columns": {"text": "post.text", "time": "meta.created", "id": "post.id"}}
    assert len(load_corpus(settings.folder).posts) == 3


def test_the_command_asks_on_a_terminal_and_says_the_key_once(settings, export, monkeypatch):
    monkeypatch.setattr(cli, "is_terminal", lambda: True)
    given = "\n".join(("Prøveby Kommune", "prøve", "§ 10", "open", "medarbejder", "none found", "2025-10-01", "2047-09-30", ""))
    words = ["add", str(export()), "--study", str(settings.folder)]
    done = CliRunner().invoke(cli.app, words, input=given)
    assert done.exit_code == 0, done.output
    assert "Byens kanal" in done.output
    assert "telegram-desktop-2025-08: 1 file; 5 posts kept (5 new)" in done.output
    assert done.output.count("The pseudonym key was made: ") == 1
    assert "workbench report quarterly --period 2025Q3" in done.output
    words[1] = str(export(first=1759320000, key=100))
    done = CliRunner().invoke(cli.app, words, input="")
    assert done.exit_code == 0, done.output
    assert "key was made" not in done.output


def test_the_command_takes_everything_by_options_and_answers_in_json_without_titles(settings, export):
    given = [word for name, value in (CARD | {"delete_by": "2047-09-30"}).items() for word in (f"--{name.replace('_', '-')}", value)]
    done = CliRunner().invoke(cli.app, ["add", str(export()), "--study", str(settings.folder), "--yes", "--json", *given])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["source"], said["posts"], said["arenas"], said["first"]) == ("telegram-desktop-2025-08", 5, 1, "2025-08-01")
    assert "Byens kanal" not in done.stdout
    assert "Badebroen" not in done.stdout
    refused = CliRunner().invoke(cli.app, ["add", str(export(key=9)), "--study", str(settings.folder), "--map", "tekst"])
    assert isinstance(refused.exception, WorkbenchError)
    assert "NAME=VALUE" in str(refused.exception)
