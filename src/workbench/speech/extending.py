"""A code of one's own, written into the codebook of a study."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from workbench.errors import CardError
from workbench.files import write_atomically
from workbench.settings import LANGUAGES
from workbench.speech.codebook import CODEBOOK_FILE, load_codebook, read_codebook
from workbench.tables.codebook import Codebook


def add_code(folder: Path, key: str, *, name: str, definition: str, version: str, words: Sequence[str] = (),
             rules: Sequence[str] = (), language: str = "da") -> Codebook:
    """Add a code to the codebook of a study, at its end; no other line of the file changes but that of the version.

    The same as writing its table by hand (docs/codebook.md): further languages and examples are written there.

    Parameters
    ----------
    folder
        Of the study, with its ``codebook.toml``.
    key
        Such as ``theme.scooters`` or ``target.club``.
    name, definition, rules
        What coders see, in `language`.
    version
        That the codebook gets by it, such as 1.1: answers name the version they were given by.
    words
        Of a target or theme: as people write it, a star at the end for any ending.

    Returns
    -------
    codebook
        As it is now.

    Raises
    ------
    CardError
        If the study has no codebook of its own, there is such a code already, the version is the one it had, or what
        was given has faults; then nothing is written.
    """
    path = folder / CODEBOOK_FILE
    if not path.is_file():
        raise CardError(f"{path}: is missing. `workbench upgrade` puts it there; then add the code.")
    before = load_codebook(folder)
    if key in before.codes:
        raise CardError(f"{path}: there is a code {key} already. Change it there, in a text editor.")
    if version == before.version:
        raise CardError(f"{path}: has the version {version} already. A new code changes what is asked: give "
                        "another one.")
    if language not in LANGUAGES:
        raise CardError(f"There is no language {language!r}. Choose one of {', '.join(LANGUAGES)}.")
    text = _with_version(path.read_bytes().decode("utf-8-sig"), before.version, version, path)
    lists = "".join(f"{what} = {_quote(list(given))}\n" for what, given in (("words", words),) if given)
    asked = "".join(f"{what} = {_quote(list(given))}\n" for what, given in (("rules", rules),) if given)
    added = (f"\n[codes.{_quote(key)}]\n{lists}\n[codes.{_quote(key)}.{language}]\nname = {_quote(name)}\n"
             f"definition = {_quote(definition)}\n{asked}")
    after = f"{text.rstrip()}\n{added}"
    with tempfile.TemporaryDirectory() as place:  # its faults are told before anything is written
        trial = Path(place) / CODEBOOK_FILE
        trial.write_text(after, encoding="utf-8")
        try:
            book = read_codebook(trial)
        except CardError as error:
            raise CardError(str(error).replace(str(trial), f"{path}, with the new code")) from None
    write_atomically(path, after.encode(), is_private=False)
    return book


def _with_version(text: str, before: str, after: str, path: Path) -> str:
    """Return the text with another version, the comment behind it kept."""
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        field, equals, _ = line.partition("=")
        if line.lstrip().startswith("["):
            break
        if field.strip() == "version" and equals and _quote(before) in line:
            lines[place] = line.replace(_quote(before), _quote(after), 1)
            return "".join(lines)
    raise CardError(f'{path}: the line of the version is not written as version = "{before}". Write it so.')


def _quote(value: str | list[str]) -> str:
    # strings and lists of them are written in TOML as in JSON, but for DEL
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
