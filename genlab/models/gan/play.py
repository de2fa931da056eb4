"""How the playground draws a GAN: two players, one step in ten stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genlab.locale import N_
from genlab.models.gan.losses import OBJECTIVES
from genlab.models.play import Node, Picture, Play, Stage

# A Wasserstein critic has to be near its best at every step and is steadied by its own penalty.
WASSERSTEIN = {
    "d_steps": 5,
    "r1": 0.0,
    "fourier_features": 0,
    "learning_rate_d": 1e-3,
    "learning_rate_g": 1e-3,
    "penalty": 1.0,
}
LAYERS = ("data", "fakes", "field", "best", "difference", "grid", "gradient")
VERDICT = (("d_real", "D(x)"), ("d_fake", "D(G(z))"), ("d_loss", "L_D"), ("g_loss", "L_G"))


def bare_game(dimensions: int) -> Mapping[str, Any]:
    """Two latents can be drawn as a grid; the generator that is seen is the one that plays, not its average, so that
    each step shows; it learns from D's verdict alone, and what feature matching adds can be seen by switching it on.
    On a line one component of noise is enough, and G a curve."""
    return {"latents": dimensions, "ema": 0.0, "feature_matching": 0.0}


def beside(config: Any, reported: set[str]) -> tuple[tuple[str, str | None], ...]:
    """V below the best D's, where both are reported."""
    if not {"value", "best_value"} <= reported:
        return ()
    return (("V(D,G)", "value"), (r"\leq", ""), (r"\max_D V = 2\,\mathrm{JS} - \log 4", "best_value"))


def picture(config: Any) -> Picture:
    """The game; what D says is a probability or a score."""
    probabilistic = OBJECTIVES[config.loss].probabilistic
    return Picture(
        layers=tuple(name for name in LAYERS if probabilistic or name != "difference"),  # a score minus D* is nothing
        nodes=nodes(probabilistic),
        arrows=(("noise", "generator"), ("generator", "fakes"), ("fakes", "critic"), ("real", "critic"),
                ("critic", "verdict")),
        backs=(("back-critic", (88, 27, 88, 31, 66, 31, 66, 28.5), "∇L_D"),
               ("back-generator", (88, 9, 88, 4, 57, 4, 57, -0.5, 26.5, -0.5, 26.5, 0.7), "∇L_G")),
        stages=(*stages_of_d(probabilistic), *stages_of_g()),
        verdict=VERDICT,
        probabilistic=probabilistic,
    )  # fmt: skip


def nodes(probabilistic: bool) -> tuple[Node, ...]:
    """The parts of the overview."""
    return (
        Node("noise", N_("Noise z"),
             N_("z ~ p(z): random numbers that know nothing of the data. Watch them become samples."), (0, 1),
             ("noise",), ("data", "noise", "fakes"), morphs=True),
        Node("generator", "G",
             N_("G(z) bends cells of equal probability in z over the data; where they are small, samples are dense."),
             (19.5, 1), ("grid",), ("data", "fakes", "grid"), morphs=True),
        Node("fakes", N_("Fakes G(z)"),
             N_("The samples of G. They should look like the data, all of them and in the right shares."), (39, 1),
             ("fakes",), ("fakes",)),
        Node("real", N_("Data x"), N_("Examples x of p_data: all that the two players ever see of it."), (39, 21),
             ("data",), ("data",)),
        Node("critic", "D",
             N_("D gives every place a probability that a point there is data.")
             if probabilistic
             else N_("D scores every place: high where it looks like data."),
             (59, 9.5), ("field",), ("data", "fakes", "field")),
        Node("verdict", N_("Verdict"),
             N_("What D says of data and of fakes; both losses come from it, and both gradients."), (80, 9.5)),
    )  # fmt: skip


def stages_of_d(probabilistic: bool) -> tuple[Stage, ...]:
    """D's half of a step."""
    judged, loss = (
        (
            N_("D gives every point a probability of being real: blue places it trusts, orange ones it does not."),
            N_("On average D(x) = {d_real} on data and D(G(z)) = {d_fake} on fakes: L_D = {d_loss}, V = {value}."),
        )
        if probabilistic
        else (
            N_("With this loss D gives every point a score: high in blue places, low in orange ones."),
            N_("On average it scores data {d_real} and fakes {d_fake}: L_D = {d_loss}."),
        )
    )
    field = ("data", "fakes", "field")
    return (
        Stage(N_("D: noise"),
              N_("Noise z is drawn from p(z). The picture keeps one fixed z; training draws fresh ones."),
              ("noise",), ("data", "noise")),
        Stage(N_("D: G makes fakes"), N_("G turns each z into a point G(z). For D's turn, G stays as it is."),
              ("noise", "generator", "fakes"), ("data", "fakes", "grid"), morph=True),
        Stage(N_("D: a batch of data"), N_("As many real examples x are drawn from p_data."), ("real",), ("data",)),
        Stage(N_("D: it judges both"), judged, ("fakes", "real", "critic"), field),
        Stage(N_("D: its loss"), loss, ("critic", "verdict"), field, ask="discriminator"),
        Stage(N_("D: gradient and update"),
              N_("The gradient of L_D moves D's weights: its field bends. No fake moves."),
              ("verdict", "critic", "back-critic"), field, moves=True),
    )  # fmt: skip


def stages_of_g() -> tuple[Stage, ...]:
    """G's half of a step."""
    return (
        Stage(N_("G: new noise"), N_("Fresh noise, now for G's turn; D stays as it is."), ("noise",),
              ("noise", "field")),
        Stage(N_("G: fakes are judged"), N_("G makes fakes from it, and D judges each of them."),
              ("noise", "generator", "fakes", "critic"), ("fakes", "field"), morph=True),
        Stage(N_("G: loss and gradient"),
              N_("L_G = {g_loss}. Each arrow is minus its gradient at a fake: that way D is more easily deceived."),
              ("verdict", "back-generator"), ("fakes", "field", "gradient"), ask="generator"),
        Stage(N_("G: update"),
              N_("G's weights take one step, so the fakes move about along their arrows. Then D again."),
              ("generator", "fakes", "back-generator"), ("data", "fakes", "grid"), moves=True),
    )  # fmt: skip


PLAY = Play(
    place=0,
    first=("loss", "d_steps", "learning_rate_d", "learning_rate_g"),
    absent=("batch_norm",),
    bare=bare_game,
    suited={("loss", "wgan_gp"): WASSERSTEIN},
    picture=picture,
    beside=beside,
)
