"""What a page says of the run that it shows: which it is, whose, and what Start would train instead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import APP, Visit

from genlab.live import lab as lab_module
from genlab.live.lab import shipped_runs
from genlab.models import FAMILIES
from genlab.models.base import phrase, telling
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.views.bench.describe import plane_caption, view_data
from genlab.views.frame.session import last_run_key

SMALL = {"hidden": 8, "batch": 8, "latents": 3}


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, store: Store) -> Store:
    """A store with the shipped runs."""
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    shipped_runs()
    return store


def given(visitor: AppTest, component: str) -> dict[str, Any]:
    """What the page's component of that name is handed."""
    assert not visitor.exception
    (part,) = [one for one in visitor.get("bidi_component") if one.proto.component_name == f"genlab_{component}"]
    return json.loads(part.proto.json)


def shown(visitor: AppTest, component: str = "run") -> dict[str, Any]:
    """What the page says of its run."""
    return given(visitor, component)["shown"]


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("autoencoder", "MNIST, N = 20"),
        ("vae", "MNIST, N = 20, β = 1"),
        ("gan", "MNIST, N = 64, Deep convolutional, Non-saturating loss"),
    ],
)
def test_a_first_visit_says_what_the_pictures_are_of(visit: Visit, shipped: Store, page: str, what: str) -> None:
    said = shown(visit(f"learn/{page}"))
    assert said["what"] == f"{what}, {shipped.get(said['run']).config['steps']:,} steps"
    assert said["whose"] == "shipped"
    assert said["changed"]
    assert said["says"].startswith("MNIST → MNIST 5k")
    assert said["says"].endswith(": Start trains it.")


def test_a_link_to_a_shipped_run_waits_until_it_is_unpacked(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "PRETRAINED", APP.parent / "pretrained")
    assert store.list() == []
    visitor = visit("play/playground", run="vae-ring8")
    assert not visitor.exception
    assert not [info.value for info in visitor.info if "not here" in info.value]
    assert visitor.query_params["run"] == "vae-ring8"


def test_a_chinese_sentence_has_chinese_commas(visit: Visit, shipped: Store) -> None:
    assert shown(visit("learn/vae", lang="zh"))["what"].startswith("MNIST，N = 20，β = 1，")


def test_a_knob_that_differs_from_the_pictures_says_so(visit: Visit, shipped: Store) -> None:
    said = shown(visit("learn/vae", beta="5", latents="2"))
    assert "Latent size 20 → 2" in said["says"]
    assert "1 → 5" in said["says"]
    assert "N = 20, β = 1" in said["what"]
    assert "Non-saturating → Minimax" in shown(visit("learn/gan", loss="minimax"))["says"]
    assert "非饱和 → 极小极大" in shown(visit("learn/gan", loss="minimax", lang="zh"))["says"]


def test_many_changes_are_counted(visit: Visit, shipped: Store) -> None:
    says = shown(visit("learn/gan", preset="best", loss="hinge", latents="5", d_steps="3", r1="2"))["says"]
    assert " more: Start trains it." in says
    assert says.count(" → ") == 3


def test_a_run_of_ones_own_says_what_it_is_and_a_moved_knob_what_start_would_do(visit: Visit, store: Store) -> None:
    visitor = visit("learn/vae", data="ring8")
    visitor.button("start").click().run()
    said = shown(visitor)
    assert (said["what"], said["whose"], said["says"]) == (
        "Ring of 8 Gaussians, N = 2, β = 1, Gaussian likelihood, 4,000 steps", "mine", "",
    )  # fmt: skip
    visitor.select_slider("beta").set_value(5.0).run()  # a live knob: the run itself has it now
    assert "β = 1 → 5" in shown(visitor)["what"]
    assert shown(visitor)["says"] == ""
    visitor.button("stop").click().run()
    visitor.slider("latents").set_value(5).run()
    assert shown(visitor)["says"] == "Latent size 2 → 5: Start trains it."
    assert ", 0 of 4,000 steps" in shown(visitor)["what"]


def test_the_run_before_stays_behind_the_new_one(visit: Visit, shipped: Store) -> None:
    visitor = visit("learn/vae")
    before = given(visitor, "run")
    assert before["behind"] is None
    visitor.button("start").click().run()
    now = given(visitor, "run")
    assert now["run"] != before["run"]
    assert now["behind"] == before["run"]
    assert now["shown"]["says"] == f"Grey: {before['shown']['what']}."
    assert before["run"] in visitor.query_params["behind"]
    visitor.button("stop").click().run()
    visitor.button("start").click().run()
    assert given(visitor, "run")["behind"] == now["run"]


