"""A coder loses nothing, sees nobody's answers and no model, and is told what goes wrong."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pandas as pd
import pytest

from tests.speech.desks import KEYS, PERIOD, begin, link, make_book, make_study, say, sit
from workbench.auditing import forecast_width
from workbench.desks import draw_script, draw_style
from workbench.errors import InputError, TableError
from workbench.speech import (
    code_post,
    list_disputed,
    load_codes,
    load_notes,
    load_samples,
    open_desk,
    save_learning_sample,
)
from workbench.speech import desk as desk_module
from workbench.speech.desk import PAUSE_AFTER
from workbench.speech.desk_words import say_words
from workbench.tables.posts import Corpus
from workbench.wording import open_wording

SOURCE = Path(__file__).parents[2] / "src" / "workbench" / "speech"


@pytest.fixture
def study(make_corpus, tmp_path: Path) -> tuple[Corpus, Path]:
    return make_study(make_corpus, tmp_path), tmp_path


def answers(folder: Path, coder: str = "coder 1") -> dict[str, dict[str, bool | None]]:
    codes = load_codes(folder, PERIOD)
    codes = codes[codes["coder"].eq(coder)]
    return {post: {c: None if pd.isna(v) else bool(v) for c, v in zip(some["code"], some["value"], strict=True)}
            for post, some in codes.groupby("post_id", sort=False)}


def code_as(folder: Path, coder: str, said: dict[str, dict[str, bool | None]]) -> None:
    for post, values in said.items():
        code_post(folder, period=PERIOD, coder=coder, post_id=post, values={**dict.fromkeys(KEYS, False), **values},
                  codebook=make_book())


# ---------------------------------------------------------------- nothing is lost


def test_each_answer_is_on_the_disk_before_the_next_post_is_shown_and_no_post_comes_twice(study) -> None:
    corpus, folder = study
    desk, shown = sit(corpus, folder), []
    page = begin(desk)
    while page["post"]:
        shown.append(page["post"])
        page = say(desk, page)
        assert list(answers(folder)) == shown
    assert sorted(shown) == sorted(load_samples(folder, PERIOD)["post_id"])
    assert page["progress"] == {"line": page["progress"]["line"], "coded": 30, "total": 30}


def test_a_desk_that_is_opened_again_goes_on_at_the_same_post_with_what_was_marked_on_it(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = say(desk, begin(desk))
    desk.take({"kind": "draft", "post": page["post"], "values": {"attack": True, "marker.threat": None}, "note": "irony?", "seconds": 7.5})
    again = begin(sit(corpus, folder))
    assert again["post"] == page["post"]
    assert again["values"] == {"attack": True, "marker.threat": None}
    assert (again["note"], again["seconds"]) == ("irony?", 7.5)
    assert again["progress"]["coded"] == 1


def test_what_was_marked_on_a_post_is_gone_once_it_is_said(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = begin(desk)
    desk.take({"kind": "draft", "post": page["post"], "values": {"attack": True}, "note": "n", "seconds": 1})
    say(desk, page, {"hate": True})
    assert (folder / "coding" / PERIOD / "drafts" / "coder-1.jsonl").read_text() == ""
    assert answers(folder)[page["post"]]["attack"] is False


def test_a_torn_file_of_drafts_loses_its_torn_line_alone(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = begin(desk)
    desk.take({"kind": "draft", "post": page["post"], "values": {"hate": True}, "note": "", "seconds": 1})
    path = folder / "coding" / PERIOD / "drafts" / "coder-1.jsonl"
    path.write_text(path.read_text() + '{"post_id": "T-00')
    assert begin(sit(corpus, folder))["values"] == {"hate": True}


def test_an_answer_that_was_sent_twice_is_saved_once(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    first = begin(desk)
    second = say(desk, first, {"attack": True})
    assert say(desk, first, {"hate": True})["post"] == second["post"]
    assert list(answers(folder)) == [first["post"]]
    assert answers(folder)[first["post"]]["hate"] is False


def test_a_post_kept_for_the_end_comes_last_with_its_marks_also_after_a_restart(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    first = begin(desk)
    [page] = desk.take({"kind": "skip", "post": first["post"], "values": {"recognition": True}, "note": "", "seconds": 2})
    assert page["post"] != first["post"]
    assert "1 kept for the end" in page["progress"]["line"]
    desk = sit(corpus, folder)
    page, shown = begin(desk), []
    while page["post"]:
        shown.append(page["post"])
        last, page = page, say(desk, page)
    assert shown[-1] == first["post"]
    assert len(set(shown)) == len(shown) == 30
    assert last["values"] == {"recognition": True}


def test_going_back_shows_what_was_said_and_the_last_answer_counts(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    first = begin(desk)
    second = say(desk, first, {"attack": True, "marker.threat": True}, note="look again")
    third = say(desk, second)
    for kind in ("back", "back", "back"):
        [page] = desk.take({"kind": kind})
    assert (page["post"], page["is_past"], page["note"]) == (first["post"], True, "look again")
    assert page["values"] == {"attack": True, "marker.threat": True}
    assert say(desk, page, {"recognition": True})["post"] == third["post"]
    assert {code for code, value in answers(folder)[first["post"]].items() if value} == {"recognition"}
    assert desk.take({"kind": "back"})[0]["post"] == second["post"]
    assert desk.take({"kind": "forward"})[0]["post"] == third["post"]
    assert load_notes(folder, PERIOD)["note"].tolist() == []  # the note of the last answer


def test_answers_given_before_can_be_gone_back_to_after_a_restart(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    first = begin(desk)
    say(desk, first, {"hate": True}, note="a note")
    desk = sit(corpus, folder)
    begin(desk)
    [page] = desk.take({"kind": "back"})
    assert (page["post"], page["values"], page["note"], page["seconds"]) == (first["post"], {"hate": True}, "a note", 4.0)


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "cannot be written to"),
                                              (errno.EIO, "Input/output error")])
def test_an_answer_that_cannot_be_saved_is_told_at_once_and_is_not_counted(study, monkeypatch, number: int, told: str) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = begin(desk)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(number, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(desk_module, "code_post", fail)
        failed = say(desk, page, {"attack": True})
    assert failed["kind"] == "failed"
    assert told in failed["why"]
    assert "NOT saved" in failed["why"]
    assert answers(folder) == {}
    assert say(desk, page, {"attack": True})["progress"]["coded"] == 1
    assert answers(folder)[page["post"]]["attack"] is True


def test_a_folder_that_cannot_be_written_to_is_told_before_anybody_works(study, monkeypatch) -> None:
    corpus, folder = study

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("workbench.speech.drafts.write_atomically", fail)
    desk = sit(corpus, folder)
    page, failed = desk.take({"kind": "begin", "blur": False})
    assert page["post"]
    assert (failed["kind"], "cannot be written to" in failed["why"]) == ("failed", True)
    assert desk.take({"kind": "draft", "post": page["post"], "values": {}, "note": "", "seconds": 1})[0]["kind"] == "failed"


# ---------------------------------------------------------------- one coder, one desk


def test_a_second_window_on_one_coder_is_told_kindly_and_can_do_nothing(study) -> None:
    corpus, folder = study
    place = folder / "coding" / PERIOD / "drafts" / "coder-1.lock"
    place.parent.mkdir(mode=0o700)
    with filelock.FileLock(place):
        desk = sit(corpus, folder, language="da")
        [hello] = desk.take({"kind": "ready"})
        assert "Et andet vindue koder allerede som koder 1" in hello["shut"]
        assert [m["kind"] for m in desk.take({"kind": "begin", "blur": False})] == ["shut"]
        assert sit(corpus, folder, "coder 2").shut == ""
    assert sit(corpus, folder).shut == ""


def test_a_cell_that_is_run_again_takes_over_from_the_desk_before(study) -> None:
    corpus, folder = study
    first, heard = sit(corpus, folder), []
    first.tell = heard.append
    page = begin(first)
    second = sit(corpus, folder)
    assert second.shut == ""
    assert [m["kind"] for m in heard] == ["shut"]
    assert first.take({"kind": "answer", "post": page["post"], "values": {}, "seconds": 1})[0]["kind"] == "shut"
    assert answers(folder) == {}


# ---------------------------------------------------------------- blind


def everything(desk: Any, posts: int) -> list[Any]:
    """All that a desk ever tells over some posts, and its look at how far it is."""
    told = [*desk.take({"kind": "ready"}), *desk.take({"kind": "begin", "blur": False})]
    for i in range(posts):
        page = [m for m in told if m["kind"] == "page"][-1]
        told += desk.take({"kind": "draft", "post": page["post"], "values": {"attack": True}, "note": "", "seconds": 1})
        told += desk.take({"kind": "answer", "post": page["post"], "values": {"attack": i % 3 == 0}, "seconds": 3.0, "note": ""})
    return [*told, *desk.take({"kind": "outlook"}), *desk.take({"kind": "back"})]


def test_what_others_answered_changes_nothing_that_a_coder_is_told(make_corpus, tmp_path: Path) -> None:
    told = []
    for name, said in (("alone", {}), ("beside", {"attack": True, "hate": None})):
        corpus = make_study(make_corpus, tmp_path / name)
        if said:
            posts = load_samples(tmp_path / name, PERIOD)["post_id"]
            code_as(tmp_path / name, "coder 2", dict.fromkeys(posts, said))
            code_as(tmp_path / name, "adjudicator", dict.fromkeys(posts[:5], said))
        told.append(everything(sit(corpus, tmp_path / name), 12))
    assert told[0] == told[1]


def test_nothing_of_the_model_or_the_strata_is_told(make_corpus, tmp_path: Path) -> None:
    ids = [f"T-00{i % 3}:{i // 3}" for i in range(300)]
    scores = pd.DataFrame({"post_id": ids, "attack": np.linspace(0.90417, 0.00317, 300)}).astype({"post_id": "string", "attack": "float32"})
    corpus = make_study(make_corpus, tmp_path, posts=300, size=120, scores=scores)
    assert load_samples(tmp_path, PERIOD)["stratum"].nunique() == 3
    told = json.dumps(everything(sit(corpus, tmp_path), 12))
    names = set(re.findall(r'"([a-z_]+)":', told))
    assert {"post", "text", "progress"} <= names
    assert names & {"stratum", "stratum_posts", "probability", "double_probability", "is_double", "score", "scores", "sample",
                    "purpose", "position", "coder", "value", "threshold"} == set()


def test_a_coder_of_doubles_is_asked_these_alone(study) -> None:
    corpus, folder = study
    sample = load_samples(folder, PERIOD)
    desk = sit(corpus, folder, "coder 2")
    page, shown = begin(desk), []
    while page["post"]:
        shown.append(page["post"])
        page = say(desk, page)
    assert sorted(shown) == sorted(sample.loc[sample["is_double"], "post_id"])


def test_the_state_of_the_widget_holds_no_post_and_no_answer(study) -> None:
    corpus, folder = study
    code_as(folder, "coder 2", {post: {"attack": True} for post in load_samples(folder, PERIOD)["post_id"][:5]})
    widget = open_desk(corpus, folder, period=PERIOD, coder="coder 1", codebook=make_book(), language="da")
    sent: list[Any] = []
    widget.send = sent.append
    for kind in ("ready", "begin"):
        widget._hear(widget, {"kind": kind}, [])
    widget._hear(widget, "nonsense", [])
    assert [m["kind"] for m in sent] == ["hello", "page"]
    state = {name: value for name, value in widget.get_state().items() if name not in ("_esm", "_css")}
    kept = json.dumps(state, default=str)
    assert not any(word in kept for word in ("text ", "T-00", "attack", "coder"))
    assert "--wb-ink" in widget.get_state()["_css"]


# ---------------------------------------------------------------- what an answer is


def test_what_is_not_marked_is_no_and_what_hangs_on_a_code_follows_it(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = begin(desk)
    first = page["post"]
    page = say(desk, page, {"attack": None, "marker.threat": True, "ground.religion": True, "harm.weapons": None})
    assert answers(folder)[first] == {"attack": None, "hate": False, "recognition": False, "marker.threat": None, "marker.insult": None,
                                      "ground.religion": False, "target.police": None, "harm.weapons": None}
    second = page["post"]
    say(desk, page, {"attack": True, "target.police": True, "marker.insult": None})
    assert answers(folder)[second] == {**dict.fromkeys(KEYS, False), "attack": True, "target.police": True, "marker.insult": None}


def test_a_message_with_codes_or_values_that_are_none_is_not_taken_as_an_answer_to_them(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    page = begin(desk)
    say(desk, page, {"attack": "yes", "hate": 1, "no.code": True, "recognition": True}, seconds=float("nan"), note="n" * 5000)  # type: ignore[dict-item]
    codes = load_codes(folder, PERIOD)
    assert set(codes["code"]) == set(KEYS)
    assert set(codes.loc[codes["value"].eq(True), "code"]) == {"recognition"}
    assert codes["seconds"].isna().all()
    assert load_notes(folder, PERIOD)["note"].str.len().tolist() == [2000]


# ---------------------------------------------------------------- adjudication


@pytest.fixture
def differing(study) -> tuple[Corpus, Path, list[str]]:
    corpus, folder = study
    sample = load_samples(folder, PERIOD).sort_values("position")
    posts = sample.loc[sample["is_double"], "post_id"].tolist()
    code_as(folder, "coder 1", {posts[0]: {"attack": True, "marker.threat": True}, posts[1]: {"recognition": True}, posts[2]: {}})
    code_as(folder, "coder 2", {posts[0]: {}, posts[1]: {"recognition": True}, posts[2]: {"hate": True}})
    return corpus, folder, posts


def test_only_what_is_disputed_is_asked_and_nobody_is_named(differing) -> None:
    corpus, folder, posts = differing
    desk = sit(corpus, folder, "adjudicator")
    page = begin(desk)
    assert (page["post"], page["asked"], page["values"]) == (posts[0], ["attack"], {})
    assert page["said"] == {"attack": "1 × yes and 1 × no"}
    assert page["progress"]["line"].startswith("0 of 2 decided")
    assert "coder" not in json.dumps({name: value for name, value in page.items() if name != "progress"})


def test_it_cannot_be_told_which_coder_said_what(make_corpus, tmp_path: Path) -> None:
    told = []
    for name, coders in (("as is", ("coder 1", "coder 2")), ("swapped", ("coder 2", "coder 1"))):
        corpus = make_study(make_corpus, tmp_path / name)
        sample = load_samples(tmp_path / name, PERIOD)
        post = sample.loc[sample["is_double"], "post_id"].iloc[0]
        code_as(tmp_path / name, coders[0], {post: {"attack": True}})
        code_as(tmp_path / name, coders[1], {post: {"attack": False, "recognition": None}})
        told.append(begin(sit(corpus, tmp_path / name, "adjudicator")))
    assert told[0] == told[1]


def test_a_dispute_is_decided_only_when_somebody_decides_it_and_what_hangs_on_it_comes_next(differing) -> None:
    corpus, folder, posts = differing
    code_as(folder, "coder 2", {posts[0]: {"attack": True, "marker.insult": True, "marker.threat": False}})
    code_as(folder, "coder 1", {posts[0]: {"attack": True, "marker.threat": True}})
    code_as(folder, "coder 3", {posts[0]: {"attack": False}})
    desk = sit(corpus, folder, "adjudicator")
    page = begin(desk)
    assert page["asked"] == ["attack"]
    assert say(desk, page, {})["kind"] == "failed"
    assert answers(folder, "adjudicator") == {}
    page = say(desk, page, {"attack": True})
    assert (page["post"], page["asked"]) == (posts[0], ["marker.threat", "marker.insult"])
    page = say(desk, page, {"marker.threat": True, "marker.insult": None})
    assert page["post"] == posts[2]
    page = say(desk, page, {"hate": False})
    assert (page["post"], page["told"]) == (None, "There is nothing more to decide. Thank you!")
    assert answers(folder, "adjudicator") == {posts[0]: {"attack": True, "marker.threat": True, "marker.insult": None}, posts[2]: {"hate": False}}
    assert list_disputed(folder, PERIOD, make_book()).empty
    [page] = desk.take({"kind": "back"})
    assert (page["asked"], page["values"], page["said"]) == (["hate"], {"hate": False}, {"hate": "1 × yes and 1 × no"})


# ---------------------------------------------------------------- the post and what stands around it


def test_an_answer_is_shown_with_what_it_answers_and_with_answers_beside_and_below(make_corpus, tmp_path: Path) -> None:
    corpus = make_study(make_corpus, tmp_path)
    # T-000:1 is "text 3" and so on: arena 0 holds text 0, 3, 6, ...
    corpus = link(corpus, {f"T-000:{i}": "T-000:0" for i in (1, 2, 3, 4, 5)} | {"T-000:7": "T-000:3", "T-001:4": "T-001:99"})
    around = sit(corpus, tmp_path)._around
    before, after = around.of("T-000:3")
    assert [(row["relation"], row["text"]) for row in before] == [("answered", "text 0"), ("beside", "text 3"), ("beside", "text 6")]
    assert [(row["relation"], row["text"]) for row in after] == [("answer", "text 21"), ("beside", "text 12")]
    before, after = around.of("T-001:4")
    assert [row["relation"] for row in before] == ["answered_missing"]
    before, _ = around.of("T-002:3")
    assert [(row["relation"], row["text"]) for row in before] == [("earlier", "text 5"), ("earlier", "text 8")]
    assert around.of("T-000:0")[0] == []


def test_the_page_says_where_and_when_in_the_language_of_the_desk(study) -> None:
    corpus, folder = study
    page = begin(sit(corpus, folder, language="da"))
    post = corpus.posts.set_index("post_id").loc[page["post"]]
    assert page["text"] == post["text"]
    assert page["what"] == f"{post['arena_id']} · Telegram · {post['posted_at'].day}. juli 2025 kl. {post['posted_at']:%H}.00 (UTC) · opslag"


def test_text_that_looks_like_markup_stays_what_it_is(make_corpus, tmp_path: Path) -> None:
    corpus = make_study(make_corpus, tmp_path)
    corpus.posts["text"] = "<img src=x onerror=alert(1)> {share} %s"
    assert begin(sit(corpus, tmp_path))["text"] == "<img src=x onerror=alert(1)> {share} %s"


def test_a_post_that_is_no_longer_there_is_passed_over(study) -> None:
    corpus, folder = study
    desk = sit(corpus, folder)
    first = begin(desk)
    second = say(desk, first)
    left = Corpus(posts=corpus.posts[~corpus.posts["post_id"].isin([first["post"], second["post"]])], links=corpus.links, arenas=corpus.arenas)
    page = begin(sit(left, folder))
    assert page["post"] not in (first["post"], second["post"])
    assert page["progress"]["total"] == 28


# ---------------------------------------------------------------- how far it is


def test_after_fifty_posts_the_desk_says_how_much_narrower_it_gets(make_corpus, tmp_path: Path) -> None:
    corpus = make_study(make_corpus, tmp_path, posts=200, size=150)
    desk = sit(corpus, tmp_path)
    page = begin(desk)
    for i in range(PAUSE_AFTER):
        told = desk.take({"kind": "answer", "post": page["post"], "values": {"attack": i % 5 == 0}, "seconds": 3.0, "note": ""})
        page = told[0]
        assert [m["kind"] for m in told] == (["page", "outlook"] if i == PAUSE_AFTER - 1 else ["page"])
    now, then = forecast_width([200], [50], [10], more=50)
    rows = {row[0]: row[1:] for row in told[1]["rows"]}
    assert rows["attack en"] == ["10", f"± {50 * now:.1f}", f"± {50 * then:.1f}"]
    assert set(rows) == {"attack en", "hate en", "recognition en"}
    assert any("hate en" in note and "Not found yet" in note for note in told[1]["notes"])
    assert "Of the other 5 codes none was found yet." in told[1]["notes"]
    assert "about 5 minutes to go" in page["progress"]["line"]
    assert "typically 3 s a post" in page["progress"]["line"]


def test_the_forecast_counts_strata_by_their_size_and_no_sample_for_learning(make_corpus, tmp_path: Path) -> None:
    ids = [f"T-00{i % 3}:{i // 3}" for i in range(300)]
    scores = pd.DataFrame({"post_id": ids, "attack": np.linspace(0.9, 0.0, 300)}).astype({"post_id": "string", "attack": "float32"})
    corpus = make_study(make_corpus, tmp_path, posts=300, size=120, scores=scores)
    sample = load_samples(tmp_path, PERIOD)
    learning = sample.head(3).assign(post_id=corpus.posts.loc[~corpus.posts["post_id"].isin(sample["post_id"]), "post_id"].head(3).to_numpy(),
                                     sample="2025Q3-learning-1", purpose="learning", stratum=pd.NA)
    save_learning_sample(tmp_path, PERIOD, learning)
    code_as(tmp_path, "coder 1", {post: {"attack": True} for post in learning["post_id"]})
    found = sample["stratum"].eq(1)
    code_as(tmp_path, "coder 1", {post: {"attack": bool(is_top)} for post, is_top in zip(sample["post_id"], found, strict=True)})
    [outlook] = sit(corpus, tmp_path).take({"kind": "outlook"})
    strata = sample.groupby("stratum").agg(posts=("stratum_posts", "first"), coded=("post_id", "size"))
    yes = [int(found.sum()), 0, 0]
    now, _ = forecast_width(strata["posts"], strata["coded"], yes, more=50)
    assert outlook["rows"][0][1:3] == [str(sum(yes)), f"± {50 * now:.{1 if now >= 0.02 else 2}f}"]


@pytest.mark.parametrize(("seconds", "left", "said"), [(9.0, 399, "omkring 60 minutter"), (9.0, 19, "omkring 3 minutter"),
                                                        (30.0, 389, "omkring 3,0 timer"), (9.0, 1, "omkring 1 minut endnu")])
def test_the_time_left_is_said_as_people_say_it(seconds: float, left: int, said: str) -> None:
    from workbench.speech.desk_words import say_progress
    from workbench.wording import open_wording

    line = say_progress(open_wording("da"), coded=1, left=left, skipped=0, seconds=seconds, decides=False)["line"]
    assert said in line


# ---------------------------------------------------------------- refused


def test_without_a_sample_or_with_a_name_for_a_coder_it_is_refused(make_corpus, tmp_path: Path) -> None:
    corpus = make_study(make_corpus, tmp_path)
    with pytest.raises(InputError, match=r"no sample was drawn for 2025Q4.*workbench speech draw 2025Q4"):
        open_desk(corpus, tmp_path, period="2025Q4", coder="coder 1", codebook=make_book())
    with pytest.raises(TableError, match="named by a role") as told:
        open_desk(corpus, tmp_path, period=PERIOD, coder="Karen", codebook=make_book())
    assert "Karen" not in str(told.value)


# ---------------------------------------------------------------- the two sides speak of the same


def test_the_script_puts_text_in_as_text_and_reaches_for_nothing() -> None:
    script = draw_script("workbench.speech", "desk.js")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch(", "XMLHttp", "import ",
                 "import(", "http:", "https:", "localStorage", "sessionStorage", "cookie", "save_changes", "model.set"):
        assert word not in script, word
    assert "url(" not in draw_style()


def test_every_word_that_the_script_shows_is_sent_and_every_word_sent_is_shown() -> None:
    script = draw_script("workbench.speech", "desk.js")
    used = set(re.findall(r"\bwords\.([a-z_]+)", script))
    signs = dict(re.findall(r'(?:^|[{,\s])"?([\w\-+,?.:/]+)"?: "([a-z]+)"', script[script.index("const signs"):script.index("function act(")]))
    used |= set(signs.values()) | {"yes", "no", "unknown", "rules", "examples", "counterexamples", "title"}
    used |= {f"key_{sign}" for sign in signs if len(sign) > 1}
    assert used == set(say_words(open_wording("en"), period=PERIOD, coder="coder 1"))


def test_every_message_that_one_side_sends_is_known_to_the_other() -> None:
    script = draw_script("workbench.speech", "desk.js")
    python = "".join((SOURCE / name).read_text(encoding="utf-8") for name in ("desk.py", "desk_words.py"))
    heard = script[script.index("const end = shell.listen"):script.index("}, onKey);")]
    for kind in set(re.findall(r'"kind": "([a-z]+)"', python)):
        assert re.search(rf"\b{kind}[:(]", heard), kind
    sent = set(re.findall(r'kind: "([a-z]+)"', script)) | set(re.findall(r'(?:leave|told)\("([a-z]+)"', script))
    steps = python[python.index("steps = {"):python.index("step = steps.get")]
    assert sent == set(re.findall(r'"([a-z]+)": self\._', steps))
