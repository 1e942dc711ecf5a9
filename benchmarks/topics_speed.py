"""Topics of two real sets of Telegram posts beside BERTopic out of the box: time, memory, coherence, language."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import SHARED_DATA, Row, in_fresh_process, locked_python, row
from benchmarks.topics_quality import NO_PEER, find_minilm

SETS = {"tg_activeclubs": "messages.csv", "tg_farright_en_2023q3_2024q2": "messages.csv.gz"}
NO_SET = "the set is not in shared/data"
CARD = """controller = "nobody"
purpose = "benchmark"
legal_basis = "none needed: nothing leaves"
access = "open"
collected_by = "the authors of the set"
collected_with = "telegram-tracker"
collected_from = 2021-06-01
collected_to = 2024-12-31
tdm_reservation = "none found"
tdm_checked = "2025-07-01, licence of the set"
delete_by = 2027-09-30
"""

# both are scored by one code: NPMI and diversity of ten words a topic, NMI of topic and language
_SCORE = """
import json, sys, time, resource
started = time.perf_counter()
import numpy as np, pandas as pd
def score(topics, words, posts, took):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.metrics import normalized_mutual_info_score
    with_imports, memory = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    topics, told = np.asarray(topics), posts["language"].notna().to_numpy()
    vocabulary = sorted({w for ws in words for w in ws})
    counter = CountVectorizer(vocabulary=vocabulary, binary=True, token_pattern=r"\\S+|\\w+(?:['’-]\\w+)*")
    plain = posts["text"].str.findall(r"\\w+(?:['’-]\\w+)*|[^\\w\\s]").str.join(" ")
    has = counter.fit_transform(plain).astype(float).tocsc()
    together, place = (has.T @ has).toarray(), {w: i for i, w in enumerate(vocabulary)}
    npmi = []
    for ws in words:
        ids = [place[w] for w in ws]
        pairs = [(i, j) for n, i in enumerate(ids) for j in ids[:n]]
        for i, j in pairs:
            joint = together[i, j] / has.shape[0]
            alone = together[i, i] * together[j, j] / has.shape[0] ** 2
            npmi.append(-1 if not joint else 0 if joint >= 1 else np.log(joint / alone) / -np.log(joint))
    print(json.dumps({"seconds": took, "seconds with imports": with_imports, "peak megabytes": memory,
                      "topics": len(words), "outlier share": float((topics == -1).mean()),
                      "NPMI": float(np.mean(npmi)),
                      "diversity": len(vocabulary) / max(sum(map(len, words)), 1),
                      "NMI of topic and language":
                          normalized_mutual_info_score(posts["language"][told], topics[told])}))
posts = pd.read_parquet(sys.argv[1])
"""
_OURS = _SCORE + """
import bertopic, sklearn.cluster, sklearn.metrics, sklearn.feature_extraction.text
from workbench.tables.posts import Corpus
from workbench.topics import model_topics
begun = time.perf_counter()
found = model_topics(Corpus(posts, pd.DataFrame(), pd.DataFrame()), seed=1)
took = time.perf_counter() - begun
topics = found.assignments.set_index("post_id")["topic_id"].reindex(posts["post_id"]).fillna(-1).to_numpy(int)
score(topics, found.topics["words"].map(list).tolist(), posts, took)
"""
_PEER = _SCORE + """
import warnings
warnings.simplefilter("ignore")
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
begun = time.perf_counter()
peer = BERTopic(embedding_model=SentenceTransformer(sys.argv[2]))
topics, _ = peer.fit_transform(posts["text"].tolist())
took = time.perf_counter() - begun
words = [[w for w, _ in peer.get_topic(t) if w] for t in sorted(set(topics) - {-1})]
score(topics, words, posts, took)
"""


def import_posts(name: str, folder: Path) -> Path:
    """Import a set as anybody would and return its longer texts (more than 60 characters) as Parquet."""
    from workbench.settings import read_settings
    from workbench.sources import import_exports, load_corpus
    from workbench.starting import start_study

    study = folder / name
    start_study(study)
    raw = study / "data" / "raw" / name
    raw.mkdir(parents=True)
    (raw / SETS[name]).symlink_to(SHARED_DATA / name / SETS[name])
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    import_exports([raw / SETS[name]], settings=read_settings(study))
    posts = load_corpus(study).posts
    long = posts[posts["text"].str.len().gt(60).fillna(False) & posts["kind"].ne("service")].reset_index(drop=True)
    path = folder / f"{name}.parquet"
    long.to_parquet(path)
    return path


def measure(folder: Path) -> list[Row]:
    """Measure both, each in a process of its own, on the same posts."""
    import json

    rows = []
    for name in SETS:
        if not (SHARED_DATA / name).is_dir():
            rows.append(row(name, 0, None, NO_SET))
            continue
        posts = str(import_posts(name, folder))
        in_fresh_process(_OURS, posts, python=locked_python())  # the first run compiles what BERTopic brings along
        ours = json.loads(in_fresh_process(_OURS, posts, python=locked_python())[2])
        model = find_minilm()
        peer = json.loads(in_fresh_process(_PEER, posts, model)[2].splitlines()[-1]) if model else {}
        rows += [row(f"{name}: {measure_}", ours[measure_], peer.get(measure_),
                     "BERTopic out of the box" if peer else NO_PEER) for measure_ in ours]
        if peer:
            rows += [row(f"{name}: times as fast, {measure_}", peer[measure_] / ours[measure_], 1.0,
                         "BERTopic out of the box") for measure_ in ("seconds", "seconds with imports")]
    return rows
