"""Each finding, measured on the town."""

from __future__ import annotations

import pandas as pd

from tests.oracles.coding import coded
from tests.oracles.conftest import BEFORE, QUARTER, Town
from tests.oracles.marking import audited, busy_evening, scores_of
from tests.oracles.speaking import spoken
from workbench import findings as f
from workbench.actors import find_claims, find_spread
from workbench.tables.topics import REGISTER_COLUMNS, TopicRegister
from workbench.topics import find_new_words

# verdict, whether it is a topic of this quarter, confidence: what a register holds
VERDICTS = [*[("kept", True, 0.95)] * 5, ("kept", True, 0.7), ("grown", True, 0.85), ("shrunk", True, 0.9),
            *[("split", True, 0.9)] * 2, ("split", False, 0.5), ("merged", True, 0.9), *[("merged", False, 0.9)] * 2,
            *[("born", True, 1.0)] * 3, ("gone", False, 0.79)]
# what was seen of the names of arenas: the first is renamed, the second is not, of the third nothing is known
SEEN = [(0, "renamed", "2025-06-30", "2025-08-01", True), (1, "renamed", "2025-06-30", "2025-09-30", False),
        (3, "went_private", "2025-06-30", "2025-09-30", False)]
# what people of the town write about, as streets and squares
PLACES = pd.DataFrame([("Torv", "street", ["torvet"]), ("Fyrvej", "street", []), ("Havnen", "district", []), ("Bogby", "other", [])],
                      columns=["name", "kind", "forms"])


def coverage_changes(town: Town) -> pd.DataFrame:
    """Return changes of arenas as `actors.find_arena_changes` does."""
    ids = town.corpus.arenas["arena_id"]
    table = pd.DataFrame([(ids[i], *rest) for i, *rest in SEEN], columns=["arena_id", "change", "since", "until", "happened"])
    return table.assign(**{c: pd.to_datetime(table[c], utc=True) for c in ("since", "until")})


def lineage(town: Town) -> pd.DataFrame:
    """Return the arena that reopened, as it was planted."""
    code = dict(zip(town.corpus.arenas["native_key"], town.corpus.arenas["arena_id"], strict=True))
    return pd.DataFrame({"arena_id": [code[town.truth.moved["old"]]], "successor": [code[town.truth.moved["new"]]]})


def spread_link(town: Town) -> str:
    """Return the address that stands in most posts."""
    urls = town.corpus.links.loc[town.corpus.links["relation"] == "url", "target"]
    return str(urls.value_counts().sort_index().sort_values(kind="stable").index[-1])


MONTH = "2025-09"


def claims_log(town: Town) -> pd.DataFrame:
    """Return what people wrote of the widest text of a month: refuted, and answered two days after it was first seen."""
    widest = find_claims(town.corpus, month=MONTH).iloc[0]
    answered = (widest["first_at"] + pd.Timedelta(days=2)).tz_convert("Europe/Copenhagen")
    return pd.DataFrame([{"id": widest["claim"], "title": "At noget er sket", "status": "refuted",
                          "responded": f"{answered:%Y-%m-%d %H:%M}"}], dtype=object)


def register(town: Town) -> TopicRegister:
    """Return a register with every verdict."""
    rows = pd.DataFrame([{"verdict": v, "topic_id": i if now else pd.NA, "confidence": c}
                         for i, (v, now, c) in enumerate(VERDICTS)])
    return TopicRegister(QUARTER, rows.reindex(columns=list(REGISTER_COLUMNS)).astype(REGISTER_COLUMNS),
                         {"quarter_before": BEFORE})


