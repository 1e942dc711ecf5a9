"""The commands about samples, codes and models: from the first draw to scores and agreement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.files import CODING, slug
from workbench.options import JsonOption, LanguageOption, StudyOption
from workbench.telling import answer

if TYPE_CHECKING:
    import pandas as pd

    from workbench.speech.storing import Drawn
    from workbench.tables.speech import SpeechCodes

MORE = 50  # posts of which `status` says what they would bring
LEARNING = 100

speech = typer.Typer(no_args_is_help=True, help="Measure attacks, hate and recognition: samples, codes and models.")
PeriodArgument = Annotated[str, typer.Argument(help="Such as 2025Q3.")]
SeedOption = Annotated[int, typer.Option(help="Seed: the same gives the same again.")]
CoderOption = Annotated[str, typer.Option(help='A role: "coder 1", "coder 2" or "adjudicator".')]


@speech.command()
def draw(period: PeriodArgument,
         size: Annotated[int | None, typer.Option(min=1, help="Posts of a new sample; default: 400, of one for "
                                                              "learning 100.", show_default=False)] = None,
         more: Annotated[int | None, typer.Option(min=1, help="Draw this many further posts into the sample there is.",
                                                  show_default=False)] = None,
         learning: Annotated[bool, typer.Option("--learning", help="Choose posts of which the model is least sure, to "
                                                "learn from: no share ever rests on them.")] = False,
         by: Annotated[str, typer.Option(help="Draw by platform or category too, so that --only can add to one of "
                                              "them.", show_default=False)] = "",
         only: Annotated[str, typer.Option(help="With --more: from this platform or category alone.",
                                           show_default=False)] = "",
         seed: SeedOption = 1, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Draw the posts that people are to read and code.

    Where the posts were scored (`workbench speech score`), more is drawn where the scores are high; without scores all
    have the same chance.

    [bold]Examples[/bold]

      workbench speech draw 2025Q3

      workbench speech draw 2025Q3 --more 50

      workbench speech draw 2025Q3 --learning
    """
    from workbench.errors import InputError
    from workbench.speech import draw_more, draw_sample, load_codebook, load_sample, load_scores, save_sample
    from workbench.study import open_study

    opened = open_study(study)
    codebook, corpus = load_codebook(opened.folder), opened.corpus(period)
    scores, *_ = load_scores(opened.folder, period)
    given = scores if len(scores) else None
    if learning:
        _draw_learning(opened.folder, period, corpus, seed=seed, size=size or LEARNING, as_json=as_json)
        return
    there = load_sample(opened.folder, period)
    if more is not None:
        drawn = draw_more(corpus, there, period=period, codebook=codebook, seed=seed, scores=given, size=more,
                          only=only)
    elif len(there.sample):
        raise InputError(f"{period}: {len(there.sample)} posts were drawn already, and what is coded rests on them. "
                         f"Add further ones to them: `workbench speech draw {period} --more {MORE}`.")
    else:
        drawn = draw_sample(corpus, period=period, codebook=codebook, seed=seed, scores=given, size=size or 400, by=by)
    save_sample(opened.folder, period, drawn)
    data, words = _describe_drawn(drawn, period)
    answer(data, as_json, words)


def _draw_learning(folder: Path, period: str, corpus: Any, *, seed: int, size: int, as_json: bool) -> None:
    import pandas as pd

    from workbench.errors import InputError
    from workbench.speech import (
        draw_learning_sample,
        load_codebook,
        load_learning_sample,
        load_samples,
        load_scores,
        save_learning_sample,
    )

    codebook = load_codebook(folder)
    scores, _, thresholds = load_scores(folder, period)
    if scores.empty:
        raise InputError(f"{period}: nothing was scored, so nobody knows of which posts a model is least sure. Score "
                         f"them first: `workbench speech score {period} --lexicon FILE`, or --model NAME.")
    new = draw_learning_sample(corpus, period=period, codebook=codebook, seed=seed, scores=scores, size=size,
                               threshold=thresholds.get(codebook.main, 0.5), drawn=load_samples(folder, period))
    save_learning_sample(folder, period, pd.concat([load_learning_sample(folder, period), new], ignore_index=True))
    answer({"period": period, "purpose": "learning", "drawn": len(new)}, as_json,
           f"{len(new)} posts of {period} were chosen for learning. No share will rest on them. They come after the "
           f"sample for shares.\nNext: code them, then workbench speech train NAME {period}")


