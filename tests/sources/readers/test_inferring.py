"""How columns of times and counts are read: every spelling by itself, and what a column cannot settle."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.sources.readers.counts import read_counts
from workbench.sources.readers.inferring import (
    AmbiguousColumnError,
    check_ids,
    conclude_counts,
    conclude_times,
    tally_counts,
    tally_times,
)
from workbench.sources.readers.stamps import read_stamps
from workbench.sources.readers.times import read_times


def column(what, *cells, said="", chunk=1000):
    """Read one column of a table, in chunks, with the times that name no offset as local ones of Copenhagen."""
    values = pd.Series(cells, dtype="string")
    tally = (tally_times if what == "date" else tally_counts)(said)
    for start in range(0, len(values), chunk):
        tally.add(values[start:start + chunk])
    if what == "views":
        way = conclude_counts(tally, where="t.csv", column="views", said=said).way
        return read_counts(values, way).astype("string").fillna("").tolist()
    way = conclude_times(tally, where="t.csv", column="date", said=said).way
    times, _ = read_times(pd.Series(pd.NA, values.index, dtype="string"), read_stamps(values, way), time_zone="Europe/Copenhagen")
    return [time.isoformat(" ") if pd.notna(time) else "" for time in times]


# local times are those of the card: Copenhagen, an hour before UTC in November
@pytest.mark.parametrize(("cells", "read"), [
    (["03-11-2025 09:15"], ["2025-11-03 08:15:00+00:00"]),
    (["03.11.25 09.15"], ["2025-11-03 08:15:00+00:00"]),
    (["3. november 2025 kl. 09.15"], ["2025-11-03 08:15:00+00:00"]),
    (["mandag den 3. nov. 2025 kl. 9.15"], ["2025-11-03 08:15:00+00:00"]),
    (["3. oktober 2025, 21:05"], ["2025-10-03 19:05:00+00:00"]),
    (["03/11/2025 09:15", "13/11/2025 09:15"], ["2025-11-03 08:15:00+00:00", "2025-11-13 08:15:00+00:00"]),
    (["11/03/2025 9:15 PM", "11/13/2025 12:05 AM"], ["2025-11-03 20:15:00+00:00", "2025-11-12 23:05:00+00:00"]),
    (["03-04-2025", "03-13-2025"], ["2025-03-03 23:00:00+00:00", "2025-03-12 23:00:00+00:00"]),
    (["12/12/2025 10:00"], ["2025-12-12 09:00:00+00:00"]),
    (["Mon Nov 03 09:15:30 +0000 2025"], ["2025-11-03 09:15:30+00:00"]),
    (["Mon, 03 Nov 2025 09:15:30 +0100"], ["2025-11-03 08:15:30+00:00"]),
    (["Nov 3, 2025, 9:15:30 PM"], ["2025-11-03 20:15:30+00:00"]),
    (["45964.38576"], ["2025-11-03 08:15:30+00:00"]),
    (["45964,38576"], ["2025-11-03 08:15:30+00:00"]),
    (["1762157730"], ["2025-11-03 08:15:30+00:00"]),
    (["1762157730.5"], ["2025-11-03 08:15:30.500000+00:00"]),
    (["1762157730000"], ["2025-11-03 08:15:30+00:00"]),
    (["1762157730000000"], ["2025-11-03 08:15:30+00:00"]),
    (["2025-11-03T09:15:30 CET"], ["2025-11-03 08:15:30+00:00"]),
    (["2025-07-03T09:15:30 CEST"], ["2025-07-03 07:15:30+00:00"]),
    (["2025-11-03 09:15:30 UTC"], ["2025-11-03 09:15:30+00:00"]),
    (["2025-11-03T09:15:30+0100"], ["2025-11-03 08:15:30+00:00"]),
    (["2025-11-03T09:15:30.123456789Z"], ["2025-11-03 09:15:30.123456+00:00"]),
    (["20251103T091530Z"], ["2025-11-03 09:15:30+00:00"]),
    (["2025/11/03 09:15"], ["2025-11-03 08:15:00+00:00"]),
    (["2025-11-03"], ["2025-11-02 23:00:00+00:00"]),
    (["2025-11-03", "", "31-02-2025", "2025-11-03 25:00"], ["2025-11-02 23:00:00+00:00", "", "", ""]),
])
def test_a_time_is_read_as_its_column_is_written(cells, read):
    assert column("date", *cells) == read


@pytest.mark.parametrize(("cells", "question", "line"), [
    (["03/11/2025 09:15"], "no cell settles whether day or month goes first", 'time_format = "day-first" or time_format = "month-first"'),
    (["11/03/2025 9:15 PM", "12/03/2025 9:15 AM"], "no cell settles", 'time_format = "day-first" or time_format = "month-first"'),
    (["13/11/2025", "11/13/2025"], "several ways", 'time_format = "day-first" or time_format = "month-first"'),
    (["2025-03-04 10:00:00", "13/04/2025 10:00"], "several ways", 'time_format = "iso" or time_format = "day-first"'),
    (["2025-03-04", "04-03-2025"], "several ways", 'time_format = "iso" or time_format = "day-first"'),
    (["1762157730", "45964.38576"], "several ways", 'time_format = "unix" or time_format = "excel"'),
])
def test_a_column_of_times_that_can_be_read_in_two_ways_is_refused_with_the_question_and_the_line(cells, question, line):
    with pytest.raises(AmbiguousColumnError, match=r"t\.csv: column date: ") as caught:
        column("date", *cells)
    assert question in str(caught.value)
    assert f"Write {line} under [mapping] of its source.toml." in str(caught.value)


@pytest.mark.parametrize(("said", "cell", "read"), [
    ("day-first", "03/11/2025 09:15", "2025-11-03 08:15:00+00:00"), ("month-first", "03/11/2025 09:15", "2025-03-11 08:15:00+00:00"),
    ("%Y.%d.%m %H-%M", "2025.03.11 09-15", "2025-11-03 08:15:00+00:00"),
    ("%d/%m/%Y %H:%M %z", "03/11/2025 09:15 +0000", "2025-11-03 09:15:00+00:00"),
])
def test_what_the_card_says_of_times_settles_it(said, cell, read):
    assert column("date", cell, said=said) == [read]


def test_a_column_without_any_time_is_refused_and_so_is_one_that_is_not_as_the_card_says():
    with pytest.raises(InputError, match="none of its 2 cells is a time"):
        column("date", "i går", "i dag")
    # what reads nothing is not taken over from the last quarter in silence
    with pytest.raises(AmbiguousColumnError, match="day or month"):
        column("date", "03/11/2025", said="%d-%m-%Y")


@pytest.mark.parametrize(("cells", "read"), [
    (["1.234"], ["1234"]), (["1,234"], ["1234"]), (["1.234,5"], ["1234"]), (["1,234,567"], ["1234567"]),
    (["1 234"], ["1234"]), (["1\u00a0234"], ["1234"]), (["12K"], ["12000"]), (["1,2 mio."], ["1200000"]),
    (["1.5K"], ["1500"]), (["3 mia."], ["3000000000"]), (["5.0"], ["5"]), (["1e3"], ["1000"]), (["7"], ["7"]),
    (["5.000", "1.234"], ["5000", "1234"]), (["5,000", "12.5K"], ["5000", "12500"]), (["1,5K", "2.000"], ["1500", "2000"]),
    (["12", "n/a", "-", "", "mange", "-1"], ["12", "", "", "", "", ""]), (["99999999999999999999"], [""]),
])
def test_a_count_is_read_as_its_column_is_written(cells, read):
    assert column("views", *cells) == read


@pytest.mark.parametrize(("cells", "question"), [
    (["5.000"], "5.000 is one count where a comma"), (["12", "1.234K"], "1.234K is one count where a comma"),
    (["1.234", "5.0"], "1.234 is a count only where a comma begins the fraction, 5.0 only where a dot does"),
    (["1,234", "1,2 mio."], "1,2 mio. is a count only where a comma"),
])
def test_counts_that_can_be_read_in_two_ways_are_refused_and_the_card_settles_it(cells, question):
    with pytest.raises(AmbiguousColumnError, match="column views") as caught:
        column("views", *cells)
    assert question in str(caught.value)
    assert 'Write decimal = "," or decimal = "." under [mapping]' in str(caught.value)
    assert column("views", "5.000", said=",") == ["5000"]
    assert column("views", "5.000", said=".") == ["5"]


def test_all_cells_count_those_far_down_too():
    many = ["03/04/2025 10:00"] * 2500
    with pytest.raises(AmbiguousColumnError):
        column("date", *many)
    assert column("date", *many, "04/13/2025 10:00")[0].startswith("2025-03-04")
    with pytest.raises(AmbiguousColumnError, match="several ways"):
        column("date", *["2025-04-03"] * 2500, "13/04/2025")


@pytest.mark.parametrize("cells", [["1.9E+18", "1"], ["1,9E+18"], ["1.90000000000000000e+18"], ["1900000000000000000", "1900000000000010000"]])
def test_rounded_ids_are_refused(cells):
    with pytest.raises(InputError, match="column id: a spreadsheet rounded"):
        check_ids(pd.Series(cells), where="t.csv", column="id")


@pytest.mark.parametrize("cells", [["1900000000000000001", "1900000000000000000"], ["12", "a-1"], ["1505034921.0"], ["100000000000000000"], []])
def test_whole_ids_are_not(cells):
    check_ids(pd.Series(cells, dtype="string"), where="t.csv", column="id")
