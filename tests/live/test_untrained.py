"""The first frame of a run that nobody has begun yet: the very one that the run will have."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import numpy as np
import pytest
from live.asked import get

from genlab.data import load
from genlab.models import FAMILIES
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
