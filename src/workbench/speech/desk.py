"""The desk at which people code posts: what is asked next, what was answered and when it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.desks import Place, draw_script, draw_style, open_widget, say_failure
from workbench.desks.widget import Message
from workbench.errors import InputError, WorkbenchError
from workbench.files import slug
from workbench.speech.answering import ADJUDICATOR, check_coder, code_post, list_uncoded, load_codes, load_notes
from workbench.speech.around import Surroundings
from workbench.speech.desk_words import (
    describe_codes,
    say_answers,
    say_coder,
    say_outlook,
    say_post,
    say_progress,
    say_words,
)
from workbench.speech.drafts import Drafts, read_note, read_seconds, read_values
from workbench.speech.settling import list_disputed
from workbench.speech.storing import coding_folder, load_samples
from workbench.tables.codebook import Codebook
from workbench.tables.posts import Corpus
from workbench.wording import Wording, open_wording

PAUSE_AFTER = 50  # posts, between two looks at how far it is
DRAFTS = "drafts"


def open_desk(corpus: Corpus, folder: Path, *, period: str, coder: str, codebook: Codebook,
              language: str = "en") -> Any:
    """Open the desk at which a coder codes the sample of a period, as a widget of JupyterLab.

    Each answer is on the disk before the next post is shown. Opened again, after whatever happened, it goes on at the
    same post with what was marked on it. Neither what others answered nor anything of a model reaches the screen; the
    adjudicator alone is shown both answers of a dispute, not whose they are. Nothing of it is kept in the notebook.

    Parameters
    ----------
    corpus
        Of the period; a longer one shows more of what posts answer.
    folder
        Of the study.
    coder
        ``coder 1``, ``coder 2``, ... or ``adjudicator``.
    language
        Of the desk and of the codebook in it.

    Raises
    ------
    InputError
        If no sample was drawn for the period.
    TableError
        If the coder is no such role.
    """
    check_coder(coder)
    if load_samples(folder, period).empty:
        raise InputError(f"{folder}: no sample was drawn for {period}. Draw one first: `workbench speech draw "
                         f"{period}`.")
    desk = Desk(corpus, folder, period=period, coder=coder, codebook=codebook, wording=open_wording(language))
    return open_widget(desk, script=draw_script("workbench.speech", "desk.js"), style=draw_style())


class Desk:
    """A coder's place in a sample. It is told what the coder does, and tells what is to be shown.

    Parameters
    ----------
    corpus, folder, period, coder, codebook
        As in `open_desk`.
    wording
        Of what it says.
    """

    def __init__(self, corpus: Corpus, folder: Path, *, period: str, coder: str, codebook: Codebook,
                 wording: Wording) -> None:
        self.folder, self.period, self.coder, self.codebook, self.wording = folder, period, coder, codebook, wording
        self.decides = coder == ADJUDICATOR
        self.tell: Callable[[Message], None] = lambda message: None  # to the screen, by itself
        self.shut = ""  # why nothing can be done here any more
        self._has_begun, self._is_blurring = False, False
        self._disputes, self._answers = self._load_disputes()
        self._coded, self._seconds, self._notes = self._load_own()
        queue = self._load_queue()
        self._around = Surroundings(corpus, [*queue, *self._coded])
        self._coded = {post: said for post, said in self._coded.items() if self._around.has(post)}
        self._past: int | None = None  # place in the posts coded so far, while one of them is looked at again
        path = coding_folder(folder, period) / DRAFTS / f"{slug(coder)}.jsonl"
        self._drafts = Drafts(folder, path, codebook.codes)
        self._drafts.keep_only(queue)
        waiting = self._drafts.waiting()
        queue = [post for post in queue if post not in set(waiting)] + waiting
        self._queue = [post for post in queue if self._around.has(post)]
        self._place = Place(path.with_suffix(".lock"), lambda: self.close(wording.say("desk.opened_again")))
        if self._place.is_taken:
            self.shut = wording.say("desk.open_elsewhere", who=say_coder(wording, coder))

    def __repr__(self) -> str:
        return f"{self.coder}, {self.period}"

    # ------------------------------------------------------------------ what there is to do

    def _load_disputes(self) -> tuple[dict[str, list[str]], dict[str, dict[str, list[bool | None]]]]:
        """Return by post the codes to decide, and what coders answered to all that the adjudicator was ever asked."""
        disputes: dict[str, list[str]] = {}
        answers: dict[str, dict[str, list[bool | None]]] = {}
        if not self.decides:
            return disputes, answers
        disputed = list_disputed(self.folder, self.period, self.codebook)
        for post, code in disputed[["post_id", "code"]].itertuples(index=False):
            disputes.setdefault(str(post), []).append(str(code))
        codes = load_codes(self.folder, self.period)
        is_own = codes["coder"].eq(ADJUDICATOR)
        asked = pd.concat([disputed, codes.loc[is_own, ["post_id", "code"]]]).drop_duplicates()
        said = codes[~is_own].merge(asked, on=["post_id", "code"])
        for post, code, value in said[["post_id", "code", "value"]].itertuples(index=False):
            answers.setdefault(str(post), {}).setdefault(str(code), []).append(_plain(value))
        return disputes, answers

    def _load_queue(self) -> list[str]:
        if self.decides:
            return list(self._disputes)
        return [str(post) for post in list_uncoded(self.folder, self.period, coder=self.coder)["post_id"]]

    def _load_own(self) -> tuple[dict[str, dict[str, bool | None]], dict[str, float], dict[str, str]]:
        """Return what this coder answered, in the order in which it was answered first: values, seconds, notes."""
        codes = load_codes(self.folder, self.period)
        own = codes[codes["coder"].eq(self.coder)].sort_values("coded_at", kind="stable")
        coded: dict[str, dict[str, bool | None]] = {}
        taken: dict[str, float] = {}
        for post, code, value, seconds in own[["post_id", "code", "value", "seconds"]].itertuples(index=False):
            coded.setdefault(str(post), {})[str(code)] = _plain(value)
            if not pd.isna(seconds):
                taken[str(post)] = float(seconds)
        notes = load_notes(self.folder, self.period)
        notes = notes[notes["coder"].eq(self.coder)]
        return coded, taken, dict(zip(notes["post_id"].astype(str), notes["note"].astype(str), strict=True))

    def close(self, why: str) -> None:
        """Take nothing more here."""
        self.shut = why
        self.tell({"kind": "shut", "why": why})

    # ------------------------------------------------------------------ what the coder does

    def take(self, message: Mapping[str, Any]) -> list[Message]:
        """Take one message of the screen and return what it is to show."""
        if self.shut:
            return [self._hello()] if message.get("kind") == "ready" else [{"kind": "shut", "why": self.shut}]
        steps = {"ready": self._greet, "begin": self._begin, "draft": self._keep, "answer": self._answer,
                 "skip": self._skip, "back": self._go_back, "forward": self._go_forward, "blur": self._blur,
                 "outlook": self._show_outlook}
        step = steps.get(str(message.get("kind")))
        return step(message) if step else []

    def _greet(self, message: Mapping[str, Any]) -> list[Message]:
        return [self._hello(), self._page()] if self._has_begun else [self._hello()]

    def _begin(self, message: Mapping[str, Any]) -> list[Message]:
        self._has_begun, self._is_blurring = True, message.get("blur") is True
        return [self._page(), *self._write_drafts()]  # that nothing can be saved is told before anybody works

    def _blur(self, message: Mapping[str, Any]) -> list[Message]:
        self._is_blurring = message.get("on") is True
        return []

    def _keep(self, message: Mapping[str, Any]) -> list[Message]:
        """Keep what is marked and not yet said: a restart then loses nothing."""
        post = self._current()
        if self._past is not None or post is None or message.get("post") != post:
            return []
        self._drafts.keep(post, message, self._asked(post))
        return self._write_drafts()

    def _answer(self, message: Mapping[str, Any]) -> list[Message]:
        post = self._current()
        if post is None or message.get("post") != post:
            return [self._page()]  # pressed twice
        values = self._complete(post, read_values(message, self._asked(post)))
        if values is None:
            return [{"kind": "failed", "why": self.wording.say("desk.undecided")}]
        seconds = read_seconds(message)
        try:
            code_post(self.folder, period=self.period, coder=self.coder, post_id=post, values=values,
                      codebook=self.codebook, seconds=seconds, note=read_note(message))
        except (OSError, WorkbenchError) as error:
            return [self._failed(error)]
        is_new = post not in self._coded
        self._coded[post] = {**self._coded.get(post, {}), **values}
        self._notes[post] = read_note(message)
        if seconds is not None:
            self._seconds[post] = seconds
        self._queue = [other for other in self._queue if other != post]
        self._past = None
        if self._drafts.drop([post]):
            self._write_drafts()  # where that fails an old draft is left, which is never read: its post is coded
        if self.decides and True in values.values():
            self._look_below(post)
        is_pause = is_new and not self.decides and len(self._coded) % PAUSE_AFTER == 0
        return [self._page(), *(self._show_outlook({}) if is_pause else [])]

    def _look_below(self, post: str) -> None:
        """Ask next what hangs on a code that was decided with yes, where coders differ about that too."""
        self._disputes, self._answers = self._load_disputes()
        if post in self._disputes:
            self._queue = [post, *self._queue]

    def _skip(self, message: Mapping[str, Any]) -> list[Message]:
        post = self._current()
        if self._past is not None or post is None or message.get("post") != post:
            return self._go_forward(message)
        self._drafts.keep(post, message, self._asked(post), is_skipped=True)
        self._queue = [*(other for other in self._queue if other != post), post]
        failed = self._write_drafts()
        return [self._page(), *failed]

    def _go_back(self, message: Mapping[str, Any]) -> list[Message]:
        at = len(self._coded) if self._past is None else self._past
        if at > 0:
            self._past = at - 1
        return [self._page()]

    def _go_forward(self, message: Mapping[str, Any]) -> list[Message]:
        self._past = None
        return [self._page()]

    def _show_outlook(self, message: Mapping[str, Any]) -> list[Message]:
        sample = load_samples(self.folder, self.period)
        return [say_outlook(self.wording, self.codebook, sample, {} if self.decides else self._coded,
                            progress=self._progress(), more=PAUSE_AFTER)]

    # ------------------------------------------------------------------ what an answer is

    def _current(self) -> str | None:
        if self._past is not None:
            return list(self._coded)[self._past]
        return self._queue[0] if self._queue else None

    def _asked(self, post: str) -> list[str]:
        if not self.decides:
            return list(self.codebook.codes)
        asked = self._disputes.get(post, []) if self._past is None else [*self._coded[post]]
        return [code for code in self.codebook.codes if code in asked]

    def _complete(self, post: str, marked: Mapping[str, bool | None]) -> dict[str, bool | None] | None:
        """Return an answer to every code that is asked; nothing where the adjudicator left one open.

        What hangs on a code that is not yes is what that code is. A coder who marks nothing says no; a decision about
        a dispute is always one.
        """
        asked, complete = self._asked(post), dict[str, bool | None]()

        def tell(code: str) -> bool | None:
            if code in complete:
                return complete[code]
            above = self.codebook.codes[code].parent
            if above in asked and tell(above) is not True:
                return tell(above)
            return marked[code] if self.decides else marked.get(code, False)

        try:
            for code in asked:
                complete[code] = tell(code)
        except KeyError:
            return None
        return complete

    # ------------------------------------------------------------------ what is shown

    def _write_drafts(self) -> list[Message]:
        """Write the drafts down, and return what is to be told where that fails."""
        try:
            self._drafts.write()
        except (OSError, WorkbenchError) as error:
            return [self._failed(error)]
        return []

    def _failed(self, error: Exception) -> Message:
        return {"kind": "failed", "why": say_failure(error, self.wording)}

    def _hello(self) -> Message:
        return {"kind": "hello", "language": self.wording.tag, "decides": self.decides, "begun": self._has_begun,
                "blur": self._is_blurring, "shut": self.shut,
                "words": say_words(self.wording, period=self.period, coder=self.coder),
                **describe_codes(self.wording, self.codebook)}

    def _progress(self) -> Message:
        usual = pd.Series([self._seconds[post] for post in self._coded if post in self._seconds], dtype=float)
        return say_progress(self.wording, coded=len(self._coded), left=len(self._queue),
                            skipped=len(self._drafts.waiting()),
                            seconds=float(usual.tail(PAUSE_AFTER).median()), decides=self.decides)

    def _page(self) -> Message:
        post = self._current()
        if post is None:
            return {"kind": "page", "post": None, "progress": self._progress(), "values": {},
                    "told": self.wording.say("desk.all_decided" if self.decides else "desk.all_coded")}
        before, after = self._around.of(post)
        asked = self._asked(post)
        values = {code: value for code, value in self._coded.get(post, {}).items()
                  if code in asked and (self.decides or value is not False)}
        page = {"kind": "page", "post": post, "progress": self._progress(), "is_past": self._past is not None,
                "values": values, "note": self._notes.get(post, ""), "seconds": self._seconds.get(post, 0.0),
                **say_post(self.wording, self._around.post(post)),
                "before": [say_post(self.wording, other) for other in before],
                "after": [say_post(self.wording, other) for other in after]}
        if self.decides:
            page |= {"asked": asked, "said": say_answers(self.wording, self._answers.get(post, {}), asked)}
        return page | (self._drafts.get(post) if self._past is None else {})


def _plain(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)
