"""What the import makes of the real exports beside the project: every row read, kept, merged or set aside and why."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.killing import CARD
from benchmarks.measuring import SHARED_DATA, Row, row, seconds

SETS = ("chat_export_fixtures", "twitter_v2_jsonl", "tg_telethon_jsonl", "tgdataset_preview", "tg_desktop_export_small",
        "tg_activeclubs", "tg_farright_en_2023q3_2024q2")


def measure(folder: Path) -> list[Row]:
    """Import each set into a study of its own, one row per format in it."""
    from workbench.settings import read_settings
    from workbench.sources import ImportLedger, import_exports
    from workbench.starting import start_study

    rows = []
    for name in SETS:
        if not (SHARED_DATA / name).is_dir():
            rows.append(row(name, 0, None, "the data are not beside the project"))
            continue
        study = folder / name
        start_study(study)
        shutil.copytree(SHARED_DATA / name, study / "data" / "raw" / "x", copy_function=shutil.copyfile)
        (study / "data" / "raw" / "x" / "source.toml").write_text(CARD, encoding="utf-8")
        done: list[ImportLedger] = []
        took = seconds(lambda study=study, done=done: done.append(
            import_exports([study / "data" / "raw" / "x"], settings=read_settings(study))))
        files = done[0].files
        for form, some in files[files["format"] != "not an export"].groupby("format"):
            sums = some[["rows_read", "kept", "merged", "quarantined"]].sum().astype(int).to_dict()
            said = ", ".join(f"{n} {what.replace('rows_read', 'read')}" for what, n in sums.items())
            reasons = "; ".join(dict.fromkeys(some["quarantine_reasons"].dropna()))
            rows.append(row(f"{name}: {form}, {len(some)} files", sums["kept"], None, f"{said}. {reasons}", **sums))
        others = files.loc[files["format"] == "not an export", "note"].dropna().value_counts()
        rows.append(row(f"{name}: seconds", took, None, f"{int(others.sum())} files are no exports"))
    return rows
