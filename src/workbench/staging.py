"""Where a notebook writes: the staging folder of its run, or a scratch copy that nobody keeps."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import ReleaseError, ReportError, WorkbenchError
from workbench.publishing import PASSING, PROCESSED, RUNS, digest_files, discard

if TYPE_CHECKING:
    import pandas as pd
    from filelock import BaseFileLock

    from workbench.tables.release import Release

RUN_VARIABLE = "WORKBENCH_RUN"
FINDINGS = PROCESSED / "findings"
REGISTER = PROCESSED / "topics" / "register"
LEDGER = FINDINGS / "ledger.parquet"
SCRATCH = PROCESSED / "scratch"
CORPUS_MANIFEST = PROCESSED / "corpus" / "manifest.json"
# what a run changes, the ledger first: it may know of a number that was not published, never the other way round
STATE = (FINDINGS, REGISTER)


@dataclass(frozen=True)
class Run:
    """A report that is being made.

    Attributes
    ----------
    folder
        Its staging folder; nobody else may read it, and it goes with the run.
    study
        The study's folder.
    product, period, language
        What is made: such as quarterly, 2025Q3, da.
    entry
        Its name in the ledger: ``<product>-<period>[-<language>]``.
    is_fresh
        Whether every step is worked out anew, also where an earlier result is at hand.
    """

    folder: Path
    study: Path
    product: str
    period: str
    language: str
    entry: str
    is_fresh: bool = False

    @property
    def state(self) -> Path:
        """A copy of what the study knows from earlier reports, to write on."""
        return self.folder / "state"

    @property
    def candidates(self) -> Path:
        """The words that wait for a person, below the state."""
        return self.state / FINDINGS / f"candidates-{self.period}.parquet"

    @property
    def topics(self) -> Path:
        """Which post (hashed) is in which topic that a person is asked about, below the state."""
        return self.state / FINDINGS / f"topics-{self.period}.parquet"

    @property
    def told(self) -> Path:
        """What its findings tell, for the editor, below the state."""
        from workbench.reviewing.told import told_path

        return told_path(self.state, self.period)


@contextmanager
def stage_run(study: Path, *, product: str, period: str, language: str, entry: str,
              is_fresh: bool = False) -> Iterator[Run]:
    """Make the staging folder of a run and let its notebook find it; call it within the lock.

    What killed runs left is removed first.
    """
    shutil.rmtree(study / RUNS, ignore_errors=True)
    make_private(study / RUNS)
    folder = Path(tempfile.mkdtemp(dir=study / RUNS))
    run = Run(folder, study, product, period, language, entry, is_fresh)
    told = {"study": str(study), "product": product, "period": period, "language": language, "entry": entry,
            "is_fresh": is_fresh}
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
    run.state.mkdir()
    for part in STATE:
        _copy(study, run.state, part)
    before = {name: os.environ.get(name) for name in (RUN_VARIABLE, "WORKBENCH_STUDY")}
    os.environ |= {RUN_VARIABLE: str(folder / "run.json"), "WORKBENCH_STUDY": str(study)}
    try:
        yield run
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        discard(study, folder)


def current_run(study: Path) -> Run | None:
    """Return the run that this notebook is executed by; None outside of one, or for another study.

    Raises
    ------
    WorkbenchError
        If `WORKBENCH_RUN` names a run that is over.
    """
    named = os.environ.get(RUN_VARIABLE)
    if not named:
        return None
    try:
        told = json.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WorkbenchError(f"{named}: there is no such run, or it is over. {RUN_VARIABLE} is set by `workbench "
                             "report` alone: unset it.") from None
    run = Run(Path(named).parent, Path(told.pop("study")), **told)
    return run if run.study == study else None


def open_scratch(study: Path) -> Path:
    """Return a folder with a copy of the study's state that goes when this process ends.

    It lies below data/processed, so that what deletes posts there reaches it too.
    """
    return Path(_scratch(study)[0].name)


@cache  # both are held as long as the process lives
def _scratch(study: Path) -> tuple[tempfile.TemporaryDirectory[str], BaseFileLock]:
    from filelock import FileLock, Timeout

    make_private(study / SCRATCH)
    for left in (study / SCRATCH).iterdir():
        try:
            with FileLock(left / ".lock", timeout=0):  # nobody holds it: its process was killed
                shutil.rmtree(left, ignore_errors=True)
        except Timeout:
            continue
    folder = tempfile.TemporaryDirectory(dir=study / SCRATCH, ignore_cleanup_errors=True)
    held = FileLock(Path(folder.name) / ".lock")
    held.acquire()
    for part in STATE:
        _copy(study, Path(folder.name), part)
    return folder, held


def renew_findings(study: Path, scratch: Path) -> None:
    """Put the study's own ledger into a scratch folder again: a draft is never judged against drafts before it."""
    shutil.rmtree(scratch / FINDINGS, ignore_errors=True)
    _copy(study, scratch, FINDINGS)


