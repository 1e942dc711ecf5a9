"""Say a message in a language of the reports, with numbers, weeks and days the way the language writes them."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from numbers import Real
from typing import Any

from workbench.errors import ReportError
from workbench.settings import ALL_LANGUAGES

MISSING = "–"
_ADDRESS = re.compile(r"[\w-]+\.\w|\S*[@/_]")  # at the start of a sentence: an address keeps its small letter


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NA or not a number; lists and words are values."""
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


@dataclass(frozen=True)
class Wording:
    """Messages of one language and its number formats.

    Attributes
    ----------
    language
        One of `ALL_LANGUAGES`: the name of the folder of its catalogs.
    messages
        Text by message id, from every catalog of the language.
    locale
        By which numbers and dates are written; empty: as ``language.toml`` of the language says.
    """

    language: str
    messages: Mapping[str, str] = field(repr=False)
    locale: str = ""

    def __post_init__(self) -> None:
        if not self.locale:
            object.__setattr__(self, "locale", _read_about(self.language)["locale"])

    @property
    def tag(self) -> str:
        """The language's code in HTML and PDF, by which words are hyphenated and read aloud: nb for no."""
        return self.locale.split("_")[0]

    @property
    def direction(self) -> str:
        """How its lines run: ltr, from the left, or rtl, as Arabic is written."""
        from babel import Locale

        return str(Locale.parse(self.locale).text_direction)

    @property
    def is_measured_by_lix(self) -> bool:
        """Whether LIX says how hard a text of it is: not where words are built otherwise than in Danish or English."""
        return bool(_read_about(self.language).get("lix", True))

    def say(self, message: str, facts: Mapping[str, Any] | None = None, /, **more: Any) -> str:
        """Return a message with its facts filled in.

        Placeholders are ``{name:format}``, with the formats of `_FORMATS` and the units of the catalogs, such as
        ``{found:topics}``: 1 topic, 12 topics. A message with the variants ``<id>.one`` and ``<id>`` is chosen by the
        fact ``count``. A sentence (``finding.…``) that begins with a fact begins with a capital, and where a unit such
        as "pct." ends a sentence, there is one full stop.

        Raises
        ------
        ReportError
            If the message or one of its facts is not known.
        """
        known = {**(facts or {}), **more}
        chosen = self._variant(message, known)
        if chosen not in self.messages:
            raise ReportError(f"The message {message!r} is not in the {self.language} catalogs.")
        try:
            said = self.fill(self.messages[chosen], known)
        except KeyError as error:
            raise ReportError(f"The message {message!r} needs the fact {error}.") from error
        return _capital(said) if message.startswith("finding.") else said

    def fill(self, text: str, facts: Mapping[str, Any]) -> str:
        """Fill the placeholders of a text that is in no catalog, see `say`.

        Raises
        ------
        KeyError
            If a fact is not known.
        """
        said = _Filler(self).vformat(text, (), facts)
        unit = self.messages.get("unit.percent", "")
        return said.replace(f"{unit}.", unit) if unit.endswith(".") else said

    def can_say(self, message: str, facts: Mapping[str, Any]) -> bool:
        """Tell whether the catalogs hold a message and none of the facts it needs is missing or an empty word."""
        text = self.messages.get(self._variant(message, facts))
        if text is None:
            return False
        needed = [name for _, name, _, _ in string.Formatter().parse(text) if name]
        return not any(is_missing(facts.get(name)) or facts[name] == "" for name in needed)

    def knows(self, message: str) -> bool:
        """Tell whether the catalogs hold a message."""
        return message in self.messages

    def _variant(self, message: str, facts: Mapping[str, Any]) -> str:
        count = facts.get("count")
        is_one = not is_missing(count) and count == 1
        return f"{message}.one" if is_one and f"{message}.one" in self.messages else message

    def say_value(self, code: str) -> str:
        """Return the word for a value found in data, such as a platform; one without a word is shown as it is."""
        return self.messages.get(f"value.{code}", str(code))

    def named(self, value: Mapping[str, str] | str) -> str:
        """Return what a municipality calls a code: its name by language; a code of our own is in the catalogs."""
        if isinstance(value, str):
            return self.say_value(value)
        return value.get(self.language) or value.get("en") or next(iter(value.values()), MISSING)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Write a number, such as 1.234,5 in Danish; missing is a dash."""
        from babel.numbers import format_decimal

        if value is None or is_missing(value):
            return MISSING
        # round() first: "-0" must not appear
        value = round(float(value), decimals) + 0.0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(value, format=pattern, locale=self.locale)

    def share(self, value: float | None) -> str:
        """Write a fraction as per cent, with one decimal, two below one per cent."""
        if value is None or is_missing(value):
            return MISSING
        from babel import Locale

        said, unit = self.number(100 * value, 2 if 0 < abs(value) < 0.01 else 1), self.messages["unit.percent"]
        pattern: str = Locale.parse(self.locale).percent_formats[None].pattern
        # nothing between both in English, elsewhere a space that never breaks; in Turkish the sign goes first
        gap = "\N{NO-BREAK SPACE}" if "\N{NO-BREAK SPACE}" in pattern else ""
        return f"{unit}{gap}{said}" if pattern.startswith("%") else f"{said}{gap}{unit}"

    def points(self, value: float | None) -> str:
        """Write a difference of fractions in percentage points, always with its sign."""
        if value is None or is_missing(value):
            return MISSING
        sign = "+" if round(100 * value, 1) > 0 else ""
        return f"{sign}{self.number(100 * value, 1)}".replace("-", "−")

    def day(self, value: date) -> str:
        """Write a date, such as 1. juli 2025."""
        from babel.dates import format_date

        return format_date(value, format="long", locale=self.locale)

    def quarter(self, value: str) -> str:
        """Write a quarter such as 2025Q3 in words."""
        return self.messages["unit.quarter"].format(quarter=value[-1], year=value[:4])

    def period(self, value: str) -> str:
        """Write a quarter, month or week in words, with its year."""
        return self.quarter(value) if "Q" in value else self.when(value, with_year=True)

    def when(self, value: str, *, with_year: bool = False) -> str:
        """Write a week (2025-W34), fortnight (2025-W33-W34) or month (2025-08): week 34, or week 34, 2025."""
        from babel.dates import format_date

        ending = "_of_year" if with_year else ""
        if "-W" not in value:
            month = date(int(value[:4]), int(value[-2:]), 1)
            return format_date(month, format="LLLL y" if with_year else "LLLL", locale=self.locale)
        year, *weeks = value.split("-W")
        first, last = str(int(weeks[0])), str(int(weeks[-1]))
        return (self.say(f"unit.week{ending}", week=first, year=year) if len(weeks) == 1 else
                self.say(f"unit.fortnight{ending}", first=first, last=last, year=year))

    def counted(self, unit: str, count: float) -> str:
        """Write a number with its word, ``unit.<unit>``: 1 arena, 40 arenas."""
        return self.say(f"unit.{unit}", count=count, number=count)

    def language_name(self, language: str) -> str:
        """Return what a language is called: Danish, dansk or danska for da."""
        from babel import Locale

        return str(Locale.parse(language).get_language_name(self.locale) or language)

    def within(self, seconds: float) -> str:
        """Write a span of time with its word, in the largest unit that is whole: within 1 minute."""
        size, unit = next((s, u) for s, u in ((3600, "hours"), (60, "minutes"), (1, "seconds")) if seconds % s == 0)
        return self.say(f"unit.{unit}", count=int(seconds) // size)

    def words(self, values: Sequence[str]) -> str:
        """Join words with commas and a last "and"."""
        shown = [str(v) for v in values]
        if len(shown) < 2:
            return "".join(shown)
        return f"{', '.join(shown[:-1])} {self.messages['unit.and']} {shown[-1]}"


def end_sentence(text: str) -> str:
    """Return a text with one full stop, or what ends it already."""
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def _capital(text: str) -> str:
    return text if _ADDRESS.match(text) else text[:1].upper() + text[1:]


def _folder(language: str) -> Traversable:
    return files("workbench.wording") / "catalogs" / language


@lru_cache(maxsize=len(ALL_LANGUAGES))
def _read_about(language: str) -> Mapping[str, Any]:
    return tomllib.loads((_folder(language) / "language.toml").read_text(encoding="utf-8"))


class _Filler(string.Formatter):
    """Fill ``{name:format}`` through a `Wording`; a name is a key and nothing more."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if is_missing(value):
            return MISSING
        if format_spec == "":
            # NumPy's whole numbers are Real, but not int
            return self._wording.number(float(value)) if isinstance(value, Real) else str(value)
        if format_spec not in _FORMATS and f"unit.{format_spec}" in self._wording.messages:
            return self._wording.counted(format_spec, value)
        if format_spec not in _FORMATS:
            raise ReportError(f"A message asks for the unknown format {format_spec!r}.")
        return _FORMATS[format_spec](self._wording, value)


