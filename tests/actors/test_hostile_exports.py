from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from workbench.actors import (
    find_backbone,
    find_bridges,
    find_communities,
    find_mixing,
    find_tightness,
    link_forwards,
    link_mentions,
)
from workbench.findings import describe_bridges, describe_network
from workbench.settings import Settings
from workbench.sources import import_exports, load_corpus
from workbench.wording import open_wording

CARD = """controller = "K"
purpose = "p"
legal_basis = "§ 10"
access = "open"
collected_by = "m"
collected_with = "p"
collected_from = 2025-07-01
collected_to = 2025-12-31
tdm_reservation = "none found"
tdm_checked = "2025-07-01"
delete_by = 2027-09-30
"""
COLUMNS = ["signature", "channel_id", "channel_name", "msg_id", "message", "cleaned_message", "date", "msg_link",
           "msg_from_peer", "msg_from_id", "views", "number_replies", "number_forwards", "is_forward",
           "forward_msg_from_peer_type", "forward_msg_from_peer_id", "forward_msg_from_peer_name", "forward_msg_link",
           "is_reply", "reply_to_msg_id", "reply_msg_link", "media_type", "url", "document_type"]


@pytest.fixture
def imported(tmp_path: Path):
    """Return a maker of a corpus out of one export file."""
    def make(name: str, content: str):
        raw = tmp_path / "study" / "data" / "raw" / "k"
        raw.mkdir(parents=True)
        (raw / "source.toml").write_text(CARD, encoding="utf-8")
        (raw / name).write_text(content, encoding="utf-8")
        settings = Settings(folder=tmp_path / "study", name="P", language="da", contact="c", minimum_authors=5,
                            minimum_arenas=3, key_file=tmp_path / "keys" / "k.key")
        import_exports([raw / name], settings=settings)
        return load_corpus(settings.folder)

    return make


def tracker(rows):
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({"cleaned_message": "x", "date": "2025-08-01 12:00:00+00:00", "views": "1"} | r for r in rows)
    return out.getvalue()


def look_at(corpus):
    """Run all that is done with a network, down to the sentences."""
    network = find_communities(link_forwards(corpus), seed=1, runs=5)
    find_backbone(network)
    find_bridges(network, seed=1, permutations=19)
    find_mixing(network, seed=1, permutations=19)
    find_tightness(network, seed=1, graphs=19)
    for finding in (describe_network(network, corpus, quarter="2025Q3"),
                    describe_bridges(network, corpus, quarter="2025Q3")):
        for language in ("da", "en"):
            assert open_wording(language).say(finding.sentence, finding.facts)
    return network


def test_sources_with_float_ids_and_sources_with_names_only_become_actors(imported):
    rows = [{"channel_id": "1900000001", "channel_name": "one", "msg_id": "1", "forward_msg_from_peer_id": "1900000002.0"},
            {"channel_id": "1900000001", "channel_name": "one", "msg_id": "2", "forward_msg_from_peer_id": "1900000002"},
            {"channel_id": "1900000002", "channel_name": "two", "msg_id": "3", "forward_msg_from_peer_name": "Somewhere"},
            {"channel_id": "1900000001", "channel_name": "one", "msg_id": "4", "forward_msg_from_peer_id": "1900000001.0"}]
    network = look_at(imported("messages.csv", tracker(rows)))
    inside = network.ties[network.ties["source"].str.startswith("T-")]
    assert inside["weight"].tolist() == [2]
    assert network.provenance["outside"] == 1
    assert network.provenance["set_aside"]["self_forward"] == 1


def test_a_chat_that_forwards_only_itself_has_no_ties_and_is_described(imported):
    messages = [{"id": i, "type": "message", "date": "2025-08-01T12:00:00", "date_unixtime": str(1754049600 + i),
                 "from": "P", "from_id": "channel1900000001", "forwarded_from": "Us", "forwarded_from_id": "channel1900000001",
                 "text": "x"} for i in range(1, 4)]
    network = look_at(imported("result.json", json.dumps(
        {"name": "Us", "type": "public_channel", "id": 1900000001, "messages": messages})))
    assert network.ties.empty


def test_arenas_that_forward_in_a_circle_and_mention_nobody_are_described(imported):
    rows = [{"channel_id": f"190000000{i}", "channel_name": f"c{i}", "msg_id": str(k),
             "forward_msg_from_peer_id": f"190000000{(i + 1) % 4}"} for i in range(4) for k in range(3)]
    corpus = imported("messages.csv", tracker(rows))
    network = look_at(corpus)
    assert network.ties["weight"].tolist() == [3] * 4
    assert network.provenance["reciprocity"] == 0
    assert link_mentions(corpus).ties.empty
