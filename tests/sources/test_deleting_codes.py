from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from tests.speech_worlds import make_codebook
from workbench.sources import describe_processing, forget_accounts, purge_sources
from workbench.sources.corpus import deleting
from workbench.speech import (
    code_post,
    draw_learning_sample,
    draw_sample,
    load_codes,
    load_notes,
    load_sample,
    load_scores,
    load_speech,
    save_learning_sample,
    save_sample,
    save_scores,
)

ON, PERIOD = date(2026, 1, 31), "2025Q3"
BOOK = make_codebook(["attack"])


@pytest.fixture
def coded(study, make):
    """A study in which every post was drawn, scored and coded, three of them by a person who is forgotten later."""
    person = {"author": "1234567", "author_username": "kirsten_p", "author_name": "Kirsten Planteret"}
    words = [f"et opslag om emne nummer {n} i byen" for n in range(12)]
    study.take(study.put(make.fourcat(*(make.mapped(n, body=words[n], timestamp="2025-08-01 10:00:00", unix_timestamp="1754042400",
                                                    **(person if n < 3 else {})) for n in range(12))), "a.csv"))
    corpus = study.corpus()
    ids = corpus.posts["post_id"]
    scores = pd.DataFrame({"post_id": ids, "attack": 0.5})
    save_scores(study.folder, PERIOD, scores, card={"name": "made up"}, thresholds={"attack": 0.5})
    drawn = draw_sample(corpus, period=PERIOD, codebook=BOOK, seed=1, scores=scores, size=9, double=9)
    save_sample(study.folder, PERIOD, drawn)
    save_learning_sample(study.folder, PERIOD, draw_learning_sample(corpus, period=PERIOD, codebook=BOOK, seed=1,
                                                                   scores=scores, drawn=drawn.sample))
    for coder in ("coder 1", "coder 2"):
        for post in ids:
            code_post(study.folder, period=PERIOD, coder=coder, post_id=post, values={"attack": True}, codebook=BOOK,
                      note="a note")
    mine = set(ids[corpus.posts["account_id"].eq(corpus.posts.set_index("post_id")["account_id"].mode()[0])])
    return study, mine, set(ids)


def everything_in(folder):
    """Return all bytes below a folder, tables as text."""
    found = ""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found += pd.read_parquet(path).to_csv() if path.suffix == ".parquet" else path.read_text()
    return found


def named_in(text, posts):
    return set(re.findall(r"[A-Z]-\d{3}:\d+", text)) & posts


def gone_of(study, before):
    return before - set(study.corpus().posts["post_id"])


def test_nothing_people_or_models_said_of_a_forgotten_accounts_posts_is_left(coded):
    study, _, before = coded
    done = forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    gone = gone_of(study, before)
    assert len(gone) == 3
    assert not named_in(everything_in(study.folder / "coding"), gone)
    certificate = json.loads(done.certificate.read_text())
    # scores 3, frame 3, sample and learning 3 together, two coders 6
    assert certificate["removed"]["rows of samples, scores and codes"] == 15
    assert certificate["left"] == []
    assert certificate["looked through"]["by folder"]["coding"] == 8


def test_what_was_said_of_other_posts_stands(coded):
    study, _, before = coded
    how = load_sample(study.folder, PERIOD).how
    forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    kept = before - gone_of(study, before)
    codes = load_codes(study.folder, PERIOD)
    assert set(codes["post_id"]) == kept
    assert len(codes) == 2 * len(kept)
    assert set(load_notes(study.folder, PERIOD)["note"]) == {"a note"}
    assert load_sample(study.folder, PERIOD).how == how
    assert set(load_scores(study.folder, PERIOD)[0]["post_id"]) == kept
    speech = load_speech(study.folder, study.corpus(), PERIOD, BOOK)
    assert (len(speech.frame), speech.provenance["posts_gone"], speech.provenance["posts_since"]) == (9, 3, 0)
    assert set(speech.sample.loc[speech.sample["purpose"].eq("share"), "stratum_posts"]) <= set(range(10))