_FORMATS: dict[str, Callable[[Wording, Any], str]] = {
    "number": Wording.number,
    "decimal": lambda wording, value: wording.number(value, 1),
    "decimal2": lambda wording, value: wording.number(value, 2),
    "share": Wording.share,
    "points": Wording.points,
    "day": Wording.day,
    "quarter": Wording.quarter,
    "when": lambda wording, value: wording.when(str(value)),
    "when_of_year": lambda wording, value: wording.when(str(value), with_year=True),
    "words": Wording.words,
    "code": Wording.say_value,
    "named": Wording.named,
    "within": Wording.within,
    "plain": lambda wording, value: str(value),
}


@lru_cache(maxsize=len(ALL_LANGUAGES))
def open_wording(language: str) -> Wording:
    """Read every catalog of a language.

    Raises
    ------
    ReportError
        If the language is not one of `ALL_LANGUAGES`, or two catalogs hold the same id.
    """
    from babel.messages.pofile import read_po

    if language not in ALL_LANGUAGES:
        raise ReportError(f"There are no catalogs for the language {language!r}; there are {', '.join(ALL_LANGUAGES)}.")
    messages: dict[str, str] = {}
    folder = _folder(language)
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".po"):
            continue
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=language)
        for message in catalog:
            if not message.id:
                continue
            if message.id in messages:
                raise ReportError(f"The message {message.id!r} stands in two {language} catalogs.")
            messages[str(message.id)] = str(message.string)
    return Wording(language, messages)
