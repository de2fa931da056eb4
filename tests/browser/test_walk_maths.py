"""The walks' maths as the browser computes it, against numpy and scipy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser.served import Server
from numpy.testing import assert_allclose
from playwright.sync_api import Browser, Page
from scipy.spatial import KDTree
from scipy.stats import chi, kstest

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(0)


class Module:
    """A module of the app in a page: module("name", ...) calls its function; arrays go as lists of float32."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def __call__(self, function: str, *arguments: Any) -> Any:
        plain = [argument.tolist() if isinstance(argument, np.ndarray) else argument for argument in arguments]
        return self.page.evaluate(
            """async ([module, name, values]) => {
              const array = (value) =>
                typeof value[0] === "number" ? Float32Array.from(value) : value;
              const result = (await import(`/lab/static/maths/${module}.js`))[name](...values.map(array));
              const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value) : value;
              return result?.next ? [...result].at(-1) : plain(result);
            }""",
            [self.name, function, plain],
        )


@pytest.fixture(scope="module")
def tab(server: Server, browser: Browser) -> Iterator[Page]:
    """One page for all: nothing of it is kept from test to test."""
    page = browser.new_page()
    page.goto(f"{server.address}/lab/static/core/palette.js")
    yield page
    page.close()


@pytest.fixture
def paths(tab: Page) -> Module:
    return Module(tab, "paths")


@pytest.fixture
def holes(tab: Page) -> Module:
    return Module(tab, "holes")


def slerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """By turning a towards b in the plane that they span, which needs no quotient of sines of (1 - t) w."""
    along = a / np.linalg.norm(a)
    across = b - (b @ along) * along
    across /= np.linalg.norm(across)
    angle = np.arctan2(b @ across, b @ along)
    # b is beta (cos w along + sin w across): the coefficients of a and b that give direction t w
    coefficient_b = np.sin(t * angle) / np.sin(angle)
    coefficient_a = np.cos(t * angle) - coefficient_b * np.cos(angle)
    return coefficient_a * a + coefficient_b * b


def test_lines_and_arcs(paths: Module) -> None:
    a, b = RNG.standard_normal((2, 20)).astype(np.float32)
    for t in (0, 0.25, 0.5, 0.9, 1):
        assert_allclose(paths("lerp", a, b, t), (1 - t) * a + t * b, atol=1e-6)
        assert_allclose(paths("slerp", a, b, t), slerp(a, b, t), atol=1e-5)
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    lengths = [np.linalg.norm(paths("slerp", a, b, t)) for t in np.linspace(0, 1, 7).tolist()]
    assert_allclose(lengths, np.linalg.norm(a), rtol=1e-6)


@pytest.mark.parametrize("b", [[2.0, 4.0], [-1.0, -2.0], [0.0, 0.0], [1.0, 2.0]])
def test_where_there_is_no_arc_the_line_is_taken(paths: Module, b: list[float]) -> None:
    a = np.array([1.0, 2.0])
    assert_allclose(paths("slerp", a, np.array(b), 0.25), 0.75 * a + 0.25 * np.array(b), atol=1e-6)


def test_sums_of_codes(paths: Module) -> None:
    code, plus, minus = RNG.standard_normal((3, 8)).astype(np.float32)
    assert_allclose(paths("arithmetic", code, plus, minus, -1.5), code - 1.5 * (plus - minus), atol=1e-6)
    moved = paths("withLatent", code, 3, 9)
    assert moved[3] == 9
    assert_allclose(np.delete(moved, 3), np.delete(code, 3), atol=0)


@pytest.mark.parametrize("latents", [1, 2, 20, 64, 128])
def test_the_shell_of_a_normal_prior(paths: Module, latents: int) -> None:
    shell = paths("shell", latents, "normal")
    assert shell["typical"] == pytest.approx(np.sqrt(latents))
    # Wilson and Hilferty's quantiles: some hundredths off in one and two dimensions
    error = 0.07 if latents <= 2 else 0.01
    assert shell["low"] == pytest.approx(chi.ppf(0.025, latents), abs=error)
    assert shell["high"] == pytest.approx(chi.ppf(0.975, latents), abs=error)


@pytest.mark.parametrize("latents", [20, 64])
def test_the_shell_of_a_uniform_prior(paths: Module, latents: int) -> None:
    lengths = np.linalg.norm(RNG.uniform(-1, 1, (100_000, latents)), axis=1)
    shell = paths("shell", latents, "uniform")
    assert shell["typical"] == pytest.approx(np.sqrt((lengths**2).mean()), rel=0.01)
    inside = ((shell["low"] < lengths) & (lengths < shell["high"])).mean()
    assert inside == pytest.approx(0.95, abs=0.005)


def test_steps_between_pictures(paths: Module) -> None:
    pictures = RNG.uniform(0, 1, (5, 784))
    assert paths("meanSquaredStep", pictures.tolist()) == pytest.approx((np.diff(pictures, axis=0) ** 2).mean())


@pytest.mark.parametrize("dims", [2, 20])
def test_holes_by_their_rule(holes: Module, dims: int) -> None:
    codes = RNG.standard_normal((600, dims)).astype(np.float32)
    codes[:, 0] += np.where(codes[:, 0] > 0, 2, -2)  # a gap in the middle
    draws = RNG.standard_normal((500, dims)).astype(np.float32)
    apart = KDTree(codes).query(codes, k=2)[0][:, 1]
    threshold = np.quantile(apart, 0.95)
    away = KDTree(codes).query(draws)[0]
    found = holes("measureHoles", codes.ravel(), draws.ravel(), dims)
    assert found["typical"] == pytest.approx(np.median(apart), rel=1e-5)
    assert found["threshold"] == pytest.approx(threshold, rel=1e-5)
    assert found["share"] == pytest.approx((away > threshold).mean(), abs=1e-9)
    assert found["share"] > 0.08


