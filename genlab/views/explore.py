"""Exploring a run's latent space by hand: the words, and what the browser needs to know of the run."""

from __future__ import annotations

from typing import Any

from genlab.data import at_hand, describe
from genlab.live.lab import SHIPPED
from genlab.live.widgets.explore import explore
from genlab.models import FAMILIES, latents_of
from genlab.runs.store.record import Run
from genlab.views.bench.describe import class_names
from genlab.views.frame.session import Translate, language, translator


def explore_view(run: Run) -> None:
    """The hand on this run's latent space."""
    explore(explore_data(run), key="explore")


def explore_data(run: Run) -> dict[str, Any]:
    """What the browser needs to know; nothing in it changes while the run trains."""
    _ = translator()
    data = describe(run.data)
    family = FAMILIES[run.family]  # without a prior the atlas says where the codes are
    return {
        "run": run.id,
        "language": language(),
        "family": run.family,
        "kind": data.kind,
        "latents": latents_of(run),
        "noise": family.noise(family.config.parse(run.config)),
        "prior": family.prior,
        # A shipped run never changes: once it is in the browser, nobody asks again.
        "rests": run.owner == SHIPPED,
        "examples": at_hand(run.data) if data.kind == "images" and family.encodes else None,
        "classes": [_(name) for name in data.classes],
        "told": class_names(run.data, _) if family.labelled else [],
        "digits": all(len(name) == 1 for name in data.classes),
        "labels": labels(_, family.prior, data.kind == "images"),
    }


def labels(_: Translate, prior: bool, images: bool) -> dict[str, Any]:
    """The words of the view."""
    moved = _("variance of a pixel that it moves") if images else _("variance of a coordinate that it moves")
    redrawn = _("squared change of a pixel") if images else _("squared change of a coordinate")
    return {
        "states": {
            "running": _("Training"),
            "paused": _("Paused"),
            "finished": _("Finished"),
            "failed": _("Failed"),
        },
        "ofPlan": _("step {n} / {plan}"),
        "latent": _("by importance"),
        "worth": {"kl": _("KL, nats: it says at most this of x"), "moved": moved, "redrawn": redrawn},
        "codes": _("Codes of held-out images"),
        "codesPoints": _("Codes of held-out points"),
        "example": _("Begin at the code of a held-out image:"),
        "image": _("Held-out image"),
        "others": _("Other images"),
        "copy": _("Copy z"),
        "copied": _("Copied as a JSON list."),
        "notCopied": _("The browser did not allow it; select the numbers and copy them."),
        "edit": _("Type or paste z"),
        "take": _("Take it"),
        "paste": _("z as a list of numbers; Enter takes it, Escape leaves it"),
        "wrong": _("That is not a list of N numbers."),
        "wait": _("The first weights come after a few seconds of training."),
        "gone": _("This run no longer exists; what is drawn stays."),
        "offline": _("The server does not answer; what is drawn stays."),
        "broken": _("The weights are not finite: training has diverged. Fork an earlier moment, or train more slowly."),
        "remote": _("This decoder has a layer that browsers cannot run: the server decodes, a moment after each move."),
        "hand": {
            "image": _("Decoded in your browser"),
            "plane": _("Plane through z: drag the handle, or use the arrow keys"),
            "across": _("Across"),
            "up": _("Up"),
            "axis": _("axis"),
            "unused": _("unused"),
            "random": _("Random z"),
            "mean": _("Mean (z = 0)") if prior else _("Mean of the codes"),
            "reset": _("Reset"),
            "more": _("More latents"),
            "values": _("Present z"),
            "class": _("Class y"),
            "empty": _("Fetching the decoder …"),
            "broken": _("These weights cannot be drawn; the last good picture stays."),
        },
    }
