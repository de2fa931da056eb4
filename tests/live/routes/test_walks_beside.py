"""Which runs stand side by side on a walk, and what can be walked."""

from __future__ import annotations

from typing import Any

import pytest

from genlab.live.widgets.walks import beside, describe_run, parts_of
from genlab.runs import Store


@pytest.fixture
def make(tmp_path: Any) -> Any:
    store = Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    yield lambda family, data, latents, **more: store.create(
        "me", family, data, {"latents": latents} | more, preset="classroom"
    )
    store.close()


def test_the_other_families_stand_beside_a_run_in_one_order(make: Any) -> None:
    small, large, vae, gan = (
        make("ae", "mnist", 2),
        make("ae", "mnist", 20),
        make("vae", "mnist", 20),
        make("gan", "mnist", 64),
    )
    shipped = [gan, small, large, vae]
    assert [run.id for run in beside(vae, shipped)] == [large.id, vae.id, gan.id]
    mine = make("vae", "mnist5k", 3)
    assert [run.id for run in beside(mine, shipped)] == [small.id, mine.id, gan.id]
    other = make("vae", "fashion", 3)
    assert [run.id for run in beside(other, shipped)] == [other.id]


def test_what_can_be_walked(make: Any) -> None:
    assert parts_of(make("vae", "mnist", 2), "images") == ["between", "arithmetic", "traversals", "holes"]
    assert parts_of(make("gan", "mnist", 2), "images") == ["between", "traversals"]
    assert parts_of(make("gan", "ring8", 2), "points") == ["between"]


def test_a_run_is_described_by_what_its_family_can_do(make: Any) -> None:
    ae, gan = describe_run(make("ae", "mnist", 7), True), describe_run(make("gan", "mnist", 5, noise="uniform"), False)
    assert (ae["encodes"], ae["prior"], ae["latents"], ae["noise"], ae["chosen"]) == (True, False, 7, "normal", True)
    assert (gan["encodes"], gan["prior"], gan["latents"], gan["noise"], gan["chosen"]) == (
        False,
        True,
        5,
        "uniform",
        False,
    )
