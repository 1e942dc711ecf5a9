"""Make a product for a period: check what was asked, run the notebook, pass the gates, put all of it in place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.agreeing import find_disagreements, list_published
from workbench.alerting import find_hold, note_export
from workbench.consistency import FACTS
from workbench.editions import clean_notebook, list_sections, write_edition
from workbench.errors import ReportError, WorkbenchError
from workbench.failing import describe_failure
from workbench.findings import list_specs
from workbench.gates import GATES, Finished
from workbench.orders import Order, check_order, check_words, load_posts, own_words
from workbench.products import Product, find_product
from workbench.publishing import PROCESSED, digest_files, discard, one_run_at_a_time, put_in_place
from workbench.repeating import describe_order
from workbench.staging import (
    CORPUS_MANIFEST,
    FINDINGS,
    REGISTER,
    STATE,
    Run,
    close_to_others,
    fingerprint_state,
    make_private,
    read_outcome,
    stage_run,
)
from workbench.steps import Steps, show_steps
from workbench.study import Study
from workbench.unchanged import Made, digest_order, find_unchanged, note_made, open_words

FAILED = PROCESSED / "failed"
REPORT = "report.ipynb"  # the notebook as it ran
_NOT_LISTED = ("manifest.json", "run.log")  # files of a report that its manifest does not list
UNCONFIRMED = "unconfirmed"  # of an alert, as `alerting.find_hold` says it
_MISSING = {"name": "name is missing in study.toml, the municipality or place.",
            "native": "nobody who grew up with its language has read it, as native_readers in study.toml would say.",
            "contact": "contact is missing in study.toml, who answers questions.",
            "made_up_name": "name in study.toml is the made-up city's. Write the real one.",
            "made_up_contact": "contact in study.toml is the made-up city's. Write the real one.",
            UNCONFIRMED: "two different people must confirm it: workbench alert confirm ID --role ROLE."}


@dataclass(frozen=True)
class ReportRun:
    """What a run wrote.

    Attributes
    ----------
    folder
        ``reports/<place>/<period>/<product>[-<language>][-draft]``.
    files
        Names below it, with SHA-256.
    pages
        Of the PDF.
    open_words
        Words that wait for a person, columns `CANDIDATE_COLUMNS`; with any of them it is a draft.
    seconds
        Wall time of the whole run.
    unchanged_since
        When it was made, where nothing that goes into it has changed since and it was not made again; else empty.
    missing
        What `study.toml` must say before anything is published, as `Settings.missing_for_publication` names it, and
        ``unconfirmed`` of an alert that two people have not confirmed.
    outdated
        Published products that tell other numbers, since they were made of other posts or by another version.
    """

    folder: Path
    files: dict[str, str]
    pages: int
    open_words: pd.DataFrame
    seconds: float
    missing: tuple[str, ...] = ()
    unchanged_since: str = ""
    outdated: tuple[str, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether every page is marked as a draft, and nothing was entered in the ledger or the register."""
        return len(self.open_words) > 0 or bool(self.missing)


def run_report(name: str, *, study: Study, period: str, language: str | None = None,
               parameters: Mapping[str, Any] | None = None, is_fresh: bool = False, progress: bool = False,
               tell: Callable[[str], None] = lambda words: print(words, file=sys.stderr)) -> ReportRun:
    """Make a product of the study for one period.

    What was asked and what the notebook says in its own words is checked before it runs. Ledger, topic register,
    the words to review and the report change together at the end, or not at all. While a word waits for a person,
    the report is a draft, and neither ledger nor register changes. Where nothing that goes into the report in its
    place has changed, that one is given back.

    Parameters
    ----------
    name
        Of the product, such as ``quarterly``.
    period
        Of the product's kind, such as 2025Q3.
    language
        One that the product is made in; None: the study's.
    parameters
        Further ones, which the notebook's parameters cell must declare, with the same types.
    is_fresh
        Work out everything anew, also what is at hand from earlier.
    progress
        Show a bar that names the step.
    tell
        Called with what the person who waits should know.

    Raises
    ------
    ReportError
        If something asked for is not there, a cell fails or a gate is not met; the message says which and what to
        do. The notebook as it ran is then kept in ``data/processed/failed``.
    """
    begun = time.monotonic()
    order = check_order(find_product(name, study.folder), study, period=period, language=language or study.language,
                        parameters=parameters or {})
    with one_run_at_a_time(study.folder, tell):
        if not is_fresh and (made := find_unchanged(order)):
            return _given_back(order, made, begun)
        asked = digest_order(order)
        before = {CORPUS_MANIFEST.as_posix(): digest_files(study.folder / CORPUS_MANIFEST)}
        own = _check_contents(order)
        with (stage_run(study.folder, product=order.product.name, period=period, language=order.language,
                        entry=order.entry, is_fresh=is_fresh) as run,
              show_steps(_count_cells(order), is_shown=progress) as steps):
            state = fingerprint_state(study.folder) | before
            about = describe_order(order, state)
            try:
                executed = _execute(order, run, steps)
                done = _finish(order, run, executed, own, state, about, begun, steps)
            except WorkbenchError as error:
                raise ReportError(f"{error}{_keep_failed(order, run)}") from None
        if digest_order(order) == asked:
            note_made(order, asked, pages=done.pages, is_draft=done.is_draft)
    return done


