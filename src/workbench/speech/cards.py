"""The card of a model, to read: what it learned from, how good it is, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_FOR = (
    "It does not tell what share of posts is attack or hate: only an audit of the same quarter does, in which people "
    "code a sample of its posts. The model decides where people look first.",
    "Its measures here, and those that others publish of a model, never correct a share.",
    "It judges texts, never persons: nobody is flagged, counted or followed by its scores.",
    "No post is removed, reported or answered because of a score alone.",
    "It does not travel: for other places, platforms, languages or years it is to be trained and measured again.",
)
_TRAINED = {"posts": "Posts that people coded", "arenas": "Arenas", "first": "First post", "last": "Last post",
            "codebook": "Codebook", "languages": "Languages", "platforms": "Platforms"}
_FURTHER = {"model": "Model", "encoder": "Encoder", "licence": "Licence", "published": "Published", "note": "Note",
            "reviewed_by": "Reviewed by", "seed": "Seed"}


def write_card(card: Mapping[str, Any]) -> str:
    """Return the card of a model as Markdown."""
    lines = [f"# Model card: {card.get('name', '')}", "", f"Kind: {card.get('kind', '')}", "",
             "## What it rests on", ""]
    trained = card.get("trained_on", {})
    if isinstance(trained, Mapping):
        lines += [f"- {_TRAINED.get(key, key)}: {_told(value)}" for key, value in trained.items()]
    lines += [f"- {name}: {_told(card[key])}" for key, name in _FURTHER.items() if card.get(key) not in (None, "")]
    codes = card.get("codes", {})
    if codes:
        lines += ["", *_measures(codes)]
    if card.get("not_learnt"):
        lines += ["", "## Codes it has not learnt", "", "Too few coded posts have them.", "",
                  *(f"- `{code}`: found in {found}" for code, found in card["not_learnt"].items())]
    for code, told in codes.items():
        lines += ["", *_calibration(code, told)]
        if told.get("parts"):
            lines += ["", *_parts(code, told["parts"])]
    lines += ["", "## What it must not be used for", "", *(f"- {line}" for line in NOT_FOR)]
    return "\n".join(lines) + "\n"


def _measures(codes: Mapping[str, Any]) -> list[str]:
    columns = ("Code", "Texts", "With the code", "Arenas with it", "Split by", "Threshold", "Precision", "Recall", "F1",
               "Brier", "ECE")
    lines = ["## How good it is", "",
             "Of the different texts of coded posts, out of fold: every text is judged by a model, a calibration and a "
             "threshold that have not seen it, nor its arena where texts are split by arena. In brackets the "
             "95 % interval (mid-P) as if texts were independent; texts of one arena are alike, so the true one is "
             "wider. Coded posts are often chosen because they score high: in the quarter precision and recall are "
             "others, and the audit tells them.", "", *_head(columns)]
    return lines + [
        f"| `{code}` | {told['posts']} | {told['found']} | {told['arenas_found']} | {told['split']} "
        f"| {told['threshold']:.3f} | {_interval(told['precision'])} | {_interval(told['recall'])} "
        f"| {_interval(told['f1'])} | {told['brier']:.4f} | {told['ece']:.4f} |" for code, told in codes.items()]


def _calibration(code: str, told: Mapping[str, Any]) -> list[str]:
    lines = [f"## Calibration of `{code}`", "", *_head(("Scores", "Texts", "Mean score", "Share with the code"))]
    return lines + [f"| {row['from']:.2f} to {row['to']:.2f} | {row['posts']} | {row['score']:.3f} "
                    f"| {row['share']:.3f} |" for row in told["reliability"]]


def _parts(code: str, parts: list[Mapping[str, Any]]) -> list[str]:
    lines = [f"## `{code}` by platform and language", "",
             *_head(("Part", "Texts", "With the code", "Precision", "Recall", "F1"))]
    return lines + [f"| {row['part']}: {row['value']} | {row['posts']} | {row['found']} "
                    f"| {_interval(row['precision'])} | {_interval(row['recall'])} | {_interval(row['f1'])} |"
                    for row in parts]


def _head(columns: tuple[str, ...]) -> list[str]:
    return [f"| {' | '.join(columns)} |", "|-" * len(columns) + "|"]


def _interval(told: list[float | None]) -> str:
    value, low, high = told
    return "–" if value is None else f"{value:.2f} ({low:.2f}–{high:.2f})"


def _told(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
