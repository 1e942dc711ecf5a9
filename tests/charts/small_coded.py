"""Small findings of what people coded, for tests that hide their numbers one by one."""

from __future__ import annotations

from typing import Any

from workbench.charts import plot_harms, plot_lift, plot_mentions, plot_recognition, plot_targets

PLOTS = {"targets": plot_targets, "mentions": plot_mentions, "grounds": plot_targets, "harms": plot_harms,
         "themes": plot_harms, "attack_lift": plot_lift, "recognition_arenas": plot_recognition}
MAYOR, OTHERS, PUPILS = ({"da": f"{word}e", "en": f"the {word}"} for word in ("mayor", "others", "pupils"))


def _share(code: str, name: dict[str, str], found: int, share: float | None, low: float, high: float,
           **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "found": found, "share": share, "low": low, "high": high, **more}


ROWS: dict[str, list[dict[str, Any]]] = {
    "targets": [
        _share("target.mayor", MAYOR, 60, 0.6, 0.5, 0.7, mentions=900, mention_found=40, per_thousand=21.5, per_low=15.0,
               per_high=31.0, counted="by_audit"),
        _share("target.pupils", PUPILS, 20, 0.2, 0.12, 0.3, mentions=30, mention_found=6, per_thousand=200.0,
               per_low=None, per_high=None, counted="by_model"),
        _share("target.others", OTHERS, 0, None, 0.0, 0.03, mentions=80, mention_found=0, per_thousand=None, per_low=0.0,
               per_high=40.0, counted="by_audit")],
    "grounds": [_share("ground.mayor", MAYOR, 30, 0.5, 0.4, 0.6), _share("ground.others", OTHERS, 0, None, 0.0, 0.04)],
    "harms": [_share("harm.mayor", MAYOR, 30, 0.05, 0.03, 0.08, rate=20, arenas_share=0.5),
              _share("harm.others", OTHERS, 0, None, 0.0, 0.01, rate=None, arenas_share=None)],
    "themes": [_share("theme.mayor", MAYOR, 30, 0.05, 0.03, 0.08, rate=20),
               _share("theme.others", OTHERS, 0, None, 0.0, 0.01, rate=None)],
    "attack_lift": [
        {"topic_id": 2, "stable_id": "K-002", "label": "trains", "named_by": "person", "attack_found": 40, "attack_share": 0.2,
         "rest_share": 0.05, "lift": 4.0, "lift_low": 2.5, "lift_high": 6.0, "lift_p": 0.0001, "lift_q": 0.0002, "lift_verdict": "higher"},
        {"topic_id": 4, "stable_id": "K-004", "label": "snow", "named_by": "person", "attack_found": 12, "attack_share": 0.05,
         "rest_share": 0.06, "lift": 0.8, "lift_low": 0.4, "lift_high": 1.5, "lift_p": 0.5, "lift_q": 0.5,
         "lift_verdict": "not_different"}],
    "recognition_arenas": [
        {"by": "kind", "part": "channel", "arenas": 4, "recognitions": 30, "recognition": 0.08, "recognition_low": 0.05,
         "recognition_high": 0.12, "attacks": 50, "attack": 0.1, "attack_low": 0.07, "attack_high": 0.14},
        {"by": "kind", "part": "group", "arenas": 9, "recognitions": 60, "recognition": 0.12, "recognition_low": 0.09,
         "recognition_high": 0.16, "attacks": 0, "attack": None, "attack_low": 0.0, "attack_high": 0.02}],
}
ROWS["mentions"] = ROWS["targets"]

FACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "targets": ("targets_hate", {"of": "hate", "cases": 100, "name": MAYOR, "share": 0.6}),
    "grounds": ("grounds_hate", {"of": "hate", "cases": 60, "name": MAYOR, "share": 0.5}),
    "harms": ("harms", {"checked": 4, "name": MAYOR, "share": 0.05, "rate": 20}),
    "themes": ("themes", {"name": MAYOR, "share": 0.05, "rate": 20}),
    "attack_lift": ("attack_lift", {"asked": 9, "count": 1, "label": "trains", "attack_share": 0.2, "rest_share": 0.05, "lift": 4.0}),
    "recognition_arenas": ("recognition_arenas", {"part": "group", "recognition": 0.12, "attack": 0.02}),
}
FACTS["mentions"] = FACTS["targets"]

_LONG = {"da": "skolebestyrelser, forældreråd og klubber i hele byen", "en": "school boards, parents and clubs of the town"}
_MANY = range(14)
# more rows than a page likes, long names, large and small numbers
MUCH: dict[str, list[dict[str, Any]]] = {
    "targets": [_share(f"target.{i}", _LONG, 99, 0.99 - i / 20, 0.9 - i / 20, 1 - i / 20, mentions=9999, mention_found=99,
                       per_thousand=980.0 - 60 * i, per_low=900.0 - 60 * i if i % 3 else None,
                       per_high=999.9 - 60 * i if i % 3 else None, counted="by_audit" if i % 3 else "by_model")
                for i in _MANY],
    "grounds": [_share(f"ground.{i}", _LONG, 99, 0.99 - i / 20, 0.9 - i / 20, 1 - i / 20) for i in _MANY],
    "harms": [_share(f"harm.{i}", _LONG, 99, None if i > 6 else 0.0995 - i / 80, 0.0, 0.12 - i / 125, rate=20, arenas_share=0.2)
              for i in _MANY],
    "attack_lift": [
        {"topic_id": i, "stable_id": f"K-{i:03d}", "label": "skolegården · fredagscafé · klassefest", "named_by": "person",
         "attack_found": 90, "attack_share": 0.2, "rest_share": 0.1, "lift": 9.0 / (i + 1), "lift_low": 6.0 / (i + 1), "lift_high": 14.0 / (i + 1),
         "lift_p": 0.01, "lift_q": 0.02, "lift_verdict": "higher" if i < 4 else "not_different"} for i in range(30)],
    "recognition_arenas": [
        {"by": "category", "part": f"a category with a very long name {i}", "arenas": 9, "recognitions": 60,
         "recognition": 0.3 - i / 40, "recognition_low": 0.28 - i / 40, "recognition_high": 0.35 - i / 40, "attacks": 9,
         "attack": None if i == 2 else 0.02 + i / 50, "attack_low": 0.0 if i == 2 else 0.01 + i / 50, "attack_high": 0.05 + i / 50}
        for i in range(8)],
}
MUCH |= {"mentions": MUCH["targets"], "themes": MUCH["harms"]}
