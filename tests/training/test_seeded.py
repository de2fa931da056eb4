"""Models are built from their seed alone, and nothing that the server does draws from the process' own generator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import nn

from genlab.critic import image_critic
from genlab.data import load
from genlab.models import FAMILIES
from genlab.models.base import Config
from genlab.nets import CentredLinear, folded
from genlab.seeded import drawn_with
from genlab.training import Trainer

BUILT: list[tuple[str, str, dict[str, Any]]] = [
    ("ae", "mnist5k", {}),
    ("ae", "mnist5k", {"net": "conv", "hidden": 64}),
    ("vae", "ring8", {"latents": 2}),
    ("gan", "ring8", {"latents": 2, "fourier_features": 16, "minibatch_deviation": True, "spectral_norm": True}),
    ("gan", "mnist5k", {"net": "conv", "hidden": 64, "generator_hidden": 64, "batch_norm": True}),
]


@contextmanager
def untouched() -> Iterator[None]:
    """Fails where the process' own generator was seeded or drawn from, even if it was put back afterwards."""
    torch.manual_seed(17)
    expected = torch.rand(1)
    torch.manual_seed(17)
    before = torch.get_rng_state()
    yield
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(torch.rand(1), expected)


def config_of(family: str, data: str, values: dict[str, Any]) -> Config:
    return FAMILIES[family].preset("classroom", load(data).kind, values)


@pytest.mark.parametrize(("family", "data", "values"), BUILT)
def test_a_trainer_leaves_the_process_generator_alone(family: str, data: str, values: dict[str, Any]) -> None:
    with untouched():
        trainer = Trainer(family, config_of(family, data, values), load(data), seed=3)
        trainer.frame()
        trainer.model.live_nets()


@pytest.mark.parametrize(("family", "data", "values"), BUILT)
def test_the_numbers_are_those_of_manual_seed(family: str, data: str, values: dict[str, Any]) -> None:
    config, shape = config_of(family, data, values), load(data).shape
    with drawn_with(3):
        one = FAMILIES[family].build(config, shape)
    torch.manual_seed(3)
    other = FAMILIES[family].build(config, shape)
    for (name, drawn), seeded in zip(one.state_dict().items(), other.state_dict().values(), strict=True):
        assert torch.equal(drawn, seeded), name


def test_other_threads_do_not_change_what_is_drawn() -> None:
    def weights() -> torch.Tensor:
        with drawn_with(5):
            return nn.Sequential(*(nn.Linear(8, 8) for _ in range(20)), nn.Dropout())[-2].weight.detach()  # type: ignore[union-attr]

    expected, ended = weights(), threading.Event()

    def disturb() -> None:
        while not ended.is_set():
            torch.manual_seed(0)
            torch.rand(3)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        assert all(torch.equal(weights(), expected) for _ in range(50))
    finally:
        ended.set()
        thread.join()


def test_every_kind_of_draw_is_taken_over() -> None:
    def draws() -> list[torch.Tensor]:
        x = torch.full((6,), 0.5)
        return [
            torch.rand(4), torch.randn(4), torch.randint(9, (4,)), torch.randperm(6), torch.bernoulli(x),
            torch.multinomial(x, 2), torch.rand_like(x), torch.randn_like(x), nn.functional.dropout(x),
            torch.normal(x, 1), torch.empty(4).exponential_(), torch.empty(4).uniform_(),
            nn.init.trunc_normal_(torch.empty(4)),
        ]  # fmt: skip

    with untouched(), drawn_with(9):
        taken = draws()
    torch.manual_seed(9)
    assert all(torch.equal(one, other) for one, other in zip(taken, draws(), strict=True))


def test_a_critic_and_a_folded_net_draw_nothing_either() -> None:
    stack = nn.Sequential(CentredLinear(4, 3))
    with untouched():
        image_critic(1)
        folded(stack)
