"""The pseudonym key, and the keyed pseudonyms made with it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import KeyMismatchError
from workbench.settings import Settings
from workbench.sources.store import corpus_folder, read_manifest

KEY_BYTES = 32


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """Return the keyed pseudonym of one value: ``a-`` and 16 hexadecimal digits of BLAKE2b.

    Parameters
    ----------
    kind
        Namespace, such as ``telegram:account``, ``telegram:arena``, ``telegram:handle`` or
        ``telegram:name``; equal values of different kinds get different pseudonyms.
    """
    return "a-" + hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "replace"), key=key, digest_size=8).hexdigest()


def normal_form(via: str, value: str) -> str:
    """Return the form in which an identifier is digested.

    Handles lose ``@`` and case; names and titles lose case and extra spaces; ids lose the
    prefixes that name the same peer in other exports (``-100``, ``channel``, ``user``, ``chat``).
    """
    if via == "handle":
        return value.strip().removeprefix("@").casefold()
    if via == "name":
        return " ".join(value.casefold().split())
    return re.sub(r"^(?:user|channel|chat)?(?:-100(?=\d{5})|-(?=\d))?", "", value.strip())


def pseudonyms(key: bytes, platform: str, via: pd.Series, values: pd.Series) -> pd.Series:
    """Return the pseudonyms of many values; every distinct value is digested once.

    Missing where a value is missing or has nothing but an empty normal form.
    """
    pairs = pd.DataFrame({"via": via, "value": values}).dropna()
    distinct = pairs.drop_duplicates()
    made = [
        pseudonym(key, f"{platform}:{kind}", normal) if (normal := normal_form(kind, value)) else None
        for kind, value in zip(distinct["via"], distinct["value"], strict=True)
    ]
    table = distinct.assign(made=pd.array(made, dtype="string"))
    found = pairs.reset_index().merge(table, on=["via", "value"], how="left").set_index("index")["made"]
    return found.reindex(values.index).astype("string")


def key_fingerprint(key: bytes) -> str:
    """Return what names a key without giving it away: 16 hexadecimal digits."""
    return hashlib.blake2b(key, digest_size=8, person=b"fingerprint").hexdigest()


def load_key(settings: Settings) -> bytes:
    """Load the pseudonym key of a study, or create it where there is none yet.

    A new key is 32 random bytes, written as hexadecimal digits to a file that only its owner
    can read (mode 0600), outside the study's folder.

    Raises
    ------
    KeyMismatchError
        If the key file lies inside the study's folder or is damaged, if the corpus was made
        with another key, or if the corpus exists and its key is gone.
    """
    finish_rotation(settings)
    path = settings.key_file
    if path.resolve().is_relative_to(settings.folder.resolve()):
        raise KeyMismatchError(f"{path}: the pseudonym key lies inside the study's folder, beside the data it "
                               "protects. Move it elsewhere and set key_file in study.toml.")
    manifest = read_manifest(settings.folder)
    if not path.exists():
        if manifest:
            raise KeyMismatchError(f"{path}: the pseudonym key is missing, and the corpus was made with the key of "
                                   f"fingerprint {manifest['key_fingerprint']}. Put that file back.")
        create_key(path)
    key = read_key(path)
    check_fingerprint(manifest, key, settings.folder)
    return key


def new_key(settings: Settings) -> bytes:
    """Make the pseudonym key of a study.

    Raises
    ------
    KeyMismatchError
        If there is one already.
    """
    if settings.key_file.exists():
        raise KeyMismatchError(f"{settings.key_file}: there is a key already. `workbench key rotate` gives the study "
                               "another one.")
    return load_key(settings)


def read_fingerprint(settings: Settings) -> str:
    """Return the fingerprint of a study's key, without making one.

    Raises
    ------
    KeyMismatchError
        If there is none yet, or it is not the one the corpus was made with.
    """
    if not settings.key_file.exists():
        raise KeyMismatchError(f"{settings.key_file}: there is no key yet. `workbench key new` makes one, and so does "
                               "the first import.")
    return key_fingerprint(load_key(settings))


def new_key_file(settings: Settings) -> Path:
    """Return where the next key lies while a rotation goes on."""
    return settings.key_file.with_name(settings.key_file.name + ".next")


def finish_rotation(settings: Settings) -> None:
    """Put the corpus and the key of a rotation in place, where one was written and not finished.

    Each step can be repeated.
    """
    next_key, folder = new_key_file(settings), corpus_folder(settings.folder)
    rotated, former = folder.with_name("corpus.rotated"), folder.with_name("corpus.former")
    if rotated.is_dir() and next_key.exists():
        if not former.is_dir():
            os.replace(folder, former)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(rotated, folder)
    if former.is_dir():
        if next_key.exists():
            os.replace(next_key, settings.key_file)
        shutil.rmtree(former)


def check_fingerprint(manifest: dict[str, Any] | None, key: bytes, study: Path) -> None:
    """Refuse a key that is not the one a corpus was made with."""
    if manifest and manifest["key_fingerprint"] != key_fingerprint(key):
        raise KeyMismatchError(f"{study}: the key given has fingerprint {key_fingerprint(key)}, but the corpus was "
                               f"made with {manifest['key_fingerprint']}. Put the right key file back, or import anew "
                               "into an empty corpus.")


def create_key(path: Path) -> None:
    """Write a new random key to a file that only its owner can read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyMismatchError(f"{path}: the pseudonym key cannot be created ({error.strerror}). Set key_file in "
                               "study.toml to a place outside the study that you may write to.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_key(path: Path) -> bytes:
    """Read a key file."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise KeyMismatchError(f"{path}: cannot be read as a pseudonym key of {2 * KEY_BYTES} hexadecimal digits. "
                               "Put the right file back.") from error
    if len(key) != KEY_BYTES:
        raise KeyMismatchError(f"{path}: holds {len(key)} bytes instead of the {KEY_BYTES} of a pseudonym key. "
                               "Put the right file back.")
    return key
