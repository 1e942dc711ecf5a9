"""The relations a post makes: forwards, replies, mentions, links, domains, hashtags."""

from __future__ import annotations

import re

import pandas as pd

from workbench.sources.redaction.pseudonyms import normal_form, pseudonym, pseudonyms
from workbench.sources.redaction.redacting import hits
from workbench.sources.redaction.urls import URL, Link, read_url
from workbench.tables.platforms import BY_CODE

_COLUMNS = ["row", "relation", "target", "target_kind"]
_MENTION = {code: re.compile(platform.mention) for code, platform in BY_CODE.items() if platform.mention}
_ANY_MENTION = re.compile(r"(?<![\w@./])@(\w[\w.\-]{1,38}\w)")
_HASHTAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_TARGET_KIND = {"account": "id", "arena": "id", "handle": "handle", "name": "name"}
_REPEATED = "repeated "
_POST_ID = r"[\w.\-]{1,80}"


def read_links(given: pd.DataFrame, texts: pd.Series, *, platform: str, key: bytes) -> pd.DataFrame:
    """Read the relations of posts from what the export says and from the text as it came.

    Parameters
    ----------
    given
        Relations the export names, columns `RAW_LINK`.
    texts
        Before redaction.

    Returns
    -------
    links
        `row`, `relation`, `target`, `target_kind`; each relation of a post once.
    """
    mention = _MENTION.get(platform, _ANY_MENTION)
    raw = pd.concat([
        given,
        _found(texts, "://|www|/", URL, "url", "url"),
        _found(texts, "@", mention, "mention", "handle"),
        _found(texts, "#", _HASHTAG, "hashtag", "hashtag"),
    ], ignore_index=True).dropna()
    raw = pd.concat([raw[raw["via"] != "url"], _read_urls(raw[raw["via"] == "url"], platform, key)], ignore_index=True)
    raw["target"] = raw["target"].where(~raw["via"].isin(_TARGET_KIND.keys()),
                                        pseudonyms(key, platform, raw["via"], raw["target"]))
    raw = _read_repeated(raw, platform, key)
    tags = raw["via"] == "hashtag"
    raw.loc[tags, "target"] = raw.loc[tags, "target"].str.removeprefix("#").str.casefold()
    raw = raw[(raw["via"] != "post") | raw["target"].str.fullmatch(_POST_ID).fillna(False).astype(bool)]
    raw = raw[~tags.reindex(raw.index) | raw["target"].str.fullmatch(r"\w{1,100}").fillna(False).astype(bool)]
    links = raw.assign(target_kind=raw["via"].replace(_TARGET_KIND).replace({"clean url": "url"}))[_COLUMNS]
    links = links.dropna().drop_duplicates().sort_values(_COLUMNS, kind="stable", ignore_index=True)
    return links.astype({"row": "int64", "relation": "string", "target": "string", "target_kind": "string"})


def _read_repeated(raw: pd.DataFrame, platform: str, key: bytes) -> pd.DataFrame:
    """Name the posts that are repeated by the pseudonym that forwards of their place have, and their id there."""
    is_repeated = raw["via"].str.startswith(_REPEATED).fillna(False).astype(bool)
    if not is_repeated.any():
        return raw
    some = raw[is_repeated]
    via = some["via"].str.removeprefix(_REPEATED)
    parts = some["target"].str.rpartition(":")  # the place may hold colons: did:plc:...
    place = pseudonyms(key, platform, via, parts[0].where(via != "post"))
    target = parts[2].where(via == "post", place + ":" + parts[2])
    is_whole = (parts[2].str.fullmatch(_POST_ID) & ((via != "post") | (parts[1] == ""))).fillna(False).astype(bool)
    named = some.assign(target=target.where(is_whole), via="original")
    return pd.concat([raw[~is_repeated], named.dropna(subset=["target"])], ignore_index=True)


def _found(texts: pd.Series, hint: str, pattern: re.Pattern[str], relation: str, via: str) -> pd.DataFrame:
    """Return what a pattern finds, one row per find."""
    some = texts[hits(texts, hint)]
    finds = pd.Series([pattern.findall(text) for text in some], index=some.index, dtype=object).explode().dropna()
    return pd.DataFrame({"row": finds.index.astype("int64"), "relation": relation,
                         "target": finds.to_numpy(dtype=object), "via": via}).astype(
        {"relation": "string", "target": "string", "via": "string"})


def _read_urls(raw: pd.DataFrame, platform: str, key: bytes) -> pd.DataFrame:
    """Turn addresses into relations; every distinct address is read once."""
    codes, distinct = pd.factorize(raw["target"])
    read = [read_url(url) for url in distinct]
    rows = [
        (number, *relation) for number, link in enumerate(read) for relation in _relations(link, platform, key)
    ]
    table = pd.DataFrame(rows, columns=["code", "relation", "target", "via"]).astype({"code": "int64"})
    return raw[["row"]].assign(code=codes).merge(table, on="code").drop(columns="code")


def _relations(link: Link, platform: str, key: bytes) -> list[tuple[str, str, str]]:
    if link.kind in ("handle", "arena"):
        if platform == "telegram":
            return [("mention", link.target, link.kind)]
        return [("domain", "t.me", "domain")]
    if link.kind == "nothing":
        return []
    domain = [("domain", link.domain, "domain")]
    if link.kind == "domain":
        return domain
    # an account on another platform stands in the address as its pseudonym
    named = [pseudonym(key, f"{link.domain}:handle", normal_form("handle", p)) for p in link.persons]
    return [("url", link.target.format(*named), "clean url"), *domain]
