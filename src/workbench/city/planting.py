"""Made-up personal data put into posts, so that its removal can be tested."""

from __future__ import annotations

from random import Random

import pandas as pd

from workbench.city.grammar import Grammar
from workbench.city.lexicon import Lexicon
from workbench.city.rows import Row, list_rows

_KINDS = (("name", 140), ("handle", 120), ("phone", 80), ("email", 50), ("cpr", 30))  # per 20,000 posts
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)


def make_phone(rnd: Random) -> str:
    """Make a phone number of Denmark, Sweden, Norway or Finland, in one of its usual spellings.

    Swedish ones are from the range set aside for fiction (070-1740605 to 070-1740699).
    """
    last, fiction = rnd.randint(10, 99), rnd.randint(605, 699)
    return rnd.choice((
        f"20 10 00 {last}", f"+45 20 10 01 {last}", f"+45201002{last}", f"201063{last}",
        f"+46 70 174 0{fiction // 100} {fiction % 100:02d}", f"+46701740{fiction}",
        f"+47 400 01 0{last}", f"+4740002{last}1", f"+358 45 755{last} 00", f"+35845755{last}01",
    ))


def make_cpr(rnd: Random) -> str:
    """Make a number of the form ddmmyy-xxxx that nobody bears.

    The date is before 2007, when every number had to pass the check modulo 11; this one
    fails it.
    """
    while True:
        digits = f"{rnd.randint(2, 28):02d}{rnd.randint(1, 12):02d}{rnd.randint(60, 95)}{rnd.randint(1000, 3999)}"
        check = sum(int(d) * w for d, w in zip(digits, (*_CPR_WEIGHTS, 1), strict=True))
        if check % 11:
            return f"{digits[:6]}-{digits[6:]}" if rnd.random() < 0.7 else digits


def _value(kind: str, account: Row, rnd: Random) -> str:
    if kind == "phone":
        return make_phone(rnd)
    if kind == "cpr":
        return make_cpr(rnd)
    if kind == "email":
        return f"{account['handle']}@post.lillehavn.example"
    return str(account["name"]) if kind == "name" else f"@{account['handle']}"


def plant_identifiers(posts: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame, lexicon: Lexicon, *,
                      seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put names, handles, phone numbers, e-mail addresses and CPR numbers into some texts.

    A name is that of an account that writes in the same arena. Copied texts get none.

    Returns
    -------
    posts
        With the changed texts.
    planted
        `kind`, `value` as written and `row` of the post.
    """
    rnd = Random(f"plant-{seed}")
    grammar = Grammar(lexicon, rnd)
    people = list_rows(accounts)
    in_group = arenas["kind"].eq("group").to_numpy()[posts["arena"]]
    free = posts["text"].str.len().gt(20) & posts["copy_of"].lt(0) & posts["occasion"].lt(0) & ~posts["is_move"]
    free &= ~posts.index.isin(posts["copy_of"]) & in_group
    rows = iter(rnd.sample(posts.index[free].tolist(), int(free.sum())))
    members = {arena: [n for n in sorted(set(group)) if " " in people[n]["name"]]
               for arena, group in posts[in_group].groupby("arena")["account"]}
    texts, places, planted = posts["text"].tolist(), posts["arena"].tolist(), []
    for kind, number in _KINDS:
        for _ in range(round(number * len(posts) / 20_000)):
            row = next(rows)
            value = _value(kind, people[rnd.choice(members[places[row]])], rnd)
            sentence = grammar.sentence(f"planted_{kind}", str(posts.at[row, "language"]), None, **{kind: value})
            texts[row] = f"{texts[row]} {sentence}"
            planted.append((kind, value, row))
    return posts.assign(text=texts), pd.DataFrame(planted, columns=["kind", "value", "row"])
