"""z = mu + sigma eps as a graph of a VAE's digits: the words, and the lines of code that the model runs."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from genlab.data import at_hand, describe
from genlab.live.lab import SHIPPED
from genlab.live.widgets.sampling import sampling
from genlab.live.widgets.walks import describe_run
from genlab.models import FAMILIES
from genlab.runs.store.record import Run
from genlab.views.frame.session import Translate, language, translator

# What a line of the model begins with, and the parts of the graph that it computes.
LINES = (
    ("mean, log_variance = self.encoder(x)", "mean log_variance"),
    ("eps = torch.randn(mean.shape", "eps"),
    ("z = mean + ", "z sigma"),
    ("output = self.decoder(z)", "rebuilt"),
)


def can_be_drawn(run: Run) -> bool:
    """Whether there is a graph of this run: its examples are pictures with a q(z|x), and some of them are here."""
    family = FAMILIES[run.family]
    here = describe(run.data).kind == "images" and at_hand(run.data) is not None
    return here and family.explains and bool(lines_of_code(run.family))


def sampling_view(run: Run) -> None:
    """The graph of this VAE of digits."""
    sampling(sampling_data(run), key="sampling")


def sampling_data(run: Run) -> dict[str, Any]:
    """What the browser needs to know."""
    _ = translator()
    return {
        "language": language(),
        "run": describe_run(run, chosen=run.owner != SHIPPED),
        "examples": at_hand(run.data) or run.data,
        "classes": [_(name) for name in describe(run.data).classes],
        "code": lines_of_code(run.family),
        "labels": labels(_, drawn_from(run, _)),
    }


@cache
def lines_of_code(family: str) -> list[tuple[str, str]]:
    """(parts, line) of each operation, as the family's source has it; none where the source lacks one of them."""
    source = [line.strip().partition("  #")[0] for line in inspect.getsource(FAMILIES[family].model).splitlines()]
    found = [(parts, next((line for line in source if line.startswith(begin)), "")) for begin, parts in LINES]
    return found if all(line for _parts, line in found) else []


def drawn_from(run: Run, _: Translate) -> str:
    """What ε is drawn from."""
    family = FAMILIES[run.family]
    return "N(0, 1)" if family.noise(family.config.parse(run.config)) == "normal" else _("Laplace, σ = 1")


def labels(_: Translate, noise: str) -> dict[str, Any]:
    """The words of the graph; noise: what ε is drawn from."""
    return {
        "choose": _("A held-out digit"),
        "own": _("Your drawing"),
        "others": _("Other images"),
        "x": "x",
        "rebuilt": _("x', decoded from z"),
        "latents": _("Some latents: the four that say most of x, and the one that says least"),
        "nats": _("nats"),
        "columns": {
            "log_variance": ["log σ²", _("encoder")],
            "sigma": ["σ", "exp(log σ² / 2)"],
            "eps": ["ε", noise],
            "mean": ["μ", _("encoder")],
            "z": ["z", "μ + σ ε"],
        },
        "code": _("The same as code"),
        "resample": _("Resample ε"),
        "resampleMany": _("20 times"),
        "zero": "ε = 0",
        "freeze": _("Freeze ε"),
        "freezeSays": _("Keeps ε when you choose another digit"),
        "draws": _("What was decoded for this digit, the newest first"),
        "wait": _("Fetching the model …"),
        "gone": _("This run no longer exists; what is drawn stays."),
        "offline": _("The server does not answer; what is drawn stays."),
        "broken": _("These weights cannot be drawn; the last good picture stays."),
    }
