from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from workbench.actors import find_communities, link_forwards, save_map
from workbench.errors import TableError
from workbench.tables.actors import ActorNetwork

HOSTILE = '</script><img src=x onerror="alert(1)">%%script%%'


class Page(HTMLParser):
    """The tags of a page, its scripts and its words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and self.scripts:
            self.scripts[-1] += data
        else:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        self.lasttag = ""

    @property
    def data(self) -> dict:
        return json.loads(self.scripts[1])

    @property
    def policy(self) -> str:
        return next(a["content"] for t, a in self.tags if t == "meta" and "http-equiv" in a)


@pytest.fixture
def network(forwards_of, planted) -> ActorNetwork:
    corpus = forwards_of({**planted(), ("outside 1", "T-001"): 4}, arenas=["T-099"])
    return find_communities(link_forwards(corpus), seed=1, runs=5)


def drawn_ties(data: dict) -> dict[tuple[str, str], dict]:
    codes = [a["id"] for a in data["actors"]]
    return {(codes[t["s"]], codes[t["t"]]): t for t in data["ties"]}


def test_the_page_holds_every_tie_with_its_weight_and_its_evidence(network, tmp_path):
    made = save_map(network, tmp_path / "map.html")
    found = drawn_ties(Page(made.path).data)
    assert (made.actors, made.ties) == (25, len(network.ties))
    for source, target, weight, posts in network.ties[["source", "target", "weight", "posts"]].itertuples(index=False):
        tie = found[source, target]
        assert tie["weight"] == weight
        assert tie["posts"] == list(posts)
        assert tie["count"] == len(posts)


def test_the_page_holds_the_measures_that_are_there_and_leaves_out_what_is_missing(network, tmp_path):
    rows = {a["id"]: a for a in Page(save_map(network, tmp_path / "map.html").path).data["actors"]}
    for given in network.actors.to_dict("records"):
        row = rows.get(given["actor_id"])
        assert (row is None) == (given["actor_id"] == "T-099")
        if row:
            assert row["community"] == given["community"]
            assert row["in_strength"] == given["in_strength"]
            assert ("participation" in row) == pd.notna(given["participation"])


def test_nothing_is_loaded_from_outside_and_no_other_script_runs(network, tmp_path):
    page = Page(save_map(network, tmp_path / "map.html").path)
    assert not [t for t, a in page.tags if t in ("link", "img", "iframe") or {"src", "href", "style"} & set(a)]
    library, _, script = page.scripts
    allowed = re.search(r"script-src ([^;]*);", page.policy).group(1).split()
    assert allowed == [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
                       for s in (library, script)]
    assert page.policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in page.policy.split("style-src")[0]
    assert "unsafe-eval" not in page.policy


def test_no_button_sends_the_map_to_the_makers_of_the_library():
    script = (files("workbench.actors") / "map.js").read_text(encoding="utf-8")
    assert "showSendToCloud: false" in script
    assert "sendChartToCloud" not in script


def test_hostile_words_stay_words(network, tmp_path):
    names = {"T-001": HOSTILE, "T-002": '<a href="javascript:alert(1)">&lt;'}
    ties = network.ties.assign(**{c: network.ties[c].replace(names) for c in ("source", "target")}, relation=HOSTILE)
    posts = pd.Series([[HOSTILE] for _ in range(len(ties))], index=ties.index, dtype=object)
    actors = network.actors.assign(actor_id=network.actors["actor_id"].replace(names), platform=HOSTILE)
    hostile = replace(network, actors=actors, ties=ties.assign(posts=posts.astype(ties["posts"].dtype)))
    page, calm = Page(save_map(hostile, tmp_path / "map.html").path), Page(save_map(network, tmp_path / "calm.html").path)
    assert [t for t, _ in page.tags] == [t for t, _ in calm.tags]
    assert page.scripts[0] == calm.scripts[0]
    assert page.scripts[2] == calm.scripts[2]
    assert not set("<>&") & set(page.scripts[1])
    assert set(names.values()) <= {a["id"] for a in page.data["actors"]}
    assert {t["relation"] for t in page.data["ties"]} == {HOSTILE}
    assert all(t["posts"] == [HOSTILE] for t in page.data["ties"])


def test_the_script_writes_outside_words_as_text_only():
    script = (files("workbench.actors") / "map.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", script)


def test_a_large_network_is_cut_to_the_heaviest_and_the_page_says_so(network, tmp_path):
    made = save_map(network, tmp_path / "map.html", most_actors=10, most_ties=12, most_posts=2)
    page = Page(made.path)
    assert made.actors <= 10
    assert made.ties == len(page.data["ties"]) == 12
    assert all(len(t["posts"]) == 2 < t["count"] for t in page.data["ties"])
    assert f"{len(network.actors)} actors and {len(network.ties)} ties" in page.words
    strength = network.actors.set_index("actor_id")[["in_strength", "out_strength"]].sum(axis=1)
    heaviest = set(strength.sort_values(ascending=False).index[:10])
    assert {a["id"] for a in page.data["actors"]} <= heaviest


def test_the_same_network_gives_the_same_bytes(network, tmp_path):
    mixed = ActorNetwork(network.actors.sample(frac=1, random_state=1), network.ties.sample(frac=1, random_state=1))
    one, two = save_map(network, tmp_path / "1.html"), save_map(mixed, tmp_path / "2.html")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.html", "2.html"]


def test_actors_of_one_community_lie_together(network, tmp_path):
    rows = pd.DataFrame(Page(save_map(network, tmp_path / "map.html").path).data["actors"])
    spots = rows[["x", "y"]].to_numpy()
    distance = ((spots[:, None] - spots[None]) ** 2).sum(axis=2) ** 0.5
    same = rows["community"].to_numpy()[:, None] == rows["community"].to_numpy()[None]
    assert distance[same].mean() < 0.6 * distance[~same].mean()


def test_the_random_numbers_of_others_are_left_alone(network, tmp_path):
    import random

    random.seed(3)
    before = random.getstate()
    save_map(network, tmp_path / "map.html")
    assert random.getstate() == before


def test_a_network_without_ties_gives_a_page_that_says_so(forwards_of, tmp_path):
    made = save_map(link_forwards(forwards_of({}, arenas=["T-001"])), tmp_path / "map.html")
    assert Page(made.path).data["actors"] == []
    assert "nothing to draw" in Page(made.path).data["words"]["nothing"]
    assert "0 actors and 0 ties" in Page(made.path).words


def test_the_page_speaks_danish_too(network, tmp_path):
    page = Page(save_map(network, tmp_path / "map.html", language="da").path)
    assert ("html", {"lang": "da"}) in page.tags
    assert "aktører" in page.words


def test_in_a_notebook_the_page_stands_in_a_frame_without_access_to_it(network, tmp_path):
    made = save_map(network, tmp_path / "map.html")
    shown = HTMLParser.__new__(Page)
    HTMLParser.__init__(shown)
    shown.tags, shown.scripts, shown.words = [], [], ""
    shown.feed(made._repr_html_())
    [(tag, attributes)] = shown.tags
    assert tag == "iframe"
    assert attributes["srcdoc"] == made.path.read_text(encoding="utf-8")
    assert "allow-same-origin" not in attributes["sandbox"]


def test_both_maps_show_a_community_in_the_same_colour_and_shape(network, tmp_path):
    from workbench.charts.style import MARKERS, PALETTE

    look = Page(save_map(network, tmp_path / "map.html").path).data["look"]
    assert look["palette"] == list(PALETTE)
    shapes = {"o": "circle", "s": "square", "^": "triangle-up", "D": "diamond", "v": "triangle-down", "P": "cross",
              "X": "x", "h": "hexagon"}
    assert look["symbols"] == [shapes[m] for m in MARKERS]


@pytest.mark.parametrize("bound", ["most_actors", "most_ties", "most_posts"])
def test_a_bound_below_one_is_refused(network, tmp_path, bound):
    with pytest.raises(TableError, match="1 or more"):
        save_map(network, tmp_path / "map.html", **{bound: 0})
    assert not list(tmp_path.iterdir())
