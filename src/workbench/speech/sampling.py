"""Samples drawn post by post: for shares, with the chance each post had of being drawn; and for learning, apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.auditing import allocate_sample, check_spread, cut_strata
from workbench.errors import TableError
from workbench.speech.storing import Drawn
from workbench.tables.codebook import Codebook
from workbench.tables.periods import period_bounds
from workbench.tables.posts import Corpus
from workbench.tables.speech import FRAME_COLUMNS, SAMPLE_COLUMNS

KINDS = ("post", "comment")
GROUPS = ("platform", "category")  # what strata may be crossed with
LEAST, FEWEST = 40, 10  # posts from each stratum, where the sample is large enough for it, and in any case
FEWEST_CUT = 1_000  # posts of a group that is cut into strata by score
ALIKE = 0.5  # cosine of two texts' letters, from which they teach the same
DOUBLE, DOUBLE_PART, DOUBLE_LEAST = 200, 0.1, 10  # posts coded by two: in all, part of the sample, of each stratum
WHOLE_ARENAS = ("a sample of whole arenas tells of these arenas, not of the posts of the period: its intervals hold in "
                "46 to 88 of 100 quarters where 95 are promised. Draw post by post: `workbench speech draw PERIOD`")


def choose_posts(corpus: Corpus, period: str) -> pd.DataFrame:
    """Return the posts that shares describe: those of a period with text, without service messages and field notes.

    Returns
    -------
    posts
        Rows of `corpus.posts`, by `post_id`.
    """
    begin, end = period_bounds(period)
    posts = corpus.posts[corpus.posts["kind"].isin(KINDS)]
    posts = posts[posts["posted_at"].ge(begin) & posts["posted_at"].lt(end)]
    has_text = posts["text"].str.contains(r"\S", regex=True).fillna(False).astype(bool)
    return posts[has_text].sort_values("post_id", ignore_index=True)


def draw_sample(corpus: Corpus, *, period: str, codebook: Codebook, seed: int, scores: pd.DataFrame | None = None,
                size: int = 400, double: int = DOUBLE, by: str = "") -> Drawn:
    """Draw a sample for shares: at random, or from strata by the score of the main code.

    Parameters
    ----------
    corpus
        With all posts of the period.
    scores
        Of `score_speech`, with the main code of the codebook; None: one stratum.
    size
        Posts to draw.
    double
        Posts that two coders are to code, at least a tenth of the sample: more of them where the scores are high, where
        coders have something to differ about.
    by
        What strata are crossed with, so that further posts can be drawn from one group alone: ``platform`` or
        ``category`` (of arenas); empty: nothing.

    Returns
    -------
    drawn
        Each post of a stratum has the same chance of being drawn, and of being coded twice. The order of coding is
        random, so that what is coded at any moment is a random sample too.

    Raises
    ------
    TableError
        If there are no posts with text, posts lack a score, strata would be too many for the sample, or the sample is
        asked for by arena.
    """
    posts = choose_posts(corpus, period)
    if posts.empty:
        raise TableError(f"{period}: there are no posts with text to draw from. Import the posts of this period first.")
    rng = np.random.default_rng([seed, 0])
    laid = _lay_strata(posts, corpus, _main_scores(posts, scores, codebook), by=by, wave=0)
    strata = _describe_strata(laid)
    if len(strata) * FEWEST > size and len(strata) > 3:
        raise TableError(f"{size} posts are too few for {len(strata)} strata. Draw at least {len(strata) * FEWEST}, or "
                         f"without crossing by {by}.")
    frame = laid[["post_id", "stratum"]].astype(FRAME_COLUMNS)
    counts = allocate_sample(strata["posts"], strata["mean_score"], size=size, least=_least(size, len(strata)))
    how: dict[str, Any] = {
        "version": codebook.version, "digest": codebook.digest, "main": codebook.main, "by": by,
        "is_scored": scores is not None, "frame_posts": len(frame), "strata": strata.to_dict("records"), "draws": []}
    wanted = max(double, int(np.ceil(DOUBLE_PART * counts.sum())))
    doubles = _divide_doubles(counts, strata["mean_score"].to_numpy(), wanted)
    return _add_draw(Drawn(frame, how=how), f"{period}-1", dict(zip(strata["stratum"], counts, strict=True)),
                     dict(zip(strata["stratum"], doubles, strict=True)), rng, {"seed": seed})


def draw_more(corpus: Corpus, drawn: Drawn, *, period: str, codebook: Codebook, seed: int,
              scores: pd.DataFrame | None = None, size: int = 50, only: str = "") -> Drawn:
    """Draw further posts of the same frame and strata; what was drawn before and the further posts are one sample.

    Posts of the period that were imported after the first draw become strata of their own, so that from here on the
    shares describe them too. Posts that are gone are left out: what remains of a random sample is one of what remains.

    Parameters
    ----------
    drawn
        Of `draw_sample`, or of this. Its strata are never cut anew, whatever a later model says.
    scores
        For posts imported since; None: they are one stratum.
    only
        A group of what strata were crossed with, to which the further posts are to belong; empty: all.

    Raises
    ------
    TableError
        If nothing was drawn yet, all is drawn, or there is no such group.
    """
    if drawn.sample.empty:
        raise TableError(f"{period}: nothing was drawn yet. Draw a first sample: `workbench speech draw {period}`.")
    posts = choose_posts(corpus, period)
    kept, strata = _renew(posts, corpus, drawn, _wave_scores(posts, drawn, scores, codebook))
    asked = strata
    if only:
        asked = strata[strata["group"].eq(only)]
        if asked.empty:
            groups = ", ".join(sorted({str(g) for g in strata["group"]} - {""}))
            raise TableError("--only: the sample was not drawn by such a group. " + (
                f"Its groups are {groups}." if groups else "Draw it by platform or category from the start."))
    had = kept.sample.groupby("stratum").size().reindex(asked["stratum"], fill_value=0).to_numpy(dtype=np.int64)
    left = asked["posts"].to_numpy(dtype=np.int64) - had
    if not left.sum():
        raise TableError(f"{period}: every post is in the sample already.")
    total = allocate_sample(asked["posts"], asked["mean_score"], size=int(had.sum()) + size,
                            least=_least(int(had.sum()) + size, len(strata)))
    counts = _divide(np.clip(total - had, 0, left), min(size, int(left.sum())), left)
    rng = np.random.default_rng([seed, len(drawn.how["draws"])])
    rates = _double_rates(kept.sample, strata)
    doubles = {h: int(np.ceil(rates[h] * n)) for h, n in zip(asked["stratum"], counts, strict=True)}
    return _add_draw(kept, f"{period}-{len(drawn.how['draws']) + 1}", dict(zip(asked["stratum"], counts, strict=True)),
                     doubles, rng, {"seed": seed, "only": only})


def draw_learning_sample(corpus: Corpus, *, period: str, codebook: Codebook, seed: int, scores: pd.DataFrame,
                         threshold: float = 0.5, size: int = 100, drawn: pd.DataFrame | None = None) -> pd.DataFrame:
    """Draw posts from which a model would learn most: those it is least sure of, no two of them alike.

    They are chosen, not drawn, so that nothing can be said of other posts by them: they are kept apart, and no share
    ever rests on them.

    Parameters
    ----------
    threshold
        Score of the main code from which the model says yes.
    drawn
        Samples there are, whose posts are left out.

    Returns
    -------
    sample
        Columns `SAMPLE_COLUMNS`, purpose ``learning``, without strata and probabilities.
    """
    before = pd.DataFrame(columns=list(SAMPLE_COLUMNS)) if drawn is None else drawn
    posts = choose_posts(corpus, period)
    posts = posts[~posts["post_id"].isin(before["post_id"])].drop_duplicates("text")
    if posts.empty:
        raise TableError(f"{period}: there are no posts left to learn from.")
    unsure = (_main_scores(posts, scores, codebook) - threshold).abs().to_numpy()
    rng = np.random.default_rng([seed, len(before)])
    order = np.lexsort((rng.random(len(posts)), unsure))[: size * 5]
    chosen = order[_choose_unlike(posts["text"].iloc[order].tolist(), size)]
    earlier = before.loc[before["purpose"].eq("learning")]
    name = f"{period}-learning-{earlier['sample'].nunique() + 1}"
    first = int(earlier["position"].max()) if len(earlier) else 0
    rows = pd.DataFrame({"post_id": posts["post_id"].iloc[chosen].to_numpy(), "sample": name, "purpose": "learning",
                         "is_double": False, "position": first + 1 + rng.permutation(len(chosen))})
    return rows.reindex(columns=list(SAMPLE_COLUMNS)).astype(SAMPLE_COLUMNS).sort_values("position", ignore_index=True)


def check_outside_sample(corpus: Corpus, post_ids: pd.Series, *, period: str, seed: int) -> None:
    """Refuse posts that were drawn elsewhere, where they cannot be a random sample of the period.

    Raises
    ------
    TableError
        If a post is not one of the period with text, stands there twice, or the posts lie in arenas as no random
        sample does.
    """
    posts = choose_posts(corpus, period)
    if faults := int((~post_ids.isin(posts["post_id"])).sum()):
        raise TableError(f"{faults} posts of the sample are no posts with text of {period}.")
    if faults := int(post_ids.duplicated().sum()):
        raise TableError(f"{faults} posts stand in the sample more than once.")
    arena_of = posts.set_index("post_id")["arena_id"]
    spread = check_spread(arena_of, arena_of.reindex(post_ids), seed=seed)
    if not spread.is_plausible:
        raise TableError(f"The {len(post_ids)} posts lie in {spread.arenas} arenas; drawn at random they would lie in "
                         f"about {spread.expected:.0f}, and more evenly. They were drawn by arena: {WHOLE_ARENAS}.")


def _main_scores(posts: pd.DataFrame, scores: pd.DataFrame | None, codebook: Codebook) -> pd.Series:
    """Return the score of the main code of each post, or missing ones where nothing was scored."""
    if scores is None:
        return pd.Series(np.nan, index=posts.index)
    if codebook.main not in scores:
        raise TableError(f"The posts have no scores of {codebook.main}, by which samples are drawn. Score them by a "
                         "model that knows it, or draw without scores.")
    found: pd.Series = posts["post_id"].map(scores.set_index("post_id")[codebook.main].astype(float)).astype(float)
    if missing := int(found.isna().sum()):
        raise TableError(f"{missing} posts with text have no score: they were imported after the posts were scored. "
                         "Score them again: `workbench speech score PERIOD`.")
    return found


def _wave_scores(posts: pd.DataFrame, drawn: Drawn, scores: pd.DataFrame | None, codebook: Codebook) -> pd.Series:
    """Return the scores of posts that came after the draw; missing ones where not all of them were scored."""
    late = posts[~posts["post_id"].isin(drawn.frame["post_id"])]
    if scores is None or codebook.main not in scores or not late["post_id"].isin(scores["post_id"]).all():
        return _main_scores(late, None, codebook)
    return _main_scores(late, scores, codebook)


def _lay_strata(posts: pd.DataFrame, corpus: Corpus, score: pd.Series, *, by: str, wave: int) -> pd.DataFrame:
    """Return the stratum of each post: by score, within groups, within what came at one time."""
    group = _groups(posts, corpus, by)
    names = sorted(group.unique())
    level = pd.Series(1, index=posts.index)
    # missing scores: one stratum; a small group that is crossed: one too, or its top would be a handful of posts
    for name in names if score.notna().all() else ():
        own = group.eq(name)
        if not by or int(own.sum()) >= FEWEST_CUT:
            level[own] = cut_strata(score[own].to_numpy())
    number = group.map({name: i for i, name in enumerate(names)}).astype(int)
    return pd.DataFrame({"post_id": posts["post_id"], "stratum": wave * 1_000 + number * 10 + level, "wave": wave,
                         "group": group, "level": level, "score": score})


def _groups(posts: pd.DataFrame, corpus: Corpus, by: str) -> pd.Series:
    if not by:
        return pd.Series("", index=posts.index, dtype="string")
    if by.startswith("arena"):
        raise TableError(f"A sample is not drawn by arena: {WHOLE_ARENAS}.")
    if by not in GROUPS:
        raise TableError(f"Strata are crossed with {' or '.join(GROUPS)}, not with {by}.")
    if by == "platform":
        found = posts["platform"]
    else:
        found = posts["arena_id"].map(corpus.arenas.set_index("arena_id")["category"]).astype("string")
    return found.fillna("other").astype("string")


def _describe_strata(laid: pd.DataFrame) -> pd.DataFrame:
    grouped = laid.groupby("stratum", sort=True)
    described = grouped[["wave", "group", "level"]].first().assign(
        posts=grouped.size(), mean_score=grouped["score"].mean().fillna(0.5).round(6))
    return described.reset_index().astype({"stratum": int, "wave": int, "group": str, "level": int, "posts": int})


def _renew(posts: pd.DataFrame, corpus: Corpus, drawn: Drawn, late_scores: pd.Series) -> tuple[Drawn, pd.DataFrame]:
    """Return a sample and its strata without posts that are gone, and with strata of those that came since."""
    frame = drawn.frame[drawn.frame["post_id"].isin(posts["post_id"])]
    sample = drawn.sample[drawn.sample["post_id"].isin(posts["post_id"])]
    strata = pd.DataFrame(drawn.how["strata"])
    strata["posts"] = strata["stratum"].map(frame["stratum"].value_counts()).fillna(0).astype(int)
    if len(late_scores):
        late = _lay_strata(posts.loc[late_scores.index], corpus, late_scores, by=drawn.how["by"],
                           wave=int(strata["wave"].max()) + 1)
        frame = pd.concat([frame, late[["post_id", "stratum"]].astype(FRAME_COLUMNS)])
        strata = pd.concat([strata, _describe_strata(late)], ignore_index=True)
    frame = frame.sort_values("post_id", ignore_index=True)
    how = {**drawn.how, "frame_posts": len(frame), "strata": strata.to_dict("records")}
    return Drawn(frame, sample, how), strata


def _add_draw(drawn: Drawn, name: str, counts: Mapping[int, int], doubles: Mapping[int, int],
              rng: np.random.Generator, said: Mapping[str, Any]) -> Drawn:
    """Draw posts that are not in the sample yet at random from each stratum, and say the chances of all anew."""
    open_posts = drawn.frame[~drawn.frame["post_id"].isin(drawn.sample["post_id"])]
    chosen: list[pd.DataFrame] = []
    for stratum in sorted(counts):
        rows = open_posts[open_posts["stratum"].eq(stratum)]
        picked = rows.iloc[rng.permutation(len(rows))[: int(counts[stratum])]]
        # they stand in random order, so that the first of them are a random part of them
        chosen.append(picked.assign(is_double=np.arange(len(picked)) < doubles.get(stratum, 0)))
    new = pd.concat(chosen)
    first = int(drawn.sample["position"].max()) if len(drawn.sample) else 0
    new = new.assign(sample=name, purpose="share", position=first + 1 + rng.permutation(len(new)))
    sample = pd.concat([drawn.sample, new.reindex(columns=list(SAMPLE_COLUMNS)).astype(SAMPLE_COLUMNS)])
    sample = tell_chances(sample.sort_values("position", ignore_index=True), drawn.frame)
    draw = {"sample": name, "size": len(new), "double": int(new["is_double"].sum()), **said}
    return Drawn(drawn.frame, sample, {**drawn.how, "draws": [*drawn.how["draws"], draw]})


def tell_chances(sample: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a sample for shares with the chances that its posts had of being drawn from a frame, and coded twice."""
    posts = sample["stratum"].map(frame["stratum"].value_counts()).astype("Int64")
    drawn = sample.groupby("stratum")["post_id"].transform("size")
    doubles = sample["is_double"].astype(int).groupby(sample["stratum"]).transform("sum")
    return sample.assign(stratum_posts=posts, probability=drawn / posts, double_probability=doubles / drawn).astype(
        SAMPLE_COLUMNS)


