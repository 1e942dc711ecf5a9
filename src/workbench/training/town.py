"""The made-up city as a course hands it out: without its truth, with the answers under seal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import InputError
from workbench.files import CODING, write_atomically

if TYPE_CHECKING:
    from workbench.study import Study
    from workbench.tables.posts import Corpus
    from workbench.tables.speech import SpeechCodes

PERIOD = "2025Q3"
TOPICS = Path("data", "processed", "topics", "course")  # a model of the quarter, seed 1, so that nobody waits for it
SEALED = Path("training.json")  # in the town's folder: answers as digests, so that nobody reads them by chance
PRACTICE = Path("practice.json")  # what analysts practise on, beside the exports in `EXERCISES`
EXERCISES = Path("exercises")
# of the study: all that a course needs. Its raw exports and its truth stay with the trainer
_HANDED = ("study.toml", "codebook.toml", "gazetteer.csv", "events.csv")
_FOLDERS = (Path("data", "processed", "corpus"), CODING, Path("reviews"))
_KEY = "WORKBENCH_KEY_FILE"


@dataclass(frozen=True)
class Town:
    """The made-up city in a course: one quarter, and the time before it.

    Attributes
    ----------
    study
        Its study.
    """

    study: Study

    @cached_property
    def everything(self) -> Corpus:
        """All posts up to the end of the quarter."""
        return self.study.corpus(None, PERIOD)

    @cached_property
    def quarter(self) -> Corpus:
        """Posts of the quarter."""
        return self.study.corpus(PERIOD)

    @cached_property
    def speech(self) -> SpeechCodes:
        """What two made-up coders, an adjudicator and a model said of the quarter."""
        return self.study.speech(PERIOD)

    def judge(self, step: str, answer: str) -> str:
        """Return what the seal says of an answer: ``right``, the name of a typical wrong one, or nothing."""
        known: dict[str, dict[str, str]] = json.loads((self.study.folder / SEALED).read_text(encoding="utf-8"))
        return known.get(step, {}).get(seal(step, answer), "")


def seal(step: str, answer: str) -> str:
    """Return an answer as a digest."""
    return hashlib.sha256(f"{step}:{answer.strip().casefold()}".encode()).hexdigest()


def open_town(folder: str | Path) -> Town:
    """Open the town of a course.

    Raises
    ------
    InputError
        If the folder holds no town that `workbench training build` made.
    """
    from workbench.study import open_study

    if not Path(folder, SEALED).is_file():
        raise InputError(f"{folder}: the made-up city of the course is not there. Keep the notebook beside the folder "
                         "that `workbench training build` made with it.")
    return Town(open_study(folder))


def prepare_town(folder: Path) -> Path:
    """Make the town that a course hands out; takes about a minute. One that is there stays.

    Parameters
    ----------
    folder
        Made where absent.
    """
    from workbench.city import build_city
    from workbench.sources import import_exports
    from workbench.starting import start_study
    from workbench.study import open_study

    if (folder / SEALED).is_file():
        return folder
    with tempfile.TemporaryDirectory(prefix="workbench-training-") as made, _own_key(Path(made, "town.key")):
        whole = Path(made, "town")
        start_study(whole, is_city=True, with_review=True)
        build_city(whole / "data" / "raw", seed=1)
        import_exports([whole / "data" / "raw"], settings=open_study(whole).settings)
        hand_out_town(open_study(whole), folder)
    return folder


@contextmanager
def _own_key(path: Path) -> Iterator[None]:
    """Give the city a key of its own that goes again: always the same, so that every course has the same codes."""
    before = os.environ.get(_KEY)
    write_atomically(path, "5eaf00d5" * 8 + "\n")  # nobody is behind the pseudonyms of a made-up city
    os.environ[_KEY] = str(path)
    try:
        yield
    finally:
        os.environ.pop(_KEY)
        if before is not None:
            os.environ[_KEY] = before


def hand_out_town(study: Study, folder: Path, *, refits: int = 8) -> None:
    """Copy an imported study of the made-up city for a course: audited, without truth, answers under seal.

    Parameters
    ----------
    study
        With the key and the truth at hand; its audit is rehearsed where nobody did yet.
    folder
        Where it is copied to; what is there is replaced.
    refits
        Of the topics that come with it.

    Raises
    ------
    InputError
        If the study is not made up.
    """
    from workbench.rehearsing import rehearse_audit
    from workbench.topics import model_topics, save_topics

    rehearse_audit(study, PERIOD)
    answers = _seal_answers(study)
    topics = model_topics(study.corpus(PERIOD), seed=1, refits=refits)
    for name in _HANDED:
        if (study.folder / name).is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(study.folder / name, folder / name)
    for part in _FOLDERS:
        shutil.rmtree(folder / part, ignore_errors=True)
        if (study.folder / part).is_dir():
            shutil.copytree(study.folder / part, folder / part, ignore=shutil.ignore_patterns(".lock"))
    save_topics(topics, folder / TOPICS)
    _hand_out_practice(study, folder)
    # last: a town without it is made anew
    write_atomically(folder / SEALED, json.dumps(answers, indent=1, sort_keys=True), is_private=False)


def _hand_out_practice(study: Study, folder: Path) -> None:
    """Put beside the town what analysts practise on: the drifted export, a table, a name and a place."""
    from workbench.city import build_exercises, read_truth
    from workbench.rehearsing import find_arenas

    raw = study.folder / "data" / "raw"
    truth = read_truth(raw)
    [_, drifted] = build_exercises(folder / EXERCISES, town=raw)
    with drifted.open("a", encoding="utf-8", newline="") as file:
        file.writelines(_broken_rows(drifted))
    codes = find_arenas(study, study.corpus(None, PERIOD), truth.arenas)
    begins, ends = (pd.Timestamp(day, tz="UTC") for day in (pd.Period(PERIOD).start_time, pd.Period(PERIOD).end_time))
    posts = truth.posts[truth.posts["topic"].eq(truth.small_cell["topic"])
                        & truth.posts["posted_at"].between(begins, ends)].dropna(subset=["account"])
    told = posts.assign(arena_id=posts["chat"].map(codes)).groupby("arena_id")["account"].agg(
        posts="size", authors="nunique", largest=lambda who: round(float(who.value_counts(normalize=True).max()), 2))
    known = {"name": truth.leaked["value"], "place": truth.leaked["place"],
             "cells": told.reset_index().to_dict("records")}
    write_atomically(folder / PRACTICE, json.dumps(known, ensure_ascii=False, indent=1), is_private=False)


def _broken_rows(export: Path) -> list[str]:
    """Return rows as a tool leaves them that broke off: one without a time, and three of which a part is lacking."""
    import csv
    import io

    with export.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        last, columns = list(reader)[-1], list(reader.fieldnames or [])
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, lineterminator="\r\n")
    writer.writerow(last | {"id": last["id"] + "1", "date": ""})
    return [made.getvalue(), *(",".join(str(last[column]) for column in columns[:width]) + "\r\n"
                               for width in (3, 4, 6))]


def _seal_answers(study: Study) -> dict[str, dict[str, str]]:
    """Return, by step, what to say of answers that only the truth of the city knows."""
    from workbench.city import read_truth
    from workbench.rehearsing import find_arenas

    truth = read_truth(study.folder / "data" / "raw")
    corpus = study.corpus(None, PERIOD)
    codes = find_arenas(study, corpus, truth.arenas)
    arena = {str(native): codes[chat] for native, chat in zip(truth.arenas["native_id"], truth.arenas["chat"],
                                                             strict=True)}
    role = truth.arenas.assign(code=truth.arenas["chat"].map(codes)).dropna(subset=["code"])
    posts = study.corpus(PERIOD).posts["arena_id"].value_counts()
    every = dict.fromkeys(role["code"], "another")
    quiet = dict.fromkeys(role.loc[role["role"].isin(["silent", "empty"]), "code"], "quiet")
    loud = dict.fromkeys([*posts.index[:3], *role.loc[role["role"].eq("hub"), "code"]], "loud")
    fault = codes[truth.crawler_fault["chat"]]
    told = {
        "fault": every | dict.fromkeys([*quiet, arena[truth.moved["old"]]], "silent") | {str(fault): "right"},
        "missing": every | quiet | {arena[truth.moved["new"]]: "reopened", arena[truth.moved["old"]]: "right"},
        "bridge": every | loud | {arena[truth.bridge["native_id"]]: "right"},
        "peak": {str(truth.peak["week"]): "right"},
    }
    return {step: {seal(step, str(answer)): verdict for answer, verdict in answers.items()}
            for step, answers in told.items()}


def list_weeks(posts: pd.DataFrame) -> pd.Series:
    """Return the ISO week of each post, such as 2025-W34."""
    when = posts["posted_at"].dt.isocalendar()
    weeks: pd.Series = when["year"].astype(str) + "-W" + when["week"].astype(str).str.zfill(2)
    return weeks
