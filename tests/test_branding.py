"""The municipality's own colour and logo: read where they can be used, refused with what to change where not."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.errors import CardError
from workbench.look import contrast, read_look
from workbench.settings import Settings, read_settings
from workbench.starting import start_study

LOGO = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><style>.a{fill:#0a3}</style>'
        '<g class="a"><rect width="40" height="10"/></g></svg>')


def png(width: int = 4, height: int = 4) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + bytes([8, 0, 0, 0, 0]))
            + chunk(b"IDAT", zlib.compress(bytes((width + 1) * height))) + chunk(b"IEND", b""))


def branded(folder: Path, colour: str = "", logo: str = "", content: str | bytes = LOGO) -> Settings:
    start_study(folder, name="Ny By", contact="Ny By Kommune")
    if logo:
        (folder / logo).write_bytes(content if isinstance(content, bytes) else content.encode())
    said = "".join(f'{name} = "{value}"\n' for name, value in (("colour", colour), ("logo", logo)) if value)
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[look]\n{said}")
    return read_settings(folder)


def test_a_colour_that_can_be_read_and_a_plain_logo_are_taken(tmp_path) -> None:
    brand = branded(tmp_path, "#7a1f3d", "logo.svg").brand
    assert (brand.colour, brand.logo, brand.is_svg) == ("#7a1f3d", LOGO.encode(), True)
    assert brand.address().startswith("data:image/svg+xml;base64,")


def test_a_png_is_taken_as_what_it_is_whatever_its_name(tmp_path) -> None:
    assert not branded(tmp_path, logo="logo.bin", content=png()).brand.is_svg


def test_a_colour_too_light_to_be_read_is_refused_with_one_that_can_be(tmp_path) -> None:
    with pytest.raises(CardError, match=r"#f5a800 is too light.*(#[0-9a-f]{6}) is the nearest") as refused:
        branded(tmp_path, "#f5a800")
    offered = str(refused.value).split("; #")[1][:6]
    assert 4.5 <= min(contrast(f"#{offered}", paper) for paper in (read_look().page, read_look().tint)) < 5


def test_a_colour_that_is_readable_on_white_alone_is_refused(tmp_path) -> None:
    assert contrast("#757575", read_look().page) > 4.5 > contrast("#757575", read_look().tint)
    with pytest.raises(CardError, match="too light"):
        branded(tmp_path, "#757575")


@pytest.mark.parametrize("colour", ["red", "#12345", "00567d", "#00567d; x"])
def test_a_colour_that_is_no_six_digits_is_refused(tmp_path, colour: str) -> None:
    with pytest.raises(CardError, match="six hexadecimal digits"):
        branded(tmp_path, colour)


@pytest.mark.parametrize(("content", "words"), [
    (LOGO.replace("<g", "<script>alert(1)</script><g"), "element script"),
    (LOGO.replace("<g", "<text>By</text><g"), "element text"),
    (LOGO.replace("<g", "<foreignObject/><g"), "element foreignObject"),
    (LOGO.replace("<g", '<g onload="x()"'), "a script"),
    (LOGO.replace("<rect", '<use href="https://by.example/x.svg#a"/><rect'), "outside itself"),
    (LOGO.replace("<rect", '<rect fill="url(https://by.example/x)"/><rect'), "outside itself"),
    (LOGO.replace(".a{", "@import 'x';.a{"), "style sheet"),
    (LOGO.replace("<g", '<b xmlns="http://www.w3.org/1999/xhtml"/><g'), "element b"),
    ('<!DOCTYPE svg [<!ENTITY a "b">]>' + LOGO, "not well-formed"),
    (LOGO.replace(' viewBox="0 0 40 10"', ""), "with a size"),
    (LOGO.replace("<rect", "<g>" * 50 + "<rect").replace("</g>", "</g>" * 51), "nests"),
    (LOGO + " " * 200_000, "larger than 200 kB"),
    (png(5000, 1), "pixels"),
    ("GIF89a", "not well-formed"),
])
def test_a_logo_that_holds_more_than_shapes_of_its_own_is_refused(tmp_path, content: str | bytes, words: str) -> None:
    with pytest.raises(CardError, match=words):
        branded(tmp_path, logo="logo.svg", content=content)


def test_a_logo_outside_the_study_or_of_another_kind_is_refused(tmp_path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    with pytest.raises(CardError, match="in the folder of the study"):
        branded(tmp_path / "by", logo="../logo.svg")
    with pytest.raises(CardError, match="neither SVG nor PNG"):
        branded(tmp_path / "havn", logo="logo.jpg", content=b"\xff\xd8")


def test_an_unknown_word_in_the_section_is_named(tmp_path) -> None:
    start_study(tmp_path)
    with (tmp_path / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[look]\ncolor = "#00567d"\n')
    with pytest.raises(CardError, match="look: unknown: color"):
        read_settings(tmp_path)


def test_any_colour_that_is_taken_can_be_read_on_a_dark_screen_too() -> None:
    for colour in ("#000000", "#7a1f3d", "#004d00", "#5a3c00"):
        look = read_look().with_accent(colour)
        assert look.accent == colour
        assert min(contrast(look.dark["accent"], look.dark[paper]) for paper in ("page", "tint")) >= 4.5
    assert read_look().with_accent(None) is read_look()


def test_a_study_without_name_and_contact_works_and_says_what_is_missing(tmp_path) -> None:
    start_study(tmp_path)
    settings = read_settings(tmp_path)
    assert settings.missing_for_publication() == ("name", "contact")
    assert replace(settings, name="Odense", contact="Odense Kommune").missing_for_publication() == ()


def test_the_made_up_citys_name_never_stands_on_other_data(tmp_path) -> None:
    start_study(tmp_path, name="lillehavn", contact="x@lillehavn.invalid")
    assert read_settings(tmp_path).missing_for_publication() == ("made_up_name", "made_up_contact")


def test_the_made_up_city_says_that_it_is_and_may_be_published(tmp_path) -> None:
    start_study(tmp_path, is_city=True)
    settings = read_settings(tmp_path)
    assert (settings.name, settings.made_up, settings.missing_for_publication()) == ("Lillehavn", True, ())
