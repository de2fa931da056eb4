"""The playground's arithmetic in the browser against Python's."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest
import torch
from browser.served import Server
from playwright.sync_api import Page

from genlab.data.drawn import drawn_name, drawn_points
from genlab.models.points import NOTHING_SAID

pytestmark = pytest.mark.browser


@pytest.fixture
def maths(page: Page, server: Server) -> Any:
    """maths(expression, argument): a value of the module, which the expression calls m."""
    page.goto(f"{server.address}/lab/static/core/palette.js")

    def evaluate(expression: str, argument: Any = None) -> Any:
        call = (
            f"async (argument) => {{ const m = await import('/lab/static/maths/playground.js'); return {expression}; }}"
        )
        return page.evaluate(call, argument)

    return evaluate


def test_the_normal_quantile_is_scipys_and_torchs(maths: Any) -> None:
    levels = [1e-6, 0.001, 0.02, 0.024, 0.025, 0.3, 0.5, 0.7, 0.975, 0.98, 0.999, 1 - 1e-6]
    expected = torch.special.ndtri(torch.tensor(levels, dtype=torch.float64))
    found = torch.tensor(maths("argument.map(m.normalQuantile)", levels), dtype=torch.float64)
    torch.testing.assert_close(found, expected, rtol=2e-9, atol=1e-9)


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_the_lattice_is_the_servers(maths: Any, noise: str) -> None:
    from genlab.models.points import lattice

    for latents, count in ((2, 441), (1, 101)):
        normal = lattice(latents)
        assert normal is not None
        expected = normal if noise == "normal" else torch.erf(normal / 2**0.5)
        found = maths(f"Array.from(m.latticeNoise({count}, '{noise}'))")
        torch.testing.assert_close(torch.tensor(found).view(-1, latents), expected, rtol=1e-5, atol=1e-5)


def test_cells_of_a_sheared_lattice_have_the_density_of_their_area(maths: Any) -> None:
    side, shear = 5, np.array([[0.3, 0.1], [0.05, 0.2]])
    ticks = np.arange(side)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2) @ shear.T
    found = maths(f"Array.from(m.cellDensities(argument, {side}))", places.ravel().tolist())
    expected = 1 / (side - 1) ** 2 / abs(np.linalg.det(shear))
    np.testing.assert_allclose(found, np.full((side - 1) ** 2, expected), rtol=1e-5)


def test_a_drawing_has_the_name_that_the_server_gives_it(maths: Any) -> None:
    points = np.random.default_rng(1).uniform(-1.4, 1.4, (200, 2))
    name = maths("m.drawnName(argument)", points.tolist())
    assert name == drawn_name(points)
    np.testing.assert_allclose(maths("m.drawnPoints(argument)", name), drawn_points(name), atol=1e-12)


def test_the_median_of_curves(maths: Any) -> None:
    curves = [[[0, 3.0], [1, 1.0]], [[0, 1.0], [1, 2.0]], [[0, 2.0]], [[0, 9.0], [2, 5.0]]]
    expected = [[0, statistics.median([3.0, 1.0, 2.0, 9.0])], [1, statistics.median([1.0, 2.0])]]
    assert maths("m.medianCurve(argument)", curves) == expected


def test_between_two_frames_numbers_go_straight(maths: Any) -> None:
    call = "Array.from(m.blend({a: [0, 4], b: [1]}, {a: [8, 0], b: [5, 5]}, argument).a)"
    assert maths(call, 0.25) == [2, 3]
    assert maths(call, 1) == [8, 0]
    # What has another size now is as it is now.
    assert maths("m.blend({b: [1]}, {b: [5, 5]}, 0.5).b") == [5, 5]
    eased = maths("[0, 0.25, 0.5, 0.75, 1].map(m.ease)")
    assert eased == sorted(eased)
    assert (eased[0], eased[2], eased[4]) == (0, 0.5, 1)


def test_a_belief_of_one_half_is_paper_and_row_0_lies_below(maths: Any) -> None:
    pixels = maths(
        "Array.from(m.beliefPixels((i) => argument[i], 2,"
        " {data: [0, 0, 255], generated: [255, 165, 0], paper: [250, 250, 250]}, 1))",
        [0.5, 1.0, 0.0, 0.5],
    )
    rows = [tuple(pixels[at : at + 3]) for at in range(0, 16, 4)]
    assert rows == [(255, 165, 0), (250, 250, 250), (250, 250, 250), (0, 0, 255)]


def test_arrows_point_along_the_gradient_on_one_scale(maths: Any) -> None:
    gradient = [[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [6.0, 8.0]]
    given = np.ravel(gradient).tolist()
    found = np.array(maths("m.arrows(new Float32Array(8), argument, {longest: 0.3, half: 5, each: 1})", given))
    lengths = np.hypot(*(found[:, 2:] - found[:, :2]).T)
    np.testing.assert_allclose(lengths, [0.15, 0.3 * 0.5 / 5.5, 0, 0.2], atol=1e-6)
    np.testing.assert_allclose((found[1, 2:] - found[1, :2]) / lengths[1], [0.6, 0.8], atol=1e-6)
    # Other arrows beside it change none: a gradient that vanishes is seen to vanish.
    alone = maths("m.arrows(new Float32Array(2), argument, {longest: 0.3, half: 5})", [0.3, 0.4])
    np.testing.assert_allclose(alone[0], found[1], atol=1e-7)


def test_what_lies_beyond_the_stage(maths: Any) -> None:
    found = maths("[...m.beyond(new Float32Array(argument))]", [0, 0, 1.6, 0, 1.5, -1.5, 0, -1.51, 1e30, 1e30])
    assert found == [1, 3, 4]


def test_where_d_star_says_nothing_no_d_is_wrong(maths: Any) -> None:
    frame = {"field": [255, 0, 255, 0], "best": [NOTHING_SAID, NOTHING_SAID, 0, 255]}
    found = maths("[0, 1, 2, 3].map(m.beliefOf(argument, 'difference'))", frame)
    assert found == [0.5, 0.5, 1.0, 0.0]


def test_curves_are_compared_at_the_last_step_that_all_have(maths: Any) -> None:
    curves = [[[1, 0.6], [10, 0.5], [20, 0.1]], [[1, 0.7], [15, 0.4]]]
    assert maths("m.together(argument)", curves) == {"step": 15, "values": [0.5, 0.4]}
    assert maths("m.together([[], [[1, 0.6]]])") is None


def test_digits_of_nothing_and_of_very_much(maths: Any) -> None:
    """What rounding leaves of nothing is 0, and an infinite KL, a million in curves, is told in four signs."""
    values = [0, -2.3e-9, 1e-8, 0.0004, -0.0213, 0.5, 12.3, 1e6]
    found = maths("argument.map((await import('/lab/static/shared/formula.js')).digits)", values)
    assert found == ["0.000", "0.000", "0.000", "4.0e-4", "-0.0213", "0.500", "12.30", "1e+6"]