def test_a_copy_of_their_text_in_anothers_post_takes_its_codes_along(study, make):
    person = {"author": "1234567", "author_username": "kirsten_p", "author_name": "Kirsten Planteret"}
    copied = "en lang tekst som en anden siden har skrevet helt af"
    study.take(study.put(make.fourcat(make.mapped(1, body=copied, **person), make.mapped(2, body=copied),
                                      make.mapped(3, body="noget helt andet")), "a.csv"))
    for post in study.corpus().posts["post_id"]:
        code_post(study.folder, period=PERIOD, coder="coder 1", post_id=post, values={"attack": True}, codebook=BOOK)
    forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    posts = study.corpus().posts
    assert set(load_codes(study.folder, PERIOD)["post_id"]) == set(posts.loc[posts["text"].notna(), "post_id"])
    assert len(posts) == 2


def test_the_codes_of_a_purged_source_go_with_it(coded):
    study, _, _ = coded
    purge_sources(study.settings, on=date(2030, 1, 1))
    assert not [p for p in (study.folder / "coding").rglob("*") if p.is_file() and p.name not in ("model.json", ".lock")]


def test_a_torn_line_goes_since_it_may_be_of_any_post(coded):
    study, _, _ = coded
    path = study.folder / "coding" / PERIOD / "codes" / "coder-1.jsonl"
    with path.open("a") as file:
        file.write('{"post_id": "T-001:1", "val')
    forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    assert '"val' not in path.read_text().splitlines()[-1][-10:]


def test_what_a_killed_write_left_goes(coded):
    study, _, _ = coded
    part = study.folder / "coding" / PERIOD / ".sample.parquet.part"
    part.write_text("half")
    forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    assert not part.exists()


def test_a_trained_model_stays_and_the_certificate_names_it(coded):
    study, _, _ = coded
    folder = study.folder / "coding" / "models" / "first"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}")
    done = forget_accounts(["kirsten_p"], settings=study.settings, on=ON)
    assert (folder / "model.json").exists()
    remains = json.loads(done.certificate.read_text())["remains"]
    assert ["coding/models/first"] in remains.values()


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from workbench.settings import read_settings
from workbench.sources import forget_accounts
from workbench.sources.corpus import coded

def stop(path, there, real=coded._prune_lines, seen=[]):
    seen.append(path)
    if len(seen) == 2:  # the file of one coder is done, that of the other is not
        os.kill(os.getpid(), signal.SIGKILL)
    return real(path, there)

coded._prune_lines = stop
forget_accounts(["kirsten_p"], settings=read_settings(Path(sys.argv[1])), on=date(2026, 1, 31))
"""


def test_a_deletion_killed_between_two_coders_is_finished_by_the_next_command(coded):
    study, _, before = coded
    (study.folder / "study.toml").write_text('name = "Prøveby"\nlanguage = "da"\n')
    done = subprocess.run([sys.executable, "-c", KILLED, study.folder],
                          env={**os.environ, "WORKBENCH_KEY_FILE": str(study.settings.key_file)})
    assert done.returncode == -signal.SIGKILL
    gone = before - {str(p) for p in study.corpus().posts["post_id"]}
    assert named_in(everything_in(study.folder / "coding"), gone)
    assert deleting.is_begun(study.folder)
    deleting.finish_deletion(study.folder)
    assert not named_in(everything_in(study.folder / "coding"), gone)
    assert len(gone) == 3


def test_the_record_of_processing_names_coding_once_there_is_any(study, make):
    study.put(make.chat(make.message(1)))
    for language, words in (("da", "kodebog (codebook.toml)"), ("en", "coder 1"), ("no", "kodebok"), ("sv", "kodbok")):
        assert not any(words in text for text in describe_processing(study.settings, language=language).values())
    code_post(study.folder, period=PERIOD, coder="coder 1", post_id="T-001:1", values={"attack": True}, codebook=BOOK)
    for language, words in (("da", "kodebog (codebook.toml)"), ("en", "coder 1"), ("no", "kodebok"), ("sv", "kodbok")):
        assert all(words in text for text in describe_processing(study.settings, language=language).values())
