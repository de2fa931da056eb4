"""What the experiments of chapter 7 measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genlab.lessons.anatomy import Bars, Lines, Outcome, Series
from genlab.lessons.trained import Trained
from genlab.locale import N_

if TYPE_CHECKING:
    from torch import Tensor

    from genlab.models.vae import VAE

SHOWN = 8  # digits in a row of pictures
CODES = 2000  # digits whose codes make q(z)
DRAWN = 81  # points of a curve that is drawn
COLLAPSED = 0.1  # nats: less is said to be nothing


def two_weights(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Two VAEs that differ in the weight of KL: both terms, held out, and how many latents are in use."""
    light, heavy = runs
    numbers = {
        "kl_light": light.last("test_kl"),
        "kl_heavy": heavy.last("test_kl"),
        "rec_light": light.last("test_reconstruction"),
        "rec_heavy": heavy.last("test_reconstruction"),
        "active_light": active(light),
        "active_heavy": active(heavy),
    }
    fewer = numbers["kl_heavy"] < 0.5 * numbers["kl_light"] and numbers["active_heavy"] < numbers["active_light"]
    steps, values = light.curve("test_kl")
    _, others = heavy.curve("test_kl")
    shown = min(len(values), len(others))
    figure = Lines(
        N_("KL while the two trained, on held-out digits"),
        N_("step"),
        N_("nats"),
        tuple(float(step) for step in steps[:shown]),
        (
            Series("β = 1", "kl", values[:shown]),
            Series("β = 5", "kl", others[:shown], dashed=True),
        ),
    )
    return Outcome(numbers, fewer and numbers["rec_heavy"] > 1.2 * numbers["rec_light"], (figure,))


def first_steps(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Both terms from the first step on, on the batches of training."""
    steps, kl = runs[0].curve("kl")
    _, reconstruction = runs[0].curve("reconstruction")
    numbers = {
        "kl_first": kl[0],
        "kl_last": kl[-1],
        "rec_first": reconstruction[0],
        "rec_last": reconstruction[-1],
        "saved": reconstruction[0] - reconstruction[-1],
    }
    figure = Lines(
        N_("Both terms while it trained"),
        N_("step"),
        N_("nats an example"),
        tuple(float(step) for step in steps),
        (
            Series(N_("reconstruction"), "reconstruction", reconstruction),
            Series("KL", "kl", kl),
            Series("−ELBO", "total", tuple(a + b for a, b in zip(kl, reconstruction, strict=True)), dashed=True),
        ),
    )
    rises = numbers["kl_last"] - numbers["kl_first"]
    return Outcome(numbers, 5 < rises < numbers["saved"], (figure,))


def collapse(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """A VAE that ignores z, and the same with some nats of each latent free."""
    from genlab.lessons.sheets import sheet

    deaf, cured = runs
    x = held_out_digits(SHOWN)
    rebuilt = [vae_of(run).reconstruct(x).detach() for run in (deaf, cured)]
    numbers = {
        "kl": deaf.last("test_kl"),
        "kl_cured": cured.last("test_kl"),
        "loss": deaf.last("test_negative_elbo"),
        "loss_early": early(deaf, "test_negative_elbo"),
        "error": error(deaf),
        "error_cured": error(cured),
        "active": active(deaf),
        "active_cured": active(cured),
    }
    figure = sheet(
        N_("Held-out digits, and what the two rebuild"),
        [
            ("x", x),
            (N_("x', collapsed"), rebuilt[0]),
            (N_("x', with free bits"), rebuilt[1]),
        ],
    )
    silent = numbers["kl"] < COLLAPSED and numbers["active"] == 0
    return Outcome(numbers, silent and numbers["error_cured"] < 0.6 * numbers["error"], (figure,))


def which_beta(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """The same VAE by the sum and by the mean over pixels; and the beta of the mean, found from gradients: those of
    what is minimised are made of those of the two terms, and in what shares is its beta."""
    summed, averaged = runs
    shares = gradient_shares(vae_of(averaged), held_out_digits(256))
    numbers = {
        "kl_sum": summed.last("test_kl"),
        "kl_mean": averaged.last("test_kl"),
        "rec_sum": summed.last("test_reconstruction"),
        "rec_mean": averaged.last("test_reconstruction"),
        "effective": averaged.last("effective_beta"),
        "found": shares[1] / shares[0],
    }
    figure = Bars(
        N_("Both terms at the end, on held-out digits"),
        N_("nats an example"),
        (N_("sum over pixels"), N_("mean over pixels")),
        (
            Series(N_("reconstruction"), "reconstruction", (numbers["rec_sum"], numbers["rec_mean"])),
            Series("KL", "kl", (numbers["kl_sum"], numbers["kl_mean"])),
        ),
    )
    same = abs(numbers["found"] / numbers["effective"] - 1) < 0.01
    return Outcome(numbers, same and numbers["kl_mean"] < COLLAPSED < numbers["kl_sum"], (figure,))


def gradient_shares(model: VAE, x: Tensor) -> tuple[float, float]:
    """(a, b) of: the gradient of what a step minimises = a times that of the reconstruction + b times that of KL, all
    on the same batch and noise; by least squares over all parameters."""
    import torch

    from genlab.models import Step

    def noise() -> torch.Generator:
        return torch.Generator().manual_seed(0)

    def flat() -> Tensor:
        return torch.cat([weight.grad.flatten().double() for weight in weights if weight.grad is not None])

    weights = list(model.requires_grad_().parameters())
    for group in model.optimiser.param_groups:
        group["lr"] = 0.0  # the step is taken for its gradient alone
    model.train_step(Step(model.config.steps, model.config.steps, noise(), lambda: x))
    minimised = flat()
    terms = []
    for place in (0, 1):
        model.zero_grad(set_to_none=False)
        model.bound(x, noise())[place].sum().backward()
        terms.append(flat())
    shares = torch.linalg.lstsq(torch.stack(terms, 1), minimised[:, None], driver="gelsd").solution
    return float(shares[0]), float(shares[1])


def all_codes(seed: int) -> Outcome:
    """q(z), the codes of many digits together, of the shipped VAE: how far it is from the prior, and one latent's."""
    import torch

    from genlab.aggregate import aggregate_density, decompose
    from genlab.lessons.shipped import shipped_digits, shipped_model
    from genlab.models.vae import VAE

    model = shipped_model("vae-20")
    assert isinstance(model, VAE)
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        mean, log_variance = model.encoder(shipped_digits(CODES, rng)).chunk(2, dim=1)
    parts = decompose(mean, log_variance, seed)
    most = int(parts.kl_per_latent.argmax())
    z = torch.linspace(-4, 4, DRAWN)
    together = aggregate_density(mean[:, [most]], log_variance[:, [most]], z)[0]
    prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).exp()
    one = torch.distributions.Normal(mean[0, most], (log_variance[0, most] / 2).exp()).log_prob(z).exp()
    numbers = {
        "kl": parts.kl,
        "gap_least": parts.marginal_kl[0],
        "gap_most": parts.marginal_kl[1],
        "latent_kl": float(parts.kl_per_latent[most]),
        "latent_gap": float(parts.marginal_kl_per_latent[most]),
        "codes": float(CODES),
    }
    figure = Lines(
        N_("The latent with most KL: one digit's q(z|x), all digits' together, and the prior"),
        "z",
        N_("density"),
        tuple(float(value) for value in z),
        (
            Series(N_("q(z|x) of one digit"), "latent", values(one), dashed=True),
            Series(N_("q(z), all codes together"), "latent", values(together)),
            Series(N_("prior p(z)"), "prior", values(prior)),
        ),
    )
    near = 0 < numbers["latent_gap"] < 0.25 * numbers["latent_kl"]
    return Outcome(numbers, near and 0 < numbers["gap_least"] < numbers["kl"], (figure,))


