"""How the playground draws a family: the parts of its overview, its layers, and one training step in stages.

Texts are in English, marked for translation; numbers stand in their braces, by the keys of the family's terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from genlab.locale import N_

# The arrays of a frame that can be drawn, and what is drawn beside them; see genlab/views/playground/words.py.
LAYERS = ("data", "fakes", "field", "best", "difference", "grid", "gradient", "reconstructions")


@dataclass(frozen=True)
class Node:
    """A part of the overview.

    label, says: its name and what it does; at: its place in a box of 100 x 38; shows: the layers of its small picture,
    none where it shows its `symbol` or the step's numbers; pointed: what the stage shows while one points at it, the
    person's own layers where there is nothing; morphs: whether noise then flies to its samples.
    """

    name: str
    label: str
    says: str
    at: tuple[float, float]
    shows: tuple[str, ...] = ()
    pointed: tuple[str, ...] = ()
    symbol: str = ""
    morphs: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of a training step.

    lit: parts of the overview at work; show: the layers that matter; ask: the step that this stage needs, made when it
    begins (its loss is known only then); moves: the picture goes on to that step's frame; morph: noise flies.
    """

    title: str
    says: str
    lit: tuple[str, ...]
    show: tuple[str, ...]
    ask: Literal["", "discriminator", "generator", "both"] = ""
    moves: bool = False
    morph: bool = False


@dataclass(frozen=True)
class Picture:
    """All that is drawn of a family. arrows: (from, to); backs: gradients, a name, the points of its line and its
    symbol; verdict: the numbers of a step, (the term's key, its name); probabilistic: whether what D says is a
    probability."""

    layers: tuple[str, ...]
    nodes: tuple[Node, ...]
    arrows: tuple[tuple[str, str], ...]
    backs: tuple[tuple[str, tuple[float, ...], str], ...]
    stages: tuple[Stage, ...]
    verdict: tuple[tuple[str, str], ...]
    probabilistic: bool = True


@dataclass(frozen=True)
class Play:
    """What a family says to the playground; all of it may be left out.

    place: where it stands among the models; first: the knobs that are shown at once, by default those that its own
    page shows; absent: knobs that are not to be chosen here; bare: settings over the preset's, for data of so many
    dimensions; suited: settings that go with a choice, by (knob, value); picture: by the settings; beside: the formula
    beside the picture, by the settings and the keys of the terms, by default the family's own.
    """

    place: int = 9
    first: tuple[str, ...] | None = None
    absent: tuple[str, ...] = ()
    bare: Callable[[int], Mapping[str, Any]] = lambda dimensions: {}
    suited: Mapping[tuple[str, Any], Mapping[str, Any]] = field(default_factory=dict)
    picture: Callable[[Any], Picture] | None = None
    beside: Callable[[Any, set[str]], tuple[tuple[str, str | None], ...]] | None = None


