"""What the desk says: its words, a post and what is known of it, how far a coder is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import estimate_share, forecast_width, judge_sample
from workbench.speech.answering import ADJUDICATOR
from workbench.tables.codebook import Codebook
from workbench.wording import Wording

Message = dict[str, Any]
MAIN = ("attack", "hate", "offensive", "recognition")  # asked first, by digits
WORDS = ("note_label", "progress", "keys", "yes", "no", "unknown", "before", "after", "this_post", "post", "show_text",
         "cover_text", "rules", "examples", "counterexamples", "warning", "begin", "begin_blurred", "how", "go_on",
         "no_kernel", "undecided", "nothing_marked", "something_marked", "save", "nothing", "unclear", "skip", "back",
         "forward", "note", "help", "cover", "blur", "outlook", "key_enter", "key_backspace", "key_escape")
SHORT = ("too_wide", "nothing_found")  # of `judge_sample`
LISTS = {"warnings": 3, "how_coding": 6, "how_deciding": 4}  # lines of each


def say_coder(wording: Wording, coder: str) -> str:
    """Return a coder's role in words."""
    if coder == ADJUDICATOR:
        return wording.say("desk.adjudicator")
    return wording.say("desk.coder", number=coder.rsplit(" ", 1)[-1])


def say_words(wording: Wording, *, period: str, coder: str) -> Message:
    """Return the words that stand on the desk, by name."""
    lists = {name: [wording.say(f"desk.{name}.{n}") for n in range(1, size + 1)] for name, size in LISTS.items()}
    return {**{name: wording.say(f"desk.{name}") for name in WORDS}, "warnings": lists["warnings"],
            "how_lines": lists["how_deciding" if coder == ADJUDICATOR else "how_coding"],
            "title": wording.say("desk.title", period=period, who=say_coder(wording, coder))}


def describe_codes(wording: Wording, codebook: Codebook) -> Message:
    """Return the codes in the language of the desk, and the groups in which they are asked: nothing but their words."""
    codes = []
    groups: dict[tuple[str, str], Message] = {}
    for code in codebook.codes.values():
        text = code.text(wording.language)
        codes.append({"key": code.key, "parent": code.parent, "name": text.name, "definition": text.definition,
                      "rules": list(text.rules), "examples": list(text.examples),
                      "counterexamples": list(text.counterexamples)})
        group = ("main", "") if code.family in MAIN else (code.family, code.parent)
        title = wording.say(f"desk.group.{group[0]}")
        groups.setdefault(group, {"key": group[0], "parent": group[1], "title": title, "codes": []})["codes"].append(
            code.key)
    order = {"main": 0, "marker": 1, "target": 2, "ground": 3, "form": 4}
    return {"codes": codes, "groups": sorted(groups.values(), key=lambda group: order.get(group["key"], 5))}


def say_post(wording: Wording, post: Mapping[str, Any]) -> Message:
    """Return the text of a post as it is, and in one line how it stands to the post that is coded, where and when."""
    relation = str(post["relation"])
    what = [wording.say(f"desk.{relation}")] if relation else []
    if "arena_id" not in post:
        return {"what": what[0], "text": "", "language": ""}
    from babel.dates import format_time

    at = post["posted_at"]
    when = "" if pd.isna(at) else wording.say("desk.when", day=at.date(), time=format_time(
        at.time(), format="short", locale=wording.locale))
    what += [str(post["arena_id"]), wording.say_value(str(post["platform"])), when,
             wording.say("desk.is_comment" if post["kind"] == "comment" else "desk.is_post")]
    language = "" if pd.isna(post["language"]) else str(post["language"])
    return {"what": " · ".join(part for part in what if part), "text": str(post["text"]), "language": language}


def say_answers(wording: Wording, answers: Mapping[str, list[bool | None]], codes: list[str]) -> dict[str, str]:
    """Return what coders answered to codes: how many yes, no and don't know, in an order that tells nobody's."""
    words = {True: "desk.yes", False: "desk.no", None: "desk.unknown"}
    return {code: wording.words([wording.say("desk.said", count=given.count(value), answer=wording.say(word).lower())
                                 for value, word in words.items() if value in given])
            for code, given in answers.items() if code in codes}


