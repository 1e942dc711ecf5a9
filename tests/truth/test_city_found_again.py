"""What was planted in the made-up city is found again, through every room, from the export files on."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from workbench.actors import find_arena_changes, find_communities, find_lineage, link_forwards
from workbench.city import read_truth
from workbench.errors import TableError
from workbench.findings import compare_topics, describe_bridges, describe_network, measure_coverage, measure_peaks
from workbench.sources import pseudonym
from workbench.study import open_study
from workbench.topics import model_topics

LETTERS = {"telegram": "T", "youtube": "Y"}


@pytest.fixture(scope="module")
def truth(city_folder: Path):
    return read_truth(city_folder / "data" / "raw")


@pytest.fixture(scope="module")
def corpus(city_folder: Path):
    return open_study(city_folder).corpus()


@pytest.fixture(scope="module")
def codes(truth, corpus, city_folder: Path) -> dict[str, str]:
    """Arena code by native id: the key tells which is which, as it would for an analyst who holds it."""
    key = bytes.fromhex((city_folder.parent / "lillehavn.key").read_text().strip())
    arenas = corpus.arenas
    by_key = {**dict(zip(arenas["handle_key"], arenas["arena_id"], strict=True)),
              **dict(zip(arenas["native_key"], arenas["arena_id"], strict=True))}
    found = {}
    for row in truth.arenas.to_dict("records"):
        tried = [pseudonym(key, f"{row['platform']}:arena", str(row["native_id"]))]
        if row["handle"]:
            tried.append(pseudonym(key, f"{row['platform']}:handle", str(row["handle"]).casefold()))
        found[row["native_id"]] = next((by_key[t] for t in tried if t in by_key), None)
    return found


@pytest.fixture(scope="module")
def topics(corpus):
    return model_topics(corpus, seed=1)


@pytest.fixture(scope="module")
def planted_topics(truth, corpus, codes) -> pd.Series:
    """Planted topic by post id."""
    native = dict(zip(truth.arenas["chat"], truth.arenas["native_id"], strict=True))
    ids = truth.posts["chat"].map(native).map(codes) + ":" + truth.posts["message"]
    return pd.Series(truth.posts["topic"].to_numpy(), index=ids).dropna()


@pytest.fixture(scope="module")
def topic_of_truth(topics, planted_topics) -> pd.Series:
    """The found topic that shares most posts with each planted one."""
    table = topics.assignments.set_index("post_id")["topic_id"].rename("found").to_frame()
    table["planted"] = planted_topics.reindex(table.index)
    table = table[(table["found"] >= 0) & table["planted"].notna()]
    return table.groupby("planted")["found"].agg(lambda s: s.value_counts().idxmax())


def test_every_post_of_the_city_is_imported(truth, corpus, planted_topics) -> None:
    posts = set(corpus.posts["post_id"])
    assert planted_topics.index.isin(posts).mean() > 0.99
    assert (corpus.posts["kind"] != "service").sum() == len(truth.posts)


def test_the_planted_topics_are_found_each_as_its_own(truth, topics, planted_topics, topic_of_truth) -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    assert set(topic_of_truth.index) == set(truth.topics["topic"])
    assert topic_of_truth.nunique() == len(truth.topics)
    found = topics.assignments.set_index("post_id")["topic_id"].reindex(planted_topics.index).dropna()
    assert adjusted_mutual_info_score(planted_topics[found.index], found) > 0.55


def test_the_planted_rise_is_the_largest_change(truth, corpus, topics, topic_of_truth) -> None:
    finding = compare_topics(corpus, topics, quarter=truth.riser["quarters"][1], seed=1)
    top = finding.data.iloc[0]
    assert top["topic_id"] == topic_of_truth[truth.riser["topic"]]
    assert top["verdict"] in ("rose", "emerged")
    assert finding.is_change


def test_the_planted_peak_is_found_in_its_week(truth, corpus, topics, topic_of_truth) -> None:
    finding = measure_peaks(corpus, topics, quarter="2025Q3")
    peaks = finding.data[finding.data["is_peak"]]
    strongest = peaks.sort_values("p").iloc[0]
    assert strongest["week"] == truth.peak["week"]
    assert strongest["topic_id"] == topic_of_truth[truth.peak["topic"]]
    assert strongest["arenas"] >= 6
    assert len(peaks) <= 2


def test_the_communities_and_the_bridge_between_them_are_found(truth, corpus, codes, city_folder: Path) -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    network = find_communities(link_forwards(corpus), seed=1)
    arenas = truth.arenas[(truth.arenas["community"] > 0) & (truth.arenas["role"] != "bridge")]
    found = network.actors.set_index("actor_id")["community"].reindex(arenas["native_id"].map(codes)).to_numpy()
    known = ~pd.isna(found)
    assert known.sum() >= 15
    assert adjusted_mutual_info_score(arenas["community"].to_numpy()[known], found[known].astype(int)) > 0.9
    assert network.provenance["certain"]
    # three months of forwards are fewer than five quarters', and the bridge is told by them alone
    quarter = open_study(city_folder).corpus("2025Q3")
    described = describe_bridges(find_communities(link_forwards(quarter), seed=1), quarter, quarter="2025Q3")
    assert described.known["bridge"] == codes[truth.bridge["native_id"]]


def test_a_network_of_all_the_time_is_not_described_as_that_of_a_quarter(corpus) -> None:
    network = find_communities(link_forwards(corpus), seed=1)
    for describe in (describe_network, describe_bridges):
        with pytest.raises(TableError, match=r"not posts of 2025Q3.*link_forwards"):
            describe(network, corpus, quarter="2025Q3")


def test_the_arena_that_reopened_is_joined_to_its_old_self_and_no_other_is(truth, corpus, codes) -> None:
    lineage = find_lineage(corpus)
    assert list(zip(lineage["arena_id"], lineage["successor"], strict=True)) == [
        (codes[truth.moved["old"]], codes[truth.moved["new"]])]


def test_the_renamed_arena_and_the_one_that_went_private_are_found_and_no_other(truth, corpus, codes) -> None:
    changes = find_arena_changes(corpus)
    found = changes[changes["happened"]].set_index("change")
    assert sorted(found.index) == ["renamed", "went_private"]
    assert [found.at["renamed", "arena_id"]] == [codes[a] for a in truth.renamed["native_id"]]
    assert pd.Timestamp(truth.renamed["on"], tz="UTC") <= found.at["renamed", "until"]
    assert found.at["renamed", "until"] < pd.Timestamp(truth.renamed["on"], tz="UTC") + pd.Timedelta(days=14)
    assert [found.at["went_private", "arena_id"]] == [codes[a] for a in truth.went_private["native_id"]]
    assert str(found.at["went_private", "since"].date()) == truth.went_private["open_until"]
    coverage = measure_coverage(corpus, find_lineage(corpus), changes, quarter="2025Q3").data.set_index("status")
    assert coverage.loc[["renamed", "went_private"]].to_numpy().tolist() == [[1, 22], [1, 3]]
    earlier = measure_coverage(corpus, find_lineage(corpus), changes, quarter="2025Q2").data.set_index("status")
    assert earlier.at["renamed", "arenas"] == 0
    assert pd.isna(earlier.at["went_private", "arenas"])  # nobody looked before: unknown, not none


def test_nothing_planted_reaches_processed_data_reports_or_notebooks(truth, city_folder: Path, city_report) -> None:
    import pyarrow.parquet as pq

    values = {str(v) for v in truth.planted["value"]}
    values |= set(truth.accounts["name"].dropna()) | {f"@{h}" for h in truth.accounts["handle"].dropna() if h}
    texts = []
    for path in [*(city_folder / "data" / "processed").rglob("*"), *(city_folder / "reports").rglob("*")]:
        if path.suffix == ".parquet":
            table = pq.read_table(path).to_pandas()
            texts += [" ".join(table[c].dropna().astype(str)) for c in table.columns
                      if pd.api.types.is_string_dtype(table[c]) or table[c].dtype == object]
        elif path.is_file() and path.suffix in (".json", ".html", ".ipynb", ".csv", ".svg", ".log"):
            texts.append(path.read_text(encoding="utf-8"))
        elif path.suffix == ".pdf":
            from pypdf import PdfReader

            texts.append(" ".join(p.extract_text() for p in PdfReader(path).pages))
    everything = "\n".join(texts)
    assert len(values) > 100
    assert sorted(v for v in values if _stands_in(v, everything)) == []


def _stands_in(value: str, text: str) -> bool:
    """Digits alone also turn up by chance, within a keyed hash or after a decimal point: they count where they stand."""
    if not value.isdigit():
        return value in text
    return re.search(rf"(?<![0-9a-f.]){value}(?![0-9a-f])", text) is not None


def test_no_raw_text_stands_in_the_report(truth, corpus, city_report) -> None:
    html = (city_report.folder / "report.html").read_text(encoding="utf-8")
    long = corpus.posts["text"].dropna()
    long = long[long.str.len() > 40].sample(500, random_state=1)
    assert not any(text in html for text in long)
