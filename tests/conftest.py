from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.tables.posts import ARENA_COLUMNS, LINK_COLUMNS, POST_COLUMNS, Corpus, empty_frame
from workbench.tables.topics import ASSIGNMENT_COLUMNS, TOPIC_COLUMNS, TopicSet


@pytest.fixture
def make_corpus() -> Callable[..., Corpus]:
    """Make a corpus of arenas of which each row is (arena, account or None, time, text)."""

    def make(rows: list[tuple[str, str | None, str, str]], *, kind: str = "group", successors: dict | None = None,
             collected_to: dict | None = None) -> Corpus:
        table = pd.DataFrame(rows, columns=["arena_id", "account_id", "posted_at", "text"])
        table["post_id"] = table["arena_id"] + ":" + table.groupby("arena_id").cumcount().astype(str)
        table = table.assign(platform="telegram", kind="post", language="da", source_id="made", media=None,
                             views=None, reactions=None, forwards=None, replies=None, edited_at=None, collected_at=None,
                             missing_since=None, album=None)
        table["posted_at"] = pd.to_datetime(table["posted_at"], utc=True)
        posts = table[list(POST_COLUMNS)].astype(POST_COLUMNS).sort_values(["posted_at", "post_id"], ignore_index=True)
        codes = sorted(set(table["arena_id"]))
        arenas = pd.DataFrame({"arena_id": codes, "platform": "telegram", "title": codes, "kind": kind, "access": "open"})
        arenas["successor_of"] = [(successors or {}).get(a) for a in arenas["arena_id"]]
        arenas["collected_from"] = pd.Timestamp("2020-01-01", tz="UTC")
        arenas["collected_to"] = pd.to_datetime(
            [(collected_to or {}).get(a, "2030-01-01") for a in arenas["arena_id"]], utc=True)
        arenas = arenas.reindex(columns=list(ARENA_COLUMNS)).astype(ARENA_COLUMNS)
        return Corpus(posts=posts, links=empty_frame(LINK_COLUMNS), arenas=arenas)

    return make


@pytest.fixture
def make_topics() -> Callable[..., TopicSet]:
    """Make a topic set from the topic of each post; words are the topic's name."""

    def make(corpus: Corpus, topic_of: pd.Series) -> TopicSet:
        ids = sorted({int(t) for t in topic_of if t >= 0})
        topics = pd.DataFrame({"topic_id": ids, "label": [f"word{t}" for t in ids], "words": [[f"word{t}"] for t in ids],
                               "size": [int((topic_of == t).sum()) for t in ids], "stability": None,
                               "unlike": [[] for _ in ids]}).reindex(columns=list(TOPIC_COLUMNS))
        assignments = pd.DataFrame({"post_id": corpus.posts["post_id"], "topic_id": topic_of.to_numpy(),
                                    "confidence": 1.0})
        return TopicSet(topics=topics.astype(TOPIC_COLUMNS), assignments=assignments.reindex(columns=list(ASSIGNMENT_COLUMNS)).astype(ASSIGNMENT_COLUMNS))

    return make


@pytest.fixture
def two_quarters(make_corpus: Callable[..., Corpus]) -> Callable[..., tuple[Corpus, pd.Series]]:
    """Draw two quarters of arenas whose shares of ten topics vary; topic 0 may rise between them."""

    def draw(seed: int, *, arenas: int = 40, posts: int = 60, rise: float = 1.0) -> tuple[Corpus, pd.Series]:
        generator = np.random.default_rng(seed)
        rows, topics = [], []
        for a in range(arenas):
            base = generator.dirichlet(np.full(10, 2.0))
            for quarter, month in ((0, "2025-05"), (1, "2025-08")):
                shares = base.copy()
                if quarter:
                    shares[0] *= rise
                    # each arena drifts by itself, so posts of one arena are not independent
                    shares *= generator.gamma(20, 1 / 20, 10)
                drawn = generator.choice(10, size=posts, p=shares / shares.sum())
                topics += [int(t) for t in drawn]
                rows += [(f"T-{a:03d}", f"a-{a}-{i % 12}", f"{month}-{1 + i % 28:02d}", f"word{t}")
                         for i, t in enumerate(drawn)]
        corpus = make_corpus(rows)
        unsorted = pd.DataFrame(rows, columns=["arena_id", "account_id", "posted_at", "text"])
        ids = unsorted["arena_id"] + ":" + unsorted.groupby("arena_id").cumcount().astype(str)
        return corpus, pd.Series(topics, index=ids).reindex(corpus.posts["post_id"])

    return draw


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a study of the made-up city, imported, once for all tests that only read it."""
    from workbench.city import build_city
    from workbench.rehearsing import rehearse_audit
    from workbench.settings import read_settings
    from workbench.sources import import_exports
    from workbench.starting import start_study
    from workbench.study import open_study

    folder = tmp_path_factory.mktemp("city") / "lillehavn"
    start_study(folder, is_city=True, with_review=True)
    build_city(folder / "data" / "raw", seed=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(folder.parent / "lillehavn.key"))
        import_exports([folder / "data" / "raw"], settings=read_settings(folder))
        for period in ("2025Q2", "2025Q3"):
            rehearse_audit(open_study(folder), period)
    return folder


@pytest.fixture(scope="session")
def city_report(city_folder: Path):
    """Run the quarterly report of the made-up city, once."""
    from workbench.runs import run_report
    from workbench.study import open_study

    return run_report("quarterly", study=open_study(city_folder), period="2025Q3", parameters={"topic_refits": 8})



@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("there is no shared/data with real posts beside the checkout")
    return folder
