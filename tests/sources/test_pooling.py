"""Several processes make the same corpus as one, byte for byte."""

from __future__ import annotations

from workbench.sources.corpus import pooling
from workbench.sources.readers import records


def test_several_processes_make_the_same_bytes_as_one(make_study, make, monkeypatch):
    monkeypatch.setattr(records, "BATCH_ROWS", 7)
    states = []
    for name, worth in (("en", 10**12), ("flere", 0)):
        monkeypatch.setattr(pooling, "_WORTH_BYTES", worth)
        study = make_study(name)
        rows = [make.message(i, f"Besked {i % 13} til @nogen", from_id=f"user{i % 5}") for i in range(1, 100)]
        rows += [make.message(0, "uden id", id=...) for _ in range(20)]
        study.take(study.put(make.chat(*rows)))
        states.append(study.state())
    assert states[0] == states[1]


def test_things_come_back_in_the_order_in_which_they_were_given():
    with pooling.open_pool(10**12) as pool:
        assert list(pooling.in_order(range(50), abs, pool)) == [(n, n) for n in range(50)]
    with pooling.open_pool(0) as pool:
        assert pool == (None, 1)
        assert list(pooling.in_order(range(3), abs, pool)) == [(0, 0), (1, 1), (2, 2)]
