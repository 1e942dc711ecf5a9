"""A small planted corpus: fourteen topics in three languages, chatter, copies and short posts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame

STEMS = {
    "da": ("løbehjul hjelm cykelsti trafik betjent bøde parkering fodgænger kryds bremse",
           "kamp stadion målmand træner billet derby liga straffespark tribune hold",
           "vandpibe damp smag kiosk cigaret nikotin snus puff vape røg",
           "eksamen lektie karakter gymnasium pensum rektor klasselokale skema fravær undervisning",
           "koncert scene festival bas forsanger telt plakat dørsalg orkester guitar",
           "bus letbane køreplan forsinkelse perron rejsekort chauffør stoppested afgang togskifte"),
    "sv": ("bibliotek roman författare hylla kapitel novell läsecirkel pocket bokhandel poesi",
           "snöstorm halka plogbil grader minus kyla skidspår islager termometer blåst",
           "recept deg ugn jäst bulle kanel vispgrädde mjöl sylt smörgås",
           "hyresgäst lägenhet kontrakt bostadskö andrahand hyresvärd balkong inflyttning trapphus källare"),
    "en": ("console controller speedrun lobby multiplayer patch server quest loot gamepad",
           "election ballot candidate mayor council campaign turnout manifesto polling debate",
           "kitten puppy vaccine leash shelter adoption veterinarian paws groomer kennel",
           "rocket orbit satellite launch astronaut telescope booster crater payload lunar"),
}
ENDINGS = {"da": ("", "en", "er", "erne", "s"), "sv": ("", "en", "ar", "arna", "s"), "en": ("", "s", "'s")}
CHATTER = {"da": "hygge kaffe weekend søndag vejr grin kram venner tillykke sofa film aften musik billede spørgsmål svar",
           "sv": "fika helg söndag väder skratt kram kompisar grattis soffa film kväll musik bild fråga svar lördag",
           "en": "coffee weekend sunday weather laugh hug friends congrats sofa movie evening music picture question answer"}
FILLERS = {"da": "det er jo ikke og så vi har en med", "sv": "det är ju inte och så vi har en med",
           "en": "it is not and so we have the with"}


def corpus_of(texts: list[str | None], *, arenas: int = 10, languages: list[str] | None = None) -> Corpus:
    """Return a corpus with these texts, spread over arenas."""
    number = np.arange(len(texts))
    posts = empty_frame(POST_COLUMNS).reindex(number)
    posts["arena_id"] = [f"T-{i % arenas:03d}" for i in number]
    posts["post_id"] = [f"T-{i % arenas:03d}:{i}" for i in number]
    posts["text"] = texts
    posts["language"] = languages
    posts["posted_at"] = pd.Timestamp("2025-07-01", tz="UTC") + pd.to_timedelta(number % 84, unit="D")
    posts = posts.assign(platform="telegram", kind="post", source_id="made-up").astype(POST_COLUMNS)
    return Corpus(posts=posts, links=empty_frame(LINK_COLUMNS), arenas=empty_frame(ARENA_COLUMNS))


def plant(*, posts: int, seed: int, chatter_share: float = 0.2) -> tuple[Corpus, np.ndarray]:
    """Return a corpus and the planted topic of each post, -1 for chatter."""
    rng = np.random.default_rng(seed)
    topics = [(language, stems.split()) for language, all_stems in STEMS.items() for stems in all_stems]
    weights = np.linspace(2.0, 0.5, len(topics))
    truth = rng.choice(len(topics), posts, p=weights / weights.sum())
    truth[rng.random(posts) < chatter_share] = -1
    texts: list[str | None] = []
    spoken: list[str] = []
    for topic in truth:
        language, stems = topics[topic] if topic >= 0 else (rng.choice(list(STEMS)), [])
        words = list(rng.choice(FILLERS[language].split(), 4)) + list(rng.choice(CHATTER[language].split(), 3 if stems else 5))
        if stems:
            chosen = rng.choice(stems, rng.integers(2, 6), replace=False)
            words += [stem + rng.choice(ENDINGS[language]) for stem in chosen]
        rng.shuffle(words)
        texts.append(" ".join(words))
        spoken.append(str(language))
    return corpus_of(texts, languages=spoken), truth


@pytest.fixture(scope="session")
def make_texts() -> Callable[..., Corpus]:
    """Return the function that makes a corpus of texts."""
    return corpus_of


@pytest.fixture(scope="session")
def planted() -> tuple[Corpus, np.ndarray]:
    """Return 2,500 posts and their planted topics."""
    return plant(posts=2500, seed=5)


@pytest.fixture(scope="session")
def planted_twice() -> tuple[Corpus, np.ndarray]:
    """Return 7,000 posts and their planted topics, for two models of half of them each."""
    return plant(posts=7000, seed=6)


@pytest.fixture
def two_quarters(make_texts) -> Callable[[int], Corpus]:
    """Make a corpus with as many posts in 2025Q3 as in 2025Q2."""

    def make(posts: int) -> Corpus:
        made = make_texts([f"text {i}" for i in range(2 * posts)])
        times = pd.Timestamp("2025-04-02", tz="UTC") + pd.to_timedelta(91 * np.repeat([0, 1], posts), unit="D")
        made.posts["posted_at"] = times.astype("datetime64[us, UTC]")
        return made

    return make
