"""The trainer's promise: sliced, interrupted or in one go, a run gives the same numbers, bit for bit."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load as load_tensors
from training.training_cases import END, MIDDLE, PLAN, SETUPS, trainer_of

from genlab.data import load
from genlab.data.points import PointData
from genlab.models import FAMILIES, ConfigError, Step
from genlab.models.base import flag, limits, options
from genlab.training import FRAMES_PLANNED, NonFinite, Progress, Trainer, frame_steps, kept_steps, read_checkpoint


def tensors(trainer: Trainer) -> dict[str, bytes]:
    """Weights and optimiser state, as bytes."""
    return {name: tensor.numpy().tobytes() for name, tensor in load_tensors(trainer.checkpoint()).items()}


def flat(progresses: list[Progress]) -> tuple[list[Any], list[Any]]:
    """Points and frames of slices, frames as bytes."""
    points = [point for progress in progresses for point in progress.points]
    frames = [
        (step, {name: (array.shape, array.tobytes()) for name, array in pictures.items()})
        for progress in progresses
        for step, pictures in progress.frames
    ]
    return points, frames


@pytest.fixture(scope="module")
def in_one_go() -> Any:
    """What each setup gives when it is trained to END without a break; trained once."""
    made: dict[str, Any] = {}

    def result(setup: str) -> tuple[dict[str, bytes], tuple[list[Any], list[Any]]]:
        if setup not in made:
            trainer = trainer_of(setup)
            progress = trainer.advance(steps=END)
            made[setup] = tensors(trainer), flat([progress])
        return made[setup]

    return result


@pytest.mark.parametrize("setup", SETUPS)
class TestSameNumbers:
    def test_in_slices(self, setup: str, in_one_go: Any) -> None:
        trainer = trainer_of(setup)
        progresses = [trainer.advance(steps=count) for count in (1, 6, 30, END - MIDDLE)]
        assert (tensors(trainer), flat(progresses)) == in_one_go(setup)

    def test_resumed_in_the_middle_of_an_interval(self, setup: str, in_one_go: Any) -> None:
        first = trainer_of(setup)
        progresses = [first.advance(steps=MIDDLE)]
        second = trainer_of(setup)
        second.restore(first.checkpoint())
        assert (second.step, second.seconds) == (MIDDLE, first.seconds)
        progresses.append(second.advance(steps=END - MIDDLE))
        assert (tensors(second), flat(progresses)) == in_one_go(setup)

    def test_looking_changes_nothing(self, setup: str, in_one_go: Any) -> None:
        trainer = trainer_of(setup)
        progresses = [trainer.advance(steps=MIDDLE)]
        for _ in range(3):
            trainer.frame()
            trainer.checkpoint()
            with torch.no_grad():
                trainer.model.sample(8, torch.Generator())
                trainer.model.held_out_terms(trainer.probe.examples, torch.Generator())
        progresses.append(trainer.advance(steps=END - MIDDLE))
        assert (tensors(trainer), flat(progresses)) == in_one_go(setup)

    def test_another_seed_gives_another_run(self, setup: str, in_one_go: Any) -> None:
        trainer = trainer_of(setup, seed=4)
        progress = trainer.advance(steps=END)
        weights, (points, _) = in_one_go(setup)
        assert all(tensors(trainer)[name] != value for name, value in weights.items() if name.endswith("1.weight"))
        assert flat([progress])[0] != points


@pytest.mark.parametrize(
    ("setup", "knobs"),
    [
        ("ae", {"noise": 0.4, "learning_rate": 1e-4}),
        ("vae", {"beta": 3, "binarise": False, "steps": 700}),
        ("vae", {"reduction": "mean", "free_bits": 0.5}),
        ("gan", {"loss": "hinge", "learning_rate_d": 1e-3, "d_steps": 1}),
    ],
)
def test_a_knob_turned_in_mid_run_resumes_exactly(setup: str, knobs: dict[str, Any]) -> None:
    one = trainer_of(setup)
    one.advance(steps=15)
    untouched = trainer_of(setup)
    untouched.restore(one.checkpoint())
    one.reconfigure(one.config.changed(**knobs))
    one.advance(steps=7)
    untouched.advance(steps=7)
    assert tensors(one) != tensors(untouched)

    checkpoint = one.checkpoint()
    other = Trainer(one.family.name, type(one.config).parse(one.config.model_dump()), one.data, one.seed)
    other.restore(checkpoint)
    assert flat([one.advance(steps=20)]) == flat([other.advance(steps=20)])
    assert tensors(one) == tensors(other)


@pytest.mark.parametrize(
    ("family", "name"), [(family, name) for family in FAMILIES for name in FAMILIES[family].config.model_fields]
)
def test_only_live_knobs_turn_in_mid_run(family: str, name: str) -> None:
    trainer = trainer_of(family)
    info = type(trainer.config).model_fields[name]
    choices = options(info) or limits(info) or (False, True)
    new = trainer.config.changed(**{name: next(value for value in choices if value != getattr(trainer.config, name))})
    if flag(info, "live"):
        trainer.reconfigure(new)
        assert trainer.config == trainer.model.config == new
        trainer.advance(steps=1)
    else:
        before = trainer.config
        with pytest.raises(ConfigError, match=f"^{name}: fixed once a run has begun"):
            trainer.reconfigure(new)
        assert trainer.config == trainer.model.config == before


def test_turning_a_knob_checks_the_kind_of_data() -> None:
    trainer = trainer_of("vae-points")
    with pytest.raises(ConfigError, match=r"^binarise: got true"):
        trainer.reconfigure(trainer.config.changed(binarise=True))
    assert not trainer.config.binarise


def test_a_plan_cut_short_is_finished() -> None:
    trainer = trainer_of("vae-points")
    trainer.advance(steps=20)
    trainer.reconfigure(trainer.config.changed(steps=10))
    assert trainer.finished
    assert trainer.advance() == Progress()
    assert trainer.step == 20


def test_time_is_kept_and_at_least_one_step_is_made() -> None:
    trainer = trainer_of("vae-points")
    trainer.advance(seconds=0)
    assert trainer.step == 1
    assert 0 < trainer.seconds < 5
    trainer.advance(seconds=0.05)
    assert 1 < trainer.step < PLAN


def test_a_run_ends_with_its_plan_and_with_a_frame_and_a_point_there() -> None:
    trainer = trainer_of("vae-points", steps=45)
    progress = trainer.advance(steps=100)
    assert trainer.finished
    assert [step for step, _ in progress.frames] == frame_steps(45)
    assert [step for step, _ in progress.points] == list(range(1, 46))
    keys = {"reconstruction", "kl", "negative_elbo"}
    assert all(keys <= values.keys() for _, values in progress.points)
    held_out = [step for step, values in progress.points if "test_kl" in values]
    assert held_out == frame_steps(45)[1:]


def test_points_are_means_since_the_last() -> None:
    coarse, fine = (
        trainer_of("vae-points", schedule="constant"),
        trainer_of("vae-points", schedule="constant", steps=500),
    )
    means = dict(coarse.advance(steps=30).points)
    values = dict(fine.advance(steps=30).points)
    assert sorted(values) == list(range(1, 31))
    for step in (22, 24, 28):
        expected = (values[step - 1]["kl"] + values[step]["kl"]) / 2
        assert means[step]["kl"] == pytest.approx(expected, rel=1e-12)


def test_a_part_alone_moves_only_its_net_and_makes_a_point_each_step() -> None:
    trainer = trainer_of("gan-points")
    trainer.advance(steps=30)
    before = tensors(trainer)
    progress = trainer.advance(steps=5, part="discriminator")
    after = tensors(trainer)
    assert all(after[name] == value for name, value in before.items() if ".generator." in name or ".averaged." in name)
    assert any(after[name] != value for name, value in before.items() if name.startswith("model.critic."))
    assert [step for step, _ in progress.points] == [31, 32, 33, 34, 35]


@pytest.mark.parametrize("plan", [10, 79, 80, 81, 4000, 1_000_000])
def test_frames_are_few_and_dense_at_first(plan: int) -> None:
    steps = frame_steps(plan)
    assert steps == sorted(set(steps))
    assert len(steps) <= FRAMES_PLANNED + 1 == 81
    assert (steps[0], steps[-1]) == (0, plan)
    gaps = np.diff(steps)
    assert gaps[: len(gaps) // 2].mean() <= gaps[len(gaps) // 2 :].mean()


@pytest.mark.parametrize("plan", [1, 10, 81, 4000, 1_000_000])
def test_kept_checkpoints_are_at_most_ten_and_dense_at_first(plan: int) -> None:
    steps = kept_steps(plan)
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, plan)
    assert len(steps) == 10 if plan >= 81 else len(steps) <= 10
    assert (np.diff(steps, n=2) >= -1).all()  # but for rounding, ever further apart


def test_of_a_large_net_fewer_checkpoints_are_kept() -> None:
    counts = [len(kept_steps(4000, size)) for size in (0, 2**20, 4 * 2**20, 12 * 2**20, 2**30)]
    assert counts == [10, 10, 5, 2, 2]
    assert all(kept_steps(4000, size)[0] == 0 and kept_steps(4000, size)[-1] == 4000 for size in (2**22, 2**30))


def test_a_checkpoint_is_about_as_large_as_is_said() -> None:
    trainer = trainer_of("vae-points", hidden=256)
    trainer.advance(steps=1)
    assert len(trainer.checkpoint()) == pytest.approx(trainer.checkpoint_bytes, rel=0.05)


def test_what_is_not_finite_stops_the_run_with_its_step_and_term(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of("vae-points")
    trainer.advance(steps=4)
    monkeypatch.setattr(trainer.model, "train_step", lambda step: {"kl": torch.tensor(math.nan)})
    with pytest.raises(NonFinite, match=r"^step 5: kl is not finite; try a lower learning rate$") as caught:
        trainer.advance(steps=4)
    assert (caught.value.step, caught.value.term) == (5, "kl")


def test_training_that_truly_blows_up_is_seen() -> None:
    trainer = trainer_of("ae", steps=2000, schedule="constant", learning_rate=0.1)
    with torch.no_grad():
        for tensor in trainer.model.parameters():
            tensor *= 1e18
    with pytest.raises(NonFinite, match="mse is not finite"):
        trainer.advance()
    assert trainer.step < 10


def test_broken_weights_are_never_a_checkpoint() -> None:
    trainer = trainer_of("ae")
    with torch.no_grad():
        next(trainer.model.parameters())[0, 0] = math.inf
    with pytest.raises(NonFinite, match=r"model\.encoder\.1\.weight is not finite"):
        trainer.checkpoint()


def test_another_model_s_checkpoint_is_refused() -> None:
    checkpoint = trainer_of("vae").checkpoint()
    for other in (trainer_of("ae"), trainer_of("vae", hidden=32), trainer_of("vae-points")):
        with pytest.raises(ValueError, match=r"^checkpoint: not this model's weights") as caught:
            other.restore(checkpoint)
        assert "\n" not in str(caught.value)


def test_a_checkpoint_says_where_it_is() -> None:
    trainer = trainer_of("vae-points")
    trainer.advance(steps=MIDDLE)
    read = read_checkpoint(trainer.checkpoint())
    assert (read.standing.step, read.standing.batches) == (MIDDLE, MIDDLE)
    assert read.named().keys() == tensors(trainer).keys()


def test_noise_and_data_are_independent_and_both_follow_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed for both would make a model's noise a copy of its data's."""
    data = load("one_gaussian_1d")
    assert isinstance(data, PointData)
    data = dataclasses.replace(data)  # what is kept of it, drawn by another sampler, is for this test alone
    monkeypatch.setattr(type(data), "sample", lambda _, n, generator: torch.randn(n, 1, generator=generator))
    drawn: dict[tuple[str, int], torch.Tensor] = {}
    for seed in (0, 1):
        config = FAMILIES["gan"].config(latents=1, hidden=8, batch=1024, steps=PLAN)
        trainer = Trainer("gan", config, data, seed)

        def train_step(step: Step, seed: int = seed) -> dict[str, torch.Tensor]:
            drawn["data", seed] = step.next_batch().flatten()
            drawn["noise", seed] = torch.randn(1024, generator=step.rng)
            return {}

        trainer.model.train_step = train_step
        trainer.advance(steps=3)
    correlations = torch.corrcoef(torch.stack(list(drawn.values()))).fill_diagonal_(0)
    assert correlations.abs().max() < 0.15


def test_nothing_outside_moves_the_numbers(in_one_go: Any) -> None:
    """The global generators of torch and numpy are neither used nor disturbed."""
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    trainer = trainer_of("vae")
    trainer.advance(steps=END)
    assert torch.equal(before, torch.random.get_rng_state())
    assert tensors(trainer) == in_one_go("vae")[0]