def _describe_drawn(drawn: Drawn, period: str) -> tuple[dict[str, Any], str]:
    last = drawn.how["draws"][-1]
    sample = drawn.sample
    data = {"period": period, "frame": len(drawn.frame), "sample": len(sample), "drawn": last["size"],
            "double": int(sample["is_double"].sum()), "is_scored": drawn.how["is_scored"],
            "strata": [{**row, "drawn": int(sample["stratum"].eq(row["stratum"]).sum())}
                       for row in drawn.how["strata"]]}
    lines = [f"{last['size']} posts were drawn from the {len(drawn.frame):,} posts with text of {period}; the sample "
             f"has {len(sample)} now, of which {data['double']} are to be coded by two."]
    if len(data["strata"]) > 1:
        lines += ["  stratum " + ", ".join(filter(None, (str(row["stratum"]), row["group"])))
                  + f": {row['drawn']} of {row['posts']:,}" for row in data["strata"]]
    if not data["is_scored"]:
        lines.append("No model scored the posts, so all have the same chance; with scores rare codes are found sooner.")
    lines.append(f"Next: code them in the notebook desk.ipynb, or workbench speech export {period} --to csv")
    return data, "\n".join(lines)


@speech.command()
def status(period: PeriodArgument, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show how far coders are, how far they agree, and for which codes the sample is too small.

    [bold]Example[/bold]

      workbench speech status 2025Q3
    """
    from workbench.speech import list_disputed, load_codebook, load_speech, measure_progress
    from workbench.study import open_study

    opened = open_study(study)
    codebook = load_codebook(opened.folder)
    known = load_speech(opened.folder, opened.corpus(period), period, codebook)
    progress = measure_progress(opened.folder, period)
    disputed = list_disputed(opened.folder, period, codebook)["post_id"].nunique()
    codes = _describe_codes(known)
    data = {"period": period, "frame": len(known.frame), "posts_since": known.provenance["posts_since"],
            "posts_gone": known.provenance["posts_gone"], "is_outdated": known.provenance["is_outdated"],
            "disputed": int(disputed), "coders": progress.to_dict("records"), "codes": codes}
    if as_json:
        import json

        typer.echo(json.dumps(data, ensure_ascii=False, default=_plain))
        return
    typer.echo("\n".join(_status_lines(data)))
    if codes:
        _print_codes(codes, opened.language, known)


def _describe_codes(known: SpeechCodes) -> list[dict[str, Any]]:
    """Return what the audit says of every code so far, and what further posts would bring."""
    from workbench.auditing import forecast_width, judge_sample
    from workbench.findings.audited import audit_code

    agreement = known.agreement.set_index("code")
    alphas = {str(code): float(alpha) for code, alpha in agreement["alpha"].dropna().items()}
    rows = []
    for code in known.settled["code"].unique() if len(known.frame) else ():
        told = audit_code(known, str(code))
        strata = [told.strata[name].to_numpy() for name in ("posts", "coded", "found")]
        now, then = forecast_width(*strata, more=MORE)
        rows.append({"code": str(code), "coded": len(told.coded), "found": len(told.found),
                     "share": told.estimate.value, "low": told.estimate.low, "high": told.estimate.high,
                     "width": now, f"width_with_{MORE}_more": then,
                     "short": judge_sample(told.estimate, len(told.found)),
                     "alpha": alphas.get(str(code)),
                     "verdict": str(agreement["verdict"].get(code, "single"))})
    return rows


def _status_lines(data: dict[str, Any]) -> list[str]:
    period = data["period"]
    if not data["frame"]:
        return [f"{period}: nothing was drawn yet.", f"Next: workbench speech draw {period}"]
    lines = [f"{period}: the sample is of {data['frame']:,} posts with text."]
    for row in data["coders"]:
        seconds = row["seconds"]
        pace = f", {seconds:.0f} seconds a post" if isinstance(seconds, float) and seconds == seconds else ""
        lines.append(f"  {row['coder']}: {row['coded']} of {row['asked']} coded, {row['left']} left{pace}")
    if data["disputed"]:
        lines.append(f"Posts on which coders differ, and which wait for the adjudicator: {data['disputed']}")
    if data["posts_since"]:
        lines.append(f"{data['posts_since']:,} posts with text came after the draw"
                     + (", too many for a share of all: until some of them are drawn and coded, none is reported."
                        if data["is_outdated"] else "; the shares are of the posts before.")
                     + f" `workbench speech draw {period} --more {MORE}` draws from them too.")
    if data["posts_gone"]:
        lines.append(f"{data['posts_gone']:,} posts were deleted since the draw; the shares are of those that are "
                     "left.")
    return lines


def _print_codes(codes: list[dict[str, Any]], language: str, known: SpeechCodes) -> None:
    import pandas as pd

    from workbench.telling import print_frame

    short = {"too_wide": "too small", "no_parts": "too small for parts", "": "large enough"}
    verdicts = {"good": "good", "low": "too low: not reported", "undecided": "too few to tell", "single": "one coder"}
    names = {key: code.text(language).name for key, code in known.codebook.codes.items()}
    names["hate_strict"] = f"{names.get('hate', 'hate')} (strict)"
    found = [row for row in codes if row["found"]]
    if found:
        print_frame(pd.DataFrame([{
            "code": names.get(row["code"], row["code"]), "found": row["found"],
            "share in %": f"{row['share']:.1%} ({row['low']:.1%}–{row['high']:.1%})".replace("%", ""),
            f"{MORE} more": f"{1 - row[f'width_with_{MORE}_more'] / row['width'] if row['width'] else 0:.0%} narrower",
            "sample": short.get(row["short"], ""),
            "agreement": (f"{row['alpha']:.2f}, " if row["alpha"] is not None else "") + verdicts[row["verdict"]],
        } for row in found]), None, "Codes so far")
    if none := [row for row in codes if not row["found"]]:
        typer.echo("None found of " + ", ".join(names.get(row["code"], row["code"]) for row in none)
                   + f": each under {max(row['high'] for row in none):.1%} of the posts.")


def _plain(value: Any) -> Any:
    """Return a value of a table as JSON knows it."""
    return value.item() if hasattr(value, "item") else None


@speech.command()
def export(period: PeriodArgument,
           program: Annotated[str, typer.Option("--to", help="csv, label-studio or doccano.")] = "csv",
           coder: CoderOption = "coder 1", language: LanguageOption = None, study: StudyOption = None,
           as_json: JsonOption = False) -> None:
    """Write the posts that a coder has yet to code into a file for another program.

    [bold]Examples[/bold]

      workbench speech export 2025Q3 --to csv

      workbench speech export 2025Q3 --to label-studio --coder "coder 2"
    """
    from workbench.speech import load_codebook, write_tasks
    from workbench.study import open_study

    opened = open_study(study)
    paths = write_tasks(opened.folder, opened.corpus(period), period=period, codebook=load_codebook(opened.folder),
                        coder=coder, program=program, language=language or opened.language)
    answer({"files": [str(path) for path in paths]}, as_json, "\n".join((
        *(f"Written: {path}" for path in paths),
        "It holds posts: keep it where only those who code can read it, and delete it after use.",
        f'Next: fill in the answers, then workbench speech import {period} FILE --coder "{coder}"')))


@speech.command("import")
def import_(period: PeriodArgument, path: Annotated[Path, typer.Argument(help="A file of answers of one coder.")],
            coder: CoderOption = "coder 1", study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Read the answers of one coder from a file: CSV, an export of Label Studio (.json) or of doccano (.jsonl).

    [bold]Example[/bold]

      workbench speech import 2025Q3 answers.csv --coder "coder 1"
    """
    from workbench.errors import InputError
    from workbench.speech import code_posts, load_codebook, load_samples, read_answers
    from workbench.study import open_study

    folder = open_study(study).folder
    codebook = load_codebook(folder)
    received = read_answers(path, posts=load_samples(folder, period)["post_id"], codebook=codebook)
    if not received.answers:
        raise InputError(f"{path}: no answer could be read. "
                         + (" ".join(received.faults[:5]) or f"{received.empty} posts are not coded yet."))
    code_posts(folder, received.answers, period=period, coder=coder, codebook=codebook)
    answer({"coded": len(received.answers), "empty": received.empty, "faults": received.faults}, as_json, "\n".join((
        f"{len(received.answers)} posts coded by {coder} were read; {received.empty} are not coded yet.",
        *([f"{len(received.faults)} rows were left out; correct them and read the file again:"] if received.faults
          else []), *(f"  {fault}" for fault in received.faults),
        f"Delete the file: it holds posts.\nNext: workbench speech status {period}")))


@speech.command()
def train(name: Annotated[str, typer.Argument(help="Of the new model.")],
          periods: Annotated[list[str], typer.Argument(help="Whose codes it learns from.", metavar="PERIOD…")],
          seed: SeedOption = 1, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Train a model on what people coded.

    [bold]Example[/bold]

      workbench speech train first 2025Q2
    """
    from workbench.speech import save_model, train_on_codes
    from workbench.study import open_study

    opened = open_study(study)
    model = train_on_codes(opened.folder, opened.corpus(min(periods), max(periods)), periods=periods,
                           codebook=opened.codebook(), seed=seed)
    place = opened.folder / CODING / "models" / slug(name)
    save_model(model, place)
    answer({"model": slug(name), "folder": str(place), "codes": list(model.codes), "card": dict(model.card)}, as_json,
           f"{slug(name)} learnt {', '.join(model.codes)}. What from, and how good it is, stands in "
           f"{place / 'card.md'}.\nNext: workbench speech score PERIOD --model {slug(name)}")


@speech.command()
def score(period: PeriodArgument,
          model: Annotated[str, typer.Option(help="Name of a trained model.", show_default=False)] = "",
          lexicon: Annotated[Path | None, typer.Option(help="A reviewed list of words with weights.",
                                                       show_default=False)] = None,
          study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Score all posts of a period by a model, or by a reviewed list of words.

    [bold]Examples[/bold]

      workbench speech score 2025Q3 --model first

      workbench speech score 2025Q3 --lexicon words.csv
    """
    from workbench.errors import InputError
    from workbench.speech import (
        list_thresholds,
        load_codebook,
        load_model,
        open_lexicon,
        save_scores,
        score_speech,
    )
    from workbench.study import open_study

    opened = open_study(study)
    if bool(model) == (lexicon is not None):
        raise InputError("Score by one model: --model NAME of a trained one, or --lexicon FILE.")
    known = open_lexicon(lexicon) if lexicon else load_model(opened.folder / CODING / "models" / slug(model))
    scores = score_speech(opened.corpus(period), known, codebook=load_codebook(opened.folder))
    save_scores(opened.folder, period, scores, card=known.card, thresholds=list_thresholds(scores, known))
    flagged = _count_flagged(scores, list_thresholds(scores, known))
    answer({"period": period, "posts": len(scores), "flagged": flagged}, as_json, "\n".join((
        f"{len(scores):,} posts of {period} were scored by {', '.join(c for c in scores.columns if c != 'post_id')}.",
        "What a model says is no share: draw a sample and code it.", f"Next: workbench speech draw {period}")))


def _count_flagged(scores: pd.DataFrame, thresholds: dict[str, float]) -> dict[str, int]:
    return {code: int(scores[code].ge(least).sum()) for code, least in thresholds.items()}


@speech.command()
def rehearse(period: PeriodArgument, seed: SeedOption = 1, study: StudyOption = None,
             as_json: JsonOption = False) -> None:
    """Code a quarter of the made-up city by made-up coders, as if people had done it.

    [bold]Example[/bold]

      workbench speech rehearse 2025Q3
    """
    from workbench.rehearsing import rehearse_audit
    from workbench.study import open_study

    known = rehearse_audit(open_study(study), period, seed=seed)
    coded = int(known.settled["post_id"].nunique())
    answer({"period": period, "coded": coded, "frame": len(known.frame)}, as_json,
           f"Made-up coders coded {coded} of {len(known.frame):,} posts of {period}.\n"
           f"Next: workbench speech status {period}")
