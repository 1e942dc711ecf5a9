"""Put claims into the log, as entries that people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from workbench.files import write_atomically
from workbench.handbook.fields import FORMS
from workbench.handbook.reading import FOLDER, read_handbook
from workbench.reviewing.report_fields import field_name


def add_claims(folder: Path, claims: Sequence[str], *, language: str) -> list[str]:
    """Put claims that are not in the log yet at its end, each with fields to fill in.

    What stands in the file stays as it is, to the byte: comments, order, blank lines.

    Parameters
    ----------
    folder
        Of the study; the log is ``handbook/claims.toml``.
    claims
        Ids, of `actors.find_claims`.
    language
        In which title, source and response are asked for.

    Returns
    -------
    added
        Ids that were not in the log.

    Raises
    ------
    CardError
        If the log has faults; all of them are named, with file and line, and nothing is added.
    """
    path = folder / FOLDER / FORMS["claims"].file
    known = set(read_handbook(folder, "claims", language=language)["id"])
    added = [claim for claim in dict.fromkeys(claims) if claim not in known]
    if not added:
        return []
    starter = files("workbench") / "starter" / FOLDER / path.name
    text = (path.read_bytes() if path.is_file() else starter.read_bytes()).decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    entries = [end.join(("", *_entry(claim, language), "")) for claim in added]
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, text + end * (not text.endswith("\n")) + "".join(entries), is_private=False)
    return added


def _entry(claim: str, language: str) -> list[str]:
    """Return the lines of an entry that nobody has filled in."""
    given = {"id": claim, "status": FORMS["claims"].fields["status"].choices[0]}
    names = [field_name(name, language) if field.is_spoken else name for name, field in FORMS["claims"].fields.items()]
    return [f"[[{FORMS['claims'].entry}]]", *(f'{name} = "{given.get(name, "")}"' for name in names)]