def rate_distortion(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Where VAEs with different weights of KL end, on held-out digits: fewer nats, a larger error."""
    ends = sorted((run.last("test_kl"), run.last("test_reconstruction"), run.run.config["beta"]) for run in runs)
    rates, distortions, weights = zip(*ends, strict=True)
    numbers = {f"rate_{name(beta)}": rate for rate, _, beta in ends}
    numbers |= {f"distortion_{name(beta)}": distortion for _, distortion, beta in ends}
    figure = Lines(
        N_("Reconstruction against KL, held out; from the left β = 20, 5, 1, 0.1"),
        N_("KL, nats: the rate"),
        N_("reconstruction, nats: the distortion"),
        rates,
        (Series(N_("where training ends"), "total", distortions),),
    )
    falls = list(distortions) == sorted(distortions, reverse=True) and list(weights) == sorted(weights, reverse=True)
    return Outcome(numbers, falls, (figure,))


def name(beta: float) -> str:
    """A weight as a name in the chapter's texts: 20, 5, 1, tenth."""
    return "tenth" if beta == 0.1 else f"{beta:g}"


def values(curve: Tensor) -> tuple[float, ...]:
    """A curve's values."""
    return tuple(float(value) for value in curve)


def vae_of(run: Trained) -> VAE:
    """A run's model, which is a VAE."""
    from genlab.models.vae import VAE

    assert isinstance(run.model, VAE)
    return run.model


def active(run: Trained) -> float:
    """How many latents of a run are in use on held-out digits, by the rule of `evaluate`."""
    from genlab.evaluation import ACTIVE_VARIANCE

    means = vae_of(run).encode(held_out_digits()).detach()
    return float((means.var(dim=0) > ACTIVE_VARIANCE).sum())


def error(run: Trained) -> float:
    """The mean squared error a pixel of what a run rebuilds of held-out digits."""
    x = held_out_digits()
    return float((vae_of(run).reconstruct(x).detach() - x).square().mean())


def early(run: Trained, key: str) -> float:
    """A term's value after a tenth of the training."""
    steps, curve = run.curve(key)
    return next(value for step, value in zip(steps, curve, strict=True) if step >= run.run.config["steps"] / 10)


def held_out_digits(count: int | None = None) -> Tensor:
    """Held-out digits, [count, 1, 28, 28] in [0, 1]; all of them by default."""
    from genlab.data import load
    from genlab.held_out import held_out_examples

    return held_out_examples(load("mnist5k"), count)
