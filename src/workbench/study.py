"""A study: its folder, its settings and the tables that lie in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from workbench.errors import CardError
from workbench.files import DELETION
from workbench.greeting import greet, latest_quarter, quarter_before
from workbench.publishing import finish_interrupted
from workbench.settings import STUDY_FILE, Settings, read_settings
from workbench.staging import LEDGER, current_run, open_scratch, renew_findings, write_outcome
from workbench.wording import open_wording

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tables.alerts import Alert
    from workbench.tables.codebook import Codebook
    from workbench.tables.finding import Finding
    from workbench.tables.posts import Corpus
    from workbench.tables.release import Release
    from workbench.tables.review import Review
    from workbench.tables.speech import SpeechCodes
    from workbench.tables.topics import TopicRegister

P = ParamSpec("P")
R = TypeVar("R")


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
        """The place; where `study.toml` does not say it, words that say so."""
        return self.settings.name or open_wording(self.language).say("report.name_missing")

    @property
    def language(self) -> str:
        """Of reports."""
        return self.settings.language

    @property
    def contact(self) -> str:
        """Who answers questions about the reports; where `study.toml` does not say it, words that say so."""
        return self.settings.contact or open_wording(self.language).say("report.contact_missing")

    @property
    def minimum_authors(self) -> int:
        """Behind a published number."""
        return self.settings.minimum_authors

    @property
    def minimum_arenas(self) -> int:
        """Behind a published number."""
        return self.settings.minimum_arenas

    @property
    def latest(self) -> str:
        """The latest quarter of which posts were imported; empty before anything was."""
        return latest_quarter(self.folder)

    def quarter_before(self, quarter: str) -> str:
        """Return the last quarter before one of which posts were imported; itself where there is none."""
        return quarter_before(self.folder, quarter)

    def _repr_html_(self) -> str:
        return greet(self.settings)

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

    @property
    def ledger(self) -> Path:
        """The file of all that reports have released: to be read, never written."""
        return self.folder / LEDGER

    def remember(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function of topics, actors or findings, or give what it gave for the same content before.

        ``study.remember(wb.topics.model_topics, corpus, seed=1)`` is ``wb.topics.model_topics(corpus, seed=1)``, and
        quick the second time. The same is: every post and number of the arguments, all code and the versions of all
        packages. Results lie in ``data/processed/cache`` and go with what else was made of the corpus; in a run of
        ``workbench report --fresh`` they are worked out anew.

        Parameters
        ----------
        function
            One that is given tables and plain values, and changes nothing: `register_topics`, which writes a register,
            is called by itself.

        Raises
        ------
        TableError
            If it is another function, or an argument is a file or folder, whose content may change unseen.
        """
        from workbench.remembering import remember

        return remember(self.folder, function, *args, **kwargs)

    def review(self, period: str, register: TopicRegister | None = None, *, language: str = "") -> Review:
        """Read what people decided about the words of a period (`workbench review PERIOD` writes the file).

        Parameters
        ----------
        period
            Such as 2025Q3.
        register
            Of the topics of this period: decisions about topics that have become others are open again.
        language
            Of the names; empty: the study's own. A name that nobody wrote in it stands in that of the study.

        Raises
        ------
        CardError
            If a review file has faults; all of them are named, with file and line.
        """
        from workbench.reviewing import hold_review, read_review
        from workbench.settings import PARTIAL

        if language in PARTIAL:  # nobody names topics in it
            language = self.language
        review: Review = read_review(self.folder, period, language=language or self.language,
                                     languages=[self.language])
        return review if register is None else hold_review(review, register)

    def outlook(self, quarter: str) -> pd.DataFrame:
        """Tell what a report on a quarter will be able to say, from counts alone.

        Returns
        -------
        outlook
            Of `findings.describe_outlook`, with the sentence in the study's language as `said`.
        """
        from workbench.findings import describe_outlook
        from workbench.wording import open_wording

        wording = open_wording(self.language)
        told: pd.DataFrame = describe_outlook(self.corpus(None, quarter), quarter=quarter,
                                     minimum_authors=self.settings.minimum_authors,
                                     minimum_arenas=self.settings.minimum_arenas)
        said = [wording.say(message, facts) for message, facts in zip(told["message"], told["facts"], strict=True)]
        return told.assign(said=said)

    def events(self, *, language: str = "") -> pd.DataFrame:
        """Read the events of `events.csv` in the study's folder, for the time line.

        Parameters
        ----------
        language
            Of their texts; empty: the study's own.

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

    def handbook(self, name: str, *, language: str = "") -> pd.DataFrame:
        """Read a file of ``handbook/``: what the municipality wrote for its practice, see `handbook.read_handbook`.

        Parameters
        ----------
        name
            help_lines, plan, questions, activities, quiz, themes, law, glossary, platforms, episodes or claims.
        language
            Of the texts; empty: the study's own. What nobody wrote in it stands in that of the study.
        """
        from workbench.handbook import read_handbook

        entries: pd.DataFrame = read_handbook(self.folder, name, language=language or self.language, own=self.language)
        return entries

    def alert(self, day: str, *, alert_id: str = "") -> Alert:
        """Find the alert of a day, see `alerting.find_alert`."""
        from workbench.alerting import find_alert

        found: Alert = find_alert(self.folder, day, alert_id)
        return found

    def codebook(self) -> Codebook:
        """Read what coders look for: ``codebook.toml`` of the study, else the one that comes with the package.

        Raises
        ------
        CardError
            If the file has faults; all of them are named, with file and line.
        """
        from workbench.speech import load_codebook

        book: Codebook = load_codebook(self.folder)
        return book

    def speech(self, period: str) -> SpeechCodes:
        """Load what people and models said of the posts of a period; empty tables where nobody has drawn a sample.

        Raises
        ------
        TableError
            If the codebook was changed under the version that codes name.
        """
        from workbench.speech import load_speech

        codes: SpeechCodes = load_speech(self.folder, self.corpus(period), period, self.codebook())
        return codes

    def score_speech(self, corpus: Corpus, speech: SpeechCodes) -> pd.DataFrame:
        """Score posts of other periods too by the model that scored this one, so that weeks can be compared.

        Returns
        -------
        scores
            `post_id` and a column per code; where the model no longer lies in the study, those of the period alone.
        """
        from workbench.speech import find_model, score_speech

        model = find_model(self.folder, speech.model)
        scores: pd.DataFrame = score_speech(corpus, model, codebook=speech.codebook) if model else speech.scores
        return scores

    def gazetteer(self) -> pd.DataFrame:
        """Read the city's places from ``gazetteer.csv``, for `findings.measure_local_relevance`; none without the file.

        Raises
        ------
        CardError
            If the file has faults; all of them are named, with file and line.
        """
        from workbench.gazetteer import GAZETTEER_FILE, read_gazetteer

        return read_gazetteer(self.folder / GAZETTEER_FILE)

    def release(self, findings: Iterable[Finding], corpus: Corpus, *, review: Review | None = None) -> Release:
        """Release findings through the gate, against everything released before.

        In a run of `workbench report` the release is entered in the ledger under the name of the product; everywhere
        else it is a draft that leaves nothing behind.

        Parameters
        ----------
        findings
            What the product wants to show.
        corpus
            The posts that the findings count.
        review
            Of `review`: what people decided about the words in them; None: nothing yet, so that it is a draft.
        """
        from workbench.findings import release_findings

        run = current_run(self.folder)
        if run is None:
            renew_findings(self.folder, self.state)
        release: Release = release_findings(
            findings, corpus, ledger=self.state / LEDGER, product=run.entry if run else "draft",
            minimum_authors=self.settings.minimum_authors, minimum_arenas=self.settings.minimum_arenas, review=review,
            provenance={**self._provenance(corpus), **_tell_foreign(review)})
        if run:
            write_outcome(run, release)
        return release

    def published(self, period: str, *, product: str = "quarterly") -> pd.DataFrame:
        """Read the numbers that a report of this study tells, see `shelf.read_numbers`."""
        from workbench.shelf import read_numbers

        return read_numbers(self.folder, period, product=product, language=self.language)

    def _provenance(self, corpus: Corpus) -> dict[str, Any]:
        """Return what the method appendix says of the sources behind a corpus."""
        from workbench.sources import load_ledger

        used = set(corpus.posts["source_id"].dropna())
        cards = [card for card in corpus.provenance.get("cards", []) if card["source_id"] in used]
        files = load_ledger(self.folder).files
        files = files[files["source_id"].isin(used)]
        columns = {"read": "rows_read", **{name: name for name in (
            "kept", "repeated", "older", "album_parts", "quarantined", "forgotten", "unexplained", "undated",
            "outside_card", "id_gaps")}}
        rows: dict[str, Any] = {n: _rough(files[c]) for n, c in columns.items()}
        for name, some in files.groupby("format"):
            rows[str(name)] = {n: _rough(some[columns[n]]) for n in ("read", "kept", "quarantined")}
        return {"sources": cards, "rows": rows}


def _tell_foreign(review: Review | None) -> dict[str, Any]:
    """Return what the method appendix says of names that nobody wrote in the language of the report."""
    from workbench.tables.review import foreign_languages

    foreign = foreign_languages(review) if review else []
    if review is None or not foreign:
        return {}
    wording = open_wording(review.language)
    return {"review": {"names_left_in": wording.words([wording.language_name(code) for code in foreign])}}


def _rough(counts: pd.Series) -> int:
    """Return a sum of rows rounded up to whole hundreds: of a small collection it could be the number the gate hid."""
    return -(-int(counts.fillna(0).sum()) // 100) * 100


def find_study(folder: str | Path | None = None) -> Path:
    """Find the folder of a study.

    Parameters
    ----------
    folder
        A folder with `study.toml` or below one; None: `WORKBENCH_STUDY`, else the current
        folder.

    Raises
    ------
    CardError
        If there is no `study.toml` there or in any folder above.
    """
    start = Path(folder or os.environ.get("WORKBENCH_STUDY") or ".").expanduser().resolve()
    # an explicit "." is what notebooks default to: there the environment goes first
    if folder in (".", None) and os.environ.get("WORKBENCH_STUDY"):
        start = Path(os.environ["WORKBENCH_STUDY"]).expanduser().resolve()
    for candidate in (start, *start.parents):
        if (candidate / STUDY_FILE).is_file():
            return candidate
    raise CardError(f"{start}: no {STUDY_FILE} here or in a folder above. Go to a study, or make one with "
                    f"`workbench init DIR`.")


def open_study(folder: str | Path | None = None) -> Study:
    """Open the study that a folder belongs to; what was interrupted there is finished first.

    That is a report on its way into place, or a deletion.

    Parameters
    ----------
    folder
        See `find_study`.

    Raises
    ------
    CardError
        If there is no study, or its `study.toml` has faults.
    """
    study = Study(read_settings(find_study(folder)))
    finish_interrupted(study.folder)
    if (study.folder / DELETION).exists():
        from workbench.sources.corpus.keys import finish_interrupted as finish_deletion

        finish_deletion(study.settings)
    return study
