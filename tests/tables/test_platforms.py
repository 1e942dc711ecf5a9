from __future__ import annotations

import re
from collections import Counter

import pytest

from workbench.sources import describe_formats
from workbench.sources.redaction.urls import names_person, read_url
from workbench.tables.platforms import (
    BY_CODE,
    NAME_OF,
    PEOPLE_HOSTS,
    PLATFORM_OF,
    PLATFORMS,
    PROFILE_HOSTS,
    SHORT_HOSTS,
)


def test_every_format_is_of_a_platform_that_is_known() -> None:
    assert set(describe_formats()["platform"]) - {"other", "field notes"} <= set(NAME_OF)


def test_no_host_or_code_belongs_to_two_platforms() -> None:
    for what in ("codes", "domains", "profile_hosts", "personal_hosts", "people_hosts", "profile_paths", "short_hosts", "schemes", "called"):
        counts = Counter(value for platform in PLATFORMS for value in getattr(platform, what))
        assert [value for value, count in counts.items() if count > 1] == [], what
    assert len({platform.name for platform in PLATFORMS}) == len(PLATFORMS)


def test_every_row_says_something_and_a_platform_that_is_read_has_kinds_of_arenas() -> None:
    assert [p.name for p in PLATFORMS if not any(vars(p)[what] for what in vars(p) if what != "name")] == []
    assert [code for code, platform in BY_CODE.items() if not platform.kinds] == []
    assert all(re.compile(pattern) for p in PLATFORMS for pattern in (p.handle, p.mention, *p.called, *p.profile_paths))


@pytest.mark.parametrize("host", PROFILE_HOSTS)
def test_a_profile_is_recognised_on_every_host_that_has_profiles(host: str) -> None:
    assert names_person(f"https://www.{host}/kirsten_p")


@pytest.mark.parametrize("host", [host for platform in PLATFORMS for host in platform.personal_hosts])
def test_an_account_in_the_name_of_a_host_stands_apart(host: str) -> None:
    assert "kirsten" not in read_url(f"https://kirsten.{host}/2025/post").target


def test_own_short_hosts_are_short_and_of_their_platform() -> None:
    assert {PLATFORM_OF[host] for host in ("youtu.be", "t.co", "fb.me", "redd.it")} == {
        "YouTube", "X", "Facebook", "Reddit"}
    assert {"youtu.be", "t.co", "fb.me", "redd.it", "lnkd.in", "bit.ly"} <= SHORT_HOSTS
    assert not {"youtube.com", "t.me"} & SHORT_HOSTS


@pytest.mark.parametrize("host", PEOPLE_HOSTS)
def test_a_register_of_people_leads_to_people_wherever_it_leads(host: str) -> None:
    assert names_person(f"https://www.{host}/search?q=kirsten")
    assert names_person(f"http://{host}/kirsten/1")
    assert not names_person(f"https://{host}/")


@pytest.mark.parametrize(("url", "is_person"), [
    ("https://www.flashback.org/u99", True), ("https://www.flashback.org/t99", False), ("https://www.quora.com/profile/Kirsten", True),
    ("https://www.quora.com/What-is-that", False), ("https://www.chess.com/member/kirsten_p", True), ("https://letterboxd.com/film/x", False),
])
def test_some_hosts_name_accounts_in_some_addresses_only(url: str, is_person: bool) -> None:
    assert names_person(url) is is_person
    assert bool(read_url(url).persons) is is_person
    assert "irsten" not in read_url(url).target
