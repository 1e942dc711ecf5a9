"""Pictures to explore topics with, posts included: for the researcher, never for a report."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import TableError
from workbench.look import read_look
from workbench.tables.posts import Corpus
from workbench.tables.topics import TopicSet
from workbench.wording import Wording, open_wording

if TYPE_CHECKING:
    from IPython.display import HTML
    from plotly.graph_objects import Figure

NO_TOPIC = -1
SHOWN_LETTERS = 240
PULL = 0.5  # of the other topics a post is like
_NEAREST = 3


def draw_map(corpus: Corpus, topics: TopicSet, *, most_posts: int = 5000, language: str = "en") -> Figure:
    """Draw posts as points around their topics; the mouse shows the post, the title says what holds most of them.

    Topics that use the same words lie near each other (t-SNE of the cosine between them). A post
    lies at its topic, the farther from it the less certain, drawn towards the other topics
    it is like. Posts in no topic are grey and can be switched off in the legend.

    Parameters
    ----------
    topics
        With `bertopic`, whose embedding places the posts.
    most_posts
        Of more, those with the smallest hash are drawn: the same each time, none preferred.
    language
        Of the title and what posts in no topic are called, one of `LANGUAGES`.

    Returns
    -------
    figure
        plotly; `show_figure` shows it, and ``figure.write_html(path)`` makes one file of it. It
        holds text of posts.

    Raises
    ------
    TableError
        If there are fewer than two topics, or the topics carry no model.
    """
    from plotly.graph_objects import Figure

    if topics.bertopic is None or len(topics.topics) < 2:
        raise TableError("A map needs two topics or more, and the model they were made with (topics.bertopic).")
    wording = open_wording(language)
    whole = posts = _with_topics(corpus, topics)
    keys = pd.util.hash_pandas_object(posts["post_id"].astype(object), index=False)
    posts = posts.loc[keys.sort_values().index[:most_posts]].sort_values("post_id", ignore_index=True)
    vectors = np.asarray(topics.bertopic.embedding_model.embed_documents(posts["text"].tolist()), dtype=float)
    numbers = [int(t) for t in topics.topics["topic_id"]]
    at, places = place_posts(vectors, posts["topic_id"].to_numpy(np.int64), numbers)
    posts = posts.assign(x=at[:, 0], y=at[:, 1], hover=_hover(posts))
    names = _names(topics) | {NO_TOPIC: wording.say("topics.map_none")}
    look, figure = read_look(), Figure()
    for number, topic in enumerate([NO_TOPIC, *numbers]):
        part = posts[posts["topic_id"] == topic]
        figure.add_scattergl(
            x=part["x"], y=part["y"], text=part["hover"], name=names[topic], mode="markers", hoverinfo="text",
            marker={"size": 5, "color": look.quiet if topic == NO_TOPIC else look.palette[number % len(look.palette)],
                    "symbol": look.symbols[number // len(look.palette) % len(look.symbols)], "opacity": 0.6})
    for topic, (x, y) in zip(numbers, places, strict=True):
        figure.add_annotation(x=x, y=y, text=names[topic], showarrow=False, bgcolor="rgba(255,255,255,0.8)")
    figure.update_layout(template="plotly_white", height=720, title=_title(whole, len(posts), names, wording))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def _title(posts: pd.DataFrame, drawn: int, names: dict[int, str], wording: Wording) -> str:
    """Return what the map says, and what part of the posts stands in it."""
    sizes = posts.loc[posts["topic_id"].ne(NO_TOPIC), "topic_id"].value_counts()
    said = wording.say("topics.map_title", share=int(sizes.sum()) / len(posts),
                       name=names[int(sizes.index[0])] if len(sizes) else names[NO_TOPIC])
    cut = f"<br><sub>{wording.say('topics.map_cut', shown=drawn, of=len(posts))}</sub>" if drawn < len(posts) else ""
    return f"{said}{cut}"


def draw_themes(topics: TopicSet, *, language: str = "en") -> Figure:
    """Draw which topics join first into themes when they are joined by their words (BERTopic's hierarchy).

    Parameters
    ----------
    language
        Of the title, which names the two that are most alike; one of `LANGUAGES`.

    Raises
    ------
    TableError
        If there are fewer than three topics, or the topics carry no model.
    """
    from plotly.graph_objects import Figure

    if topics.bertopic is None or len(topics.topics) < 3:
        raise TableError("A hierarchy needs three topics or more, and the model they were made with (topics.bertopic).")
    names, near = _names(topics), _nearest(topics)
    title = open_wording(language).say("topics.joins_title", first=names[near[0]], second=names[near[1]])
    # as wide as its place: BERTopic draws it wider than a notebook is
    return Figure(topics.bertopic.visualize_hierarchy(title=title)).update_layout(width=None, autosize=True)


def _nearest(topics: TopicSet) -> tuple[int, int]:
    """Return the two topics that use most of the same words: those that the hierarchy joins first."""
    model: Any = topics.bertopic
    numbers = [int(t) for t in sorted(model.get_topics()) if t != NO_TOPIC]
    rows = model.c_tf_idf_[-len(numbers):]  # the row of no topic, where there is one, comes first
    similarity = _cosine(rows.toarray(), rows.toarray())
    np.fill_diagonal(similarity, -1)
    first, second = np.unravel_index(int(similarity.argmax()), similarity.shape)
    return numbers[int(first)], numbers[int(second)]


def show_figure(figure: Figure) -> HTML:
    """Show an interactive picture in a notebook without a network: everything it needs is in the output (5 MB)."""
    from IPython.display import HTML

    page = figure.to_html(include_plotlyjs=True, include_mathjax=False, full_html=False)
    return HTML(page)  # type: ignore[no-untyped-call, unused-ignore]


def _with_topics(corpus: Corpus, topics: TopicSet) -> pd.DataFrame:
    posts = corpus.posts.merge(topics.assignments, on="post_id")
    return posts.astype({"topic_id": "int64"})


def _names(topics: TopicSet) -> dict[int, str]:
    """Return what to call each topic: a person's label where there is one, else its words."""
    given = topics.topics.get("given_label", pd.Series(pd.NA, index=topics.topics.index, dtype="string"))
    labels = given.fillna(topics.topics["label"])
    return {NO_TOPIC: "no topic"} | {int(t): html.escape(str(label), quote=False) for t, label in
                                     zip(topics.topics["topic_id"], labels, strict=True)}


def place_posts(vectors: np.ndarray, topic_of: np.ndarray, numbers: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Place posts on a plane around their topics; return places of posts and of topics.

    Parameters
    ----------
    vectors, topic_of
        Of each post; -1 for no topic.
    numbers
        Of the topics.
    """
    centres = np.array([vectors[topic_of == t].mean(axis=0) if (topic_of == t).any()
                        else np.zeros(vectors.shape[1]) for t in numbers])
    places = _place_topics(_cosine(centres, centres))
    return _around(topic_of, _cosine(vectors, centres), numbers, places), places


def place_topics(vectors: np.ndarray) -> np.ndarray:
    """Place topics on a plane by their vectors, the same each time."""
    return _place_topics(_cosine(vectors, vectors))


def _cosine(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    from sklearn.preprocessing import normalize

    return np.asarray(normalize(rows) @ normalize(columns).T)


def _place_topics(similarity: np.ndarray) -> np.ndarray:
    """Place topics on a plane, about ten units wide; few topics stand on a circle."""
    count = len(similarity)
    if count < 5:
        angle = 2 * np.pi * np.arange(count) / count
        return 5 * np.column_stack([np.cos(angle), np.sin(angle)])
    from sklearn.manifold import TSNE

    distance = np.maximum(1 - similarity, 0)
    np.fill_diagonal(distance, 0)
    start = np.linalg.svd(similarity - similarity.mean(axis=0))[0][:, :2] * 1e-2
    tsne = TSNE(metric="precomputed", perplexity=min(8, (count - 1) / 3), init=start, random_state=0, method="exact")
    places = tsne.fit_transform(distance)
    return np.asarray(10 * (places - places.mean(axis=0)) / np.ptp(places, axis=0).max())


def _around(topic_of: np.ndarray, similarity: np.ndarray, numbers: list[int], places: np.ndarray) -> np.ndarray:
    weights = np.exp(8 * similarity)
    weights[similarity < np.sort(similarity, axis=1)[:, [-min(_NEAREST, len(numbers))]]] = 0
    towards = weights @ places / weights.sum(axis=1, keepdims=True)
    own = pd.Series(topic_of).map({t: i for i, t in enumerate(numbers)})
    inside = own.notna().to_numpy()
    at = towards.copy()
    at[inside] = (1 - PULL) * places[own[inside].astype(int)] + PULL * towards[inside]
    # a scatter that is the same each time, as wide as the post is unlike its topic
    noise = np.random.default_rng(0).normal(size=at.shape)
    wide = 1.2 - similarity.max(axis=1, keepdims=True).clip(0, 1)
    return np.asarray(at + 0.8 * wide * noise)


def _hover(posts: pd.DataFrame) -> list[str]:
    """Return the text at the mouse: plotly reads a little HTML, so what posts hold is escaped."""
    cut = [textwrap.shorten(text, SHOWN_LETTERS, placeholder=" …") for text in posts["text"]]
    return [f"{arena} · {day:%Y-%m-%d}<br>" + "<br>".join(html.escape(line) for line in textwrap.wrap(text, 60))
            for arena, day, text in zip(posts["arena_id"], posts["posted_at"], cut, strict=True)]