MEASURED = {
    "volume": lambda t: f.measure_volume(t.corpus, quarter=QUARTER),
    "platforms": lambda t: f.measure_platforms(t.corpus, quarter=QUARTER),
    "coverage": lambda t: f.measure_coverage(t.corpus, lineage(t), coverage_changes(t), quarter=QUARTER),
    "topics": lambda t: f.measure_topics(t.corpus, t.topics, quarter=QUARTER),
    "topic_weeks": lambda t: f.measure_topic_weeks(t.corpus, t.topics, quarter=QUARTER, most_topics=5),
    "topic_change": lambda t: f.compare_topics(t.corpus, t.topics, quarter=QUARTER, seed=3),
    "topic_verdicts": lambda t: f.describe_topic_changes(register(t)),
    "peaks": lambda t: f.measure_peaks(t.corpus, t.topics, quarter=QUARTER),
    "domains": lambda t: f.measure_domains(t.corpus, quarter=QUARTER),
    "link_platforms": lambda t: f.measure_link_platforms(t.corpus, quarter=QUARTER),
    "link_flows": lambda t: f.measure_link_flows(t.corpus, quarter=QUARTER),
    "network": lambda t: f.describe_network(t.networks[QUARTER], t.corpus, quarter=QUARTER),
    "communities": lambda t: f.describe_communities(t.networks[QUARTER], t.corpus, t.topics, quarter=QUARTER),
    "bridges": lambda t: f.describe_bridges(t.networks[QUARTER], t.corpus, quarter=QUARTER),
    "knit": lambda t: f.describe_knit(t.chance, quarter=QUARTER),
    "network_change": lambda t: f.describe_network_change(*t.changes, quarter=QUARTER),
    "spread": lambda t: f.describe_spread(find_spread(t.corpus, spread_link(t), "url"), quarter=QUARTER),
    "claims": lambda t: f.describe_claims(find_claims(t.corpus, month=MONTH), claims_log(t), t.corpus, month=MONTH),
    "coordination": lambda t: f.describe_coordination(t.coordination, t.corpus, quarter=BEFORE),
    "new_words": lambda t: f.describe_new_words(find_new_words(t.corpus, quarter=QUARTER), t.corpus, quarter=QUARTER),
    "composition": lambda t: f.measure_composition(t.corpus, quarter=QUARTER),
    "selection": lambda t: f.measure_selection(t.corpus, t.topics, quarter=QUARTER),
    "concentration": lambda t: f.measure_concentration(t.corpus, quarter=QUARTER),
    "speech_peaks": lambda t: f.measure_speech_peaks(t.corpus, audited(t), scores_of(t), quarter=QUARTER, beside=12),
    "hours": lambda t: f.measure_hours(busy_evening(t), audited(t), scores_of(t), quarter=QUARTER),
    "attack_concentration": lambda t: f.measure_attack_concentration(t.corpus, audited(t), quarter=QUARTER),
    "reach": lambda t: f.measure_reach(t.seen, quarter=QUARTER),
    "local_relevance": lambda t: f.measure_local_relevance(t.corpus, PLACES, quarter=QUARTER),
    "survival": lambda t: f.measure_survival(t.seen, lineage(t), quarter=QUARTER),
    "speech": lambda t: f.measure_speech(t.corpus, spoken(t), quarter=QUARTER),
    "recognition_ratio": lambda t: f.measure_recognition_ratio(t.corpus, spoken(t), quarter=QUARTER),
    "speech_parts": lambda t: f.measure_speech_parts(t.corpus, spoken(t), quarter=QUARTER, seed=5),
    "speech_weeks": lambda t: f.measure_speech_weeks(t.corpus, spoken(t), quarter=QUARTER),
    "speech_model": lambda t: f.measure_speech_model(t.corpus, spoken(t), quarter=QUARTER),
    "agreement": lambda t: f.describe_agreement(spoken(t), quarter=QUARTER),
    "audit_design": lambda t: f.describe_audit(t.corpus, spoken(t), quarter=QUARTER),
    "speech_change": lambda t: f.compare_speech(t.corpus, spoken(t), spoken(t, BEFORE), quarter=QUARTER, seed=5),
    "targets": lambda t: f.measure_targets(t.corpus, coded(t), quarter=QUARTER),
    "grounds": lambda t: f.measure_grounds(t.corpus, coded(t), quarter=QUARTER),
    "harms": lambda t: f.measure_harms(t.corpus, coded(t), quarter=QUARTER),
    "harm_platforms": lambda t: f.measure_harm_platforms(t.corpus, coded(t), quarter=QUARTER),
    "themes": lambda t: f.measure_themes(t.corpus, coded(t), quarter=QUARTER),
    "attack_lift": lambda t: f.measure_attack_lift(t.corpus, coded(t), t.topics, quarter=QUARTER),
    "recognition_arenas": lambda t: f.measure_recognition_arenas(t.corpus, coded(t), quarter=QUARTER),
}
