from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cards import CARD

COMMAND = Path(sys.executable).with_name("workbench")


@pytest.fixture
def run(tmp_path: Path):
    def call(*words: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess:
        clean = {k: v for k, v in os.environ.items() if k != "WORKBENCH_STUDY"}
        return subprocess.run([COMMAND, *words], cwd=cwd, capture_output=True, text=True,
                              env={**clean, "WORKBENCH_KEY_FILE": str(tmp_path / "key" / "made.key"), "COLUMNS": "100"})

    return call


def telegram_export(folder: Path, *, posts: int = 30) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(CARD, encoding="utf-8")
    messages = [{"id": i, "type": "message", "date": "2025-08-01T10:00:00", "date_unixtime": str(1754042400 + 3600 * i),
                 "from": f"Person {i % 7}", "from_id": f"user{i % 7}", "text": f"badebroen er dejlig {i}",
                 "text_entities": []} for i in range(posts)]
    path = folder / "result.json"
    path.write_text(json.dumps({"name": "Testkanal", "type": "public_supergroup", "id": 19, "messages": messages}),
                    encoding="utf-8")
    return path


@pytest.mark.parametrize("words", [(), ("init",), ("add",), ("import",), ("report",), ("status",),
                                   ("formats",), ("field-notes",), ("key",), ("key", "new"), ("key", "show-fingerprint"),
                                   ("key", "rotate"), ("purge",), ("forget",), ("record",),
                                   ("review",), ("upgrade",)])
def test_help_shows_what_a_command_does_with_examples(run, words: tuple[str, ...]) -> None:
    done = run(*words, "--help")
    assert done.returncode == 0
    if words not in ((), ("key",)):
        assert "Example" in done.stdout
        assert "workbench" in done.stdout


def test_a_study_is_made_filled_and_described(run, tmp_path: Path) -> None:
    assert run("init", "by", "--name", "Testby").returncode == 0
    telegram_export(tmp_path / "by" / "data" / "raw" / "telegram")
    imported = run("import", "data/raw", "--json", cwd=tmp_path / "by")
    assert imported.returncode == 0, imported.stderr
    assert sum(row["kept"] or 0 for row in json.loads(imported.stdout)) == 30
    status = json.loads(run("status", "--json", cwd=tmp_path / "by" / "data").stdout)
    assert status["name"] == "Testby"
    assert [row["posts"] for row in status["posts"]] == [30]
    assert "30" in run("status", "--study", str(tmp_path / "by")).stdout


def test_the_default_study_is_the_one_this_folder_lies_in(run, tmp_path: Path) -> None:
    refused = run("status")
    assert refused.returncode == 2
    assert "workbench init" in refused.stderr
    run("init", "by")
    assert run("status", cwd=tmp_path / "by" / "notebooks").returncode == 0


@pytest.mark.parametrize("words", [
    ("import", "nowhere.json"), ("report", "quarterly", "--period", "2025Q3"), ("report", "quarterly"),
    ("report", "quaterly", "--period", "2025Q3"), ("report", "quarterly", "--period", "2025"),
    ("report", "quarterly", "--period", "2025Q3", "--language", "de"),
    ("report", "quarterly", "--period", "2025Q3", "-p", "quater=2025Q3"),
    ("report", "quarterly", "--period", "2025Q3", "-p", "seed=one"),
    ("report", "quarterly", "--period", "2025Q3", "-p", "seed"),
])
def test_a_refusal_is_one_paragraph_and_exit_code_two(run, tmp_path: Path, words: tuple[str, ...]) -> None:
    run("init", "by")
    done = run(*words, cwd=tmp_path / "by")
    assert done.returncode == 2
    assert done.stderr.startswith("Refused: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_misspelled_parameter_is_refused_with_the_nearest_name(run, tmp_path: Path) -> None:
    run("init", "by")
    done = run("report", "quarterly", "--period", "2025Q3", "-p", "min_topic_sise=3", cwd=tmp_path / "by")
    assert "min_topic_size" in done.stderr


def test_the_products_are_listed_and_what_to_do_next(run, tmp_path: Path) -> None:
    run("init", "by")
    assert (tmp_path / "by" / "notebooks" / "quarterly_report.product.toml").is_file()
    done = run("report", cwd=tmp_path / "by")
    assert "quarterly: Kvartalsrapport, for a quarter (da, en, no, sv)" in done.stdout.splitlines()
    assert "workbench report NAME --period" in done.stdout
    listed = json.loads(run("report", "--json", cwd=tmp_path / "by").stdout)
    assert listed["quarterly"] == "Kvartalsrapport, for a quarter (da, en, no, sv)"


def test_a_product_without_its_period_is_asked_for_one(run, tmp_path: Path) -> None:
    run("init", "by")
    done = run("report", "quarterly", cwd=tmp_path / "by")
    assert "workbench report quarterly --period 2025Q3" in done.stderr


def test_a_draft_says_what_waits_for_whom_and_what_to_do(tmp_path: Path, monkeypatch, capsys) -> None:
    import pandas as pd

    from workbench.cli import main
    from workbench.runs import ReportRun
    from workbench.starting import start_study

    start_study(tmp_path / "by")
    words = pd.DataFrame({"kind": ["topic", "word"], "key": ["K-001", "hyggen"], "text": ["badebro, strand", "hyggen"]})
    monkeypatch.setattr("workbench.runs.run_report", lambda name, **more: ReportRun(Path("x-draft"), {}, 2, words, 1.0))
    for more in ([], ["--json"]):
        monkeypatch.setattr(sys, "argv", ["workbench", "report", "quarterly", "--period", "2025Q3", "--study",
                                          str(tmp_path / "by"), *more])
        with pytest.raises(SystemExit) as done:
            main()
        assert done.value.code == 0
    said, answer = capsys.readouterr().out.rsplit("\n{", 1)
    assert "The draft is in x-draft/report.pdf (2 pages, 1 s)" in said
    assert "2 words of the posts wait" in said
    assert "topic: badebro, strand" in said
    assert said.endswith("Next: workbench review 2025Q3")
    assert json.loads("{" + answer)["open"][1] == {"kind": "word", "key": "hyggen", "text": "hyggen"}


def test_an_adding_that_is_ended_from_outside_leaves_nothing_behind(tmp_path: Path) -> None:
    import pty
    import select
    import signal
    import time

    subprocess.run([COMMAND, "init", "by"], cwd=tmp_path, check=True, capture_output=True)
    export = telegram_export(tmp_path / "hentet")
    export.with_name("source.toml").unlink()
    raw = tmp_path / "by" / "data" / "raw"
    before = sorted(raw.rglob("*"))
    ours, theirs = pty.openpty()
    asking = subprocess.Popen([COMMAND, "add", str(export)], cwd=tmp_path / "by", stdin=theirs, stdout=theirs, stderr=theirs,
                              env={**os.environ, "WORKBENCH_KEY_FILE": str(tmp_path / "key" / "made.key")})
    os.close(theirs)
    said = b""
    while b"Who is responsible" not in said:
        said += os.read(ours, 4096)
    time.sleep(0.5)  # until it waits for the answer
    asking.send_signal(signal.SIGTERM)
    try:
        with contextlib.suppress(OSError):  # the end: a terminal that nobody reads keeps its command waiting
            while select.select([ours], [], [], 20)[0] and os.read(ours, 4096):
                pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            asking.wait(timeout=5)
    finally:
        asking.kill()
        asking.wait()
        os.close(ours)
    assert asking.returncode == 130
    assert sorted(raw.rglob("*")) == before
    assert not (tmp_path / "key").exists()


def test_a_refusal_in_json_says_why(run) -> None:
    done = run("status", "--json")
    assert done.returncode == 2
    assert "study.toml" in json.loads(done.stdout)["refused"]


def test_a_broken_file_leaves_what_was_imported_whole(run, tmp_path: Path) -> None:
    run("init", "by")
    by = tmp_path / "by"
    telegram_export(by / "data" / "raw" / "telegram")
    assert run("import", "data/raw", cwd=by).returncode == 0
    broken = telegram_export(by / "data" / "raw" / "broken")
    broken.write_bytes(b"")
    done = run("import", "data/raw/broken/result.json", cwd=by)
    assert done.returncode == 2
    assert "result.json" in done.stderr
    assert json.loads(run("status", "--json", cwd=by).stdout)["posts"][0]["posts"] == 30


def test_the_made_up_files_of_a_study_are_no_unknown_exports_and_a_source_is_one_line(run, tmp_path: Path) -> None:
    by = tmp_path / "by"
    run("init", "by")
    telegram_export(by / "data" / "raw" / "telegram")
    telegram_export(by / "data" / "raw" / "telegram-with-a-name-that-is-longer-than-most")
    done = run("import", "data/raw", cwd=by)
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["telegram", "telegram-with-a-name-that-is-longer-than-most"]
    # where the key lies, what can be shown and what comes next is said once
    assert [line.split(":")[0] for line in (*lines[2:4], lines[-2])] == [
        "The pseudonym key was made", "Hvad indsamlingen kan vise om 3. kvartal 2025", "Next"]
    assert "workbench report quarterly --period 2025Q3" in lines[-2]
    by_file = run("import", "data/raw", "--files", cwd=by).stdout
    assert "…" not in by_file
    assert "pseudonym key" not in by_file
    assert "Hvad indsamlingen" not in by_file
    table = by_file.splitlines()[:3]
    assert table[0].split()[:4] + table[0].split()[-2:] == ["counted", "rows", "read", "kept", "format", "file"]
    assert table[1].split()[0] == "30"
    assert table[1].split()[-2:] == ["telegram-desktop", "data/raw/telegram/result.json"]
    assert table[2].endswith("data/raw/telegram-with-a-name-that-is-longer-than-most/result.json")
    assert by_file.count("telegram-desktop") == 2


def test_nothing_imported_is_no_success(run, tmp_path: Path) -> None:
    by = tmp_path / "by"
    run("init", "by")
    done = run("import", "data/raw", cwd=by)
    assert done.returncode == 2
    assert "no export here" in done.stderr
    export = telegram_export(by / "data" / "raw" / "telegram")
    export.write_text(json.dumps({"name": "Testkanal", "type": "public_supergroup", "id": 19, "messages": [17, 18]}))
    done = run("import", "data/raw", cwd=by)
    assert done.returncode == 2
    assert "No post was imported: 2 of 2 rows were set aside (not a record: 2)" in done.stderr
    assert "No post" in json.loads(run("import", "data/raw", "--json", cwd=by).stdout)["refused"]


def test_an_export_whose_posts_are_all_there_in_newer_versions_is_no_failure(run, tmp_path: Path) -> None:
    by = tmp_path / "by"
    run("init", "by")
    old = telegram_export(by / "data" / "raw" / "old")
    new = telegram_export(by / "data" / "raw" / "new")
    new.write_text(new.read_text().replace('"text_entities": []', '"text_entities": [], "edited_unixtime": "1757000000"'))
    assert run("import", str(new), cwd=by).returncode == 0
    done = run("import", str(old), cwd=by)
    assert done.returncode == 0, done.stderr
    assert "0 posts kept; 30 older than what is there" in done.stdout


def test_the_card_is_asked_for_by_name(run, tmp_path: Path) -> None:
    run("init", "by")
    export = telegram_export(tmp_path / "by" / "data" / "raw" / "telegram")
    export.with_name("source.toml").unlink()
    done = run("import", "data/raw", cwd=tmp_path / "by")
    assert done.returncode == 2
    assert "source.toml" in done.stderr
    assert "legal_basis" in done.stderr


def test_the_commands_of_the_data_protection_officer_work_one_after_another(run, tmp_path: Path) -> None:
    by = tmp_path / "by"
    run("init", "by", "--name", "Testby")
    export = telegram_export(by / "data" / "raw" / "telegram")
    assert "fingerprint" in run("key", "new", cwd=by).stdout
    first = json.loads(run("key", "show-fingerprint", "--json", cwd=by).stdout)["fingerprint"]
    assert run("import", "data/raw", cwd=by).returncode == 0
    rotated = json.loads(run("key", "rotate", "--json", cwd=by).stdout)
    assert rotated["posts"] == 30
    assert rotated["fingerprint"] != first
    forgotten = json.loads(run("forget", "user3", "--json", cwd=by).stdout)
    assert (forgotten["posts"], forgotten["sources"]) == (4, ["telegram"])
    assert "impact-assessment.md" in run("record", "--language", "en", cwd=by).stdout
    assert "Nothing is due" in run("purge", "--dry-run", cwd=by).stdout
    card = export.with_name("source.toml")
    card.write_text(card.read_text().replace("2027-09-30", "2025-12-31"))
    assert "telegram" in run("status", cwd=by).stdout
    purged = json.loads(run("purge", "--json", cwd=by).stdout)
    assert purged["sources"][0]["posts"] == 26
    assert Path(purged["certificate"]).is_file()
    assert not export.exists()


def test_an_unknown_handle_is_refused_with_exit_two(run, tmp_path: Path) -> None:
    run("init", "by", "--name", "Testby")
    telegram_export(tmp_path / "by" / "data" / "raw" / "telegram")
    run("import", "data/raw", cwd=tmp_path / "by")
    done = run("forget", "@nobody", cwd=tmp_path / "by")
    assert done.returncode == 2
    assert "Check their spelling" in done.stderr


def test_the_formats_that_can_be_imported_are_listed(run) -> None:
    names = {row["format"] for row in json.loads(run("formats", "--json").stdout)}
    assert {"telegram-desktop", "whatsapp", "field-notes", "table"} <= names


def test_the_form_for_field_notes_is_read_back_once_filled_in(run, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    run("init", "by", "--name", "Testby")
    raw = tmp_path / "by" / "data" / "raw" / "noter"
    telegram_export(raw).unlink()
    assert run("field-notes", str(raw / "uge45.xlsx"), cwd=tmp_path / "by").returncode == 0
    book = load_workbook(raw / "uge45.xlsx")
    book.worksheets[0].append(["2025-09-04", "21:30", "telegram", "Byens gruppe", "mobning", 2, "Grov tone"])
    book.save(raw / "uge45.xlsx")
    [row] = [r for r in json.loads(run("import", "data/raw", "--json", cwd=tmp_path / "by").stdout) if r["kept"]]
    assert (row["format"], row["kept"], row["quarantined"]) == ("field-notes", 1, 0)


def test_the_shell_completes_commands_once_it_was_asked_to(tmp_path: Path) -> None:
    done = subprocess.run([COMMAND], cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "_WORKBENCH_COMPLETE": "complete_bash", "COMP_WORDS": "workbench im",
                               "COMP_CWORD": "1"})
    assert done.stdout.split() == ["import"]


def test_an_upgrade_tells_what_it_did_and_leaves_what_you_changed(run, tmp_path: Path) -> None:
    from workbench.starting import INSTALLED, start_study

    start_study(tmp_path)
    first = run("upgrade", "--study", str(tmp_path))
    assert "up to date already" in first.stdout
    readme = tmp_path / "reports" / "README.md"
    (tmp_path / INSTALLED / "reports" / "README.md").write_text("as it was", encoding="utf-8")
    readme.write_text("mine", encoding="utf-8")
    told = run("upgrade", "--study", str(tmp_path)).stdout
    assert "--diff README.md" in told
    assert "+mine" in run("upgrade", "--study", str(tmp_path), "--diff", "README.md").stdout
    assert "stays as it is" in run("upgrade", "--study", str(tmp_path), "--keep", "README.md").stdout
    assert readme.read_text(encoding="utf-8") == "mine"
