"""The code beside the picture: its lines stand in the source, and each term and stage lights what computes it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from genlab.data import describe
from genlab.models import FAMILIES, family_named
from genlab.scripts.modules import unmarked
from genlab.scripts.panel import Part, panel

IMAGES, POINTS = "mnist5k", "ring8"
# By family, data and settings: what of the lines that are lit must be among them, by term.
D, G = "OBJECTIVES[self.config.loss].discriminator(", "OBJECTIVES[self.config.loss].generator("
SIGMOID = {
    "value": ("value = log_d_real + log_d_fake",),
    "log_d_real": ("F.logsigmoid(real_logits).mean()",),
    "log_d_fake": ("F.logsigmoid(-fake_logits).mean()",),
    "d_real": ("self.critic(x)", "torch.sigmoid(real_logits).mean()"),
    "d_fake": ("self.critic(fake)", "torch.sigmoid(fake_logits).mean()"),
    "js_bound": ("js_lower_bound_from_logits(", "+ math.log(4))"),
    "d_loss": (D, "F.binary_cross_entropy_with_logits(real, target) + F.softplus(fake).mean()"),
}
SCORES = {
    "d_real": ("self.critic(x)", '"d_real": real_logits.mean()'),
    "d_fake": ("self.critic(fake)", '"d_fake": fake_logits.mean()'),
}
BOUND = {
    "negative_elbo": ('"negative_elbo": reconstruction + kl',),
    "kl": ("kl = kl_per_latent.sum()", "kl_to_standard_normal(mean, log_variance)", "torch.expm1(log_variance)"),
}
IWAE = {
    "negative_elbo": ('"negative_elbo": reconstruction + kl',),
    "kl": (
        "kl_to_prior(mean, log_variance).sum(dim=1).mean()",
        "kl_to_standard_normal(mean, log_variance)",
        "torch.expm1(log_variance)",
    ),
    "iwae_k": ("-iwae_bound(log_weights).mean()", "torch.logsumexp(", "log_likelihood + log_prior_over_posterior"),
}
BERNOULLI = "binary_cross_entropy_with_logits(output,"
EXPECTED: dict[str, tuple[str, str, Mapping[str, Any], Mapping[str, tuple[str, ...]]]] = {
    "ae": ("ae", IMAGES, {}, {"mse": ("F.mse_loss(rebuilt, x)",)}),
    "vae bernoulli": ("vae", IMAGES, {}, BOUND | {"reconstruction": (BERNOULLI, "/ len(x)")}),
    "vae gaussian": ("vae", POINTS, {}, BOUND | {"reconstruction": ("/ deviation).square().sum() / 2",)}),
    "vae mean": (
        "vae", IMAGES, {"reduction": "mean"},
        BOUND | {"reconstruction": (BERNOULLI,), "effective_beta": ("torch.full((), beta",)},
    ),
    "vae beta": (
        "vae", IMAGES, {"beta": 5},
        BOUND
        | {"reconstruction": (BERNOULLI,), "objective": ("+ beta * penalty",), "weighted_kl": ("+ beta * penalty",)},
    ),
    "vae iwae": ("vae", IMAGES, {"importance": 5}, IWAE | {"reconstruction": (BERNOULLI,)}),
    "vae iwae gaussian": (
        "vae", IMAGES, {"importance": 5, "likelihood": "gaussian"}, IWAE | {"reconstruction": ("deviation**2)) / 2",)},
    ),
    "minimax": ("gan", POINTS, {"loss": "minimax"}, SIGMOID | {"g_loss": (G, "return -F.softplus(fake).mean()")}),
    "non_saturating": (
        "gan", POINTS, {"loss": "non_saturating"}, SIGMOID | {"g_loss": (G, "return F.softplus(-fake).mean()")},
    ),
    "least_squares": (
        "gan", IMAGES, {"loss": "least_squares"},
        SCORES | {"d_loss": (D, "(real - (1 - smoothing)).square()"), "g_loss": (G, "(fake - 1).square().mean() / 2")},
    ),
    "hinge": (
        "gan", IMAGES, {"loss": "hinge"},
        SCORES | {"d_loss": (D, "F.relu(1 - smoothing - real).mean()"), "g_loss": (G, "return -fake.mean()")},
    ),
    "wgan_gp": (
        "gan", POINTS, {"loss": "wgan_gp"},
        SCORES | {"d_loss": (D, "gradient_penalty(self.critic, x, fake", "return fake.mean() - real.mean()",
                             "(norm - 1).square().mean()"), "g_loss": (G, "return -fake.mean()")},
    ),
}  # fmt: skip
STAGES: dict[str, list[tuple[str, ...]]] = {
    "ae": [
        ("step.next_batch()",), ("self.encoder(corrupted)",), ("self.decoder(z)",), ("F.mse_loss",),
        ("mse.backward()", "self.optimiser.step()"),
    ],
    "vae": [
        ("step.next_batch()",), ("self.posterior(x)", "torch.randn(mean.shape", "z = mean +"), ("self.decoder(z)",),
        ("loss = reconstruction", "square().sum() / 2"), ("loss.backward()", "self.optimiser.step()"),
    ],
    "gan": [
        ("self.noise(len(x)",), ("self.generator(self.noise(len(x)",), ("step.next_batch()",),
        ("self.critic(x), self.critic(fake)",), (D, "F.softplus(fake)"),
        ("penalised.backward()", "self.optimiser_d.step()"), ("self.noise(self.config.batch",), ("self.critic(fake)",),
        (G, "steadied.backward("), ("self.optimiser_g.step()",),
    ],
}  # fmt: skip


def parts_of(family: str, data: str, settings: Mapping[str, Any]) -> tuple[Part, ...]:
    config = family_named(family).preset("classroom", describe(data).kind, settings)
    return panel(family, config, data)


def lit(parts: tuple[Part, ...], mark: str) -> str:
    """The lines that a term or a stage lights."""
    return "\n".join(line.text for part in parts for line in part.lines if mark in line.marks and line.runs)


@pytest.mark.parametrize(("case", "term"), [(case, term) for case, said in EXPECTED.items() for term in said[3]])
def test_a_term_lights_the_lines_that_compute_it(case: str, term: str) -> None:
    family, data, settings, terms = EXPECTED[case]
    lines = lit(parts_of(family, data, settings), term)
    for fragment in terms[term]:
        assert fragment in lines


@pytest.mark.parametrize("case", EXPECTED)
def test_every_term_of_a_run_lights_something(case: str) -> None:
    family, data, settings, terms = EXPECTED[case]
    config = family_named(family).preset("classroom", describe(data).kind, settings)
    own = {term.key for term in family_named(family).terms(config)}
    assert own - {"js_bound"} <= terms.keys()
    for term in family_named(family).terms_on(config, data):
        assert lit(parts_of(family, data, settings), term.key), term.key


@pytest.mark.parametrize(("family", "stage"), [(name, at) for name, said in STAGES.items() for at in range(len(said))])
def test_a_stage_of_slow_motion_lights_its_lines(family: str, stage: int) -> None:
    config = family_named(family).preset("classroom", "points")
    assert len(STAGES[family]) == len(family_named(family).picture(config).stages)
    lines = lit(parts_of(family, POINTS, {}), f"stage{stage + 1}")
    for fragment in STAGES[family][stage]:
        assert fragment in lines


@pytest.mark.parametrize("case", EXPECTED)
def test_every_line_stands_in_the_source(case: str) -> None:
    family, data, settings, _ = EXPECTED[case]
    parts = parts_of(family, data, settings)
    assert parts[0].name.endswith(".train_step")
    for part in parts:
        module = importlib.import_module(part.file.removesuffix(".py").replace("/", "."))
        written = Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()
        source = {(unmarked(line)[0] or "").strip() for line in written}
        for line in part.lines:
            assert line.text.strip() in source
            assert "[stage" not in line.text


def test_what_a_run_does_not_do_is_there_and_said_not_to_run() -> None:
    lines = {line.text.strip(): line for part in parts_of("vae", IMAGES, {}) for line in part.lines}
    assert not lines["reconstruction, kl, loss = self.importance_bound(x, step.rng)"].runs
    assert not lines["deviation = config.deviation"].runs
    assert lines["loss.backward()"].runs
    assert lines["if self.config.importance == 1:"].runs
    assert not lines["x = (torch.rand(x.shape, generator=step.rng).to(x.device) < x).float()"].runs


def test_a_mark_is_no_part_of_what_is_read() -> None:
    assert unmarked("    kl = a.sum()  # [kl stage4]") == ("    kl = a.sum()", ("kl", "stage4"))
    assert unmarked("    # why [kl]") == ("    # why", ("kl",))
    assert unmarked("    # [kl]") == (None, ("kl",))
    assert unmarked("    a = b[c]") == ("    a = b[c]", ())
    assert unmarked("    a = b[0]  # of c") == ("    a = b[0]  # of c", ())


def test_every_family_has_a_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    from toys import TOYS

    monkeypatch.setattr("genlab.scripts.modules.OWN", ("genlab", "toys"))
    for name, toy in TOYS.items():
        monkeypatch.setitem(FAMILIES, name, toy)
        assert parts_of(name, POINTS, {})[0].name.endswith("train_step")
