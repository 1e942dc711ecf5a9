"""Numbers keep their sign and their digits, one is not called many, and no message is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import ReportError
from workbench.wording import open_wording, wording


@pytest.mark.parametrize(("value", "da", "en"), [(0.0123, "+1,2", "+1.2"), (-0.0123, "−1,2", "−1.2"), (0.0004, "0,0", "0.0")])
def test_a_difference_in_points_has_its_sign_and_nought_has_none(value: float, da: str, en: str) -> None:
    assert open_wording("da").points(value) == da
    assert open_wording("en").points(value) == en


@pytest.mark.parametrize(("value", "said"), [(0.0099, "0.99"), (0.01, "1.0"), (0.5, "50.0"), (0.0, "0.0"), (-0.005, "-0.50")])
def test_a_share_below_one_per_cent_has_two_decimals(value: float, said: str) -> None:
    assert open_wording("en").share(value).split("\N{NO-BREAK SPACE}")[0].removesuffix("%").strip() == said


@pytest.mark.parametrize(("language", "one", "many"), [("en", "One week stands out", "3 weeks stand out"),
                                                       ("da", "Én uge skiller sig ud", "3 uger skiller sig ud")])
def test_one_is_not_said_as_many(language: str, one: str, many: str) -> None:
    facts = {"week": "2025-W27", "posts": 40, "label": "havn", "expected": 9.0}
    say = open_wording(language).say
    assert say("finding.peaks", {**facts, "count": 1}).startswith(one)
    assert say("finding.peaks", {**facts, "count": 3}).startswith(many)


@pytest.mark.parametrize(("language", "one", "many"), [("en", "in 1 arena", "in 1,200 arenas"),
                                                       ("da", "i 1 arena", "i 1.200 arenaer")])
def test_one_arena_is_not_said_as_many(language: str, one: str, many: str) -> None:
    say = open_wording(language).say
    assert say("finding.volume", period="2025Q3", posts=9, arenas=1).endswith(one)
    assert say("finding.volume", period="2025Q3", posts=9, arenas=1200).endswith(many)


def test_a_message_that_stands_in_two_catalogs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "catalogs" / "da"
    folder.mkdir(parents=True)
    for name in ("a.po", "b.po"):
        (folder / name).write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                                   f'msgid "made.message"\nmsgstr "{name}"\n', encoding="utf-8")
    monkeypatch.setattr(wording, "files", lambda package: tmp_path)
    with pytest.raises(ReportError, match=r"'made\.message' stands in two da catalogs"):
        wording.open_wording.__wrapped__("da")
