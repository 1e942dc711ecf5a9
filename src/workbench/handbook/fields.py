"""What the files of a municipality's handbook hold: one kind of entry each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.reviewing.report_fields import Field

_ID = Field(40, form=re.compile(r"[a-z0-9][a-z0-9-]*"), example="red-barnet")
_DAY = Field(form=re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), example="2025-10-08")
_MONTH = Field(form=re.compile(r"\d{4}-(0[1-9]|1[0-2])"), example="2025-10")
_HARM = re.compile(r"harm\.[a-z_]{2,40}")
_HARMS = Field(60, False, items=12, form=_HARM, example="harm.bullying")
_ROLE = Field(80, is_role=True)
_TIME = Field(is_needed=False, form=re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d"),
              example="2025-10-08 14:30")


@dataclass(frozen=True)
class Form:
    """One file.

    Attributes
    ----------
    file
        Below ``handbook/``.
    entry
        What its list of tables is called: ``[[line]]``.
    fields
        Of each entry; the one without a name is its text, by language.
    key
        The field by which entries are told apart; empty where two may be alike.
    needs
        By field, others that an entry must have as well where this one says more than its first choice.
    """

    file: str
    entry: str
    fields: Mapping[str, Field]
    key: str = "id"
    picks: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


FORMS: dict[str, Form] = {
    "help_lines": Form("help-lines.toml", "line", {
        "id": _ID, "name": Field(60, is_spoken=True),
        "phone": Field(20, False, form=re.compile(r"\+?[\d ]{3,20}"), example="116 111"),
        "web": Field(60, False, form=re.compile(r"[a-z0-9.-]+\.[a-z]{2,}(/[\w./-]*)?"), example="sletdet.dk"),
        "hours": Field(60, False, is_spoken=True), "": Field(160, is_spoken=True),
        "audience": Field(20, items=4, choices=("children", "parents", "professionals", "acute")),
        "harms": _HARMS, "checked": _DAY}),
    "plan": Form("beredskabsplan.toml", "harm", {
        "code": Field(60, form=_HARM, example="harm.grooming"),
        "do": Field(160, is_spoken=True, items=5), "do_not": Field(160, is_spoken=True, items=5),
        "decides": Field(80, is_spoken=True, is_role=True), "contacts": Field(40, False, items=5, form=_ID.form),
        "message": Field(400, False, is_spoken=True), "checked": _DAY}, key="code"),
    "questions": Form("questions.toml", "question", {"id": _ID, "harms": _HARMS, "": Field(160, is_spoken=True)}),
    "activities": Form("activities.toml", "activity", {
        "id": _ID, "where": Field(choices=("club", "class", "home")),
        "ages": Field(choices=("6-9", "10-12", "13-15", "16-18")), "minutes": Field(3, is_number=True),
        "title": Field(80, is_spoken=True), "": Field(240, is_spoken=True),
        "steps": Field(200, is_spoken=True, items=6), "materials": Field(160, False, is_spoken=True),
        "marker": Field(80, False, is_spoken=True), "harms": _HARMS}),
    "quiz": Form("quiz.toml", "question", {
        "id": _ID, "": Field(160, is_spoken=True), "choices": Field(80, is_spoken=True, items=3),
        "right": Field(1, is_number=True), "why": Field(160, is_spoken=True), "harms": _HARMS},
        picks={"right": "choices"}),
    "themes": Form("themes.toml", "theme", {
        "id": _ID, "title": Field(60, is_spoken=True), "message": Field(60, is_spoken=True),
        "call": Field(120, is_spoken=True), "parents": Field(400, is_spoken=True),
        "words": Field(30, False, is_spoken=True, items=12), "harms": _HARMS}),
    "law": Form("law.toml", "rule", {
        "id": _ID, "paragraph": Field(60), "title": Field(80, is_spoken=True), "": Field(500, is_spoken=True),
        "harms": _HARMS, "checked": _DAY}),
    "glossary": Form("glossary.toml", "word", {
        "word": Field(40), "kind": Field(choices=("word", "emoji", "format")), "first_seen": _MONTH,
        "meaning": Field(160, is_spoken=True), "innocent": Field(160, is_spoken=True),
        "writer": _ROLE, "date": _DAY}, key="word"),
    "platforms": Form("platforms.toml", "change", {
        "month": _MONTH, "platform": Field(40), "": Field(240, is_spoken=True), "source": Field(160)}, key=""),
    "episodes": Form("episodes.toml", "episode", {
        "id": _ID, "month": _MONTH, "tone": Field(choices=("positive", "negative")),
        "harm": Field(60, False, form=_HARM, example="harm.bullying"),
        "": Field(240, is_spoken=True, is_person_free=True),
        "writer": _ROLE}),
    "claims": Form("claims.toml", "claim", {
        "id": Field(form=re.compile(r"c-[0-9a-f]{12}"), example="c-0123456789ab"),
        "title": Field(120, False, is_spoken=True),
        "status": Field(choices=("unconfirmed", "confirmed", "refuted", "misleading")),
        "assessed_by": Field(80, False, is_role=True), "assessed": _TIME, "source": Field(160, False, is_spoken=True),
        "response": Field(240, False, is_spoken=True), "responded": _TIME},
        needs={"status": ("title", "assessed_by", "assessed", "source"), "response": ("title", "responded"),
               "responded": ("response",)}),
}
