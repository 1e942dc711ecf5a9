from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ReportError
from workbench.settings import LANGUAGES
from workbench.sources import describe_formats
from workbench.sources.readers.formats import table
from workbench.sources.readers.mapping import KINDS
from workbench.wording import Wording, open_wording

SOURCE = Path(__file__).parents[2] / "src" / "workbench"


def test_every_message_that_the_code_names_is_in_the_catalogs() -> None:
    known = set(open_wording("da").messages)
    rooms = {m.split(".")[0] for m in known}
    named = set()
    for path in [*SOURCE.rglob("*.py"), *SOURCE.parents[1].glob("notebooks/**/*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'(?:say|sentence)\(?=?\s*\\?"([a-z_]+\.[a-z_.]+)\\?"', text))
    named |= {n.value for p in (SOURCE / "findings").glob("*.py") for n in ast.walk(ast.parse(p.read_text()))
              if isinstance(n, ast.Constant) and isinstance(n.value, str) and re.fullmatch(r"finding\.[a-z_]*[a-z]", n.value)}
    assert {m for m in named if m.split(".")[0] in rooms} <= known
    assert len(named) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_platform_and_kind_of_arena_that_a_reader_writes_has_a_name(language) -> None:
    wording = open_wording(language)
    written = {*describe_formats()["platform"], *table.LETTERS, *KINDS}
    assert {"x", "instagram", "bluesky", "telegram", "group"} <= written
    assert {code for code in written if not wording.knows(f"value.{code}")} == set()


def test_a_value_from_data_that_has_no_name_is_shown_as_it_is() -> None:
    assert open_wording("da").say_value("{nowhere}") == "{nowhere}"
    assert open_wording("da").say_value("channel") == "kanaler"


def test_numbers_are_written_the_danish_way() -> None:
    danish = open_wording("da")
    assert danish.number(1234.5, 1) == "1.234,5"
    assert danish.share(0.1234) == "12,3\N{NO-BREAK SPACE}pct."
    assert danish.points(-0.0004) == "0,0"
    assert danish.number(None) == "–"


def test_facts_are_data_and_never_markup_or_code() -> None:
    danish = open_wording("da")
    said = danish.say("finding.topics", topics=3, label="{share.__class__}", share=0.1)
    assert "{share.__class__}" in said


def test_an_unknown_message_or_missing_fact_is_named() -> None:
    with pytest.raises(ReportError, match="no_such"):
        open_wording("da").say("finding.no_such")
    with pytest.raises(ReportError, match="arenas"):
        open_wording("da").say("finding.volume", posts=1, period="x")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ReportError, match="da, en, no, sv"):
        open_wording("de")


def test_a_missing_value_is_a_dash_in_every_format_and_whole_numbers_of_numpy_are_numbers() -> None:
    danish = open_wording("da")
    assert [danish.number(v) for v in (None, pd.NA, float("nan"), pd.NaT)] == ["–"] * 4
    messages = {"made.all": "{a} {a:share} {a:points} {a:plain} {a:day} {a:words}", "made.number": "{a}"}
    made = Wording("da", {**danish.messages, **messages})
    assert made.say("made.all", a=pd.NA) == "– – – – – –"
    assert made.say("made.number", a=np.int64(1234)) == "1.234"


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan"), ""])
def test_a_message_can_be_said_where_each_fact_it_needs_is_there(missing) -> None:
    made = Wording("en", {"made": "{count} and {b:share}", "made.one": "one and {c:words}"})
    assert made.can_say("made", {"count": 2, "b": 0.5})
    assert not made.can_say("made", {"count": 2})
    assert not made.can_say("made", {"count": missing, "b": 0.5})
    # the variant that would be chosen is the one that is asked
    assert made.can_say("made", {"count": 1, "c": ["a", "b"]})
    assert not made.can_say("made", {"count": 1, "b": 0.5})
    assert not made.can_say("unknown", {"count": 2, "b": 0.5})
