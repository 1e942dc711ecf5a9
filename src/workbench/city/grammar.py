"""Sentences of the town: templates filled with the words of a topic."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from workbench.city.lexicon import Lexicon, Topic, Words

_T = TypeVar("_T")
_TOPICAL = ("{n}", "{n2}", "{c}", "{v}", "{v2}", "{a}", "{p}")
_NOUNS = {"n": "nouns", "n2": "nouns", "v": "verbs", "v2": "verbs", "a": "adjectives", "p": "places"}
_COMMON = {"t": "times", "w": "who", "h": "town", "k": "attack_targets", "i": "insults", "g": "hate_groups"}
_TOLD = {"attack": "attack_markers", "hate": "hate_markers", "recognition": "recognition_forms"}
_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "a", "ö": "o", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


class _Slots(dict[str, str]):
    """The words of one sentence, drawn only where the template asks for them."""

    def __init__(self, rnd: Random, common: Words, topic: Words):
        super().__init__()
        self.rnd, self.common, self.topic = rnd, common, topic

    def __missing__(self, slot: str) -> str:
        if slot == "x":
            return str(self.rnd.randint(2, 49))
        if slot == "c":
            stem = pick(self.rnd, self.topic["stems"])
            return self.common["compound"][0].format(stem=stem, tail=pick(self.rnd, self.common["tails"]))
        words = self.topic[_NOUNS[slot]] if slot in _NOUNS else self.common[_COMMON[slot]]
        self[slot] = next(word for word in iter(lambda: pick(self.rnd, words), None) if word not in self.values())
        return self[slot]


def pick(rnd: Random, words: Sequence[_T]) -> _T:
    """Pick one of some words; the first ones come up more often, as words do."""
    return words[int(rnd.random() ** 1.25 * len(words))]


class Grammar:
    """Writes texts from the lexicon with one source of randomness."""

    def __init__(self, lexicon: Lexicon, rnd: Random):
        self.lexicon, self.rnd = lexicon, rnd
        self._used: set[str] = set()  # templates of the text at hand
        self.told: dict[str, str] = {}  # what the text at hand is, in keys of the codebook
        self._plain = {
            (language, kind): tuple(t for t in templates if not any(s in t for s in _TOPICAL))
            for language, words in lexicon.common.items() for kind, templates in words.items()
        }

    def sentence(self, kind: str, language: str, topic: Topic | None, **given: str) -> str:
        """Write one sentence of a kind; without a topic only templates without its words serve."""
        common = self.lexicon.common[language]
        templates = common[kind] if topic else self._plain[language, kind]
        slots = _Slots(self.rnd, common, topic.words[language] if topic else {})
        slots.update(given)
        template = self._unused(templates)
        text = template.format_map(slots)
        if kind in _TOLD:
            self.told = self._tell(kind, common, template, slots)
        return text

    def _tell(self, kind: str, common: Words, template: str, slots: dict[str, str]) -> dict[str, str]:
        """Tell what an attack, hate or recognition says: its markers or form, whom it is against and why."""
        what = common[_TOLD[kind]][common[kind].index(template)]
        if kind == "recognition":
            return {"form": what}
        if kind == "attack":
            by_word = dict(zip(common["attack_targets"], common["target_codes"], strict=True))
            return {"markers": what, "target": by_word[slots["k"]] if "k" in slots else "thread"}
        group = common["hate_groups"].index(slots["g"])
        return {"markers": what, "target": common["group_codes"][group], "ground": common["group_grounds"][group]}

    def _unused(self, templates: Sequence[str]) -> str:
        fresh = [t for t in templates if t not in self._used] if self._used else templates
        template = (fresh or templates)[int(self.rnd.random() * len(fresh or templates))]
        self._used.add(template)
        return template

    def _forget(self) -> None:
        self._used.clear()
        self.told = {}

    def _length(self) -> int:
        draw = self.rnd.random()
        if draw < 0.40:
            return 1
        if draw < 0.74:
            return 2
        if draw < 0.88:
            return 3
        return self.rnd.randint(4, 6) if draw < 0.975 else self.rnd.randint(9, 15)

    def short(self, language: str, topic: Topic | None) -> str:
        """Write a very short reply."""
        self._forget()
        text = self.sentence("short_topic" if topic else "short", language, topic)
        return text if self.rnd.random() < 0.35 else f"{text} {pick(self.rnd, self.lexicon.people['emoji'])}"

    def text(self, language: str, topic: Topic | None, *, first: Sequence[str] = ()) -> str:
        """Write a post: sentences of `first` kinds, then as many others as its length asks for."""
        rnd = self.rnd
        self._forget()
        number = max(self._length(), len(first))
        kinds = [*first]
        while len(kinds) < number:
            kinds.append("filler" if kinds and rnd.random() < 0.14 else "about" if topic else "smalltalk")
        if first and rnd.random() < 0.5:
            rnd.shuffle(kinds)
        sentences = [self.sentence(kind, language, topic) for kind in kinds]
        if rnd.random() < 0.18:
            sentences[0] = f"{self.sentence('openers', language, None)} {sentences[0]}"
        if rnd.random() < 0.14:
            sentences.append(self.sentence("closers", language, None))
        return self._finish(sentences, topic)

    def _finish(self, sentences: list[str], topic: Topic | None) -> str:
        rnd = self.rnd
        is_neat = rnd.random() < 0.6
        end = pick(rnd, (".", ".", "!", "..."))
        closed = [s if s[-1] in "?!:." else s + end for s in sentences]
        if is_neat:
            closed = [s[0].upper() + s[1:] for s in closed]
        else:
            closed[-1] = closed[-1].rstrip(".")
        text = ("\n" if len(closed) > 4 and rnd.random() < 0.4 else " ").join(closed)
        text = self._mistyped(text)
        if rnd.random() < 0.22:
            text += " " + pick(rnd, self.lexicon.people["emoji"]) * rnd.choice((1, 1, 1, 2, 3))
        if topic and rnd.random() < 0.06:
            text += f" #{pick(rnd, topic.hashtags)}"
        return text

    def _mistyped(self, text: str) -> str:
        rnd = self.rnd
        draw = rnd.random()
        if draw < 0.03:
            return text.translate(_PLAIN)
        return self.slip(text) if draw < 0.15 else text

    def slip(self, text: str) -> str:
        """Swap, drop or double one letter somewhere inside a word."""
        words = text.split(" ")
        place = self.rnd.randrange(len(words))
        word = words[place]
        if len(word) > 3 and word.isalpha():
            at = self.rnd.randrange(1, len(word) - 1)
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2:]
            words[place] = self.rnd.choice((swapped, word[:at] + word[at + 1:], word[:at] + word[at] + word[at:]))
        return " ".join(words)

    def near_copy(self, text: str) -> str:
        """Repeat a text with a small change."""
        emoji = pick(self.rnd, self.lexicon.people["emoji"])
        changed = self.rnd.choice((f"{text} {emoji}", f"{emoji} {text}", f"{text} {emoji}{emoji}"))
        return self.slip(self.slip(changed))
