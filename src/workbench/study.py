"""A study: its folder, its settings and the tables that lie in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import CardError
from workbench.files import DELETION
from workbench.publishing import finish_interrupted
from workbench.settings import STUDY_FILE, Settings, read_settings
from workbench.staging import LEDGER, current_run, open_scratch, renew_findings, write_outcome

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tables.finding import Finding
    from workbench.tables.posts import Corpus
    from workbench.tables.release import Release
    from workbench.tables.review import Review
    from workbench.tables.topics import TopicRegister


@dataclass(frozen=True)
class Study:
    """A folder with `study.toml`, raw exports, processed tables and reports."""

    settings: Settings

    @property
    def folder(self) -> Path:
        """The folder that holds `study.toml`."""
        return self.settings.folder

    @property
    def name(self) -> str:
        """The place."""
        return self.settings.name

    @property
    def language(self) -> str:
        """Of reports: da or en."""
        return self.settings.language

    @property
    def contact(self) -> str:
        """Who answers questions about the reports."""
        return self.settings.contact

    def corpus(self, start: str | None = None, end: str | None = None, *, platform: str | None = None) -> Corpus:
        """Load the posts of one quarter, a span of quarters or all.

        Parameters
        ----------
        start
            Quarter such as 2025Q3; None for all quarters up to `end`.
        end
            Last quarter, inclusive; where only `start` is given, that quarter alone.
        platform
            Such as telegram; None for all.

        Raises
        ------
        InputError
            If nothing was imported, or a quarter is not written as 2025Q3.
        """
        from workbench.sources import load_corpus

        corpus: Corpus = load_corpus(self.folder, start=start, end=end if end or not start else start,
                                     platform=platform)
        return corpus

    @property
    def state(self) -> Path:
        """The folder whose ``data/processed`` a notebook writes on: topic register and ledger.

        In a run of `workbench report` what is written there counts once the report is published. Everywhere else it
        is a copy that goes with this process, so that exploring changes nothing.
        """
        run = current_run(self.folder)
        return run.state if run else open_scratch(self.folder)

    def review(self, period: str, register: TopicRegister | None = None, *, language: str = "") -> Review:
        """Read what people decided about the words of a period (`workbench review PERIOD` writes the file).

        Parameters
        ----------
        period
            Such as 2025Q3.
        register
            Of the topics of this period: decisions about topics that have become others are open again.
        language
            Of the names: da or en; empty: the study's own.

        Raises
        ------
        CardError
            If a review file has faults; all of them are named, with file and line.
        """
        from workbench.reviewing import hold_review, read_review

        asked = language or self.language
        review: Review = read_review(self.folder, period, language=asked, languages=sorted({self.language, asked}))
        return review if register is None else hold_review(review, register)


    def events(self, *, language: str = "") -> pd.DataFrame:
        """Read the events of `events.csv` in the study's folder, for the time line.

        Parameters
        ----------
        language
            Of their texts: da or en; empty: the study's own.

        Returns
        -------
        events
            Columns `date`, `label` and `source`, in order of time; empty without the file.

        Raises
        ------
        CardError
            If the file has faults; all of them are named, with their line.
        """
        from workbench.reviewing import read_events

        asked = language or self.language
        events: pd.DataFrame = read_events(self.folder, language=asked, languages=sorted({self.language, asked}))
        return events
