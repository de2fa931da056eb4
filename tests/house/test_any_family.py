"""A family is one file and one line in FAMILIES: with no more said of it, it is at home on every page, in every
verb, in every answer; and nobody outside genlab/models/ knows a family by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from commands.conftest import run_here
from live.asked import get, post
from streamlit.testing.v1 import AppTest
from toys import TOYS
from views.conftest import APP, SECONDS

from genlab.data import describe, load
from genlab.live.lab import SHIPPED, lab, make_lab
from genlab.live.web.failure import told
from genlab.live.widgets.walks import can_be_held, can_be_walked
from genlab.locale import LANGUAGES
from genlab.models import FAMILIES, latents_of
from genlab.runs import Store
from genlab.runs.arrays import unpack
from genlab.runs.bundle import export_run, import_bundle
from genlab.runs.store.record import Run
from genlab.runs.work.hot import HotRuns

ROOT = APP.parent
SMALL = {"hidden": 8, "batch": 8, "latents": 2, "steps": 10}


def small(family: str) -> dict[str, int]:
    """Small settings; of a family whose z is as large as x without its size."""
    return {name: value for name, value in SMALL.items() if name in FAMILIES[family].config.model_fields}


KINDS = {"mnist5k": "images", "ring8": "points"}
# What is said of one family must not be said of another; noise3 has no encoder, encoder3 one without q(z|x).
FALSE = {
    "noise3": re.compile(r"GAN|decoder means|autoencoder has|KL\(q"),
    "encoder3": re.compile(r"GAN|no encoder|decoder means|autoencoder has|nats"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The lab's store, the toys registered, and the shipped runs beside them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GENLAB_HOME", str(tmp_path_factory.mktemp("toys")))
        patched.delenv("GENLAB_STORE", raising=False)
        for name, toy in TOYS.items():
            patched.setitem(FAMILIES, name, toy)
        make_lab.cache_clear()
        yield lab().store
        lab().store.close()
        make_lab.cache_clear()


@pytest.fixture(scope="module")
def trained(store: Store) -> Callable[[str, str], Run]:
    """trained(family, data): a finished run of ten steps."""
    made: dict[tuple[str, str], str] = {}

    def run(family: str, data: str) -> Run:
        if (family, data) not in made:
            begun = store.create("me", family, data, small(family), preset="classroom")
            HotRuns(store).advance(begun.id, 60, True)
            made[family, data] = begun.id
        return store.get(made[family, data])

    return run


def visit(page: str, language: str = "en", **query: str) -> AppTest:
    visitor = AppTest.from_file(str(APP), default_timeout=SECONDS)
    for key, value in (query | {"lang": language}).items():
        visitor.query_params[key] = value
    visitor.session_state["owner"] = "me"
    visitor.switch_page(f"pages/{page}.py")
    return visitor.run()


def handed(visitor: AppTest, component: str) -> Any:
    """What a component is given; None where it is not on the page."""
    parts = visitor.get("bidi_component")
    found = [json.loads(part.proto.json) for part in parts if part.proto.component_name.endswith(f"genlab_{component}")]
    return found[0] if found else None


def said(visitor: AppTest) -> str:
    """All that the page says and hands to the browser."""
    texts = [one.value for kind in ("markdown", "caption", "info", "error") for one in visitor.get(kind)]
    return "\n".join(texts)


def pages(run: Run, data: str) -> list[tuple[str, dict[str, str], str]]:
    """(page, address, the component that has to be there): every page that shows a run on such data."""
    toy = FAMILIES[run.family]
    held = can_be_held(run)
    own = toy.page.removeprefix("pages/").removesuffix(".py") or "learn/model"
    shown = [
        (own, {"run": run.id}, "run"),
        ("play/latent", {"run": run.id, "view": "explore"}, "explore" if held else ""),
        ("play/latent", {"run": run.id, "view": "walks"}, "walks" if can_be_walked(run) else ""),
        ("measure/runs", {}, ""),
        ("learn/home", {}, ""),
    ]
    if data == "ring8":
        return [*shown, ("play/latent", {"run": run.id, "view": "draw"}, ""),
                ("play/playground", {"run": run.id}, "playground")]  # fmt: skip
    draw = "draw" if toy.encodes else ""
    return [*shown, ("play/latent", {"run": run.id, "view": "draw"}, draw),
            ("measure/divergences", {"run": run.id, "view": "images"}, "critic")]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", KINDS)
@pytest.mark.parametrize("family", TOYS)
def test_every_page_shows_a_run_of_it(
    trained: Callable[[str, str], Run], family: str, data: str, language: str
) -> None:
    run = trained(family, data)
    assert (run.state, run.step, run.error) == ("finished", 10, None)
    for page, query, component in pages(run, data):
        visitor = visit(page, language, **query)
        assert not visitor.exception, (page, query, [one.value for one in visitor.exception])
        assert not visitor.error, (page, [one.value for one in visitor.error])
        if component:
            given = handed(visitor, component)
            assert given is not None, (page, query, said(visitor))
            if language == "en" and family in FALSE and page not in ("learn/home", "measure/runs"):
                assert not FALSE[family].search(said(visitor)), (page, said(visitor))


@pytest.mark.parametrize("family", TOYS)
def test_the_browser_is_told_what_the_family_can_do(trained: Callable[[str, str], Run], family: str) -> None:
    toy = FAMILIES[family]
    images, points = trained(family, "mnist5k"), trained(family, "ring8")
    explored = handed(visit("play/latent", run=images.id), "explore")
    walked = handed(visit("play/latent", run=images.id, view="walks"), "walks")
    if not can_be_held(images):
        assert (explored, walked) == (None, None)
        explored = handed(visit("play/latent", run=points.id), "explore")
        assert explored["latents"] == 2
    else:
        assert explored["examples"] == ("mnist5k" if toy.encodes else None)
        assert (explored["told"] == explored["classes"]) == toy.labelled
    if not can_be_walked(images):
        assert walked is None
    else:
        assert walked["parts"] == (
            ["between", "arithmetic", "traversals", "holes"] if toy.encodes else ["between", "traversals"]
        )
        assert bool(walked["missing"]) != toy.encodes
        # Beside it stand the shipped runs of the other families, in their order.
        shipped = {run.family for run in lab().store.list(SHIPPED) if run.data != "ring8" and can_be_walked(run)}
        assert [run["family"] for run in walked["runs"]] == [
            name for name in FAMILIES if name == family or name in shipped
        ]
    assert explored["prior"] == toy.prior
    stage = handed(visit("play/playground", run=points.id), "playground")
    picture = stage["picture"]
    parts = {node["name"] for node in picture["nodes"]}
    assert {end for arrow in picture["arrows"] for end in arrow} <= parts
    lit = {name for one in picture["stages"] for name in one["lit"]}
    assert lit <= parts | {back[0] for back in picture["backs"]}
    assert [one["moves"] for one in picture["stages"]].count(True) == len(toy.parts or (1,))
    assert set(picture["layers"]) <= stage["labels"]["layers"].keys()
    frame = unpack(get(f"/lab/runs/{points.id}/frames/10").body)
    arrays = {"fakes": "samples", "difference": "best", "gradient": "gradient", "grid": "grid", "field": "field",
              "best": "best", "reconstructions": "reconstructions"}  # fmt: skip
    assert {arrays[layer] for layer in picture["layers"] if layer != "data"} <= frame.keys()
    reported = {key for key, _ in toy.terms(toy.config()) and ((term.key, 0) for term in toy.terms(toy.config()))}
    assert {key for key, _ in picture["verdict"]} <= reported


@pytest.mark.parametrize("family", TOYS)
@pytest.mark.parametrize("page", ["own", "playground"])
def test_it_is_begun_stepped_and_forked_on_pages(store: Store, family: str, page: str) -> None:
    toy = FAMILIES[family]
    begun = store.create("me", family, "ring8", small(family) | {"steps": 100}, preset="classroom")
    where = toy.page.removeprefix("pages/").removesuffix(".py") or "learn/model"
    visitor = visit(where, run=begun.id, family=family) if page == "own" else visit("play/playground", family=family)
    assert not visitor.exception
    if page == "own":
        visitor.button("stop").click().run()
    visitor.button("start").click().run()
    assert not visitor.exception
    newest = max(store.list("me"), key=lambda run: (run.created, run.id != begun.id))
    started = next(run for run in store.list("me") if run.state == "running")
    assert (started.family, newest.family) == (family, family)
    visitor.button("stop").click().run()
    assert store.get(started.id).state == "finished"
    store.delete(started.id, owner="me")


@pytest.mark.parametrize("family", TOYS)
def test_a_run_opens_on_a_page_that_shows_it(trained: Callable[[str, str], Run], family: str) -> None:
    run = trained(family, "mnist5k")
    from genlab.views.bench.shown import page_of

    page = page_of(FAMILIES[family])
    assert (ROOT / page).is_file()
    visitor = visit(page.removeprefix("pages/").removesuffix(".py"), run=run.id)
    assert not visitor.exception
    assert handed(visitor, "run")["run"] == run.id


@pytest.mark.parametrize("data", KINDS)
@pytest.mark.parametrize("family", TOYS)
def test_every_verb_knows_it(store: Store, family: str, data: str, tmp_path: Path) -> None:
    folder, toy = tmp_path / "run", FAMILIES[family]
    settings = [
        part for name, value in small(family).items() if name != "steps" for part in ("--set", f"{name}={value}")
    ]
    sizes = ("--threads", 1, *settings)
    outcome = run_here("train", family, "--data", data, "--steps", 10, *sizes, "--out", folder, "--json")
    assert outcome.status == 0, outcome.err
    last = json.loads(outcome.out.splitlines()[-1])
    assert {term.key for term in toy.terms(toy.config())} & last.keys()
    resumed = run_here("train", "--resume", folder, "--steps", 12, "--threads", 1)
    assert resumed.status == 0, resumed.err
    evaluated = run_here("evaluate", folder, "--json")
    assert json.loads(evaluated.out)["family"] == family, evaluated.err
    assert run_here("sample", folder, "--n", 3, "--out", tmp_path / "x.npy").status == 0
    for verb, source in (("encode", "x.npy"), ("reconstruct", "x.npy")):
        done = run_here(verb, folder, "--in", tmp_path / source, "--out", tmp_path / "y.npy")
        assert (done.status == 0) == toy.encodes, done.err
        assert toy.encodes or ("asks for the class" if toy.labelled else "no encoder") in done.err
    latents = toy.latents_on(small(family), data)
    np.save(tmp_path / "z.npy", np.zeros((3, latents), np.float32))
    assert run_here("decode", folder, "--in", tmp_path / "z.npy", "--out", tmp_path / "y.npy").status == 0
    assert np.load(tmp_path / "y.npy").shape == (3, *describe(data).shape)


@pytest.mark.parametrize("data", KINDS)
@pytest.mark.parametrize("family", TOYS)
def test_every_answer_knows_it(trained: Callable[[str, str], Run], store: Store, family: str, data: str) -> None:
    run, toy = trained(family, data), FAMILIES[family]
    assert get(f"/lab/runs/{run.id}?after=-1").json()["state"] == "finished"
    atlas = unpack(get(f"/lab/runs/{run.id}/atlas").body)
    assert ("means" in atlas) == toy.encodes
    assert ("log_variances" in atlas) == toy.explains
    assert atlas["importance"].shape == (latents_of(run),)
    assert get(f"/lab/runs/{run.id}/nets/decoder").status == 200
    if data == "mnist5k":
        nearest = post(f"/lab/nearest?run={run.id}&space=codes", bytes(784))
        assert nearest.status == (200 if toy.encodes else 400)
    else:
        settings = toy.preset("classroom", "points", small(family)).model_dump()
        assert get(f"/lab/untrained?{urlencode(settings | {'family': family, 'data': data})}").status == 200
    copy = import_bundle(store, export_run(store, run.id), "me")
    assert (copy.family, copy.step) == (family, 10)
    assert store.fork(run.id, 10, "me", {"steps": 20}).family == family
    store.fail(copy.id, "step 10: model.decoder.0.weight is not finite; try a lower learning rate")
    assert "a weight" in (told(store.get(copy.id), str) or "")


def test_shipped_runs_are_none_of_the_toys(store: Store) -> None:
    assert {run.family for run in store.list(SHIPPED)} <= FAMILIES.keys() - TOYS.keys()
    assert load("ring8").kind == "points"


# A family's name as code would write it: between quotes; "gan" as a part of another word is no name.
NAMED = re.compile(rf"""["'`]({"|".join(name for name in FAMILIES)})["'`]""")
CLASSES = re.compile(r"\b(isinstance|issubclass)\([^)]*\b(Encodes|Explains|GAN|VAE|Autoencoder)\b")


def test_what_trains_what_ships_asks_a_family_and_not_its_class() -> None:
    # It names families, as recipes do; one_dimension.py is a recipe of two nets of one dimension, read off as curves.
    code = [path for folder in ("pretrained", "benchmarks") for path in (ROOT / folder).glob("*.py")]
    assert [path.name for path in code if CLASSES.search(path.read_text())] == ["one_dimension.py"]


def test_nobody_else_knows_a_family_by_name() -> None:
    code = [path for kind in ("py", "js") for path in (ROOT / "genlab").rglob(f"*.{kind}")]
    own = [ROOT / "genlab" / part for part in ("models", "lessons")]
    others = [
        path for path in code if not any(path.is_relative_to(folder) for folder in own) and "vendor" not in path.parts
    ]
    assert len(others) > 100
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in others
        for line in path.read_text().splitlines()
        if NAMED.search(line) or CLASSES.search(line)
    ]
    assert found == []
