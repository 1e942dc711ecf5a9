from __future__ import annotations

import ast
import re
import shutil
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.sources.corpus.quarantine import Quarantine
from workbench.tables.posts import VERSION_COLUMNS

PAGE = Path(__file__).parents[1] / "docs" / "thirty-tasks.md"
MOST_LINES = 3
WORDS = "word,weight,code,language,reviewed_by,reviewed_on\nbadebro*,3,attack,da,editor,2025-07-01\n"
FACTS = "finding,period,fact,concept,value\nvolume,2025Q3,posts,posts,4212\n"


def read_tasks() -> dict[int, str]:
    """Return the code of each task by its number."""
    parts = re.split(r"^### (\d+)\. ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for number, part in zip(parts[::2], parts[1::2], strict=True):
        [block] = re.findall(r"```python\n(.*?)```", part, flags=re.DOTALL)
        found[int(number)] = block
    return found


TASKS = read_tasks()


def count_lines(code: str) -> int:
    """Return the logical lines: a call that is too long for the page is one."""
    return len(ast.parse(code).body)


def count_by_week(posts: pd.DataFrame, starts: pd.Series) -> list[int]:
    """Count the posts from each Monday on for seven days."""
    return [int(((posts["posted_at"] >= day) & (posts["posted_at"] < day + pd.Timedelta(days=7))).sum()) for day in starts]


@pytest.fixture(scope="module")
def study(city_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """Copy the city, so that tasks may write in it."""
    folder = tmp_path_factory.mktemp("tasks") / "lillehavn"
    shutil.copytree(city_folder, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_KEY_FILE", str(city_folder.parent / "lillehavn.key"))
        yield wb.open_study(folder)


@pytest.fixture(scope="module")
def do(study, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Run a task as it stands on the page: its names, and the value of its last line as `result`."""
    folder, corpus = tmp_path_factory.mktemp("out"), study.corpus("2025Q3")
    # the city's exports show no post twice with different words
    older = corpus.posts.loc[[5], ["post_id", "source_id"]].assign(text="an older text", why="edited")
    corpus = replace(corpus, versions=pd.concat([corpus.versions, older], ignore_index=True).astype(VERSION_COLUMNS))

    def run(number: int) -> dict[str, Any]:
        names = {"wb": wb, "pd": pd, "np": np, "Path": Path, "study": study, "corpus": corpus, "folder": folder}
        *before, last = ast.parse(TASKS[number]).body
        exec(compile(ast.Module(before, []), "task", "exec"), names)
        if isinstance(last, ast.Expr):
            names["result"] = eval(compile(ast.Expression(last.value), "task", "eval"), names)
        else:
            exec(compile(ast.Module([last], []), "task", "exec"), names)
        return names

    return run


def test_there_are_thirty_tasks_and_none_takes_more_than_three_lines() -> None:
    assert list(TASKS) == list(range(1, len(TASKS) + 1))
    assert len(TASKS) >= 30
    assert {n: count_lines(code) for n, code in TASKS.items() if not 1 <= count_lines(code) <= MOST_LINES} == {}
    assert {n for n, code in TASKS.items() if any(len(line) > 120 for line in code.splitlines())} == set()


def test_every_task_is_checked_here() -> None:
    tested = {int(n) for n in re.findall(r"\bdo\((\d+)\)", Path(__file__).read_text(encoding="utf-8"))}
    assert tested == set(TASKS)


def test_posts_that_mention_a_word_are_shown_in_full(do) -> None:
    done = do(1)
    assert done["found"].posts["text"].str.contains("badebro", case=False).all()
    assert 0 < len(done["found"].posts) < len(done["corpus"].posts)
    assert done["result"].posts == min(50, len(done["found"].posts))
    places = do(2)["result"]
    assert places["word"].str.casefold().eq("badebro").all()
    assert places["post_id"].nunique() == len(done["found"].posts)
    assert places["left"].str.len().max() <= 40


def test_a_thread_is_shown_with_its_answers(do) -> None:
    done = do(3)
    links = done["corpus"].links
    answers = links[links["relation"].eq("reply") & links["target"].eq(done["busiest"])]["post_id"]
    assert len(answers) > 0
    assert answers.iloc[0] in done["result"].html


def test_older_texts_stand_beside_those_of_now(do) -> None:
    done = do(4)
    edited = done["edited"]
    assert len(edited) == len(done["corpus"].versions) > 0
    now = done["corpus"].posts.set_index("post_id")["text"]
    assert edited["text_before"].tolist()[-1] == "an older text"
    assert edited["text_now"].tolist()[-1] == now[edited["post_id"].iloc[-1]]
    assert list(done["result"].table) == ["post_id", "why", "text_before", "text_now"]


def test_columns_are_explained_in_the_language_of_the_study(do) -> None:
    done = do(5)
    heads = re.findall(r"<th [^>]*>", done["result"].html)
    assert len(heads) == done["corpus"].arenas.shape[1] - 1
    assert sum("title=" in head for head in heads) >= 10
    assert "title" not in done["result"].table


def test_a_part_measures_like_the_whole(do) -> None:
    done = do(6)
    part = done["part"].posts
    assert set(part["platform"]) == {"telegram"}
    assert set(part["language"]) <= {"da", "nb"}
    assert part["posted_at"].max() < pd.Timestamp("2025-09-01", tz="UTC")
    assert done["result"]["posts"].tolist() == count_by_week(part, done["result"]["week_start"])


def test_quarters_groups_and_one_arena_are_set_side_by_side(do) -> None:
    whole = len(do(10)["corpus"].posts.query("kind != 'service'"))
    for number in (7, 8, 9):
        assert TASKS[number].count("compare_parts") == 1
    quarters, arena = do(7), do(9)
    rows = quarters["result"].set_index("what")
    assert rows.loc["posts", "second"] == whole
    assert rows.loc["posts", "first"] == len(quarters["study"].corpus("2025Q2").posts.query("kind != 'service'"))
    groups = do(8)
    kinds = groups["corpus"].posts["arena_id"].map(groups["corpus"].arenas.set_index("arena_id")["kind"])
    posts = groups["corpus"].posts[kinds.eq("channel") & groups["corpus"].posts["kind"].ne("service")
                                   & groups["corpus"].posts["platform"].eq("telegram")]
    assert groups["result"].set_index("what").loc["posts", "first"] == len(posts)
    own = arena["corpus"].posts.query("arena_id == @arena['arena'] and kind != 'service'")
    assert arena["result"].set_index("what").loc["posts", "first"] == len(own)
    assert arena["result"].set_index("what").loc["arenas", "first"] == 1


def test_excel_holds_every_post_with_times_in_utc(do) -> None:
    done = do(10)
    back = pd.read_excel(done["folder"] / "posts.xlsx")
    assert len(back) == len(done["corpus"].posts)
    times = done["corpus"].posts["posted_at"].dt.tz_localize(None)
    assert (back["posted_at (UTC)"] - times).abs().max() < pd.Timedelta("1s")


def test_topics_are_posts_again_and_another_seed_is_compared(do) -> None:
    table = do(11)["result"]
    assert len(table) >= 8
    assert table["stability"].between(0, 1).all()
    done = do(12)
    core = done["topics"].topics["core"].iloc[0]
    assert core == len(done["part"].posts)
    assert done["result"]["posts"].tolist() == count_by_week(done["part"].posts, done["result"]["week_start"])
    matches = do(13)["result"]
    assert matches["jaccard"].max() > 0.5
    assert matches["jaccard"].between(0, 1).all()


def test_a_merge_counts_two_topics_as_one(do) -> None:
    study, corpus = do(14)["study"], do(14)["corpus"]
    entries = study.review("2025Q3").entries.set_index("key")
    assert tuple(entries.loc["K-004", ["decision", "into"]]) == ("merge", "K-001")
    topics = do(11)["topics"]
    named = wb.topics.name_topics(topics, wb.topics.register_topics(corpus, topics, folder=study.state, quarter="2025Q3"))
    merged = wb.topics.merge_topics(named, study.review("2025Q3"))
    before, after = (t.topics.set_index("stable_id")["size"] for t in (named, merged))
    # the city's own review merges others into it too
    ours = entries.index[entries["decision"].eq("merge") & entries["into"].eq("K-001")].intersection(before.index)
    assert "K-004" in ours
    assert after["K-001"] == before["K-001"] + before[ours].sum()
    assert "K-004" not in after


def test_vectors_and_models_of_ones_own_are_used(do, monkeypatch: pytest.MonkeyPatch) -> None:
    assert do(15)["result"]["embedding"] == "vectors"
    asked: list[str] = []

    class StaticModel:
        """A stand-in for a model that lies in a folder; the real package is not in the lock."""

        @classmethod
        def from_pretrained(cls, path: str) -> StaticModel:
            asked.append(str(path))
            return cls()

        def encode(self, texts: list[str], **_: object) -> np.ndarray:
            return np.array([[len(t), t.count("e"), t.count("a"), 1] for t in texts], dtype=np.float32)

    module = types.ModuleType("model2vec")
    module.StaticModel = StaticModel  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "model2vec", module)
    done = do(16)
    assert asked == [str(done["folder"] / "my-model")]
    assert done["topics"].provenance["parameters"]["embedding"] == f"model2vec:{done['folder'] / 'my-model'}"


def test_new_words_came_up_in_the_quarter(do) -> None:
    words = do(17)["result"]
    assert len(words) > 0
    assert words["word"].is_unique


def test_networks_go_out_and_come_back(do) -> None:
    groups = do(18)
    assert groups["result"]["community"].notna().all()
    assert groups["result"]["pagerank"].is_monotonic_decreasing
    told = do(19)
    assert told["result"]["kept"] == len(told["backbone"].ties) < told["result"]["ties"]
    done = do(20)
    assert len(done["network"].ties) == len(wb.actors.link_forwards(done["corpus"]).ties)
    assert done["network"].provenance["read_back"]["actors_gone"] == 0
    graph = nx.read_graphml(do(21)["folder"] / "network.graphml")
    assert set(graph) == set(done["network"].actors["actor_id"])
    shared = do(22)
    assert set(shared["result"]) == {"source", "target", "weight"}
    assert len(shared["result"]) == 5


def test_a_figure_is_saved_with_its_numbers_and_speaks_swedish(do) -> None:
    done = do(23)
    assert sorted(p.suffix for p in done["result"]) == [".csv", ".png", ".svg"]
    numbers = pd.read_csv(next(p for p in done["result"] if p.suffix == ".csv"))
    assert len(numbers) == len(done["chart"].table)
    swedish = do(24)["result"]
    assert (swedish.language, done["chart"].language) == ("sv", "en")
    assert swedish.title != done["chart"].title


def test_peaks_stand_beside_events(do) -> None:
    done = do(25)
    assert len(done["study"].events()) > 0
    assert done["result"].finding == "peaks"
    assert done["result"].language == done["study"].language


def test_what_is_hidden_is_told_with_its_reason(do) -> None:
    done = do(26)
    hidden = done["result"]
    assert len(hidden) > 0
    assert set(hidden["why"]) <= {"few authors", "few arenas", "one author", "one arena", "tells another"}
    assert hidden["arenas"].lt(3).any()


def test_numbers_of_a_report_are_read_and_a_missing_report_is_told(do, study) -> None:
    with pytest.raises(InputError, match="there is no quarterly report"):
        study.published("2024Q1")
    report = study.folder / "reports" / "lillehavn" / "2025Q3" / "quarterly"
    (report / "tables").mkdir(parents=True, exist_ok=True)
    (report / "manifest.json").write_text('{"product": "quarterly", "period": "2025Q3", "language": "da", "draft": false}')
    (report / "tables" / "facts.csv").write_text(FACTS)
    found = do(27)["result"]
    assert found.loc[found["fact"].eq("posts"), "value"].tolist() == ["4212"]
    assert not found["is_draft"].any()


def test_codes_are_exported_and_own_codes_and_words_are_used(do, study) -> None:
    done = do(28)
    assert len(pd.read_excel(done["folder"] / "codes.xlsx")) == len(done["speech"].codes) > 0
    before = study.codebook()
    assert do(29)["result"].codes["theme.jetty"].words == ("badebro*",)
    assert set(study.codebook().codes) - set(before.codes) == {"theme.jetty"}
    (done["folder"] / "words.csv").write_text(WORDS)
    scored = do(30)
    has = scored["corpus"].posts.set_index("post_id")["text"].str.contains(r"\bbadebro", case=False)
    scores = scored["scores"].set_index("post_id")["attack"]
    assert scores[has.reindex(scores.index).fillna(False).astype(bool)].min() > scores.min()


def test_every_row_is_accounted_for_and_what_could_not_be_read_is_told(do, study) -> None:
    ledger = do(31)["result"]
    assert ledger["unexplained"].fillna(0).eq(0).all()
    assert ledger["kept"].sum() >= len(study.corpus().posts)
    known = len(do(32)["result"])
    with Quarantine(study.folder) as quarantine:
        quarantine.add("ff" * 32, "", [(7, "no readable time", {"text": "hej"})])
        quarantine.settle()
    rows = do(32)["result"]
    assert len(rows) == known + 1
    assert rows.iloc[-1][["file", "place", "reason"]].tolist() == ["ffffffff", 7, "no readable time"]
