"""Divergences of runs on images, without a browser: which runs there are, what is said of each family, the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from views.conftest import APP, GoBack, Visit

from genlab.aggregate import decompose
from genlab.live import lab as lab_module
from genlab.live.components import STATIC
from genlab.live.lab import SHIPPED
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.views.measure import aggregate as section
from genlab.views.measure import aggregate_charts as charts
from genlab.views.measure import image_divergences as view

HAN = re.compile(r"[\u4e00-\u9fff]")
PAGE = "measure/divergences"


@pytest.fixture
def shipped(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store with the runs that ship."""
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    section.seen.cache_clear()
    return store


def texts(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    else:
        for part in words.values():
            yield from texts(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("run", "plots"), [("vae-2", 4), ("ae-2", 2), ("gan", 0)])
def test_each_family_in_every_language(visit: Visit, shipped: Store, run: str, plots: int, language: str) -> None:
    visitor = visit(PAGE, view="images", run=run, lang=language)
    assert not visitor.exception
    assert not visitor.error
    assert visitor.session_state[view.CHOSEN] == run
    assert len(visitor.get("plotly_chart")) == plots
    words = " ".join(text.value for text in [*visitor.markdown, *visitor.caption])
    assert bool(HAN.search(words)) == (language == "zh")


def test_runs_on_points_are_not_offered_and_the_shipped_ones_are(visit: Visit, shipped: Store) -> None:
    visitor = visit(PAGE, view="images")
    shipped.create(visitor.session_state["owner"], "gan", "ring8", preset="classroom", name="points")
    mine = shipped.create(visitor.session_state["owner"], "gan", "mnist5k", preset="classroom", name="digits")
    visitor.run()
    offered = visitor.selectbox(view.CHOSEN).options
    assert len(offered) == 1 + sum(run.data == "mnist" for run in shipped.list(SHIPPED))
    assert not [line for line in offered if "points" in line]
    visitor.session_state[view.CHOSEN] = mine.id
    visitor.run()
    assert not visitor.exception
    assert mine.id in visitor.query_params["run"]


def test_the_back_button_leads_to_the_run_before(visit: Visit, shipped: Store, go_back: GoBack) -> None:
    visitor = visit(PAGE, view="images")
    assert "run" not in visitor.query_params  # a step of the back button that would lead nowhere
    visitor.selectbox(view.CHOSEN).set_value("gan").run()
    assert visitor.query_params["run"] in ("gan", ["gan"])
    go_back(visitor, view="images", lang="en")
    assert not visitor.exception
    assert visitor.session_state[view.CHOSEN] == "vae-20"


@pytest.mark.parametrize("run", ["nobody", "../../etc/passwd", ""])
def test_a_run_that_is_not_there_is_ignored(visit: Visit, shipped: Store, run: str) -> None:
    visitor = visit(PAGE, view="images", run=run)
    assert not visitor.exception
    assert visitor.session_state[view.CHOSEN] == "vae-20"


def test_a_link_shows_somebody_elses_run_but_no_points(visit: Visit, store: Store) -> None:
    digits = store.create("somebody", "gan", "mnist5k", preset="classroom")
    points = store.create("somebody", "gan", "ring8", preset="classroom")
    assert visit(PAGE, view="images", run=digits.id).session_state[view.CHOSEN] == digits.id
    visitor = visit(PAGE, view="images", run=points.id)
    assert not visitor.exception
    assert len(visitor.info) == 2  # the address' run cannot be shown here, and there is no other


def test_a_run_without_a_step_has_no_aggregate_yet(visit: Visit, store: Store) -> None:
    fresh = store.create("somebody", "vae", "mnist5k", preset="classroom", state="paused")
    visitor = visit(PAGE, view="images", run=fresh.id)
    assert not visitor.exception
    assert not visitor.get("plotly_chart")


def test_all_its_words_are_translated() -> None:
    data = view.words(lambda text: translate(text, "zh"))
    assert [text for text in texts(data) if not HAN.search(text)] == []
    for text, chinese in zip(texts(view.words(lambda text: text)), texts(data), strict=True):
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", chinese)


def test_digits_have_the_colours_that_the_browser_gives_them() -> None:
    found = re.search(r"DIGITS = \[(.*?)\]", (STATIC / "core/palette.js").read_text(), re.DOTALL)
    assert found is not None
    assert tuple(re.findall(r"#[0-9a-f]{6}", found[1])) == charts.DIGITS


def same(text: str) -> str:
    return text


def test_the_identitys_pieces_add_up_to_the_kl() -> None:
    rng = torch.Generator().manual_seed(1)
    parts = decompose(torch.randn(300, 3, generator=rng), torch.full((300, 3), -4.0))
    figure = charts.identity(parts, same)
    lengths = [float(bar.x[0]) for bar in figure.data]
    assert len(lengths) == 3
    assert min(lengths) >= 0
    assert sum(lengths) == pytest.approx(parts.kl)


def test_a_collapsed_latent_is_grey_and_the_prior_lies_on_top() -> None:
    bars = charts.kl_bars(np.array([2.0, 0.001]), np.array([1, 0]), same).data[0]
    assert list(bars.marker.color) == [charts.COLORS["kl"], charts.COLORS["prior"]]
    at = np.linspace(-4, 4, 81)
    lines = charts.density(at, np.ones((2, 81)), np.array([1, 0]), np.array([0.1, -0.1]), same).data
    assert lines[-1].line.color == charts.COLORS["prior"]
    assert np.trapezoid(lines[-1].y, at) == pytest.approx(1, abs=1e-3)


def test_one_latent_has_a_plane_too() -> None:
    figure = charts.plane(np.zeros((5, 1)), np.array([0]), np.arange(5), True, same)
    assert len(figure.layout.shapes) == 3
