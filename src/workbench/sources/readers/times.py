"""When something happened, from the several ways in which exports say it."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from workbench.errors import CardError
from workbench.settings import SourceCard

_UTC = pd.DatetimeTZDtype("us", "UTC")
EARLIEST = pd.Timestamp("1995-01-01", tz="UTC")
LATEST = pd.Timestamp("2050-01-01", tz="UTC")


def check_time_zone(card: SourceCard) -> None:
    """Refuse a card whose time zone nobody knows.

    Raises
    ------
    CardError
        If `time_zone` is given and not in the time zone database.
    """
    try:
        ZoneInfo(card.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CardError(f"{card.path}: time_zone is not a name such as Europe/Copenhagen. Correct it.") from error


def read_times(unix: pd.Series, stamp: pd.Series, *, time_zone: str) -> tuple[pd.Series, int]:
    """Read times: the unix number where there is one, else the written stamp.

    Parameters
    ----------
    unix
        Seconds since 1970, as text.
    stamp
        ISO 8601, as text, with or without an offset.
    time_zone
        Of stamps without an offset; empty for UTC.

    Returns
    -------
    times, assumed
        UTC, missing where neither can be read or the year is not within 1995-2049; and the
        number of stamps without offset that were taken as UTC for want of a time zone.
    """
    seconds = pd.to_numeric(unix, errors="coerce").astype("Float64")
    seconds = seconds.where(seconds.between(EARLIEST.timestamp(), LATEST.timestamp()))
    from_unix = pd.to_datetime(seconds.astype("float64"), unit="s", utc=True).astype(_UTC)
    open_rows = from_unix.isna() & stamp.notna()
    if not open_rows.any():
        return from_unix, 0
    written = stamp[open_rows]
    has_offset = written.str.contains(r"(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$", regex=True) & written.str.contains(":")
    read = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce").astype(_UTC)
    naive = ~has_offset & read.notna()
    if time_zone and naive.any():
        local = read[naive].dt.tz_localize(None)
        zoned = local.dt.tz_localize(ZoneInfo(time_zone), ambiguous=naive[naive].to_numpy(dtype=bool),
                                     nonexistent="shift_forward")
        read[naive] = zoned.dt.tz_convert("UTC")
    read = read.where(read.between(EARLIEST, LATEST))
    times = from_unix.copy()
    times[open_rows] = read
    return times, 0 if time_zone else int((naive & read.notna()).sum())