@pytest.mark.parametrize("behind", ["nobody", "itself", "gan", "images"])
def test_nothing_stands_behind_that_is_not_there_or_has_other_curves(visit: Visit, store: Store, behind: str) -> None:
    run = store.create("ada", "vae", "ring8", SMALL, preset="classroom")
    other = store.create("ada", "gan", "ring8", preset="classroom")
    images = store.create("ada", "vae", "mnist5k", preset="classroom")
    ids = {"itself": run.id, "gan": other.id, "images": images.id}
    assert given(visit("learn/vae", run=run.id, behind=ids.get(behind, behind)), "run")["behind"] is None


def test_a_fork_has_its_parent_behind_it_on_every_page_that_trains(visit: Visit, store: Store) -> None:
    run = store.create("ada", "vae", "ring8", SMALL, preset="classroom")
    HotRuns(store).advance(run.id, 0.0, save=True)
    child = store.fork(run.id, store.checkpoint_steps(run.id)[0], "ada")
    assert given(visit("learn/vae", run=child.id), "run")["behind"] == run.id
    assert given(visit("play/playground", run=child.id), "playground")["behind"] == run.id


@pytest.mark.parametrize(
    ("page", "component", "query"),
    [
        ("learn/vae", "run", {}),
        ("play/playground", "playground", {}),
        ("play/latent", "shown", {}),
        ("play/latent", "shown", {"view": "walks"}),
        ("play/latent", "shown", {"view": "draw"}),
    ],
)
def test_somebody_else_s_run_is_called_so_and_a_copy_can_be_taken(
    visit: Visit, store: Store, page: str, component: str, query: dict[str, str]
) -> None:
    run = store.create("somebody", "vae", "ring8", SMALL, preset="classroom")
    data = given(visit(page, run=run.id, **query), component)
    said = data.get("shown", data)
    assert said["run"] == run.id
    assert said["whose"] == "somebody else's run"
    assert said["words"]["fork"] == "Take a copy"
    assert "N = 3" in said["what"]
    mine = visit(page)
    run = store.create(mine.session_state["owner"], "vae", "ring8", SMALL, preset="classroom")
    mine.session_state[last_run_key("vae")] = run.id
    mine.session_state[last_run_key("playground_vae")] = run.id
    mine.query_params["run"] = run.id
    data = given(mine.run(), component)
    assert data.get("shown", data)["words"]["fork"] == "Fork"


def test_images_measured_are_of_a_run_that_is_named(visit: Visit, shipped: Store) -> None:
    said = given(visit("measure/divergences", view="images", run="gan"), "shown")
    assert (said["run"], said["whose"]) == ("gan", "shipped")
    assert said["what"].startswith("MNIST, N = 64, Deep convolutional, Non-saturating loss")


def test_a_link_may_carry_a_knob_moved_beside_a_run(visit: Visit, store: Store) -> None:
    run = store.create("somebody", "vae", "ring8", SMALL, preset="classroom", state="finished")
    visitor = visit("learn/vae", run=run.id, beta="5")
    assert visitor.session_state["beta"] == 5.0
    assert shown(visitor)["says"].endswith("1 → 5: Start trains it.")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_says_which_of_its_knobs_tell(name: str) -> None:
    config = FAMILIES[name].config
    assert next(iter(telling(config()))) == ("latents" if "latents" in config.model_fields else "ode_steps")
    for field, info in config.model_fields.items():
        text = phrase(info)
        assert text == text.format(value="{value}"), field  # no other braces


def test_what_stands_behind_more_is_told_where_it_is_not_the_usual() -> None:
    vae = FAMILIES["vae"].config
    assert list(telling(vae())) == ["latents", "beta"]
    assert list(telling(vae.parse({"importance": 5, "net": "conv"}))) == ["latents", "net", "beta", "importance"]


@pytest.mark.parametrize(
    ("family", "latents", "circle", "axes"),
    [("vae", 20, True, "principal"), ("vae", 2, True, "z1"), ("ae", 20, False, "principal"), ("ae", 2, False, "z1")],
)
def test_the_plane_of_codes_names_its_axes_and_a_prior_only_where_there_is_one(
    store: Store, family: str, latents: int, circle: bool, axes: str
) -> None:
    run = store.create("ada", family, "mnist5k", {"latents": latents}, preset="classroom", state="paused")
    said = plane_caption(run, str)
    assert view_data(run)["prior"] is circle
    assert ("circle" in said) is circle
    assert axes in said
