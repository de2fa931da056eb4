"""One's own data on every page, in both languages: brought, chosen, trained on, looked at, shared and not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from data.own import own_files as make
from settings import fitting
from starlette.requests import Request
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.data.own import shelf
from genlab.data.own.bring import Brought, bring
from genlab.data.points import make_points
from genlab.live.routes.latent_api import examples_of
from genlab.live.untrained import first_frame, get_untrained
from genlab.locale import LANGUAGES, translate
from genlab.models import FAMILIES, ConfigError
from genlab.runs import Store
from genlab.runs.bundle import export_run, import_bundle
from genlab.runs.looks.atlas import atlas_of
from genlab.runs.store.record import Run
from genlab.runs.work.hot import HotRuns, load_data

SMALL: dict[str, Any] = {"hidden": 8, "batch": 8, "steps": 12, "latents": 3}
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "none": ("x.zip", lambda: make.zipped(make.pictures(40))),
    "three": ("x.zip", lambda: make.zipped(make.in_folders(3, 20))),
    "hundred": ("x.npz", lambda: make.npz(x=make.pixels(600), y=[i % 100 for i in range(600)])),
    "1-D": ("x.csv", lambda: make.table(make.points(100, 1))),
    "2-D": ("x.csv", lambda: make.table(make.points(100))),
}


@cache
def brought(what: str) -> Brought:
    name, content = FILES[what]
    return bring(content(), name, title=f"My {what} data")


def kept(what: str, owner: str = "ada") -> str:
    return shelf.keep(brought(what), owner)


def trained(store: Store, family: str, data: str, owner: str = "ada") -> Run:
    run = store.create(owner, family, data, fitting(family, **SMALL), preset="classroom")
    hot = HotRuns(store)
    while store.get(run.id).state == "running":
        hot.advance(run.id, 5.0, save=False)
    assert store.get(run.id).state == "finished", store.get(run.id).error
    return store.get(run.id)


def fine(visitor: AppTest) -> AppTest:
    assert not visitor.exception
    assert not visitor.error, [error.value for error in visitor.error]
    return visitor


def choice(visitor: AppTest) -> Any:
    """Where data are chosen: in a list, in the playground by their pictures."""
    lists = [one for one in visitor.selectbox if one.key == "data"]
    return lists[0] if lists else visitor.radio("data")


def told(visitor: AppTest, component: str) -> dict[str, Any]:
    (part,) = [part for part in visitor.get("bidi_component") if part.proto.component_name == component]
    return json.loads(part.proto.json)


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_run_on_own_data_is_shown_on_every_page(visit: Visit, store: Store, family: str, what: str) -> None:
    data = kept(what)
    if not FAMILIES[family].learns(data):
        with pytest.raises(ConfigError, match=r"classes, allowed for .*: data with 2 to 64 classes$"):
            trained(store, family, data)
        return
    run = trained(store, family, data)
    images = brought(what).kind == "images"
    own = FAMILIES[family].page.removeprefix("pages/").removesuffix(".py")
    visits: list[tuple[str, dict[str, str]]] = [(own, {})]
    visits += [("play/latent", {"view": view}) for view in ("explore", "draw", "walks")]
    visits += [("measure/divergences", {"view": "images"}), ("learn/home", {})] if images else [("play/playground", {})]
    for language in LANGUAGES if family == "vae" else ["en"]:
        for page, query in visits:
            fine(visit(page, run=run.id, lang=language, **query))
    points = store.points(run.id)
    assert not {"js", "kl_pg_pdata", "modes", "best_value", "js_error"} & {key for _, terms in points for key in terms}
    atlas_of(store, run.id, run.step)
    again = import_bundle(store, export_run(store, run.id), "bob")
    assert (again.data, again.step) == (data, run.step)
    assert store.fork(run.id, run.step, "ada", {"steps": 20}).data == data


def test_a_handful_of_pictures_is_shown_too_and_no_critic_is_promised(visit: Visit, store: Store) -> None:
    few = shelf.keep(bring(make.zipped(make.pictures(4)), "few.zip"), "ada")
    run = trained(store, "vae", few)
    for view in ("explore", "draw", "walks"):
        fine(visit("play/latent", run=run.id, view=view))
    visitor = fine(visit("measure/divergences", run=run.id, view="images"))
    assert any("bring 48 or more" in info.value for info in visitor.info)
    assert not [part for part in visitor.get("bidi_component") if part.proto.component_name == "genlab_critic"]


def test_one_visitor_keeps_so_many_and_no_more(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genlab.views.bench.own_data.MOST_KEPT", 1)
    visitor = visit("learn/vae")
    kept("none", visitor.session_state["owner"])
    name, content = FILES["three"]
    fine(visitor.file_uploader("own_file").set_value((name, content(), "")).run())
    visitor.button("own_take").click().run()
    assert "take one off first" in visitor.error[0].value
    assert len(shelf.names()) == 1


@pytest.mark.parametrize("what", ["none", "three", "hundred"])
def test_examples_come_of_each_class(visit: Visit, what: str) -> None:
    from genlab.runs.arrays import unpack

    blob = examples_of(kept(what))
    assert blob is not None
    found = unpack(blob)
    count = {"none": 7, "three": 9, "hundred": 100}[what]
    assert len(found["images"]) == len(found["labels"]) == len(found["indices"]) == count
    first = found["labels"][: max(1, len(brought(what).classes))].tolist()
    assert first == sorted(set(found["labels"].tolist()))


def test_the_walks_have_what_the_classes_allow(visit: Visit, store: Store) -> None:
    parts = {}
    for what in ("none", "three"):
        run = trained(store, "vae", kept(what))
        given = told(fine(visit("play/latent", run=run.id, view="walks")), "genlab_walks")
        parts[what] = given["parts"]
        assert given["classes"] == list(brought(what).classes)
    assert parts == {"none": ["between", "traversals", "holes"],
                     "three": ["between", "arithmetic", "traversals", "holes"]}  # fmt: skip


@pytest.mark.parametrize("what", ["1-D", "2-D"])
def test_the_playground_claims_nothing_that_takes_a_density(visit: Visit, store: Store, what: str) -> None:
    visitor = visit("play/playground")
    data = kept(what, visitor.session_state["owner"])
    visitor = visit("play/playground", data=data)
    assert choice(visitor).value == "ring8"  # another visitor may not choose it
    shelf.share(data, "nobody")
    shelf.keep(brought(what), visitor.session_state["owner"])
    fine(visitor.run())
    assert any(f"My {what} data" in option for option in choice(visitor).options)
    fine(choice(visitor).set_value(data).run())
    given = told(visitor, "genlab_playground")
    assert given["target"] == data
    assert given["exact"] is False
    assert not {"best", "difference"} & set(given["picture"]["layers"])
    shows = {layer for node in given["picture"]["nodes"] for layer in (*node["shows"], *node["pointed"])}
    shows |= {layer for stage in given["picture"]["stages"] for layer in stage["show"]}
    assert not {"best", "difference"} & shows
    assert (given["density"] is not None) == (what == "1-D")
    config = FAMILIES["gan"].preset("classroom", "points", {"hidden": 8, "batch": 8})
    assert b"best" not in first_frame("gan", config.model_dump_json(), data)[:400]
    fine(visitor.button("start").click().run())
    assert [run.data for run in store.list()] == [data]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["learn/autoencoder", "learn/vae", "learn/gan", "play/playground"])
def test_a_file_is_shown_before_it_is_taken_and_then_chosen(visit: Visit, page: str, language: str) -> None:
    what = "2-D" if page == "play/playground" else "three"
    visitor = fine(visit(page, lang=language))
    usual = choice(visitor).value
    name, content = FILES[what]
    fine(visitor.file_uploader("own_file").set_value((name, content(), "application/octet-stream")).run())
    assert choice(visitor).value == usual
    assert shelf.names() == []
    assert len(visitor.get("image")) == 1
    said = [caption.value for caption in visitor.caption]
    kept_apart = translate("{train} to learn from, {test} held out.", language)
    assert any(kept_apart.partition("{test}")[2] in caption for caption in said)
    (title,) = [field for field in visitor.text_input if (field.key or "").startswith("own_title")]
    title.set_value("Ours **<b>")
    fine(visitor.button("own_take").click().run())
    (taken,) = shelf.names(visitor.session_state["owner"])
    assert choice(visitor).value == taken
    assert any("Ours b" in option for option in choice(visitor).options)
    assert visitor.query_params["data"] in (taken, [taken])


def test_how_pictures_are_read_can_be_chosen(visit: Visit) -> None:
    visitor = fine(visit("learn/autoencoder"))
    drawn = make.zipped(make.pictures(20, side=90, ground=255, ink=0))
    fine(visitor.file_uploader("own_file").set_value(("d.zip", drawn, "application/zip")).run())
    turned = translate("Dark on light was turned round: ink is light here, as in MNIST.", "en")
    assert any(turned in caption.value for caption in visitor.caption)
    visitor.segmented_control("own_polarity").set_value("keep")
    fine(visitor.segmented_control("own_shape").set_value("fitted").run())
    assert not any(turned in caption.value for caption in visitor.caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_file_is_refused_in_the_reader_s_language(visit: Visit, language: str) -> None:
    visitor = fine(visit("learn/vae", lang=language))
    visitor.file_uploader("own_file").set_value(("bad.csv", b"x,y\n1,=A1\n", "text/csv")).run()
    assert not visitor.exception
    (error,) = visitor.error
    assert "bad.csv" in error.value
    assert ("得到" if language == "zh" else "; allowed: ") in error.value
    assert not [button for button in visitor.button if button.key == "own_take"]


def test_points_are_not_taken_where_pictures_are_learned(visit: Visit) -> None:
    visitor = fine(visit("play/playground"))
    visitor.file_uploader("own_file").set_value(("x.npy", make.npy(make.pixels()), "")).run()
    (error,) = visitor.error
    assert "learns points" in error.value


def test_two_visitors_do_not_see_each_other_s_until_shared(visit: Visit, store: Store) -> None:
    ada, bob = visit("learn/vae"), visit("learn/vae")
    data = kept("three", ada.session_state["owner"])
    title = "My three data"
    assert title in fine(ada.run()).selectbox("data").options
    assert title not in fine(bob.run()).selectbox("data").options
    by_link = visit("learn/vae", data=data)
    assert by_link.selectbox("data").value == "mnist5k"
    fine(ada.toggle(f"own_shared_{data}").set_value(True).run())
    assert title in fine(bob.run()).selectbox("data").options
    assert not [toggle for toggle in bob.toggle if toggle.key == f"own_shared_{data}"]
    assert visit("learn/vae", data=data).selectbox("data").value == data
    fine(ada.toggle(f"own_shared_{data}").set_value(False).run())
    assert title not in fine(bob.run()).selectbox("data").options


def test_others_data_are_not_trained_on_though_their_run_is_seen(visit: Visit, store: Store) -> None:
    run = trained(store, "ae", kept("three"))
    visitor = fine(visit("learn/autoencoder", run=run.id))
    assert visitor.selectbox("data").value == run.data
    visitor.button("start").click().run()
    assert not visitor.exception
    assert "not shared" in visitor.error[0].value
    assert len(store.list()) == 1


def test_what_is_taken_off_is_gone_from_the_list(visit: Visit) -> None:
    visitor = visit("learn/vae")
    data = kept("three", visitor.session_state["owner"])
    fine(visitor.run())
    fine(visitor.button(f"own_forget_{data}").click().run())
    assert "My three data" not in visitor.selectbox("data").options
    assert shelf.names() == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["three", "1-D", "2-D"])
def test_an_imported_run_is_shown_where_its_data_are_missing(
    visit: Visit, store: Store, what: str, language: str
) -> None:
    run = trained(store, "vae", kept(what))
    shelf.forget(run.data, "ada")
    for remembered in (make_points, load_data):  # elsewhere nobody has seen them
        remembered.cache_clear()
    words = translate("Somebody's own data", language)
    visitor = fine(visit("learn/vae", run=run.id, lang=language))
    assert words in visitor.selectbox("data").options
    assert any(translate("bring the same file below.", language) in info.value or "同一个文件" in info.value
               for info in visitor.info)  # fmt: skip
    for view in ("explore", "draw", "walks"):
        fine(visit("play/latent", run=run.id, lang=language, view=view))
    if what == "three":
        fine(visit("measure/divergences", run=run.id, lang=language, view="images"))
    else:
        fine(visit("play/playground", run=run.id, lang=language))
    copy = store.fork(run.id, run.step, "bob", {"steps": 30})
    store.set_state(copy.id, "running")
    HotRuns(store).advance(copy.id, 5.0, save=True)
    assert store.get(copy.id).state == "failed"
    assert "not on this machine" in str(store.get(copy.id).error)
    fine(visit("learn/vae", run=copy.id, lang=language))


def test_the_first_frame_of_points_that_are_gone_is_refused(store: Store) -> None:
    data = kept("2-D")
    shelf.forget(data, "ada")
    make_points.cache_clear()
    asked = {"type": "http", "query_string": f"family=gan&data={data}&hidden=16".encode(), "headers": []}
    answer = asyncio.run(get_untrained(Request(asked)))
    assert answer.status_code == 404
    assert b"not on this machine" in bytes(answer.body)
