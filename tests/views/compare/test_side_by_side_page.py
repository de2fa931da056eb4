"""Side by side: one press makes a run of each family; the table fills; what is wrong is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.live.queues import comparisons as module
from genlab.live.queues.comparisons import Job
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns
from genlab.runs.work.rows import MadeRow
from genlab.side_by_side.names import ASKED
from genlab.side_by_side.trained import entrants
from genlab.views.compare.measured import measured as numbers_of
from genlab.views.compare.over_seconds import chart
from genlab.views.compare.table import as_csv, as_png, table
from genlab.views.compare.words import COLUMNS, MEANINGS

PAGE = "measure/compare"


def of(model: str, rule: str = "", **metrics: float) -> MadeRow:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("L", (224, 112)).save(file, "PNG")
    return MadeRow(model, rule, 2.5 if rule == "" else 0.0, 600 if rule == "" else 0, metrics, file.getvalue())


class Measured:
    """Rows that are there at once, in the place of a worker's."""

    def of_data(self, name: str, seed: int = 0) -> Job:
        rows = [of("real", "-", frechet=2.0), of("pca", "normal", mse=0.02, frechet=60.0)]
        return Job((name, None, seed), lambda: rows, (), rows, state="done")

    def of_run(self, url: str, run_id: str, step: int, seed: int = 0) -> Job:
        rows = [of("vae", mse=0.012, elbo=-104.2, frechet=20.0)]
        return Job((run_id, step, seed), lambda: rows, (), rows, state="done")


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "comparisons", Measured)


def html(visitor: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in visitor.get("html"))


@pytest.mark.parametrize(("language", "title"), [("en", "Side by side"), ("zh", "并排比较")])
def test_one_press_makes_a_run_of_each_family(visit: Visit, store: Store, language: str, title: str) -> None:
    visitor = visit(PAGE, lang=language, data="ring8")
    assert not visitor.exception
    assert visitor.title[0].value == title
    visitor.button(key="train_all").click().run()
    assert not visitor.exception
    runs = store.list(visitor.session_state["owner"])
    assert {run.family for run in runs} == {family.name for family in entrants("points")}
    assert {(run.data, run.seed, run.state) for run in runs} == {("ring8", 0, "running")}
    assert set("".join(visitor.query_params["runs"]).split(",")) == {run.id for run in runs}


def test_plans_end_when_their_time_does(visit: Visit, store: Store) -> None:
    visitor = visit(PAGE, data="ring8")
    visitor.button(key="train_all").click().run()
    run = store.list(visitor.session_state["owner"])[0]
    hot = HotRuns(store)
    while store.get(run.id).seconds < 1.5:
        hot.advance(run.id, 0.5, save=True)
    before = store.get(run.id)
    visitor.run()
    assert not visitor.exception
    after = store.get(run.id)
    wanted = max(before.step + 1, before.config["steps"] // 4, round(before.step * 10 / before.seconds))
    assert after.config["steps"] == pytest.approx(wanted, rel=0.03)


def test_a_run_that_rests_is_measured(visit: Visit, store: Store) -> None:
    config = FAMILIES["vae"].preset("classroom", "points", {"hidden": 8, "steps": 10}).model_dump()
    run = store.create("ada", "vae", "ring8", config)
    HotRuns(store).advance(run.id, 5.0, save=True)
    visitor = visit(PAGE, runs=run.id)
    assert not visitor.exception
    assert visitor.session_state["compare_data"] == "ring8"
    assert "−104.2" in html(visitor)


def test_other_data_have_other_runs(visit: Visit, store: Store) -> None:
    config = FAMILIES["vae"].preset("classroom", "points", {"hidden": 8}).model_dump()
    one, other = (store.create("ada", "vae", data, config, state="finished") for data in ("ring8", "spiral"))
    visitor = visit(PAGE, runs=f"{one.id},{other.id},nothing")
    assert visitor.session_state["compare_runs"] == [one.id]
    visitor.selectbox(key="compare_data").select("spiral").run()
    assert not visitor.exception
    assert visitor.session_state["compare_runs"] == []
    assert "runs" not in visitor.query_params


@pytest.mark.parametrize("query", [{"runs": ",,"}, {"runs": "x" * 5000}, {"data": "nothing"}, {"data": "own:x"}])
def test_nonsense_in_the_address_is_ignored(visit: Visit, query: dict[str, str]) -> None:
    visitor = visit(PAGE, **query)
    assert not visitor.exception
    assert visitor.session_state["compare_runs"] == []


def test_a_guess_is_compared_with_the_table(visit: Visit, store: Store) -> None:
    config = FAMILIES["vae"].preset("classroom", "points", {"hidden": 8, "steps": 10}).model_dump()
    run = store.create("ada", "vae", "ring8", config)
    HotRuns(store).advance(run.id, 5.0, save=True)
    visitor = visit(PAGE, runs=run.id)
    said = [text.value for text in visitor.markdown]
    assert "Nearest of these: VAE." in said
    visitor.session_state["compare_guess"] = "gan "
    visitor.run()
    assert "Nearest of these: VAE. You guessed: GAN." in [text.value for text in visitor.markdown]


def test_what_cannot_be_asked_is_left_open() -> None:
    rows = [of("pca", "normal", mse=0.02, frechet=60.0), of("gan", frechet=12.3)]
    shown = table(rows, "images", lambda text: text)
    assert shown.count("<tr") == 3
    assert shown.count("<td>–</td>") == 3  # the GAN's error; PCA's steps and seconds
    assert "elbo" not in shown
    assert "bound" not in shown  # a column that no row has is not there
    lines = as_csv(rows, "images", lambda text: text).decode("utf-8-sig").splitlines()
    assert lines[0] == "model,mse,frechet,steps,seconds"
    assert lines[2] == "GAN,,12.3,600,2.50"
    assert as_png(rows)[:4] == b"\x89PNG"


def test_a_line_a_model_over_its_seconds_and_all_its_numbers() -> None:
    rows = [
        replace(of("real"), over_seconds=((0.0, 2.4),)),
        replace(of("vae"), over_seconds=((1.0, 90.0), (2.5, 30.0)), measured={"kl": 20.0, "active_units": 16.0}),
        replace(of("ae", "normal"), over_seconds=((2.5, 70.0),), measured={"mse": 0.01}),
        replace(of("ae", "mixture"), over_seconds=((2.5, 50.0),), measured={"mse": 0.01}),
    ]
    drawn = chart(rows, "images", str)
    assert drawn is not None
    assert [(line.name, tuple(line.y)) for line in drawn.data] == [
        ("VAE", (90.0, 30.0)), ("AE and a normal", (70.0,)), ("AE and a mixture of 10 normals", (50.0,))]  # fmt: skip
    assert drawn.layout.shapes[0].y0 == 2.4
    assert chart([of("gan")], "images", str) is None
    table = numbers_of(rows, str)
    assert list(table) == ["", "VAE", "AE", "in words"]
    assert (table[""], table["VAE"], table["AE"]) == (
        ["kl", "active_units", "mse"],
        ["20", "16", "–"],
        ["–", "–", "0.01"],
    )
    assert numbers_of([of("gan")], str) == {}


def test_every_measure_has_a_column_and_a_meaning() -> None:
    asked = {name for names in ASKED.values() for name in names}
    assert COLUMNS.keys() == asked
    assert MEANINGS.keys() == asked
