"""Times as tables write them, turned into ISO 8601: day or month first, month by name, or counted since a day."""

from __future__ import annotations

import pandas as pd

from workbench.sources.readers.times import EARLIEST, LATEST

# as time_format of a mapping takes them, beside patterns of strptime
TIME_FORMATS = ("iso", "day-first", "month-first", "words", "unix", "unix-ms", "unix-us", "excel")
_UNITS = {"unix": 1.0, "unix-ms": 1e3, "unix-us": 1e6}
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "maj": 5, "may": 5, "mai": 5, "jun": 6, "jul": 7,
           "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12, "dez": 12, "des": 12}
# names that mean one offset only wherever they are used
_ZONES = {"z": "Z", "utc": "Z", "gmt": "Z", "wet": "Z", "west": "+01:00", "cet": "+01:00", "cest": "+02:00",
          "mez": "+01:00", "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00", "est": "-05:00", "edt": "-04:00",
          "cdt": "-05:00", "pst": "-08:00", "pdt": "-07:00"}
_HOUR = (r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
         r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?")
_ZONE = rf"(?:\s*(?P<zone>{'|'.join(_ZONES)}|[+-]\d\d(?::?\d\d)?))?"
_CLOCK = rf"(?:(?:[t\s]|,\s*)\s*(?:(?:kl|klo|klokken|um|at)\b\.?\s*)?{_HOUR}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d_]{2,9}\.?,?\s+(?:d(?:en|\.)\s+)?)?"
_WORD, _YEAR = r"(?P<word>[^\W\d_]{3,9})", r"(?P<year>\d{4}|\d\d)"
_PATTERNS: dict[str, tuple[str, ...]] = {
    "iso": (rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}",
            r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
            rf"(?:t?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d){_ZONE})?"),
    "day-first": (rf"(?P<day>\d{{1,2}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign){_YEAR}{_CLOCK}",),
    "month-first": (rf"(?P<month>\d{{1,2}})(?P<sign>[-/.])(?P<day>\d{{1,2}})(?P=sign){_YEAR}{_CLOCK}",),
    "words": (rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]*{_WORD}[.,]?[\s-]+{_YEAR}{_CLOCK}",
              rf"{_WEEKDAY}{_WORD}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}",
              rf"{_WEEKDAY}{_WORD}\.?\s+(?P<day>\d{{1,2}})\s+{_HOUR}{_ZONE}\s+(?P<year>\d{{4}})"),
}
_DAY_ZERO = pd.Timestamp("1899-12-30")  # of spreadsheets


def read_stamps(values: pd.Series, time_format: str) -> pd.Series:
    """Read written times.

    Parameters
    ----------
    time_format
        One of `TIME_FORMATS`, or a pattern of strptime.

    Returns
    -------
    stamps
        ISO 8601 as text, with the offset where one is written; missing where a cell is not so written, names no day
        there is, or one outside 1995-2049.
    """
    values = values.astype("string").str.strip()
    if time_format in _UNITS:
        seconds = _number(values) / _UNITS[time_format]
        seconds = seconds.where(seconds.between(EARLIEST.timestamp(), LATEST.timestamp()))
        return _text(pd.to_datetime(seconds, unit="s", utc=True))
    if time_format == "excel":
        days = _number(values)
        first, last = ((day.tz_localize(None) - _DAY_ZERO).days for day in (EARLIEST, LATEST))
        days = days.where(days.between(first, last))
        return _text((_DAY_ZERO + pd.to_timedelta(days, unit="D")).dt.round("s"))
    if time_format in _PATTERNS:
        written = pd.Series(pd.NA, index=values.index, dtype="string")
        for pattern in _PATTERNS[time_format]:
            written = written.fillna(_assemble(values.str.casefold().str.extract(f"^{pattern}$")))
        return _that_exist(written)
    read = pd.to_datetime(values, format=time_format, errors="coerce", utc="%z" in time_format)
    return _that_exist(_text(read))


def _number(values: pd.Series) -> pd.Series:
    digits = values.where(values.str.fullmatch(r"\d{1,16}(?:[.,]\d+)?")).str.replace(",", ".")  # more are no time
    return pd.to_numeric(digits, errors="coerce").astype("float64")


def _text(times: pd.Series) -> pd.Series:
    pattern = "%Y-%m-%dT%H:%M:%S.%f" + ("" if times.dt.tz is None else "+00:00")
    written: pd.Series = times.dt.strftime(pattern).where(times.notna()).astype("string")
    return written


def _assemble(parts: pd.DataFrame) -> pd.Series:
    """Return the parts of times as ISO 8601; missing where the day is missing."""
    if "word" in parts:
        parts["month"] = parts["word"].str[:3].map(_MONTHS).astype("Int64").astype("string")
    year = parts["year"].where(parts["year"].str.len() == 4, "20" + parts["year"])
    day = year + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2)
    hour = pd.to_numeric(parts["hour"], errors="coerce").astype("Int64")
    if "half" in parts:
        half = parts["half"].fillna("")
        hour = hour.where((half == "") | hour.between(1, 12).fillna(False))
        hour = hour.where(half == "", hour % 12 + 12 * (half == "p").astype("Int64"))
        # a time of day that does not exist makes the whole stamp unreadable
        day = day.where((half == "") | hour.notna())
    second = parts["second"].fillna("00")
    fraction = parts["fraction"].str[:6] if "fraction" in parts else pd.Series(pd.NA, parts.index, dtype="string")
    clock = ("T" + hour.astype("string").str.zfill(2) + ":" + parts["minute"] + ":" + second
             + ("." + fraction).fillna(""))
    zone = parts["zone"].map(_ZONES).astype("string").fillna(parts["zone"].str.replace(
        r"^([+-]\d\d):?(\d\d)?$", lambda m: f"{m[1]}:{m[2] or '00'}", regex=True))
    return (day + (clock + zone.fillna("")).fillna("")).astype("string")


def _that_exist(written: pd.Series) -> pd.Series:
    times = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce")
    return written.where(times.between(EARLIEST, LATEST))