def tell_run(run: ReportRun) -> dict[str, Any]:
    """Return what `workbench report --json` says of a report."""
    return {"folder": str(run.folder), "files": run.files, "pages": run.pages, "draft": run.is_draft,
            "open": run.open_words[["kind", "key", "text"]].to_dict("records"), "seconds": round(run.seconds, 1),
            "unchanged_since": run.unchanged_since, "outdated": list(run.outdated)}


def describe_run(run: ReportRun, period: str) -> str:
    """Say where the report is, and of a draft which words wait for a person, by kind, and what to do."""
    what = "draft" if run.is_draft else "report"
    said = (f"The {what} is in {run.folder / 'report.pdf'} ({run.pages} page{'s' * (run.pages != 1)}, "
            f"{run.seconds:.0f} s).")
    if run.unchanged_since:
        day = run.unchanged_since.replace("T", " ").removesuffix("+00:00")
        said += (f" Nothing that goes into it has changed since it was made ({day} UTC), so it was not made again; "
                 "--fresh makes it anyway.")
    if run.outdated:
        said += (f" Other numbers stand in {', '.join(run.outdated)}, made of other posts or by another version: make "
                 "it again.")
    if not run.is_draft:
        return said
    missing = [f"It is a draft: {_MISSING[name]}" for name in run.missing]
    if not len(run.open_words):
        return "\n".join([said, *missing, "Nothing was published. Do so and run it again."])
    # a topic of whose words none is used by enough people is told by its id
    told = run.open_words.assign(text=run.open_words["text"].fillna(run.open_words["key"]).fillna("–"))
    kinds = [f"  {kind}: {', '.join(words['text'])}" for kind, words in told.groupby("kind", sort=False)]
    waiting = f"It is a draft: {len(run.open_words)} words of the posts wait for a person."
    return "\n".join([said, *missing, waiting, *kinds,
                      f"Nothing was published. Next: workbench review {period}"])


def _given_back(order: Order, made: Made, begun: float) -> ReportRun:
    """Return the report that is in its place."""
    folder = order.folder(is_draft=made.is_draft)
    files = {name: digest for name, digest in made.report.items() if name not in _NOT_LISTED}
    words = open_words(order)
    missing = order.study.settings.missing_for_publication(order.language)
    if made.is_draft and words.empty and not missing:
        missing = (UNCONFIRMED,)
    return ReportRun(folder, files, made.pages, words if made.is_draft else words.iloc[:0], time.monotonic() - begun,
                     missing=missing, unchanged_since=made.on)


def _check_contents(order: Order) -> list[str]:
    """Check the notebook's words against the posts, and the review; return the study's own words.

    The posts are let go again: the notebook has them in its own process, and twice is more than a laptop has room for.
    """
    corpus = load_posts(order)
    own = own_words(order.study, corpus)
    check_words(order, corpus, own=own)
    order.study.review(order.period, language=order.language)  # its faults are told before anything runs
    return own


def _count_cells(order: Order) -> int:
    from workbench.reports.notebook import open_notebook

    kinds = [cell.cell_type for cell in open_notebook(order.product.notebook).cells]
    return kinds.count("code") + 1  # the parameters that are given


def _execute(order: Order, run: Run, steps: Steps) -> Any:
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError

    path = order.product.notebook
    try:
        executed = papermill.execute_notebook(
            str(path), str(run.folder / REPORT), parameters=dict(order.parameters), kernel_name="python3",
            cwd=str(order.study.folder), progress_bar=False, log_output=False, raise_on_iopub_timeout=True,
            config=_kernel_settings(), on_cell_start=steps.start_cell, on_cell_complete=steps.end_cell)
    except papermill.PapermillExecutionError as error:
        raise ReportError(f"{path.name}: {describe_failure(error, run.folder / REPORT)}") from None
    except DeadKernelError:
        raise ReportError(f"{path.name}: its kernel was ended from outside, most often because the machine has too "
                          "little memory. Close other programs and run it again.") from None
    return nbformat.from_dict(executed)


def _kernel_settings() -> Any:
    """Let the kernel talk over sockets that only this account can open, where the system has them, and to nobody else.

    What its process says on the terminal besides is about its own end, as at Ctrl-C: tracebacks that help nobody.
    """
    from jupyter_client.manager import AsyncKernelManager
    from traitlets.config import Config

    class QuietKernelManager(AsyncKernelManager):
        async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
            await AsyncKernelManager.start_kernel(self, **kwargs, stderr=subprocess.DEVNULL)

    sockets = {"KernelManager": {"transport": "ipc"}} if os.name == "posix" else {}
    return Config({"NotebookClient": {"kernel_manager_class": QuietKernelManager}, **sockets})