def say_progress(wording: Wording, *, coded: int, left: int, skipped: int, seconds: float, decides: bool) -> Message:
    """Return how far a coder is, how fast, and how long the rest takes at that pace."""
    parts = [wording.say("desk.decided" if decides else "desk.coded", coded=coded, total=coded + left),
             wording.say("desk.left", left=left)]
    if skipped:
        parts.append(wording.say("desk.skipped", skipped=skipped))
    if not np.isnan(seconds):
        parts.append(wording.say("desk.pace", seconds=max(round(seconds), 1)))
        if left:
            parts.append(wording.say("desk.time_left", time=_say_time(wording, left * seconds)))
    return {"line": " · ".join(parts), "coded": coded, "total": coded + left}


def _say_time(wording: Wording, seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    if minutes >= 90:
        return wording.say("desk.hours", hours=round(minutes / 30) / 2)
    return wording.say("desk.minutes", count=minutes if minutes < 10 else round(minutes / 5) * 5)


def say_outlook(wording: Wording, codebook: Codebook, sample: pd.DataFrame,
                coded: Mapping[str, Mapping[str, bool | None]], *, progress: Message, more: int) -> Message:
    """Return how much narrower intervals get with more posts, and for which codes there are too few so far.

    From this coder's own answers alone, and widths only: what others said, and what a model says, changes nothing.
    """
    told = forecast_codes(codebook, sample, coded, more=more)
    name = {key: code.text(wording.language).name for key, code in codebook.codes.items()}
    shown = told[told["found"].gt(0) | told["code"].isin([c.key for c in codebook.of(*MAIN)])]
    columns = (shown[column].tolist() for column in ("code", "found", "now", "then"))
    rows = [[name[code], wording.number(found), _half(wording, now), _half(wording, then)]
            for code, found, now, then in zip(*columns, strict=True)]
    few = {short: [name[code] for code in shown.loc[shown["short"].eq(short), "code"].tolist()] for short in SHORT}
    notes = [wording.say(f"desk.{short}", codes=wording.words(codes)) for short, codes in few.items() if codes]
    if len(told) > len(shown):
        notes.append(wording.say("desk.others", count=len(told) - len(shown)))
    heads = [wording.say("desk.column.code"), wording.say("desk.column.found"), wording.say("desk.column.now"),
             wording.say("desk.column.then", more=more)]
    return {"kind": "outlook", "title": wording.say("desk.outlook_title"), "lines": [progress["line"]], "rows": rows,
            "caption": wording.say("desk.outlook_caption"), "columns": heads, "notes": notes}


def _half(wording: Wording, width: float) -> str:
    return "± " + wording.number(100 * width / 2, 1 if width >= 0.02 else 2)


def forecast_codes(codebook: Codebook, sample: pd.DataFrame, coded: Mapping[str, Mapping[str, bool | None]], *,
                   more: int) -> pd.DataFrame:
    """Forecast for each code the width of its interval from what one coder answered.

    Returns
    -------
    forecast
        `code`, `found` (posts with a yes), `now` and `then` (width of the interval, as a fraction) and `short` (what
        the sample is too small for, see `judge_sample`); no rows where nothing of a sample for shares is coded.
    """
    drawn = sample[sample["purpose"].eq("share")].drop_duplicates("post_id")
    strata = drawn.groupby(drawn["stratum"].astype(int))["stratum_posts"].max()
    drawn = drawn[drawn["post_id"].isin(list(coded))]
    rows = []
    for code in codebook.codes if len(drawn) else ():
        value = drawn["post_id"].map({post: said.get(code) for post, said in coded.items()})
        by = drawn["stratum"].astype(int)
        known = by[value.notna()].value_counts().reindex(strata.index, fill_value=0)
        found = by[value.eq(True)].value_counts().reindex(strata.index, fill_value=0)
        counts = [each.to_numpy(float) for each in (strata, known, found)]
        now, then = forecast_width(*counts, more=more)
        yes = int(found.sum())
        rows.append({"code": code, "found": yes, "now": now, "then": then,
                     "short": judge_sample(estimate_share(*counts), yes)})
    return pd.DataFrame(rows, columns=["code", "found", "now", "then", "short"])
