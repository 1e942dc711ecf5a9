"""What the public may know of a monitoring: what is read, where, why, for how long, and what is never done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.reports.blocks import Block
from workbench.reports.texts import check_release, render_heading, render_list, render_text
from workbench.tables.release import Release
from workbench.wording import Wording, open_wording

_NEVER = ("persons", "children", "hidden", "names", "pictures", "quotes", "police")
_RIGHTS = ("see", "stop", "ask", "complain")


def render_about(release: Release, *, contact: str, language: str) -> tuple[Block, ...]:
    """Show what the source cards say of a monitoring, in the order in which people ask.

    What is collected and from where, why and on what legal ground, how long it is kept, what is never done, rights
    and contact. Purpose and legal ground stand as the cards put them.

    Parameters
    ----------
    release
        Its provenance holds the cards of the sources.
    contact
        Who answers questions.

    Raises
    ------
    ReleaseError
        If `release` is not a release.
    """
    check_release(release, asked_by="render_about")
    wording, words = open_wording(language), {"language": language}
    cards: list[Mapping[str, Any]] = list(release.provenance.get("sources", []))
    why = [*_each(cards, "purpose"), *_each(cards, "legal_basis")]
    return (
        render_heading("section.about_what", level=1, **words),
        render_text("text.about_what", **words),
        *([render_list(_where(cards, wording), **words)] if cards else []),
        render_heading("section.about_why", level=1, **words),
        render_text("about.why", controller=wording.words(_each(cards, "controller")) or contact, **words),
        *([render_list(why, **words)] if why else []),
        render_heading("section.about_long", level=1, **words),
        _kept(cards, language),
        render_heading("section.about_never", level=1, **words),
        render_list([f"about.never.{name}" for name in _NEVER], **words),
        render_heading("section.about_rights", level=1, **words),
        render_list([f"about.rights.{name}" for name in _RIGHTS], **words),
        # by itself: an address within a sentence would look like somebody's
        render_heading("report.contact", level=2, **words),
        render_list([contact], **words),
    )


def _each(cards: list[Mapping[str, Any]], field: str) -> list[str]:
    """Return what the cards say in a field, each once."""
    return list(dict.fromkeys(str(card[field]) for card in cards if card.get(field)))


def _where(cards: list[Mapping[str, Any]], wording: Wording) -> list[str]:
    """Tell how many collections were open to all and how many were not, and from when on they reach."""
    told = []
    for access in ("open", "closed"):
        own = [card for card in cards if card.get("access") == access]
        told += [wording.say(f"about.{access}", count=len(own))] if own else []
        told += _each(own, "closed_basis")
    days = [date.fromisoformat(str(card[f])) for card in cards for f in ("collected_from", "collected_to")]
    return [*told, wording.say("about.days", first=min(days), last=max(days))]


def _kept(cards: list[Mapping[str, Any]], language: str) -> Block:
    days = [date.fromisoformat(str(card["delete_by"])) for card in cards if card.get("delete_by")]
    if not days:
        return render_text("text.about_kept_unknown", language=language)
    return render_text("text.about_kept", language=language, last=max(days))
