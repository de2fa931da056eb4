"""The first frame of a run that nobody has begun yet: the very one that the run will have."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import numpy as np
import pytest
import torch
from live.asked import get

from genlab.data import load
from genlab.live import untrained
from genlab.live.untrained import OF_EVERY_TRAINING, first_frame, make_frame
from genlab.models import FAMILIES
from genlab.models.base import limits, options
from genlab.runs.arrays import read_metadata, unpack
from genlab.training import Trainer


@pytest.mark.parametrize("family", ["gan", "vae", "ae"])
def test_it_is_the_first_frame_of_such_a_run(family: str) -> None:
    config = FAMILIES[family].preset("classroom", "points", {"hidden": 16, "latents": 2})
    answer = get(f"/lab/untrained?{urlencode(config.model_dump() | {'family': family, 'data': 'spiral'})}")
    assert answer.status == 200
    found = unpack(answer.body)
    run = Trainer(family, config, load("spiral"), seed=0)
    progress = run.advance(steps=1)
    ((_, expected),) = [frame for frame in progress.frames if frame[0] == 0]
    assert found.keys() == expected.keys() | {"examples", "noise"}
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)
    np.testing.assert_array_equal(found["examples"], run.probe.examples.numpy())
    values = json.loads(read_metadata(answer.body)["values"])
    assert 0.5 < values["js"] <= np.log(2)  # untrained: little in common with the data


def test_the_settings_are_the_runs() -> None:
    two, one = (unpack(get(f"/lab/untrained?family=gan&data=ring8&latents={n}").body) for n in (2, 1))
    assert (two["grid"].shape, one["grid"].shape) == ((441, 2), (101, 2))
    assert two["noise"].shape == (256, 2)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "family: got '', allowed: ae, vae, gan"),
        ("family=gan", "data set: got ''"),
        ("family=gan&data=mnist5k", "data: got 'mnist5k' (images), allowed: points"),
        ("family=gan&data=ring8&d_steps=99", "d_steps: got '99', allowed: whole numbers from 1 to 10"),
        ("family=gan&data=ring8&net=conv", "net: got 'conv', allowed on points: mlp"),
        ("family=gan&data=ring8&colour=red", "setting: got 'colour'"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(query: str, sentence: str) -> None:
    answer = get(f"/lab/untrained?{query}")
    assert answer.status == 400
    assert sentence in answer.json()["error"]


def test_visitors_at_once_are_given_their_own_models() -> None:
    def settings(hidden: int) -> str:
        return FAMILIES["gan"].preset("classroom", "points", {"latents": 2, "hidden": hidden}).model_dump_json()

    widths = [16, 17, 18, 19]
    expected = {hidden: make_frame("gan", settings(hidden), "ring8") for hidden in widths}
    ended = threading.Event()

    def disturb() -> None:  # another visitor's thread, whatever it does
        while not ended.is_set():
            torch.manual_seed(1)
            torch.rand(2)

    other = threading.Thread(target=disturb)
    other.start()
    try:
        for _ in range(3):
            first_frame.cache_clear()  # type: ignore[attr-defined]
            with ThreadPoolExecutor(12) as visitors:
                found = visitors.map(lambda hidden: (hidden, first_frame("gan", settings(hidden), "ring8")), widths * 4)
                assert all(frame == expected[hidden] for hidden, frame in found)
    finally:
        ended.set()
        other.join()


@pytest.mark.parametrize("family", ["gan", "vae", "ae"])
def test_how_it_would_be_trained_leaves_no_trace_in_the_first_frame(family: str) -> None:
    small = {"latents": 2, "hidden": 16} | ({"generator_hidden": 16} if family == "gan" else {})
    config = FAMILIES[family].preset("classroom", "points", small)
    expected = make_frame(family, config.model_dump_json(), "ring8")
    for name in (*OF_EVERY_TRAINING, *FAMILIES[family].of_training):
        info = type(config).model_fields[name]
        for value in options(info) or limits(info) or (True, False):
            changed = config.changed(**{name: type(getattr(config, name))(value)})
            assert make_frame(family, changed.model_dump_json(), "ring8") == expected, (name, value)


def test_a_class_that_differs_in_how_it_trains_makes_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, ...]] = []
    once = untrained.Once(lambda *question: made.append(question) or b"frame", 8, 8, "test")
    monkeypatch.setattr(untrained, "frames", once)
    for steps in (100, 200, 300):
        for rate in ("0.001", "0.01"):
            address = f"/lab/untrained?family=gan&data=ring8&latents=2&steps={steps}&learning_rate_g={rate}"
            assert get(address).body == b"frame"
    assert len(made) == 1
    assert get("/lab/untrained?family=gan&data=ring8&latents=3").status == 200
    assert len(made) == 2


def test_too_many_who_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrained, "frames", untrained.Once(make_frame, 8, 0, "test"))
    answer = get("/lab/untrained?family=gan&data=ring8&latents=2")
    assert answer.status == 503
    assert "ask again in a moment" in answer.json()["error"]
