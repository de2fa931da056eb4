"""What the experiments of chapter 8 measure. V is always that of points on which D has not trained."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING

from genlab.lessons.anatomy import Lines, Outcome, Series, Table
from genlab.lessons.chapters.the_game.chapter import GAME, PERFECT
from genlab.lessons.trained import Trained
from genlab.locale import N_

if TYPE_CHECKING:
    from torch import Tensor

    from genlab.models.gan import GAN
    from genlab.training import Trainer

LOG_4 = math.log(4)
LEVELS = ((0.0, "0"), (-LOG_4, "−log 4"))
# One plain step of G: large enough to be seen, and the same for both losses.
RATE = 0.05
FRESH = 4096
SURE, UNSURE = 0.01, 0.99


def value_over_steps(run: Trained, title: str) -> Lines:
    """V on fresh points over the steps of a run."""
    steps, values = run.curve("test_value")
    return Lines(
        title, N_("step"), N_("V, nats"), tuple(map(float, steps)), (Series("V(D,G)", "value", values),), LEVELS
    )


def perfect(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """D has moved alone against a G that has learned nothing."""
    (run,) = runs
    _steps, values = run.curve("test_value")
    numbers = {
        "first": values[0],
        "last": values[-1],
        "best": round(run.last("best_value"), 2) + 0.0,  # no minus before a zero
        "d_real": run.last("test_d_real"),
        "d_fake": run.last("test_d_fake"),
    }
    figure = value_over_steps(run, N_("V while D alone moved, on fresh points"))
    return Outcome(numbers, -0.2 < values[-1] < 0, (figure,))


def blind_spot(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Then G has moved alone against this D."""
    (run,) = runs
    value, js = (dict(zip(*run.curve(key), strict=True)) for key in ("test_value", "js"))
    before = max(step for step in value if step <= PERFECT[1])
    numbers = {
        "before": value[before],
        "after": run.last("test_value"),
        "js_before": js[max(step for step in js if step <= PERFECT[1])],
        "js_after": run.last("js"),
        "js_bound": math.log(2),
    }
    figure = value_over_steps(run, N_("V: first D alone, then G alone"))
    holds = numbers["after"] < -LOG_4 - 0.3 and numbers["js_after"] > 0.5
    return Outcome(numbers, holds, (figure,))


def trainer_of(seed: int, steps: int) -> Trainer:
    """The game of this chapter, with so many steps to come."""
    from genlab.data import load
    from genlab.models import FAMILIES
    from genlab.training import Trainer

    config = FAMILIES["gan"].preset("classroom", "points", GAME | {"schedule": "constant"})
    return Trainer("gan", config, load("ring8"), seed)


def learn_alone(trainer: Trainer, steps: int) -> None:
    """So many steps of D, without any pictures of them."""
    from genlab.models.base import Step
    from genlab.training import STEP_STREAM, mixed_seed

    trainer.set_learning_rates()
    for number in range(steps):
        trainer.rng.manual_seed(mixed_seed(trainer.seed, STEP_STREAM, number))
        trainer.model.train_step(Step(number, trainer.config.steps, trainer.rng, trainer.next_batch, "discriminator"))


def fresh_value(trainer: Trainer) -> dict[str, float]:
    """V, D(x) and D(G(z)) on points that were drawn for this."""
    from genlab.held_out import held_out_examples, mean_terms

    return mean_terms(trainer.model, held_out_examples(trainer.data, FRESH))


def pulls(seed: int) -> Outcome:
    """How hard each loss of G pulls, against the same D, which is nearly perfect."""
    trainer = trainer_of(seed, PERFECT[1])
    learn_alone(trainer, PERFECT[1])
    before = fresh_value(trainer)
    sizes, values = zip(*(one_step(trainer, loss) for loss in ("minimax", "non_saturating")), strict=True)
    numbers = {
        "d_fake": before["d_fake"],
        "before": before["value"],
        "minimax": sizes[0],
        "other": sizes[1],
        "ratio": sizes[1] / sizes[0],
        "value_minimax": values[0],
        "value_other": values[1],
    }
    beliefs = tuple(i / 100 for i in range(1, 100))
    curves = Lines(
        N_("How hard each loss pulls at D's logit, over what D says of the sample"),
        "D(G(z))",
        N_("size of the derivative by the logit"),
        beliefs,
        (
            Series(N_("minimax: log(1 − D)"), "discriminator", beliefs),
            Series(N_("non-saturating: −log D"), "generated", tuple(1 - belief for belief in beliefs)),
        ),
    )
    table = Table(
        N_("One plain step of G, from the same place"),
        (N_("loss"), N_("gradient's norm"), N_("V before"), N_("V after")),
        tuple(
            (name, f"{size:.3g}", f"{before['value']:.3f}", f"{value:.3f}")
            for name, size, value in zip((N_("minimax"), N_("non-saturating")), sizes, values, strict=True)
        ),
    )
    return Outcome(numbers, numbers["ratio"] > 10, (curves, table))


def one_step(trainer: Trainer, loss: str) -> tuple[float, float]:
    """The norm of a loss' gradient by G's weights, and V after one step of plain gradient descent along it."""
    import torch

    from genlab.models.gan.losses import OBJECTIVES

    kept: GAN = trainer.model  # type: ignore[assignment]
    model = copy.deepcopy(kept)
    z = model.noise(FRESH, torch.Generator().manual_seed(trainer.seed))
    weights = list(model.generator.parameters())
    gradients: tuple[Tensor, ...] = torch.autograd.grad(
        OBJECTIVES[loss].generator(model.critic(model.generator(z))), weights
    )
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= RATE * gradient
    trainer.model = model
    after = fresh_value(trainer)["value"]
    trainer.model = kept
    return float(torch.cat([gradient.flatten() for gradient in gradients]).norm()), after


def nobody_gains(seed: int) -> Outcome:
    """D learns on against a G that draws from p_data itself."""
    import torch
    from torch import nn

    from genlab.data.points import PointData

    trainer = trainer_of(seed, PERFECT[1])
    data = trainer.data
    assert isinstance(data, PointData)
    drawn = torch.Generator().manual_seed(seed + 1)

    class Perfect(nn.Module):
        """Draws from p_data, whatever z is."""

        def forward(self, z: Tensor) -> Tensor:
            return data.sample(len(z), drawn)

    trainer.model.generator = Perfect()  # type: ignore[assignment]
    steps, values = [0], [fresh_value(trainer)["value"]]
    for _ in range(10):
        learn_alone(trainer, PERFECT[1] // 10)
        steps.append(steps[-1] + PERFECT[1] // 10)
        values.append(fresh_value(trainer)["value"])
    said = fresh_value(trainer)
    numbers = {"first": values[0], "last": values[-1], "d_real": said["d_real"], "d_fake": said["d_fake"]}
    figure = Lines(
        N_("V while D alone moves against a perfect G, on fresh points"),
        N_("step of D"),
        N_("V, nats"),
        tuple(map(float, steps)),
        (Series("V(D,G)", "value", tuple(values)),),
        LEVELS,
    )
    return Outcome(numbers, abs(values[-1] + LOG_4) < 0.05, (figure,))
