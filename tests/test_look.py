"""Everything looks the same, and can be read and told apart by everyone."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from workbench.look import read_look

SOURCE = Path(__file__).parents[1] / "src" / "workbench"
LOOK = read_look()
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    """Return the contrast of WCAG 2.2."""
    light, dark = sorted((float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (one, two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, two: str, eye: str) -> float:
    """Return how far two colours are apart to an eye (CIELAB, 1976)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])

    def lab(colour: str) -> np.ndarray:
        seen = to_xyz @ np.clip(EYES[eye] @ linear(colour), 0, 1) / np.array([0.9505, 1, 1.089])
        f = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    return float(np.linalg.norm(lab(one) - lab(two)))


@pytest.mark.parametrize("paper", ["#ffffff", LOOK.tint, LOOK.draft])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "alarm"])
def test_text_can_be_read_on_white_in_boxes_and_on_a_draft(name: str, paper: str) -> None:
    assert contrast(getattr(LOOK, name), paper) >= 4.5


@pytest.mark.parametrize("colour", [*LOOK.palette, LOOK.accent, LOOK.alarm, LOOK.quiet, LOOK.muted])
def test_bars_and_signs_stand_out_from_the_page_in_greyscale_too(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3


@pytest.mark.parametrize("eye", list(EYES))
def test_what_a_chart_is_about_is_told_from_what_stands_beside_by_every_eye(eye: str) -> None:
    for one, two in combinations((LOOK.accent, LOOK.alarm, LOOK.quiet, "#ffffff"), 2):
        assert distance(one, two, eye) >= 25, (one, two)


def test_groups_are_told_apart_by_colour_and_by_sign() -> None:
    for one, two in combinations(LOOK.palette, 2):
        assert distance(one, two, "normal") >= 18, (one, two)
    for signs in (LOOK.markers, LOOK.symbols):
        assert len(set(signs)) == len(LOOK.palette) == 8


def test_a_heat_map_only_gets_darker() -> None:
    steps = [contrast(c, "#000000") for c in ("#ffffff", LOOK.pale, LOOK.deep)]
    assert all(a > b for a, b in pairwise(steps))


def test_no_colour_is_written_down_twice() -> None:
    found = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*")
             if path.suffix in (".py", ".css", ".typ", ".j2", ".html", ".js") and
             re.search(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))}
    assert found == set()


def test_the_style_sheet_uses_what_the_look_defines_and_nothing_else() -> None:
    folder = SOURCE / "reports" / "templates"
    sheet = "".join((folder / name).read_text(encoding="utf-8") for name in ("report.css", "blocks.css"))
    used, defined = set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet)), set(re.findall(r"--([a-z0-9-]+):", LOOK.for_html()))
    assert used == defined
    assert f"--accent: {LOOK.accent};" in LOOK.for_html()
    assert '"Source Sans 3", "Source Sans Pro", system-ui' in LOOK.for_html()


def test_the_page_of_the_interactive_map_uses_what_the_look_defines() -> None:
    page = (SOURCE / "actors" / "map.html").read_text(encoding="utf-8")
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", page)) <= set(re.findall(r"--([a-z0-9-]+):", LOOK.for_html()))


def test_the_template_of_the_pdf_uses_what_the_look_defines() -> None:
    templates = (SOURCE / "reports" / "templates").glob("*.typ")
    text = "".join(path.read_text(encoding="utf-8") for path in templates)
    given = LOOK.for_pdf()
    assert set(re.findall(r"look\.([a-z]+)", text)) == set(given)
    assert set(given["sheet"]) < set(given["points"])
    assert set(re.findall(r'size\("([a-z0-9-]+)"\)', text)) | {"label"} == set(given["points"])
