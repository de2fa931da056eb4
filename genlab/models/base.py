"""All that a file of a family is made of."""

from genlab.models.config import (
    Config,
    ConfigError,
    allowed,
    fitting,
    flag,
    knob,
    limits,
    options,
    phrase,
    telling,
)
from genlab.models.family import Family, Likelihood
from genlab.models.model import MOST_CLASSES, Codes, Encodes, Explains, Labelled, Model, Part, Probe, Shape, Step
from genlab.models.play import Node, Picture, Play, Stage, round_trip

__all__ = [
    "MOST_CLASSES", "Codes", "Config", "ConfigError", "Encodes", "Explains", "Family", "Labelled", "Likelihood",
    "Model", "Node", "Part", "Picture", "Play", "Probe", "Shape", "Stage", "Step", "allowed", "fitting", "flag",
    "knob", "limits", "options", "phrase", "round_trip", "telling",
]  # fmt: skip
