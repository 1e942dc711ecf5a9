"""Rehearse an audit on the made-up city: its made-up coders code, a model learns from them, they audit the quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.tables.periods import quarter_bounds

if TYPE_CHECKING:
    from workbench.study import Study
    from workbench.tables.codebook import Codebook
    from workbench.tables.posts import Corpus
    from workbench.tables.speech import SpeechCodes

LEARNT = 1_500  # posts of the quarter before that were coded for the model
MODELS = "models"  # folder in that of the codes
_RAW = ("data", "raw")


def rehearse_audit(study: Study, period: str, *, seed: int = 1, size: int = 1_000) -> SpeechCodes:
    """Fill the codes of a quarter of the made-up city, as if people had coded it.

    A baseline is trained on what a made-up coder said of 1,500 posts of the quarter before, and scores this one; where
    that quarter was rehearsed, its model scores this one too, so that the two can be compared. A
    sample is drawn by its scores, the two coders answer, the adjudicator decides where they differ. What is there
    already stays: a sample that was drawn is coded to its end, so that the same call again changes nothing.

    Parameters
    ----------
    study
        Of a made-up city, imported.
    period
        A quarter such as 2025Q3, with posts of the quarter before.
    size
        Posts of the sample; both coders code all of them, so that it can be told how far they agree.

    Returns
    -------
    speech
        As `speech.load_speech` gives it.

    Raises
    ------
    InputError
        If the study is not made up, its truth is not beside its exports, or the quarter before has no posts.
    TableError
        If the period is no quarter.
    """
    from workbench.city import read_truth
    from workbench.speech import load_codebook, load_sample, load_speech

    if not study.settings.made_up:
        raise InputError(f"{study.folder}: a study of real posts. Made-up coders code the made-up city alone; here "
                         f"people do: `workbench speech draw {period}`.")
    quarter_bounds(period)
    truth = read_truth(study.folder.joinpath(*_RAW))
    codebook, corpus = load_codebook(study.folder), study.corpus(period)
    posts = _find_truth(study, corpus, truth.posts, truth.arenas)
    if load_sample(study.folder, period).sample.empty:
        before = str(pd.Period(period, freq="Q") - 1)
        earlier = study.corpus(before)
        if earlier.posts.empty:
            raise InputError(f"{before}: there are no posts of the quarter before {period}, from which the model "
                             "learns. Rehearse a later quarter.")
        known = _find_truth(study, earlier, truth.posts, truth.arenas)
        _draw(study, corpus, earlier, known, codebook, period=period, before=before, seed=seed, size=size)
    _answer(study, posts, codebook, period=period, seed=seed)
    speech: SpeechCodes = load_speech(study.folder, corpus, period, codebook)
    return speech


def find_arenas(study: Study, corpus: Corpus, arenas: pd.DataFrame) -> dict[str, str | None]:
    """Return by which id the study knows each arena of the truth, by its `chat`: the study's key tells."""
    from workbench.sources import load_key, pseudonym

    key = load_key(study.settings)
    codes = {**dict(zip(corpus.arenas["handle_key"], corpus.arenas["arena_id"], strict=True)),
             **dict(zip(corpus.arenas["native_key"], corpus.arenas["arena_id"], strict=True))}
    found = {}
    for arena in arenas.to_dict("records"):
        native = pseudonym(key, f"{arena['platform']}:arena", str(arena["native_id"]))
        handle = pseudonym(key, f"{arena['platform']}:handle", str(arena["handle"] or "").casefold())
        found[arena["chat"]] = codes.get(native, codes.get(handle))
    return found


