from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources.redaction.urls import names_person, read_url


@pytest.mark.parametrize(("url", "kind", "target", "domain"), [
    ("https://t.me/Kanalen/55", "handle", "Kanalen", ""), ("t.me/s/Kanalen?q=x", "handle", "Kanalen", ""),
    ("https://t.me/c/1900000001/7", "arena", "1900000001", ""), ("tg://resolve?domain=Kanalen", "handle", "Kanalen", ""),
    ("https://t.me/+hemmelig", "url", "https://t.me/+{0}", "t.me"), ("https://t.me/joinchat/hemmelig", "url", "https://t.me/+{0}", "t.me"),
    ("https://t.me/+4520304050", "domain", "", "t.me"),
    ("http://WWW.Avis.CO.UK:8080/a/b?utm_medium=x&b=2&fbclid=3#d", "url", "https://avis.co.uk/a/b?b=2", "avis.co.uk"),
    ("https://navn:kode@avis.invalid/a).", "url", "https://avis.invalid/a", "avis.invalid"),
    ("https://avis.invalid/?email=a%40b.dk&q=c@d.dk", "url", "https://avis.invalid/?q=[email]", "avis.invalid"),
    ("https://avis.invalid/010203-1234", "url", "https://avis.invalid/[person number]", "avis.invalid"),
    ("https://x.com/anna/status/9?s=20&t=abc", "url", "https://x.com/{0}/status/9", "x.com"),
    ("https://www.youtube.com/watch?v=abc&si=d&t=9", "url", "https://youtube.com/watch?v=abc", "youtube.com"),
    ("https://youtu.be/abc?si=d", "url", "https://youtu.be/abc", "youtu.be"),
    ("https://blog.invalid/@anna/om", "url", "https://blog.invalid/{0}/om", "blog.invalid"),
    ("https://www.facebook.com/groups/1234/posts/5", "url", "https://facebook.com/groups/1234/posts/5", "facebook.com"),
    ("https://192.0.2.7/a", "url", "https://192.0.2.7/a", "192.0.2.7"),
    ("https://[::1/a", "nothing", "", ""), ("ftp://avis.invalid/a", "nothing", "", ""), ("https://", "nothing", "", ""),
])
def test_an_address_is_read_for_what_it_points_at(url, kind, target, domain):
    link = read_url(url)
    assert (link.kind, link.target, link.domain) == (kind, target, domain)


def test_an_account_in_an_address_stands_in_the_corpus_as_a_pseudonym(study, make):
    texts = ["https://x.com/Anna_P/status/9?s=20", "https://twitter.com/anna_p", "https://x.com/anna_p/status/9"]
    links = study.read(make.chat(*(make.message(i, t) for i, t in enumerate(texts, 1)))).links
    urls = links.loc[links["relation"] == "url", "target"]
    assert urls.str.contains("/a-[0-9a-f]{16}").all()
    assert urls.nunique() == 2  # the two to one post are one object, however the name is written


def test_channel_links_are_mentions_that_the_arena_resolves_and_no_addresses(study, make):
    rows = [make.tracked(1, cleaned_message="se https://t.me/ProeveKanal/5 og @proevekanal")]
    corpus = study.read(make.tracker(*rows), "m.csv")
    assert corpus.links["relation"].tolist() == ["mention"]
    assert corpus.links["target"].tolist() == corpus.arenas["handle_key"].tolist()


def test_a_telegram_link_on_another_platform_is_a_domain(study, make):
    links = study.read(make.page(make.thread("Ug1", "kom til t.me/kanalen"))).links
    assert links.loc[links["relation"] == "domain", "target"].tolist() == ["t.me"]


@given(st.text(max_size=60) | st.from_regex(r"https?://[\w.@:\[\]%{}/?&=#-]{0,60}"))
def test_any_text_can_be_read_as_an_address(url):
    link = read_url(url)
    assert link.kind in ("handle", "arena", "url", "domain", "nothing")
    assert len(link.target.format(*("x" for _ in link.persons))) >= 0
    assert names_person(url) in (True, False)


def test_a_host_with_braces_is_none():
    assert read_url("0.{").kind == "nothing"


def test_an_invitation_is_known_again_and_its_secret_is_not_kept(study, make):
    links = study.read(make.chat(make.message(1, "kom https://t.me/+hemmeligkode"), make.message(2, "t.me/joinchat/hemmeligkode"))).links
    targets = links.loc[links["relation"] == "url", "target"]
    assert len(targets) == 2
    assert targets.nunique() == 1
    assert targets.str.fullmatch(r"https://t\.me/\+a-[0-9a-f]{16}").all()
    assert b"hemmeligkode" not in study.written()
