from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.starting import start_study
from workbench.tables.posts import POST_COLUMNS

PERIOD = "2025Q3"
LEXICON = "word;weight;code;language;reviewed_by;reviewed_on\nidiot*;4;attack;da;koder;2025-10-01\n"


@pytest.fixture
def study(tmp_path, make_corpus, monkeypatch):
    """A study whose posts are made at once: every tenth is an attack."""
    from workbench.study import Study

    start_study(tmp_path / "by", name="Prøveby", contact="c@p.invalid")
    corpus = make_corpus([(f"T-{n % 12:03d}", f"a-{n % 60}", "2025-08-01",
                           f"{'du er en idiot' if n % 10 == 0 else 'tak for turen'} nummer {n}") for n in range(600)])
    monkeypatch.setattr(Study, "corpus", lambda self, *a, **k: corpus)
    assert list(corpus.posts) == list(POST_COLUMNS)
    return tmp_path / "by", corpus


def run(study, *words, fails=False):
    done = CliRunner().invoke(app, ["speech", *words, "--study", str(study[0])])
    assert bool(done.exception) == fails, done.output
    return str(done.exception) if fails else done.output


def answer_all(study, coder):
    """Export what a coder has yet to code as CSV, fill in the truth, and import it."""
    from pathlib import Path

    path = Path(json.loads(run(study, "export", PERIOD, "--coder", coder, "--json"))["files"][0])
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
    for row in rows[2:]:
        row[rows[0].index("attack")] = "1" if "idiot" in row[1] else "0"
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(rows)
    path.write_text(file.getvalue(), encoding="utf-8")
    return run(study, "import", PERIOD, str(path), "--coder", coder)


def test_from_the_first_draw_to_a_trained_model_every_step_says_the_next(study):
    assert "Next: workbench speech draw 2025Q3" in run(study, "status", PERIOD)
    drawn = run(study, "draw", PERIOD, "--size", "200")
    assert "200 posts were drawn from the 600 posts with text" in drawn
    assert "No model scored the posts" in drawn
    said = answer_all(study, "coder 1")
    assert "200 posts coded by coder 1 were read; 0 are not coded yet." in said
    assert "Delete the file" in said
    answer_all(study, "coder 2")
    told = json.loads(run(study, "status", PERIOD, "--json"))
    assert [(c["coder"], c["coded"], c["left"]) for c in told["coders"]] == [("coder 1", 200, 0), ("coder 2", 200, 0)]
    attack = next(row for row in told["codes"] if row["code"] == "attack")
    assert attack["low"] < 0.1 < attack["high"]
    assert attack["width_with_50_more"] < attack["width"]
    assert attack["alpha"] == 1.0
    assert "coder 2: 200 of 200 coded, 0 left" in run(study, "status", PERIOD)
    assert "learnt attack. What from, and how good it is" in run(study, "train", "Første model", PERIOD)
    scored = run(study, "score", PERIOD, "--model", "Første model")
    assert "600 posts of 2025Q3 were scored" in scored
    assert "What a model says is no share" in scored
    assert "50 posts were drawn" in run(study, "draw", PERIOD, "--more", "50")


def test_with_scores_the_sample_has_strata_and_posts_to_learn_from_can_be_chosen(study, tmp_path):
    (tmp_path / "words.csv").write_text(LEXICON.replace(";", ","))
    run(study, "score", PERIOD, "--lexicon", str(tmp_path / "words.csv"))
    assert "stratum 1: " in run(study, "draw", PERIOD, "--size", "150")
    assert "20 posts of 2025Q3 were chosen for learning. No share will rest on them." in run(study, "draw", PERIOD, "--learning", "--size", "20")
    told = json.loads(run(study, "status", PERIOD, "--json"))
    assert told["coders"][0]["asked"] == 170
    assert told["frame"] == 600


def test_what_cannot_be_done_is_refused_with_the_next_step(study):
    assert "workbench speech score 2025Q3" in run(study, "draw", PERIOD, "--learning", fails=True)
    assert "Draw a first sample" in run(study, "draw", PERIOD, "--more", "50", fails=True)
    run(study, "draw", PERIOD, "--size", "100")
    assert "100 posts were drawn already" in run(study, "draw", PERIOD, fails=True)
    assert "Nobody has coded posts" in run(study, "train", "m", PERIOD, fails=True)
    assert "--model NAME of a trained one, or --lexicon FILE" in run(study, "score", PERIOD, fails=True)
    assert "is missing" in run(study, "score", PERIOD, "--model", "nobody", fails=True)
    assert "by a role" in run(study, "export", PERIOD, "--coder", "Anna", fails=True)
    assert "Made-up coders code the made-up city alone" in run(study, "rehearse", PERIOD, fails=True)
