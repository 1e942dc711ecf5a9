"""`workbench alert check`: looks at the newest days of the posts, and hands what stands out over to alerting as counts.

Measuring and alerting are two lanes. What crosses here is a table of times, platforms and counts that passed the gate.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from workbench.errors import InputError
from workbench.study import Study
from workbench.tables.alerts import SIGNAL_COLUMNS, Alert
from workbench.tables.finding import Finding
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet

DAYS = 3  # at the end of the data, that are looked at
_YEAR = pd.Timedelta(weeks=52)


@dataclass(frozen=True)
class Checked:
    """What a look at the newest days found.

    Attributes
    ----------
    since, until
        The days that were looked at, UTC; `until` is the end of the data.
    signals
        All that stood out, columns `SIGNAL_COLUMNS`.
    alerts
        New drafts: what stood out and had none yet.
    topics
        Topics whose weeks were looked at; none without a model of an earlier report.
    seconds
        Wall time.
    """

    since: pd.Timestamp
    until: pd.Timestamp
    signals: pd.DataFrame
    alerts: list[Alert]
    topics: int
    seconds: float


def check_alerts(study: Study, *, until: pd.Timestamp | None = None, days: int = DAYS,
                 now: pd.Timestamp | None = None) -> Checked:
    """Look at the newest days of the posts, and draft an alert for each thing that stands out and has none.

    Hours and weeks of all posts, weeks of each topic of the last report's model, and texts that went through many
    arenas within hours.

    Parameters
    ----------
    study
        With imported posts.
    until
        Posts from then on are left out, as if the data ended there, UTC; None: none are.
    days
        Before the end of the data, that are looked at.
    now
        When the drafts are made, UTC; None: the clock's.

    Raises
    ------
    InputError
        If there are no posts before `until`.
    """
    from workbench.alerting import raise_signals

    begun = time.monotonic()
    corpus = study.corpus()
    posts = corpus.posts if until is None else corpus.posts[corpus.posts["posted_at"] < until]
    if posts.empty:
        raise InputError("There are no posts to look at. Import an export first, or give a later --until.")
    corpus = replace(corpus, posts=posts.reset_index(drop=True),
                     links=corpus.links[corpus.links["post_id"].isin(posts["post_id"])].reset_index(drop=True))
    end = until or posts["posted_at"].max().floor("h") + pd.Timedelta(hours=1)
    since = end - pd.Timedelta(days=days)
    topics = _topics_of(study, corpus, end)
    found = list(_signals(study, corpus, topics, since, end))
    signals = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(SIGNAL_COLUMNS))
    alerts = raise_signals(study.folder, signals, now=now)
    return Checked(since, end, signals, alerts, len(topics.topics), time.monotonic() - begun)


def _topics_of(study: Study, corpus: Corpus, end: pd.Timestamp) -> TopicSet:
    from workbench.topics import assign_topics, load_model_before

    after = end.tz_localize(None).to_period("Q") + 1
    return assign_topics(load_model_before(study.folder, str(after)), corpus)


def _signals(study: Study, corpus: Corpus, topics: TopicSet, since: pd.Timestamp,
             end: pd.Timestamp) -> Iterator[pd.DataFrame]:
    """Yield what each measure flags, as the gate lets it be told."""
    from workbench.actors import find_outbreak
    from workbench.findings import describe_spread, measure_hours, measure_peaks

    times = corpus.posts["posted_at"]
    last = end - pd.Timedelta(1, "us")
    for quarter in dict.fromkeys(str(at.tz_localize(None).to_period("Q")) for at in (since, last)):
        first, after = period_bounds(quarter)
        if (times.ge(first) & times.lt(after)).any():
            yield _tell(study, corpus, measure_hours(corpus, quarter=quarter), since, end)
            yield _tell(study, corpus, measure_peaks(corpus, topics, quarter=quarter), since, end)
    for begun in _claims(corpus, since, end):
        quarter = str(begun.tz_localize(None).to_period("Q"))
        spread = describe_spread(find_outbreak(corpus, since=begun), quarter=quarter)
        yield _tell(study, corpus, spread, begun, end)


def _claims(corpus: Corpus, since: pd.Timestamp, end: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the hours in which texts began that went further than any of the year before."""
    from workbench.actors import find_outbreaks
    from workbench.findings import flag_claims

    start = max(since - _YEAR, corpus.posts["posted_at"].min())
    before, now = (find_outbreaks(corpus, start=a, end=b) for a, b in ((start, since), (since, end)))
    flagged = flag_claims(now, before, weeks=(since - start) / pd.Timedelta(weeks=1))
    return sorted(set(flagged.loc[flagged["is_flagged"], "first_at"].dt.floor("h")))


def _tell(study: Study, corpus: Corpus, found: Finding, since: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    from workbench.findings import list_signals

    return list_signals(found, study.release([found], corpus), corpus, since=since, until=end,
                        minimum_arenas=study.minimum_arenas)
