"""Drawn data: a name that carries its points, and the names that are none."""

from __future__ import annotations

import base64
import math
import string

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from genlab.data import DATASETS, DRAWN, available, describe, drawn_name, get, load
from genlab.data.drawn import MOST, REACH, STD, drawn_points
from genlab.data.points import PointData

STEP = 2 * REACH / 255
COORDINATE = st.floats(-REACH, REACH)


def named(steps: bytes) -> str:
    return "drawn-" + base64.urlsafe_b64encode(steps).decode().rstrip("=")


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=MOST))
def test_a_name_carries_its_points_to_the_nearest_step(points: list[tuple[float, float]]) -> None:
    name = drawn_name(points)
    found = drawn_points(name)
    np.testing.assert_allclose(found, points, atol=STEP / 2 + 1e-9)
    assert drawn_name(found) == name
    assert set(name) <= set(string.ascii_letters + string.digits + "-_")


def test_a_byte_is_a_place_on_the_square() -> None:
    assert drawn_points(named(bytes([0, 255, 51, 204]))) == [(-1.2, 1.2), (pytest.approx(-0.72), pytest.approx(0.72))]
    assert drawn_name([[-1.2, 1.2]]) == named(bytes([0, 255])) == "drawn-AP8"
    assert drawn_name([[-7, 1.3]]) == "drawn-AP8"  # beyond the square: its edge


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (np.zeros((0, 2)), r"got shape \[0, 2\], allowed: \[1 to 200, 2\]"),
        (np.zeros((MOST + 1, 2)), r"got shape \[201, 2\]"),
        (np.zeros(2), r"got shape \[2\]"),
        (np.zeros((3, 3)), r"got shape \[3, 3\]"),
        ([[0, math.nan]], "NaN"),
        ([[math.inf, 0]], "infinity"),
    ],
)
def test_what_cannot_be_drawn(points: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        drawn_name(points)


HOSTILE = {
    "nothing": "drawn-",
    "one coordinate": named(b"a"),
    "a coordinate too many": named(b"abc"),
    "too many points": named(bytes(2 * MOST + 2)),
    "a megabyte": "drawn-" + "A" * 2**20,
    "padding": named(b"ab") + "=",
    "the other alphabet": "drawn-" + base64.b64encode(bytes([255, 255])).decode().rstrip("="),
    "bits left over": "drawn-AP9",
    "a length base 64 cannot have": "drawn-AAAAA",
    "a line break": named(b"abcd") + "\n",
    "a blank": "drawn- AP8",
    "another script": "drawn-ＡＰ８",
    "a path": "drawn-../../etc/passwd",
    "upper case": "DRAWN-AP8",
    "a null": "drawn-AP8\0",
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("ask", [load, get, describe, available])
def test_other_names_are_unknown_in_one_short_sentence(what: str, ask) -> None:
    with pytest.raises(ValueError, match=r"^data set: got '.*, allowed") as refusal:
        ask(HOSTILE[what])
    assert len(str(refusal.value)) < 400
    assert "\n" not in str(refusal.value)


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_every_name_that_is_taken_is_the_one_its_points_have(text: str) -> None:
    try:
        points = drawn_points("drawn-" + text)
    except ValueError:
        return
    assert drawn_name(points) == "drawn-" + text


def test_the_density_is_an_equal_mixture_and_the_samples_are_its() -> None:
    name = drawn_name([[-0.5, 0.5], [0.7, -0.1], [1.2, 1.2]])
    data = load(name)
    assert isinstance(data, PointData)
    centres = drawn_points(name)
    places = torch.rand(200, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 3 - 1.5
    truth = sum(multivariate_normal(c, STD**2 * np.eye(2)).pdf(places.numpy()) / 3 for c in centres)
    np.testing.assert_allclose(data.log_density(places).exp().numpy(), truth, rtol=1e-9, atol=1e-300)
    grid, cell = data.grid(300)
    assert float(data.log_density(grid).exp().sum()) * cell == pytest.approx(1, abs=1e-5)
    samples = data.sample(9000, torch.Generator().manual_seed(0))
    nearest = torch.cdist(samples.double(), torch.tensor(centres, dtype=torch.float64)).argmin(dim=1)
    np.testing.assert_allclose(torch.bincount(nearest, minlength=3).numpy() / 9000, 1 / 3, atol=0.02)
    assert data.modes is data.mode_std is data.quality_ceiling is None
    assert data.modes_and_quality(samples) is None


def test_a_point_drawn_twice_counts_twice() -> None:
    data = load(drawn_name([[0, 0], [0, 0], [1, 0]]))
    samples = data.sample(9000, torch.Generator().manual_seed(0))  # pyright: ignore[reportAttributeAccessIssue]
    assert float((samples[:, 0] < 0.5).float().mean()) == pytest.approx(2 / 3, abs=0.02)


def test_it_is_described_like_any_other_but_not_listed() -> None:
    name = drawn_name(np.zeros((MOST, 2)))
    about = describe(name)
    assert (about.name, about.title, about.kind, about.shape) == (name, DRAWN, "points", (2,))
    assert about.title == "Drawn by hand"
    assert available(name)
    assert name not in DATASETS
    assert len(name) <= 600  # what the store's column takes
