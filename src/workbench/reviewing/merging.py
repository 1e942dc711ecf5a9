"""A decision to merge two topics, written into the review file of a period as a person would write it."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import CardError, InputError
from workbench.files import write_atomically
from workbench.reviewing.answers import read_answers
from workbench.reviewing.reading import check_answers, review_path
from workbench.reviewing.setting import set_answer


def save_merge(folder: Path, period: str, topic: str, *, into: str, language: str = "da") -> Path:
    """Write into the review of a period that a topic is counted with another one from now on.

    The next report counts them as one, in shares, charts and the saved model; `topics.merge_topics` and
    `topics.apply_review` do the same in a notebook. No other line of the file changes.

    Parameters
    ----------
    folder
        Of the study.
    topic, into
        Stable ids, such as K-004 and K-001: `name_topics` writes them beside topics, and the report shows them.
    language
        Of the study's reports, by which the file is checked.

    Returns
    -------
    path
        Of the review file.

    Raises
    ------
    InputError
        If there is no review of the period yet.
    CardError
        If the two are one topic, or the file would have faults with it (such as a topic that nobody knows); then it
        stays as it was.
    """
    path = review_path(folder, period)
    if not path.is_file():
        raise InputError(f"{path}: is not there yet. Run `workbench report quarterly --period {period}`, then "
                         f"`workbench review {period}`, which writes it.")
    if topic == into:
        raise CardError(f"{topic} cannot be merged into itself. Name two topics.")
    # as bytes: no end of a line may change
    text = path.read_bytes().decode("utf-8")
    if topic not in read_answers(path, period).answers("topics"):
        text = f"{text.rstrip()}\n\n[topics.{topic}]\n"
    try:
        changed = set_answer(text, "topics", topic, {"decision": "merge", "into": into})
    except CardError as error:
        raise CardError(f"{path}: {error}.") from None
    if faults := check_answers(folder, period, changed, languages=[language]):
        raise CardError(" ".join(faults))
    write_atomically(path, changed.encode(), is_private=False)
    return path
