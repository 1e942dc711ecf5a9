"""Which study this is and what was imported into it: the first thing that a notebook shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workbench.reading.page import escape, read_style
from workbench.settings import Settings
from workbench.sources.corpus.spill import UNDATED
from workbench.sources.corpus.store import corpus_folder, read_manifest, read_part
from workbench.wording import end_sentence, open_wording


def latest_quarter(folder: Path) -> str:
    """Return the latest quarter of which posts were imported; empty where there are none."""
    return max((part["quarter"] for part in _parts(read_manifest(folder)) if part["quarter"] != UNDATED), default="")


def quarter_before(folder: Path, quarter: str) -> str:
    """Return the last quarter before one of which posts were imported; itself where there is none."""
    dated = {part["quarter"] for part in _parts(read_manifest(folder)) if part["quarter"] != UNDATED}
    return max((q for q in dated if q < quarter), default=quarter)


def count_posts(folder: Path) -> list[dict[str, Any]]:
    """Count the posts of a study: rows of platform, quarter and posts, each post once however many sources hold it."""
    corpus = corpus_folder(folder)
    return [{"platform": part["platform"], "quarter": part["quarter"],
             "posts": len(read_part(corpus, part, ["post_id"])["post_id"].unique())}
            for part in _parts(read_manifest(folder))]


def greet(settings: Settings) -> str:
    """Return a page that names the study and what was imported, in its language; where nothing was, what to do."""
    wording = open_wording(settings.language)
    parts = count_posts(settings.folder)
    dated = [part for part in parts if part["quarter"] != UNDATED]
    name = settings.name or wording.say("report.name_missing")
    said = []
    if dated:
        quarters = sorted({part["quarter"] for part in dated})
        said = [wording.say("greeting.imported" if len(quarters) > 1 else "greeting.imported_quarter", {
            "place": name, "count": sum(part["posts"] for part in dated), "first": quarters[0], "last": quarters[-1],
            "platforms": wording.words(sorted({wording.say_value(part["platform"]) for part in dated}))})]
    if len(parts) > len(dated):
        said += [wording.say("lab.undated", count=sum(part["posts"] for part in parts if part not in dated))]
    if settings.made_up:
        said += [end_sentence(wording.say("report.made_up"))]
    box = "" if parts else (f'<div class="wb-warning"><p><strong>{escape(wording.say("greeting.empty", place=name))}'
                            f'</strong></p><p>{_code(wording.say("lab.step.import"))}</p>'
                            f'<p>{_code(wording.say("greeting.try_city"))}</p></div>')
    sentence = f"<p>{escape(' '.join(said))}</p>" if said else ""
    return f'<div class="wb-reading" lang="{wording.tag}">{read_style()}{sentence}{box}</div>'


def _parts(manifest: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [part for part in (manifest or {"parts": []})["parts"] if part["table"] == "posts"]


def _code(message: str) -> str:
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(message))
