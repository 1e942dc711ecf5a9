"""The parents' sheet says what a town's audit carries, in words that can be read, in every language it is spoken in."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from importlib.resources import files

import pandas as pd
import pytest
from pypdf import PdfReader

from tests.reports.parents import ATTACKS, STARTER, VOLUME, make_sheet, release_of, seen
from workbench.errors import ReportError
from workbench.handbook import read_handbook
from workbench.products import find_product
from workbench.readable import refuse_hard_words, refuse_many_numbers
from workbench.reports import render_based_numbers, render_harms, render_help, render_html, render_pdf
from workbench.reports.blocks import make_block
from workbench.reports.schema import check_blocks
from workbench.settings import ALL_LANGUAGES
from workbench.wording import open_wording

KNOWN = ("harm.bullying", "harm.fraud", "harm.drugs")
OWN = "Lillehavn Kommune, hjaelp@lillehavn.invalid"


def texts(blocks) -> list[str]:
    return [text for b in blocks for text in (b.content["items"] if b.kind == "list" else [b.content["text"]])]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    return find_product("parents", tmp_path_factory.mktemp("study"))


@pytest.mark.parametrize("language", ALL_LANGUAGES)
@pytest.mark.parametrize("is_full", [True, False])
def test_the_sheet_is_two_pages_easy_to_read_and_tells_two_numbers_at_most(release, product, language: str,
                                                                           is_full: bool) -> None:
    findings = (VOLUME, ATTACKS, seen(exposure=0.02, grooming=0.01, extremism=0.005)) if is_full else ()
    blocks = make_sheet(release_of(release, *findings), language)
    sections = [{"blocks": [{"kind": b.kind, "content": b.content} for b in blocks]}]
    refuse_hard_words(sections, language=language)
    refuse_many_numbers(sections, known=[OWN])
    assert sum(len(b.content.get("tiles", [])) for b in blocks) == 2 * is_full
    made = PdfReader(io.BytesIO(render_pdf(blocks, language=language, draft=False, layout=product.layout)))
    assert len(made.pages) == 2
    assert made.trailer["/Root"]["/Lang"] == open_wording(language).tag
    assert language in product.languages


def test_three_types_that_the_audit_saw_most_stand_in_words_alone(release) -> None:
    told = render_harms(release_of(release, seen(bullying=0.001, drugs=None, fraud=0.03, exposure=0.02, grooming=0.01)),
                        known=KNOWN, language="da")
    say = open_wording("da").say
    assert texts(told) == [say("parents.seen"), *(say(f"parents.harm.{n}") for n in ("fraud", "exposure", "grooming"))]
    assert not any(re.search(r"\d", text) for text in texts(told))


def test_where_the_audit_saw_too_few_the_rest_is_good_to_know_and_the_sheet_says_so(release) -> None:
    say = open_wording("en").say
    one = render_harms(release_of(release, seen(bullying=0.02, drugs=None)), known=KNOWN, language="en")
    assert texts(one) == [say("parents.seen"), say("parents.harm.bullying"), say("parents.unseen"),
                          say("parents.harm.fraud"), say("parents.harm.drugs")]
    for findings in ((), (seen(bullying=None),)):
        none = render_harms(release_of(release, *findings), known=KNOWN, language="en")
        assert texts(none) == [say("parents.unseen"), *(say(f"parents.{code}") for code in KNOWN)]


def test_a_type_that_a_town_named_itself_has_no_words_and_is_passed_over(release) -> None:
    told = render_harms(release_of(release, seen(ours=0.05, fraud=0.03)), known=(), language="da")
    assert texts(told)[1:] == [open_wording("da").say("parents.harm.fraud")]


def test_a_type_to_know_of_without_words_is_refused(release) -> None:
    with pytest.raises(ReportError, match=r"parents\.harm\.ours"):
        render_harms(release_of(release), known=["harm.ours"], language="da")


def test_every_type_of_the_codebook_has_words_in_every_language() -> None:
    from workbench.speech import read_codebook

    codes = [code.key for code in read_codebook(STARTER / "codebook.toml").of("harm")]
    assert len(codes) >= 12
    assert [(code, language) for code in codes for language in ALL_LANGUAGES
            if not open_wording(language).knows(f"parents.{code}")] == []


def test_a_number_stands_with_what_it_is_a_part_of(release) -> None:
    tiles = render_based_numbers(release_of(release, VOLUME, ATTACKS), ["speech", "volume"], language="da").content["tiles"]
    assert [(t["key"], t["value"].replace("\N{NO-BREAK SPACE}", " ")) for t in tiles] == [("speech", "4,3 pct."),
                                                                                       ("volume", "4.195")]
    assert ["4.172" in tiles[0]["note"], "38" in tiles[1]["note"]] == [True, True]


@pytest.mark.parametrize("passed_over", [
    replace(ATTACKS, caveats=("not_audited",)), replace(ATTACKS, facts={}),
    replace(ATTACKS, headline=replace(ATTACKS.headline, reason="speech_hidden"))], ids=["not audited", "no base", "hidden"])
def test_a_number_that_is_hidden_not_audited_or_without_a_base_is_passed_over(release, passed_over) -> None:
    tiles = render_based_numbers(release_of(release, VOLUME, passed_over), ["speech", "volume", "topics"],
                                 language="da").content["tiles"]
    assert [tile["key"] for tile in tiles] == ["volume"]
    assert render_based_numbers(release_of(release), ["speech"], language="da").kind == "left_out"


def test_no_more_than_two_numbers_are_shown(release) -> None:
    more = replace(VOLUME, spec=replace(VOLUME.spec, key="volume"))
    tiles = render_based_numbers(release_of(release, more, ATTACKS), ["volume", "speech", "volume"],
                                 language="da").content["tiles"]
    assert len(tiles) == 2


def test_help_begins_with_the_ambassador_and_holds_lines_for_parents_only() -> None:
    lines = read_handbook(STARTER, "help_lines", language="da", own="da")
    told = render_help(lines, contact=OWN, language="da").content["lines"]
    assert told[0] == {"name": "Kommunens ambassadør for et godt liv på nettet", "phone": "", "web": OWN, "hours": "",
                       "text": "Skriv, hvis du er i tvivl. Du kan spørge om alt."}
    theirs = lines[lines["audience"].map(lambda told: "parents" in told)]
    assert [line["name"] for line in told[1:]] == theirs["name"].tolist()
    assert 0 < len(theirs) < len(lines)


def test_an_ambassador_of_the_handbook_goes_before_the_contact_of_the_study() -> None:
    lines = read_handbook(STARTER, "help_lines", language="da", own="da")
    own = lines.iloc[[0]].assign(id="ambassador", name="Byens ambassadør", phone="12 34 56 78")
    told = render_help(pd.concat([lines, own]), contact=OWN, language="da").content["lines"]
    assert (told[0]["name"], told[0]["phone"]) == ("Byens ambassadør", "12 34 56 78")
    assert sum(line["web"] == OWN for line in told) == 0


def test_an_arabic_page_runs_from_the_right_and_its_numbers_from_the_left(release, product) -> None:
    arabic, danish = (make_sheet(release_of(release, VOLUME, ATTACKS), language) for language in ("ar", "da"))
    page = render_html(arabic, language="ar", draft=False, layout=product.layout)
    assert '<html lang="ar" dir="rtl">' in page
    assert '<span dir="ltr">41 74 90 90</span>' in page
    starts = {}
    for language, blocks in (("ar", arabic), ("da", danish)):
        made = PdfReader(io.BytesIO(render_pdf(blocks, language=language, draft=False, layout=product.layout)))
        found: list[float] = []
        made.pages[0].extract_text(
            visitor_text=lambda text, cm, tm, *_, found=found: found.append(cm[4]) if "•" in text else None)
        starts[language] = found
    assert starts["ar"]
    assert min(starts["ar"]) > 250 > min(starts["da"])  # bullets stand at the right of each column


def test_a_telephone_number_behind_an_arabic_name_is_drawn_as_it_is_dialled(release, product) -> None:
    line = {"name": "الخط الساخن", "phone": "41 74 90 90", "web": "", "hours": "", "text": "اتصلوا."}
    blocks = [make_sheet(release_of(release), "ar")[0], make_block("contacts", {"lines": [line]}, language="ar")]
    page = PdfReader(io.BytesIO(render_pdf(blocks, language="ar", draft=False))).pages[-1]
    drawn: list[str] = []
    page.extract_text(visitor_text=lambda text, *_: drawn.append(text.strip()))
    assert "41 74 90 90" in drawn  # in one piece from the left, and not 90, 90, 74 and 41


def test_the_style_of_a_page_names_no_side_so_that_it_runs_both_ways() -> None:
    folder = files("workbench.reports") / "templates"
    sheet = "".join((folder / name).read_text(encoding="utf-8") for name in ("report.css", "blocks.css"))
    assert "inset-inline-start" in sheet
    assert re.findall(r"[\w-]*\b(?:left|right)\b\s*:|:\s*(?:left|right)\b", sheet) == []


def test_letters_without_a_font_are_refused_before_anything_is_typeset(release) -> None:
    blocks = make_sheet(release_of(release), "da")
    strange = replace(blocks[1], content={"text": "ሰላም ለሁሉም"})  # Amharic
    with pytest.raises(ReportError, match=r"no packaged font has the characters U\+1201, U\+1208"):
        check_blocks([blocks[0], strange], language="da")