def round_trip(
    verdict: tuple[tuple[str, str], ...],
    *,
    draws: bool,
    prior: bool,
    loss: str = "",
    judged: str = "",
    layers: tuple[str, ...] = ("data", "fakes", "grid", "reconstructions"),
) -> Picture:
    """The picture of a family that encodes and decodes. draws: whether z is drawn from q(z|x); prior: whether z has
    one; loss: the sentence of the stage at which a step's loss is known; judged: what it consists of;
    layers: what can be drawn."""
    encoder = (
        Node("encoder", N_("Encoder"), N_("Turns x into a normal distribution of z; one z is drawn from it."),
             (20, 1), symbol="q(z|x)")
        if draws
        else Node("encoder", N_("Encoder"), N_("Turns x into one place z: a code."), (20, 1), symbol="z = f(x)")
    )  # fmt: skip
    codes = ("prior", "latent") if prior else ("latent",)
    where = (
        N_("Where the examples lie in latent space; the circles are one and two deviations of the prior.")
        if prior
        else N_("Where the examples lie in latent space.")
    )
    return Picture(
        layers=layers,
        nodes=(
            Node("real", N_("Data x"), N_("Examples x of p_data: all that the model ever sees of it."), (0, 1),
                 ("data",), ("data",)),
            encoder,
            Node("latent", "z", where, (41, 1), codes, codes),
            Node("decoder", N_("Decoder"),
                 N_("Turns every z into a point; from random z it makes new samples. Watch them."), (62, 1),
                 ("grid",), ("data", "fakes", "grid"), morphs=True),
            Node("rebuilt", "x'", N_("x' stands for x after the way through z: a thread joins the two."), (83, 1),
                 ("reconstructions",), ("data", "reconstructions")),
            Node("verdict", N_("Verdict"), judged or N_("The loss: how far x' is from x."), (40, 22)),
        ),
        arrows=(("real", "encoder"), ("encoder", "latent"), ("latent", "decoder"), ("decoder", "rebuilt"),
                ("rebuilt", "verdict"), ("real", "verdict")),
        backs=(("back-encoder", (50, 21.5, 50, 20.2, 27.5, 20.2, 27.5, 19.5), "∇L"),),
        stages=(
            Stage(N_("A batch of data"), N_("A batch of examples x is drawn from p_data."), ("real",), ("data",)),
            Stage(N_("Encode"), N_("The encoder turns each x into its place z in latent space."),
                  ("real", "encoder", "latent"), ("data",)),
            Stage(N_("Decode"), N_("The decoder turns each z back into a point x'. A thread joins x and x'."),
                  ("latent", "decoder", "rebuilt"), ("data", "reconstructions")),
            Stage(N_("The loss"), loss or N_("The loss of this batch is computed."), ("real", "rebuilt", "verdict"),
                  ("data", "reconstructions"), ask="both"),
            Stage(N_("Gradient and update"),
                  N_("The gradient flows back through decoder and encoder; both move one step."),
                  ("verdict", "encoder", "decoder", "back-encoder"), ("data", "reconstructions", "grid"), moves=True),
        ),
        verdict=verdict,
    )  # fmt: skip


def from_noise(verdict: tuple[tuple[str, str], ...]) -> Picture:
    """The picture of a family that only makes samples from noise, of which no more is known."""
    return Picture(
        layers=("data", "fakes", "grid"),
        nodes=(
            Node("noise", N_("Noise z"),
                 N_("z ~ p(z): random numbers that know nothing of the data. Watch them become samples."), (0, 1),
                 ("noise",), ("data", "noise", "fakes"), morphs=True),
            Node("decoder", N_("Decoder"), N_("Turns every z into a point."), (27, 1), ("grid",),
                 ("data", "fakes", "grid"), morphs=True),
            Node("fakes", N_("Samples"), N_("They should look like the data, all of them and in the right shares."),
                 (54, 1), ("fakes",), ("fakes",)),
            Node("real", N_("Data x"), N_("Examples x of p_data: all that the model ever sees of it."), (54, 21),
                 ("data",), ("data",)),
            Node("verdict", N_("Verdict"), N_("What the model minimises."), (80, 9.5)),
        ),
        arrows=(("noise", "decoder"), ("decoder", "fakes"), ("fakes", "verdict"), ("real", "verdict")),
        backs=(("back-decoder", (88, 9, 88, 4, 57, 4, 57, -0.5, 34, -0.5, 34, 0.7), "∇L"),),
        stages=(
            Stage(N_("A batch of data"), N_("A batch of examples x is drawn from p_data."), ("real",), ("data",)),
            Stage(N_("Samples"), N_("The decoder turns noise into samples."), ("noise", "decoder", "fakes"),
                  ("data", "fakes", "grid"), morph=True),
            Stage(N_("The loss"), N_("The loss of this batch is computed."), ("verdict",), ("data", "fakes"),
                  ask="both"),
            Stage(N_("Gradient and update"), N_("The gradient flows back, and the model moves one step."),
                  ("verdict", "decoder", "back-decoder"), ("data", "fakes", "grid"), moves=True),
        ),
        verdict=verdict,
    )  # fmt: skip