def _find_truth(study: Study, corpus: Corpus, posts: pd.DataFrame, arenas: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the truth by the ids that posts have in the study."""
    known = posts.set_axis(posts["chat"].map(find_arenas(study, corpus, arenas)) + ":" + posts["message"])
    return known[known.index.isin(corpus.posts["post_id"])]


def _draw(study: Study, corpus: Corpus, earlier: Corpus, known: pd.DataFrame, codebook: Codebook, *, period: str,
          before: str, seed: int, size: int) -> None:
    """Train a model on codes of the quarter before, score this one by it, and draw a sample by the scores."""
    from workbench.files import CODING
    from workbench.speech import (
        draw_sample,
        find_model,
        list_thresholds,
        load_scores,
        save_model,
        save_sample,
        save_scores,
        score_speech,
        train_baseline,
    )

    # the model that scored the quarter before, so that the two can be compared
    model = find_model(study.folder, load_scores(study.folder, before)[1])
    if model is None:
        texts, labels, groups = _learn_from(earlier, known, codebook, before=before, seed=seed)
        model = train_baseline(texts, labels, groups=groups, seed=seed, about={
            "first": before, "last": before, "codebook": codebook.version})
        save_model(model, study.folder / CODING / MODELS / f"baseline-{before}")
    scores = score_speech(corpus, model, codebook=codebook)
    save_scores(study.folder, period, scores, card=model.card, thresholds=list_thresholds(scores, model))
    save_sample(study.folder, period, draw_sample(corpus, period=period, codebook=codebook, seed=seed, scores=scores,
                                                  size=size, double=size))


def _learn_from(earlier: Corpus, known: pd.DataFrame, codebook: Codebook, *, before: str,
                seed: int) -> tuple[pd.Series, pd.DataFrame, pd.Series]:
    """Return texts, labels and arenas of posts of a quarter, as the first coder codes them."""
    from workbench.city.coders import LENIENT, code_posts
    from workbench.speech.sampling import choose_posts

    posts = choose_posts(earlier, before).set_index("post_id")
    posts = posts[posts.index.isin(known.index)]
    chosen = np.random.default_rng([seed, 2]).permutation(len(posts))[:LEARNT]
    posts = posts.iloc[np.sort(chosen)]
    said = code_posts(known.loc[posts.index], codebook, coder=LENIENT, seed=seed)
    labels = said.pivot(index="row", columns="code", values="value")
    labels = labels.reindex(index=posts.index, columns=[*codebook.codes])
    for _ in range(2):  # what was not asked because of its parent's no is no; so is what hangs below that
        for code in codebook.codes.values():
            if code.parent:
                labels[code.key] = labels[code.key].mask(labels[code.parent].eq(False).fillna(False), False)
    return posts["text"], labels.astype("boolean"), posts["arena_id"]


def _answer(study: Study, posts: pd.DataFrame, codebook: Codebook, *, period: str, seed: int) -> None:
    """Let the coders answer what is left of the sample, and the adjudicator what they differ about."""
    from workbench.city.coders import ADJUDICATOR, LENIENT, STRICT, code_posts
    from workbench.speech import list_disputed, list_uncoded

    for coder in (LENIENT, STRICT):
        left = list_uncoded(study.folder, period, coder=coder)["post_id"]
        left = left[left.isin(posts.index)]
        said = code_posts(posts.loc[left], codebook, coder=coder, seed=seed)
        _write(study, said, codebook, period=period, coder=coder)
    while not (open_codes := list_disputed(study.folder, period, codebook)).empty:
        asked = posts.loc[open_codes["post_id"].drop_duplicates()]
        said = code_posts(asked, codebook, coder=ADJUDICATOR, seed=seed)
        said = said.merge(open_codes, left_on=["row", "code"], right_on=["post_id", "code"])
        if said.empty:
            return  # the adjudicator, who was not asked, thinks the parent does not apply
        _write(study, said, codebook, period=period, coder=ADJUDICATOR)


def _write(study: Study, said: pd.DataFrame, codebook: Codebook, *, period: str, coder: str) -> None:
    from workbench.speech import code_post

    for post_id, rows in said.groupby("row", sort=False):
        values = {str(code): None if pd.isna(value) else bool(value)
                  for code, value in zip(rows["code"], rows["value"], strict=True)}
        code_post(study.folder, period=period, coder=coder, post_id=str(post_id), values=values, codebook=codebook)
