"""A small study whose last report left questions, and a desk to answer them at."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.reviews import propose, topic, word
from workbench.deciding.desk import ReviewDesk
from workbench.reviewing.told import told_path
from workbench.settings import read_settings
from workbench.study import Study
from workbench.tables.posts import Corpus
from workbench.wording import open_wording

PERIOD, TODAY = "2025Q3", date(2025, 10, 2)
QUOTED = "toget kom slet ikke til havnen i dag"


def make_study(make_corpus: Any, folder: Path, *, words: int = 3) -> tuple[Study, Corpus]:
    """Make a study with two topics, words, a domain, a week that stood out, and a finding to rest on."""
    (folder / "study.toml").write_text('name = "By"\ncontact = "post@by.invalid"\nlanguage = "da"\n', encoding="utf-8")
    (folder / "events.csv").write_text("date,da,source\n2025-08-05,Sporarbejde,banen\n2025-09-20,Valg,byen\n", encoding="utf-8")
    rows = [(f"T-00{i % 3}", f"a-{i % 7}", f"2025-08-{4 + i % 5:02d} {i % 24:02d}:00",
             f"{'toget og skinner' if i % 2 else 'havn og bad'} nummer {i}") for i in range(20)]
    corpus = make_corpus([*rows, ("T-009", "a-1", "2025-08-06 10:00", QUOTED)])
    propose(folder, topic("K-001", "toget", "skinner", "jensen"), topic("K-002", "havn", "bad"),
            *(word(f"ord{n}") for n in range(words)), word("by.example", kind="domain"))
    posts = corpus.posts["post_id"].astype(object)
    numbers = np.where(corpus.posts["text"].str.startswith("toget og"), 1, 2)
    table = pd.DataFrame({"post": pd.util.hash_pandas_object(posts, index=False).to_numpy(np.uint64), "topic": numbers})
    findings = told_path(folder, PERIOD).parent
    table.to_parquet(findings / f"topics-{PERIOD}.parquet", index=False)
    told = [{"key": "volume", "sentence": "finding.volume", "facts": {}, "value": 20.0, "unit": "posts", "is_change": False,
             "reason": "", "peaks": [["K-001", "2025-W32"]]},
            {"key": "topics", "sentence": "finding.topics_trusted_unnamed", "facts": {"count": 2, "trusted": 2, "posts": 20, "share": 0.5},
             "value": 2.0, "unit": "topics", "is_change": False, "reason": "", "peaks": []}]
    told_path(folder, PERIOD).write_text(json.dumps(told), encoding="utf-8")
    return Study(read_settings(folder)), corpus


def sit(study: Study, corpus: Corpus, *, language: str = "en") -> ReviewDesk:
    desk = ReviewDesk(study, corpus, period=PERIOD, wording=open_wording(language), today=TODAY)
    desk.take({"kind": "begin"})
    return desk


def say(desk: ReviewDesk, decision: str, **values: Any) -> dict[str, Any]:
    """Answer what is asked, and return what is shown next."""
    question = desk.current()
    assert question
    return desk.take({"kind": "answer", "question": question.id, "decision": decision, "values": values})[0]


def sign(desk: ReviewDesk) -> dict[str, Any]:
    return say(desk, "save", reviewer="ssp-konsulent")


def go_to(desk: ReviewDesk, kind: str) -> dict[str, Any]:
    """Decide all that stands before the first question of a kind, and return its page."""
    while (question := desk.current()) and question.kind != kind:
        say(desk, *(["save"] if question.kind in ("reviewer", "editor") else ["hide"]),
            **({question.kind: "analytiker"} if question.kind in ("reviewer", "editor") else {}))
    return desk._page()


def given(study: Study, name: str = PERIOD) -> dict[str, Any]:
    return tomllib.loads((study.folder / "reviews" / f"{name}.toml").read_text(encoding="utf-8"))
