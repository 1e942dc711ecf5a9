"""Word intrusion: can two people tell which word does not belong to a topic (M12)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import InputError, TableError
from workbench.files import replace_whole, write_atomically
from workbench.tables.topics import TopicSet

SHOWN_WORDS = 5
KEY_FILE = ".intrusion-key.json"
CODERS = (1, 2)
_LETTERS = "ABCDEF"
_HEADER = ["task", *_LETTERS, "answer"]


def check_intrusion(topics: TopicSet, folder: Path, *, seed: int) -> list[Path]:
    """Write the word-intrusion task for two coders, and a hidden key beside it.

    For each topic five of its top words and one intruder: a top word of another topic that is
    none of this one's (Chang et al. 2009). Each coder gets a form of their own, with topics and
    words in another order: a CSV with semicolons that Excel opens. They write the letter of the
    word that does not belong, alone, and leave it empty where they cannot tell.
    `score_intrusion` reads the answers.

    Parameters
    ----------
    topics
        Two topics of five words or more.
    folder
        Where ``intrusion-coder-1.csv``, ``intrusion-coder-2.csv`` and ``.intrusion-key.json`` go.
    seed
        Of intruders and orders.

    Returns
    -------
    forms
        The two files for the coders.

    Raises
    ------
    TableError
        If there are too few topics, or a task lies in the folder already: answers are never
        overwritten.
    """
    forms = [_form(folder, coder) for coder in CODERS]
    if taken := [path.name for path in (*forms, folder / KEY_FILE) if path.exists()]:
        raise TableError(f"{folder}: {', '.join(taken)} lies there already. Answers are not overwritten: choose "
                         "another folder.")
    told = zip(topics.topics["topic_id"], topics.topics["words"], strict=True)
    words = {int(t): [str(w) for w in top] for t, top in told if len(top) >= SHOWN_WORDS}
    rng = np.random.default_rng(seed)
    tasks = [(t, top[:SHOWN_WORDS], _intruder(t, words, rng)) for t, top in words.items()]
    tasks = [task for task in tasks if task[2]]
    if len(tasks) < 2:
        raise TableError("Word intrusion needs two topics of five words or more that differ.")
    folder.mkdir(parents=True, exist_ok=True)
    key: dict[str, dict[str, dict[str, object]]] = {}
    for coder, path in zip(CODERS, forms, strict=True):
        rows, key[str(coder)] = [], {}
        for number, place in enumerate(rng.permutation(len(tasks)), start=1):
            topic, shown, intruder = tasks[place]
            order = [str(w) for w in rng.permutation([*shown, intruder])]
            rows.append([number, *order, ""])
            key[str(coder)][str(number)] = {"topic": topic, "intruder": intruder, "words": order}
        _write(path, rows)
    write_atomically(folder / KEY_FILE, json.dumps(key, ensure_ascii=False, indent=1) + "\n")
    return forms


def score_intrusion(topics: TopicSet, folder: Path) -> tuple[pd.DataFrame, dict[str, float]]:
    """Score the forms of both coders against the hidden key.

    Returns
    -------
    scores
        One row per topic of the task: `topic_id`, `label`, `model_precision` (share of coders
        who found the intruder), `coder_1`, `coder_2` (the word each chose; missing where they
        could not tell).
    summary
        `model_precision` (mean over topics), `alpha` (Krippendorff, nominal, of the words
        chosen; not a number where nothing was chosen twice), `chance` (1/6) and `topics`.

    Raises
    ------
    InputError
        If a file is missing, was changed in more than its answers, or an answer is no letter
        from A to F; every fault is named by file and row.
    """
    key = _read_key(folder / KEY_FILE)
    faults: list[str] = []
    answers = {coder: _read_answers(_form(folder, coder), key[str(coder)], faults) for coder in CODERS}
    if faults:
        raise InputError("The word-intrusion task cannot be scored: " + "; ".join(faults) + ".")
    chosen = pd.DataFrame({f"coder_{coder}": answers[coder] for coder in CODERS}).sort_index()
    intruders = pd.Series({entry["topic"]: entry["intruder"] for entry in key["1"].values()}).reindex(chosen.index)
    hits = chosen.eq(intruders, axis=0)
    labels = topics.topics.set_index("topic_id")["label"].reindex(chosen.index)
    scores = pd.DataFrame({"topic_id": chosen.index, "label": labels.to_numpy(),
                           "model_precision": hits.mean(axis=1).to_numpy()}).join(chosen.reset_index(drop=True))
    # a word is a category within its topic only
    named = [[f"{topic} {word}" if word is not None else None for word in row]
             for topic, row in zip(chosen.index, chosen.to_numpy(dtype=object), strict=True)]
    summary = {"model_precision": float(hits.to_numpy().mean()), "alpha": measure_alpha(named),
               "chance": 1 / len(_LETTERS), "topics": float(len(chosen))}
    return scores, summary


def measure_alpha(units: list[list[str | None]]) -> float:
    """Return Krippendorff's alpha for nominal codes (Krippendorff 2011).

    Parameters
    ----------
    units
        The codes of each unit; None where a coder gave none. Units of one code do not count.
    """
    rows = [[code for code in unit if code is not None] for unit in units]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        return float("nan")
    total = sum(map(len, rows))
    observed = sum(sum(a != b for a in row for b in row) / (len(row) - 1) for row in rows) / total
    counts = pd.Series([code for row in rows for code in row]).value_counts().to_numpy(float)
    expected = (total**2 - (counts**2).sum()) / (total * (total - 1))
    return float(1 - observed / expected) if expected else float("nan")


def _form(folder: Path, coder: int) -> Path:
    return folder / f"intrusion-coder-{coder}.csv"


def _intruder(topic: int, words: dict[int, list[str]], rng: np.random.Generator) -> str:
    """Return a top word of another topic that this one does not have, or nothing."""
    others = [w for t, top in words.items() if t != topic for w in top[:SHOWN_WORDS] if w not in words[topic]]
    return str(rng.choice(others)) if others else ""


def _write(path: Path, rows: list[list[object]]) -> None:
    with (replace_whole(path, is_private=False) as part,  # a coder fills it in
          part.open("w", encoding="utf-8-sig", newline="") as stream):
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(_HEADER)
        writer.writerows(rows)


def _read_key(path: Path) -> dict[str, Any]:
    try:
        key: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: the key of the word-intrusion task is missing or damaged. It is written beside the "
                         "forms; without it make a new task.") from error
    return key


def _read_answers(path: Path, key: dict[str, Any], faults: list[str]) -> dict[int, str | None]:
    """Return the word that a coder chose by topic; spreadsheets may have changed the separator."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faults.append(f"{path.name} is missing or not UTF-8 (in Excel, save as CSV UTF-8)")
        return {}
    separator = max(";,\t", key=text.partition("\n")[0].count)
    answers: dict[int, str | None] = {}
    for row, cells in enumerate(csv.reader(text.splitlines(), delimiter=separator), start=1):
        if row == 1 or not any(cells):
            continue
        entry = key.get(cells[0].strip())
        if entry is None or [c.strip() for c in cells[1:7]] != entry["words"]:
            faults.append(f"{path.name} row {row} is not as it was made: only the last column is to be filled")
        elif (letter := "".join(cells[7:8]).strip().upper()) and (len(letter) > 1 or letter not in _LETTERS):
            faults.append(f"{path.name} row {row}: the answer is one letter from A to F, or nothing")
        else:
            answers[entry["topic"]] = entry["words"][_LETTERS.index(letter)] if letter else None
    if len(answers) < len(key) and not faults:
        faults.append(f"{path.name} lacks {len(key) - len(answers)} of {len(key)} rows")
    return answers