def write_outcome(run: Run, release: Release) -> None:
    """Leave for the run what it must know of its release: the digest, its facts, the words that wait for a person.

    Raises
    ------
    ReleaseError
        If the run has released before: a product is one release.
    """
    if (run.folder / "outcome.json").exists():
        raise ReleaseError("A run releases once: put every finding of the product into one call of study.release.")
    from workbench.reviewing.told import read_told, tell, write_told
    from workbench.tables.release import list_facts

    make_private(run.candidates.parent)
    facts = list_facts(release)
    facts.assign(value=facts["value"].astype(str)).to_parquet(run.folder / "facts.parquet", index=False)
    release.candidates.to_parquet(run.folder / "words.parquet", index=False)
    _add_others(run, release).to_parquet(run.candidates, index=False)
    if (snapshot := run.state / REGISTER / f"{run.period}.parquet").is_file():
        shutil.copyfile(snapshot, run.topics)  # the register of a draft is not kept
    others = [told for key, told in read_told(run.state, run.period).items() if key not in release.findings]
    write_told(run.told, [*map(tell, release.findings.values()), *others])
    told = {"digest": release.digest, "is_open": release.is_open}
    (run.folder / "outcome.json").write_text(json.dumps(told), encoding="utf-8")


def _add_others(run: Run, release: Release) -> pd.DataFrame:
    """Return the words of a release with those that other products of the period ask for by findings of their own."""
    import pandas as pd

    if not run.candidates.is_file():
        return release.candidates
    before = pd.read_parquet(run.candidates)
    others = before[~before["finding"].isin(list(release.findings)) & before["kind"].ne("unfit")]
    asked = pd.MultiIndex.from_frame(release.candidates[["kind", "key"]])
    others = others[~pd.MultiIndex.from_frame(others[["kind", "key"]]).isin(asked)]
    return pd.concat([release.candidates, others.astype(release.candidates.dtypes)], ignore_index=True)


def read_outcome(run: Run) -> tuple[str, bool, pd.DataFrame, pd.DataFrame]:
    """Return the digest of the run's release, whether a word in it is open, the words, and the facts (`list_facts`).

    Raises
    ------
    ReportError
        If the notebook released nothing.
    """
    import pandas as pd

    try:
        told = json.loads((run.folder / "outcome.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError("The notebook has released nothing, so no gate has seen what it shows. Call "
                          "study.release(findings, corpus) in it, and make the report of what that returns.") from None
    words, facts = (pd.read_parquet(path) for path in (run.folder / "words.parquet", run.folder / "facts.parquet"))
    return told["digest"], told["is_open"], words, facts


def fingerprint_state(study: Path) -> dict[str, dict[str, str]]:
    """Return the SHA-256 of all that a run builds on: the corpus and the state."""
    return {path.as_posix(): digest_files(study / path) for path in (CORPUS_MANIFEST, *STATE)}


def make_private(folder: Path) -> None:
    """Make a folder below data/processed that nobody else may read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def close_to_others(path: Path) -> None:
    """Take everybody else's rights from a file, or from a folder and all that is in it."""
    for below in (path, *path.rglob("*")):
        below.chmod(0o700 if below.is_dir() else 0o600)


def _copy(study: Path, into: Path, part: Path) -> None:
    if (study / part).is_dir():
        shutil.copytree(study / part, into / part, ignore=shutil.ignore_patterns(*PASSING))