def test_no_holes_are_found_where_codes_and_draws_are_alike(holes: Module) -> None:
    codes, draws = RNG.standard_normal((2, 1500, 3)).astype(np.float32)
    assert holes("measureHoles", codes.ravel(), draws.ravel(), 3)["share"] == pytest.approx(0.05, abs=0.02)


def test_noise_has_the_distribution_that_its_name_says(holes: Module) -> None:
    assert kstest(holes("noise", 3, 20_000), "norm").pvalue > 0.01
    assert kstest(holes("noise", 3, 20_000, "uniform"), "uniform", (-1, 2)).pvalue > 0.01
    assert holes("noise", 3, 50) == holes("noise", 3, 50)
    assert holes("noise", 3, 50) != holes("noise", 4, 50)


def test_draws_from_codes_and_from_the_fitted_normal(holes: Module) -> None:
    means = np.full(20_000, 3, np.float32)
    drawn = np.array(holes("drawCodes", means, np.full(20_000, 2 * np.log(0.5)), 1))
    assert drawn.mean() == pytest.approx(3, abs=0.02)
    assert drawn.std() == pytest.approx(0.5, abs=0.01)

    covariance = np.array([[2.0, 0.9, 0], [0.9, 1.0, 0.3], [0, 0.3, 0.5]])
    variances, columns = np.linalg.eigh(covariance)
    center = np.array([1.0, -2.0, 0.5])
    draws = holes("drawFitted", center, columns.T.ravel(), np.sqrt(variances), 20_000, 5)
    draws = np.array(draws).reshape(-1, 3)
    assert_allclose(draws.mean(0), center, atol=0.04)
    assert_allclose(np.cov(draws.T), covariance, atol=0.06)


def test_codes_on_a_plane(holes: Module) -> None:
    codes, origin = RNG.standard_normal((30, 5)), RNG.standard_normal(5)
    across, up = np.linalg.qr(RNG.standard_normal((5, 2)))[0].T
    plane = np.array(holes("project", codes.ravel(), 5, origin, across, up)).reshape(-1, 2)
    assert_allclose(plane, (codes - origin) @ np.stack([across, up]).T, atol=1e-5)


@pytest.mark.parametrize("kind", ["axes", "latents"])
def test_a_plane_of_an_atlas(paths: Module, kind: str) -> None:
    axes, center = np.linalg.qr(RNG.standard_normal((4, 4)))[0], RNG.standard_normal(4)
    points = RNG.multivariate_normal([1, 2], [[2, 0.8], [0.8, 1]], 4000)
    found = paths.page.evaluate(
        """async ([axes, center, kind, points]) => {
          const { planeOf, onPlane, normalOnPlane } = await import("/lab/static/maths/plane.js");
          const { project } = await import("/lab/static/maths/holes.js");
          const data = (values) => ({ data: Float32Array.from(values) });
          const atlas = new Map([["axes", data(axes)], ["center", data(center)], ["order", data([2, 0, 1, 3])]]);
          const plane = planeOf(atlas, kind);
          const z = onPlane(plane, 0.7, -1.2);
          const prior = normalOnPlane(plane, [], true);
          const fitted = normalOnPlane(plane, points, false);
          const back = project(z, 4, plane.origin, plane.across, plane.up);
          return { z: [...z], back: [...back], names: plane.names, prior, fitted };
        }""",
        [axes.ravel().tolist(), center.tolist(), kind, points.ravel().tolist()],
    )
    assert_allclose(found["back"], [0.7, -1.2], atol=1e-5)
    if kind == "axes":
        assert_allclose(found["z"], center + 0.7 * axes[0] - 1.2 * axes[1], atol=1e-5)
        assert_allclose(found["prior"]["middle"], axes[:2] @ -center, atol=1e-5)
    else:
        assert found["names"] == ["z3", "z1"]
        assert_allclose(found["z"], [-1.2, center[1], 0.7, center[3]], atol=1e-5)
        assert_allclose(found["prior"]["middle"], 0, atol=1e-6)
    variances, columns = np.linalg.eigh(np.cov(points.T, bias=True))
    assert_allclose(found["fitted"]["middle"], points.mean(0), atol=1e-6)
    assert_allclose(found["fitted"]["deviations"], np.sqrt(variances[::-1]), rtol=1e-6)
    direction = np.array([np.cos(found["fitted"]["angle"]), np.sin(found["fitted"]["angle"])])
    assert abs(direction @ columns[:, 1]) == pytest.approx(1, abs=1e-6)


def test_a_table_of_codes_gives_every_float32_back(paths: Module) -> None:
    z = np.float32([1 / 3, -1e-30, 16777217, 0.1])
    text = paths.page.evaluate(
        """async (z) => {
          const { codesCsv } = await import("/lab/static/maths/paths.js");
          return codesCsv(["path", "t"], [[["straight", 0.5], Float32Array.from(z)]]);
        }""",
        z.tolist(),
    )
    head, row = text.strip().split("\n")
    assert head == "path,t,z1,z2,z3,z4"
    assert row.split(",")[:2] == ["straight", "0.5"]
    assert np.array_equal(np.float32(row.split(",")[2:]), z)