def _finish(order: Order, run: Run, executed: Any, own: Sequence[str], state: Mapping[str, Mapping[str, str]],
            about: Mapping[str, Any], begun: float, steps: Steps) -> ReportRun:
    """Take the finished notebook through the gates and put the report in its place."""
    digest, is_open, words, facts = read_outcome(run)
    published = clean_notebook(executed)
    sections = list_sections(published)
    if strange := {s["release"] for s in sections if s["release"]} - {digest}:
        raise ReportError(f"{order.product.notebook.name} shows {len(strange)} releases that are not the one of this "
                          "run. Make every block of what study.release(findings, corpus) returned.")
    with _report_folder(run) as folder:
        steps.name("Write PDF and HTML")
        alerts = _alerts_of(sections)
        held = (find_hold(order.study.folder, alert) for alert in alerts)
        missing = (*order.study.settings.missing_for_publication(order.language), *filter(None, held))
        why, is_draft = (*(["open"] if is_open else []), *missing), is_open or bool(missing)
        files, pages = write_edition(published, folder, draft_because=why, layout=order.product.layout,
                                     settings=order.study.settings,
                                     tables={FACTS: facts}, about={**about, "release": digest})
        _check_layout(order.product, pages)
        steps.name("Last look before publication")
        _refuse_changed(order, state)
        alike, others = list_published(order.study.folder, about)
        made = Finished(sections, folder, order.language, load_posts(order), own, alike)
        for gate in order.product.gates:
            GATES[gate](made)
        specs = list_specs()
        outdated = tuple(name for name, other in others.items() if find_disagreements(folder, other, specs=specs))
        seconds = time.monotonic() - begun
        (folder / "run.log").write_text(f"{order.entry}: {seconds:.1f} s\n", encoding="utf-8")
        _refuse_changed(order, state)
        _put_in_place(order, run, folder, is_draft=is_draft)
        for alert in () if is_draft else alerts:
            note_export(order.study.folder, alert)
    return ReportRun(order.folder(is_draft=is_draft), files, pages, words[words["is_open"].astype(bool)], seconds,
                     missing, outdated=outdated)


def _alerts_of(sections: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of the alerts that a product shows."""
    blocks = (block for section in sections for block in section["blocks"])
    return [block["content"]["alert_id"] for block in blocks if block["kind"] == "alert"]


def _refuse_changed(order: Order, state: Mapping[str, Mapping[str, str]]) -> None:
    if fingerprint_state(order.study.folder) != state:
        raise ReportError("The corpus, the ledger or the topic register was changed while the report was made, so "
                          "it may no longer be true. Run it again; nothing was published.")


def _check_layout(product: Product, pages: int) -> None:
    layout, faults = product.layout, []
    if layout.pages and pages != layout.pages:
        faults.append(f"layout.pages asks for {layout.pages} pages, and there are {pages}")
    if layout.most_pages and pages > layout.most_pages:
        faults.append(f"layout.most_pages allows {layout.most_pages} pages, and there are {pages}")
    if faults:
        raise ReportError(f"{product.path}: {'; '.join(faults)}. Change the notebook or the product file.")


@contextmanager
def _report_folder(run: Run) -> Iterator[Path]:
    """Give a new folder for the report that can be moved to ``reports`` in one step, which may be another disk."""
    reports = run.study / "reports"
    reports.mkdir(exist_ok=True)
    is_one_disk = reports.stat().st_dev == run.folder.stat().st_dev
    folder = run.folder / "report" if is_one_disk else reports / ".part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        discard(run.study, folder)


def _put_in_place(order: Order, run: Run, folder: Path, *, is_draft: bool) -> None:
    study = order.study.folder
    close_to_others(run.state)
    for folder_of_state in (FINDINGS, REGISTER.parent):
        make_private(study / folder_of_state)
    asked = [(path, study / FINDINGS / path.name) for path in (run.candidates, run.told, run.topics) if path.is_file()]
    state = [(run.state / part, study / part) for part in STATE if (run.state / part).is_dir()]
    gone = [_failed_file(order), *([] if is_draft else [order.folder(is_draft=True)])]
    put_in_place(study, [*(asked if is_draft else state), (folder, order.folder(is_draft=is_draft))], gone=gone)


def _failed_file(order: Order) -> Path:
    return order.study.folder / FAILED / f"{order.entry}.ipynb"


def _keep_failed(order: Order, run: Run) -> str:
    """Keep the notebook as it ran where nobody else may read it, and say where."""
    ran, kept = run.folder / REPORT, _failed_file(order)
    if not ran.is_file():
        return ""
    make_private(kept.parent)
    os.replace(ran, kept)
    close_to_others(kept)
    return (f" The notebook as it ran is kept at {kept.relative_to(order.study.folder)} until the next good run; it "
            "may hold text of posts.")
