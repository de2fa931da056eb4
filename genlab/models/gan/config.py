"""The knobs of a GAN."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from genlab.models.config import Config, knob


class GANConfig(Config):
    """The settings of a GAN: `hidden` and `depth` are D's."""

    hidden: int = knob(
        256, "Width of D", "Units in a hidden layer of D (channels x 16 in a convolutional net).", low=8, high=1024
    )
    depth: int = knob(2, "Layers of D", "Hidden layers of a fully connected D.", low=1, high=4)
    generator_hidden: int = knob(
        256, "Width of G", "Units in a hidden layer of G (channels x 8 in a convolutional net).", low=8, high=1024
    )
    generator_depth: int = knob(2, "Layers of G", "Hidden layers of a fully connected G.", low=1, high=4)
    latents: int = knob(
        64, "Noise size", "Components of z.", low=1, high=128, more=False, telling="N = {value}", always=True
    )
    net: Literal["mlp", "conv", "deep"] = knob(
        "mlp",
        "Network",
        "Convolutional: better on images, slower a step; deep: with a convolution and a hidden layer more, better and "
        "slower still.",
        telling="{value}",
        points=("mlp",),
    )
    noise: Literal["normal", "uniform"] = knob(
        "normal", "Noise", "The distribution p(z): N(0, I) or U(-1, 1).", telling="{value} noise"
    )
    loss: Literal["minimax", "non_saturating", "least_squares", "hinge", "wgan_gp"] = knob(
        "non_saturating",
        "Loss",
        "Minimax: V of Goodfellow et al. 2014; non-saturating: what is used in practice; others: another distance.",
        live=True,
        more=False,
        telling="{value} loss",
        always=True,
    )
    optimiser_d: Literal["adam", "sgd"] = knob(
        "adam",
        "Optimiser of D",
        "Adam: a step size for each weight; SGD: the plain gradient, which needs larger rates.",
    )
    optimiser_g: Literal["adam", "sgd"] = knob("adam", "Optimiser of G", "As for D; the two need not be the same.")
    learning_rate_d: float = knob(
        2e-4, "Learning rate of D", "Peak step size of D.", low=1e-6, high=0.1, live=True, logarithmic=True
    )
    learning_rate_g: float = knob(
        2e-4, "Learning rate of G", "Peak step size of G.", low=1e-6, high=0.1, live=True, logarithmic=True
    )
    d_steps: int = knob(
        1,
        "D steps",
        "Steps of D for each round (k in Goodfellow et al. 2014).",
        low=1,
        high=10,
        live=True,
        more=False,
        telling="{value} D steps a round",
    )
    g_steps: int = knob(
        1, "G steps", "Steps of G for each round.", low=1, high=10, live=True, telling="{value} G steps a round"
    )
    r1: float = knob(
        0.0,
        "R1 penalty",
        "gamma: D's loss gets gamma/2 |gradient of D's logit|^2 on data (Mescheder et al. 2018).",
        low=0,
        high=100,
        live=True,
        logarithmic=True,
    )
    penalty: float = knob(
        10.0,
        "Gradient penalty",
        "Its weight with the loss WGAN-GP; without effect on the others.",
        low=0,
        high=100,
        live=True,
        logarithmic=True,
    )
    feature_matching: float = knob(
        0.0,
        "Feature matching",
        "Weight, in what G minimises, of the squared difference between the mean features of data and of generated "
        "in D's first layer (Salimans et al. 2016).",
        low=0,
        high=1000,
        live=True,
        logarithmic=True,
    )
    fourier_features: int = knob(
        0,
        "Fourier features of D",
        "Waves of x that D sees in place of x, on points: with them it sees fine structure at once "
        "(Tancik et al. 2020); 0: x itself.",
        low=0,
        high=512,
        images=(0,),
    )
    spectral_norm: bool = knob(
        False,
        "Spectral norm",
        "Divide D's weights by the largest singular value of each layer's matrix (of a convolution: of its kernel as a "
        "matrix, which is not the convolution's own norm).",
    )
    ema: float = knob(
        0.0,
        "EMA of G",
        "Show an average of G's weights with this decay; 0 shows G itself.",
        low=0,
        high=0.9999,
    )
    batch_norm: bool = knob(
        False, "Batch norm in G", "Normalise G's hidden layers over the batch (Ioffe and Szegedy 2015)."
    )
    minibatch_deviation: bool = knob(
        False, "Minibatch deviation in D", "Let D see how much a batch varies (Karras et al. 2018)."
    )
    beta1: float = knob(0.5, "Adam's β₁", "Memory of the gradient's mean, for both players.", low=0, high=0.95)
    smoothing: float = knob(0.0, "Label smoothing", "D is asked for 1 minus this on data.", low=0, high=0.5, live=True)

    @model_validator(mode="before")
    @classmethod
    def size_of_g(cls, values: Any) -> Any:
        """G is as D where only D's size is given: so were all GANs before the two had sizes of their own."""
        if not isinstance(values, dict):
            return values
        as_d = {"generator_hidden": "hidden", "generator_depth": "depth"}
        return {name: values[of_d] for name, of_d in as_d.items() if of_d in values} | values
