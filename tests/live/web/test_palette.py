"""One colour, one meaning: the same in the browser, on the server and in styles, and nothing else wears it."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from genlab.live.components import STATIC
from genlab.live.widgets.run_view import COLORS

ROOT = Path(__file__).resolve().parents[3]
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
QUANTITIES = {role: colour for role, colour in COLORS.items() if HEX.fullmatch(colour)}
WHITE, BLACK = "#FFFFFF", "#0E1117"  # the pages of Streamlit's themes

# Linear RGB as it is seen without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1).
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503]])


def linear(colour: str) -> NDArray[np.float64]:
    """#RRGGBB as linear RGB in [0, 1]."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear RGB in CIE L*a*b*, where a distance of 2.3 is the least that is seen."""
    x, y, z = TO_XYZ @ rgb.clip(0, 1) / np.array([0.95047, 1, 1.08883])
    x, y, z = (np.cbrt(part) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, blindness: str) -> float:
    """How far two colours are from each other in these eyes."""
    seen = [lab(BLINDNESS[blindness] @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours' luminances, 1 to 21."""
    dark, light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_a_colour_means_the_same_in_the_browser_in_styles_and_on_the_server() -> None:
    script = (STATIC / "core/palette.js").read_text()
    found = re.search(r"COLORS = (\{.*?\});", script, re.DOTALL)
    assert found is not None
    ours = json.loads(re.sub(r"(\w+):", r'"\1":', found[1]).replace(",\n}", "\n}"))
    assert ours.items() <= COLORS.items()
    style = dict(re.findall(r"--gl-(\w+): (#\w+)", (STATIC / "core/palette.css").read_text()))
    assert style.pop("alarm") not in COLORS.values()
    assert style == ours


def test_no_two_meanings_share_a_colour() -> None:
    assert len({colour.lower() for colour in COLORS.values()}) == len(COLORS)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_can_be_told_apart_by_people_with_every_kind_of_colour_blindness(blindness: str) -> None:
    near = {
        (one, other): round(distance, 1)
        for one, other in combinations(QUANTITIES, 2)
        if (distance := apart(QUANTITIES[one], QUANTITIES[other], blindness)) < 7
    }
    assert near == {}


@pytest.mark.parametrize("role", ["discriminator", "value", "variation", "transport"])
def test_a_colour_beside_okabe_and_itos_is_seen_on_both_pages(role: str) -> None:
    for page in (WHITE, BLACK):
        assert contrast(COLORS[role], page) >= 3, (role, page)  # WCAG 2.1, 1.4.11: lines


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_styles_name_a_quantitys_colour_by_its_meaning(path: Path) -> None:
    if path.name != "palette.css":
        used = {colour.lower() for colour in HEX.findall(path.read_text())}
        assert not used & {colour.lower() for colour in COLORS.values()}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_buttons_and_notes_have_no_colour_of_a_quantity(theme: str) -> None:
    chosen = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    for setting in ("primaryColor", "blueColor"):
        for role in ("data", "generated", "latent", "reconstruction", "kl", "js", "discriminator", "value"):
            assert apart(chosen[setting], COLORS[role], "none") > 20, (setting, role)
