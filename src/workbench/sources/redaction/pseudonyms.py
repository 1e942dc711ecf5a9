"""Keyed pseudonyms."""

from __future__ import annotations

import hashlib
import re

import pandas as pd


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
