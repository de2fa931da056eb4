"""What the live components ask the server for: right answers, and small refusals for whatever else is asked."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from live.asked import get
from sqlalchemy import update

from genlab.data import load
from genlab.live.lab import lab
from genlab.live.web.answers import whole_number
from genlab.live.web.keys import COOKIE, new_key
from genlab.live.web.modules import STATIC
from genlab.models import family_named
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.store.record import STATES, Run
from genlab.runs.store.slices import Slice
from genlab.runs.store.tables import RUNS
from genlab.training import Trainer

pytestmark = pytest.mark.usefixtures("own_lab")


@pytest.fixture
def run() -> Run:
    """A run that no worker has touched yet."""
    return lab().store.create("me", "vae", "ring8", preset="classroom")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of twenty steps."""
    folder = tmp_path_factory.mktemp("trained") / "bundle"
    config = family_named("vae").preset("classroom", "points", {"steps": 20, "hidden": 8, "batch": 8})
    trainer = Trainer("vae", config, load("ring8"))
    progress = trainer.advance()
    write_bundle(folder, trainer, progress.points, progress.frames)
    return folder


@pytest.fixture
def trained(bundle: Path) -> Run:
    """The run of twenty steps, imported."""
    return import_bundle(lab().store, bundle, "me")


def test_a_run_before_its_first_step(run: Run) -> None:
    answer = get(f"/lab/runs/{run.id}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    news = answer.json()
    assert (news["state"], news["step"], news["plan"]) == ("running", 0, run.config["steps"])
    assert (news["points"], news["frames"], news["events"], news["error"]) == ([], [], [], None)


def test_what_is_told_of_a_run_is_what_the_browsers_type_says(run: Run) -> None:
    described = (STATIC / "core" / "lab.js").read_text()
    news = re.search(r"@typedef \{object\} RunNews.*?\*/", described, re.DOTALL)
    assert news is not None
    assert get(f"/lab/runs/{run.id}").json().keys() == set(re.findall(r"@property \{.*\} (\w+)", news[0]))
    assert set(re.findall(r'"(\w+)"', re.search(r"\{([^}]*)\} State", described)[1])) == set(STATES)


def test_a_trained_run_has_points_frames_and_nets(trained: Run) -> None:
    news = get(f"/lab/runs/{trained.id}").json()
    assert [step for step, _ in news["points"]] == list(range(1, 21))
    assert {"reconstruction", "kl", "negative_elbo"} <= news["points"][-1][1].keys()
    assert news["frames"][0] == 0
    assert news["frames"][-1] == 20
    frame = get(f"/lab/runs/{trained.id}/frames/20")
    assert frame.status == 200
    assert frame.body == lab().store.frame(trained.id, 20)
    net = get(f"/lab/runs/{trained.id}/nets/decoder")
    assert (net.status, net.headers["x-step"]) == (200, "20")
    squeezed = get(f"/lab/runs/{trained.id}/nets/decoder", accept_encoding="gzip, br")
    assert squeezed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(squeezed.body) == net.body


def test_only_what_is_new_is_sent(trained: Run) -> None:
    address = f"/lab/runs/{trained.id}"
    assert [step for step, _ in get(f"{address}?after=18").json()["points"]] == [19, 20]
    assert get(f"{address}/nets/decoder?have=20").status == 204
    assert get(f"{address}/nets/decoder?have=10").status == 200


def test_what_was_told_before_is_not_told_again(trained: Run) -> None:
    address, store = f"/lab/runs/{trained.id}?after=20", lab().store

    def told() -> str:
        answer = get(address)
        again = get(address, If_None_Match=answer.headers["etag"])
        assert (answer.status, again.status, again.body) == (200, 304, b"")
        return answer.headers["etag"]

    tags = [told()]
    assert get(f"{address}&lang=zh", If_None_Match=tags[0]).status == 200
    assert get(address.replace("20", "10"), If_None_Match=tags[0]).status == 200
    child = store.fork(trained.id, 20, "bob", {"steps": 40})
    for act in (
        lambda: store.rename(trained.id, "other"),
        lambda: store.change(trained.id, {"steps": 30}),
        lambda: store.set_state(trained.id, "running"),
        lambda: store.write_slice(trained.id, Slice(20, 21, 1.0, 0, points=[(21, {"mse": 1.0})])),
        lambda: store.fail(trained.id, "because"),
    ):
        tags.append(told())
        act()
    assert len({*tags, told()}) == len(tags) + 1, child


@pytest.mark.parametrize("after", ["", "abc", "1.5", "--1", "٣", "1e3", "9" * 30, "9" * 5000, "-", "%00"])
def test_a_nonsense_number_is_ignored(trained: Run, after: str) -> None:
    assert len(get(f"/lab/runs/{trained.id}?after={after}").json()["points"]) == 20
    assert get(f"/lab/runs/{trained.id}/nets/decoder?have={after}").status == 200


def test_whole_numbers() -> None:
    assert [whole_number(text, 7) for text in (None, "", "x", "12", "-3")] == [7, 7, 7, 12, -3]


@pytest.mark.parametrize(
    "address",
    [
        "/lab/runs/nobody",
        "/lab/runs/%00",
        "/lab/runs/nobody/frames/0",
        "/lab/runs/ID/frames/5",
        "/lab/runs/ID/frames/abc",
        "/lab/runs/ID/frames/-1",
        f"/lab/runs/ID/frames/{'9' * 40}",
        "/lab/runs/ID/nets",
        "/lab/runs/",
    ],
)
def test_what_is_not_there_is_404(run: Run, address: str) -> None:
    assert get(address.replace("ID", run.id)).status == 404


@pytest.mark.parametrize("address", ["/lab/runs/ID/nets/decoder", "/lab/runs/ID/nets/probe", "/lab/runs/ID/nets/x"])
def test_a_net_that_is_not_written_yet_is_204(run: Run, address: str) -> None:
    answer = get(address.replace("ID", run.id))
    assert (answer.status, answer.body) == (204, b"")


def test_what_belongs_to_a_step_is_kept_where_the_address_says_so(trained: Run) -> None:
    news = get(f"/lab/runs/{trained.id}").json()
    assert news["nets"] == {"decoder": 20, "encoder": 20, "probe": news["nets"]["probe"]}
    assert news["saved"] == 20
    for path in ("frames/20", "nets/decoder", "atlas"):
        address = f"/lab/runs/{trained.id}/{path}"
        kept = get(f"{address}?step=20&edition={news['edition']}")
        assert kept.status == 200
        assert "immutable" in kept.headers["cache-control"]
        assert "private" in kept.headers["cache-control"]
        for other in ("", "?step=20", f"?step=19&edition={'0' * 12}", "?step=20&edition=", f"?edition={'0' * 12}"):
            answer = get(address + other)
            assert answer.headers["cache-control"] == "no-store", other
            assert answer.body == kept.body


def test_another_edition_is_another_address(trained: Run) -> None:
    address = f"/lab/runs/{trained.id}"
    before = get(address).json()["edition"]
    assert get(address).json()["edition"] == before
    lab().store.change(trained.id, {"steps": 40})
    after = get(address).json()["edition"]
    assert after != before
    assert get(f"{address}/nets/decoder?step=20&edition={before}").headers["cache-control"] == "no-store"
    child = lab().store.fork(trained.id, 20, "me")
    assert get(f"/lab/runs/{child.id}").json()["edition"] not in (before, after)


def test_what_is_wrong_with_a_run_comes_with_its_points() -> None:
    store = lab().store
    run = store.create("me", "vae", "ring8", {"steps": 60, "deviation": 1.0, "beta": 4.0}, preset="classroom")
    points = [(step, {"kl": 0.00123456, "reconstruction": 3.7}) for step in range(1, 41)]
    assert store.write_slice(run.id, Slice(start=0, step=40, seconds=1.0, applied=0, points=points))
    told = get(f"/lab/runs/{run.id}?lang=zh").json()["symptoms"]
    step, ((name, numbers, cure),) = told["seen"][-1]
    assert (step, name, numbers["kl"], numbers["latents"]) == (40, "posterior_collapse", 0.001235, 2)
    assert cure == {"beta": [4.0, 1.0], "deviation": [1.0, 0.1]}
    assert told["words"][name]["title"] == "后验坍塌"
    assert set(re.findall(r"\{(\w+)\}", told["words"][name]["says"])) <= numbers.keys()
    assert get(f"/lab/runs/{run.id}?after=40").json()["symptoms"] == {"seen": [], "words": {}}


def test_a_run_that_waits_says_its_place_in_both_languages(run: Run) -> None:
    assert get(f"/lab/runs/{run.id}").json()["waits"] is None
    said = {}
    for place in (1, 2, 3, 4, 11, 12, 22, 111):
        lab().scheduler.places = {run.id: place}
        said[place] = get(f"/lab/runs/{run.id}").json()["waits"]
    assert said == {
        place: f"waits: {word} in line"
        for place, word in zip(said, ["1st", "2nd", "3rd", "4th", "11th", "12th", "22nd", "111th"], strict=True)
    }
    assert get(f"/lab/runs/{run.id}?lang=zh").json()["waits"] == "排队中：第 111 位"


def test_that_its_owner_looks_at_an_old_run_is_noted_and_that_others_do_is_not() -> None:
    owner, other, store = new_key(), new_key(), lab().store
    run = store.create(owner, "vae", "ring8", preset="classroom", state="paused")
    old = datetime.now(UTC) - timedelta(days=300)
    with store.engine.begin() as connection:
        connection.execute(update(RUNS).values(updated=old))
    get(f"/lab/runs/{run.id}")
    get(f"/lab/runs/{run.id}", cookie=f"{COOKIE}={other}")
    assert store.get(run.id).updated == old
    get(f"/lab/runs/{run.id}", cookie=f"{COOKIE}={owner}")
    noted = store.get(run.id).updated
    assert noted - old > timedelta(days=299)
    get(f"/lab/runs/{run.id}", cookie=f"{COOKIE}={owner}")
    assert store.get(run.id).updated == noted, "once a day"
