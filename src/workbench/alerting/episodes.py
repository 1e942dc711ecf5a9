"""What an alert was about, as an episode without any person in it, for the next monthly brief."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from workbench.files import write_atomically
from workbench.handbook import read_handbook
from workbench.handbook.fields import FORMS
from workbench.tables.alerts import Alert, name_day


def write_episode(study: Path, alert: Alert, *, text: str, role: str, language: str, on: pd.Timestamp) -> Path:
    """Add an episode to ``handbook/episodes.toml``; what people wrote there, and their comments, stay as they are.

    Raises
    ------
    CardError
        If the file has faults already, or cannot take the episode: it is then as it was before.
    """
    form = FORMS["episodes"]
    path = study / "handbook" / form.file
    read_handbook(study, "episodes", language=language)  # what is wrong there is told before anything is added
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    fields = {"id": f"alert-{alert.id}", "month": name_day(on)[:7], "tone": "negative", "harm": alert.harm,
              language: text, "writer": role}
    lines = [f"[[{form.entry}]]", *(f"{name} = {json.dumps(value, ensure_ascii=False)}"
                                    for name, value in fields.items() if value)]
    added = before.rstrip("\n") + ("\n\n" if before.strip() else "") + "\n".join(lines) + "\n"
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, added, is_private=False)
    try:
        read_handbook(study, "episodes", language=language)
    except Exception:
        write_atomically(path, before, is_private=False)
        raise
    return path
