from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TableError
from workbench.tables.topics import TopicSet
from workbench.topics.modelling import model_topics
from workbench.topics.seeing import draw_map, draw_themes, place_topics, show_figure


@pytest.fixture(scope="module")
def modelled(planted):
    corpus, _ = planted
    return corpus, model_topics(corpus, seed=1, refits=0)


def test_the_map_shows_every_topic_once_and_as_many_posts_as_asked_for(modelled) -> None:
    corpus, topics = modelled
    figure = draw_map(corpus, topics, most_posts=600)
    assert len(figure.data) == len(topics.topics) + 1
    assert sum(len(trace.x) for trace in figure.data) == 600
    assert {a.text for a in figure.layout.annotations} == set(topics.topics["label"])
    places = np.concatenate([np.column_stack([t.x, t.y]) for t in figure.data])
    assert np.isfinite(places.astype(float)).all()


def test_posts_of_a_topic_lie_nearer_to_its_name_than_other_posts_do(modelled) -> None:
    corpus, topics = modelled
    figure = draw_map(corpus, topics)
    for trace, name in zip(figure.data[1:], figure.layout.annotations, strict=True):
        own = np.median(np.hypot(np.array(trace.x) - name.x, np.array(trace.y) - name.y))
        others = np.median(np.concatenate([np.hypot(np.array(t.x) - name.x, np.array(t.y) - name.y)
                                           for t in figure.data[1:] if t is not trace]))
        assert own < others


def test_the_same_posts_give_the_same_map_whatever_their_order(modelled) -> None:
    corpus, topics = modelled
    turned = type(corpus)(posts=corpus.posts.iloc[::-1], links=corpus.links, arenas=corpus.arenas)
    assert draw_map(corpus, topics, most_posts=300).to_json() == draw_map(turned, topics, most_posts=300).to_json()


def test_what_posts_and_labels_hold_is_no_markup(modelled) -> None:
    corpus, topics = modelled
    evil = "<a href='https://example.org'>hjelm</a><script>alert(1)</script>"
    posts = corpus.posts.assign(text=evil + " " + corpus.posts["text"])
    table = topics.topics.assign(given_label=pd.array([evil] * len(topics.topics), dtype="string"))
    named = TopicSet(table, topics.assignments, topics.provenance, topics.bertopic)
    figure = draw_map(type(corpus)(posts=posts, links=corpus.links, arenas=corpus.arenas), named, most_posts=50)
    shown = [text for trace in figure.data for text in trace.text] + [t.name for t in figure.data] + [
        a.text for a in figure.layout.annotations]
    assert not [text for text in shown if "<a" in text or "<script" in text]


def test_the_hierarchy_and_what_is_shown_need_no_network(modelled) -> None:
    shown = show_figure(draw_themes(modelled[1])).data
    assert "Plotly.newPlot" in shown
    assert "cdn.plot.ly" not in shown.split("Plotly.newPlot")[-1]
    assert "<script src" not in shown


def test_without_the_model_there_is_no_map_and_no_hierarchy(modelled) -> None:
    corpus, topics = modelled
    bare = TopicSet(topics.topics, topics.assignments, topics.provenance)
    with pytest.raises(TableError, match=r"topics\.bertopic"):
        draw_map(corpus, bare)
    with pytest.raises(TableError, match=r"topics\.bertopic"):
        draw_themes(bare)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_topics_of_like_vectors_lie_near_each_other_and_always_there(count: int) -> None:
    rng = np.random.default_rng(0)
    half = rng.normal(size=(2, 20))[np.arange(count) * 2 // count] + rng.normal(size=(count, 20)) * 0.1
    places = place_topics(half)
    np.testing.assert_array_equal(place_topics(half), places)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    if count > 5:
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        assert apart[:6, :6].mean() < apart[:6, 6:].mean()


def test_the_map_says_what_it_shows_in_the_language_asked_for(modelled) -> None:
    corpus, topics = modelled
    in_topic = topics.assignments["topic_id"].ge(0).mean()
    title = draw_map(corpus, topics, most_posts=100, language="da").layout.title.text
    assert title.startswith(f"Andel af opslagene, som emnerne rummer: {f'{100 * in_topic:.1f}'.replace('.', ',')}")
    assert topics.topics["label"][0] in title
    assert "Tegnede opslag: 100 af" in title
    assert "<sub>" not in draw_map(corpus, topics, most_posts=10**6).layout.title.text


def test_the_hierarchy_names_the_two_that_join_first(modelled) -> None:
    _, topics = modelled
    figure = draw_themes(topics, language="en")
    assert figure.layout.width is None  # as wide as its place
    lines = [trace for trace in figure.data if trace.x is not None and len(trace.x) == 4]
    first = min(lines, key=lambda trace: max(trace.x))
    ticks = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    joined = {int(str(ticks[y]).split("_")[0]) for y in (first.y[0], first.y[-1])}
    names = topics.topics.set_index("topic_id")["label"]
    assert all(names[topic] in figure.layout.title.text for topic in joined)