def _least(size: int, strata: int) -> int:
    return int(max(FEWEST, min(LEAST, size // (2 * strata))))


def _divide_doubles(counts: np.ndarray, mean_score: np.ndarray, wanted: int) -> np.ndarray:
    """Divide posts to be coded twice between strata: the part of each follows the root of its mean score."""
    weight = np.sqrt(np.clip(mean_score, 0.005, 0.5))
    floor = np.minimum(counts, DOUBLE_LEAST)
    low, high = 0.0, 1 / float(weight.min())
    for _ in range(60):  # the factor at which the parts sum to what is wanted
        middle = (low + high) / 2
        is_short = np.maximum(np.minimum(1, middle * weight) * counts, floor).sum() < wanted
        low, high = (middle, high) if is_short else (low, middle)
    return _divide(np.maximum(np.minimum(1, high * weight) * counts, floor), min(wanted, int(counts.sum())), counts)


def _divide(wanted: np.ndarray, size: int, most: np.ndarray) -> np.ndarray:
    """Return whole numbers in proportion to what is wanted that sum to a size, none above the most there is."""
    wanted = np.asarray(wanted, dtype=float)
    if not wanted.sum():
        wanted = np.asarray(most, dtype=float)
    share = np.minimum(wanted * size / wanted.sum(), most)
    whole: np.ndarray = np.floor(share + 1e-9).astype(np.int64)
    while (short := size - int(whole.sum())) > 0 and (whole < most).any():
        order = np.argsort(-np.where(whole < most, share - whole, -np.inf), kind="stable")
        whole[order[: min(short, int((whole < most).sum()))]] += 1
    return whole


def _double_rates(sample: pd.DataFrame, strata: pd.DataFrame) -> dict[int, float]:
    """Return which part of each stratum's sample two are to code: as before, so that the chances stay alike."""
    rates = sample["is_double"].astype(float).groupby(sample["stratum"]).mean()
    overall = float(sample["is_double"].astype(float).mean())
    return {int(h): float(rates.get(h, overall)) for h in strata["stratum"]}


def _choose_unlike(texts: list[str], size: int) -> np.ndarray:
    """Return the places of texts, from the front, that are not much like one before; then of those that are."""
    from sklearn.feature_extraction.text import HashingVectorizer

    vectors = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), n_features=2**16).transform(texts)
    likeness = (vectors @ vectors.T).toarray()
    chosen: list[int] = []
    for place in range(len(texts)):
        if len(chosen) < size and (not chosen or likeness[place, chosen].max() < ALIKE):
            chosen.append(place)
    rest = [place for place in range(len(texts)) if place not in set(chosen)]
    return np.array(chosen + rest[: size - len(chosen)], dtype=np.int64)
