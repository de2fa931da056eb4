"""Walks through latent space, as the latent page shows them: the words, and which runs stand side by side."""

from __future__ import annotations

from typing import Any

from genlab.data import at_hand, describe
from genlab.live.lab import shipped_runs
from genlab.live.widgets.walks import beside, describe_run, parts_of, walks
from genlab.models import FAMILIES, latents_of
from genlab.runs.store.record import Run
from genlab.views.frame.session import N_, Translate, language, translator

# By what latents are ranked.
UNITS = {
    "moved": N_("squared change of a pixel for one deviation of it"),
    "kl": N_("nats of KL to the prior"),
    "redrawn": N_("squared change of a pixel where it is drawn anew"),
}
NO_ENCODER = N_(
    "This model has no encoder: no image has a code, so there are no class means to add and no cloud of codes with "
    "holes. Choose an autoencoder or a VAE for these."
)


def walks_view(run: Run) -> None:
    """Walks between codes of this run, beside the shipped runs of the other families on the same data."""
    walks(walk_data(run), key="walks")


def walk_data(run: Run) -> dict[str, Any]:
    """What the browser needs to know; nothing in it changes while the run trains."""
    _ = translator()
    data = describe(run.data)
    # Where a data set is not on this machine, a run on it walks between examples of a part of it.
    examples = at_hand(run.data) or run.data
    runs = beside(run, shipped_runs()) if data.kind == "images" else [run]
    return {
        "language": language(),
        "kind": data.kind,
        "examples": examples,
        "classes": [_(name) for name in data.classes],
        "parts": parts_of(run, data.kind),
        "missing": missing(run, data.kind, _),
        "runs": [described(one, one.id == run.id, _) for one in runs],
        "labels": labels(_) | part_labels(_) | point_labels(_),
    }


def described(run: Run, chosen: bool, _: Translate) -> dict[str, Any]:
    """A run with its words."""
    latents = latents_of(run)
    whose = _("this run") if chosen else _("shipped with the app")
    name = run.name or run.id
    size = _("1 latent") if latents == 1 else _("N latents").replace("N", str(latents), 1)
    family = FAMILIES[run.family]
    return describe_run(run, chosen) | {
        "title": _(family.title),
        "caption": " · ".join([name, size, whose]),
        "importanceUnit": _(UNITS[family.importance]),
    }


def missing(run: Run, kind: str, _: Translate) -> str:
    """Why some walks are not there for this run; empty where all are."""
    if kind == "points":
        return _("Points have no classes to add and no images to traverse: the walk is drawn where the data live.")
    family = FAMILIES[run.family]
    if not family.encodes:
        return _(family.refusals.get("walks", NO_ENCODER))
    return (
        "" if len(describe(run.data).classes) > 1 else _("These pictures have no classes: there are no means to add.")
    )


def labels(_: Translate) -> dict[str, str]:
    """Words that every walk needs."""
    return {
        "parts": _("Walks"),
        "part_between": _("Between two images"),
        "part_arithmetic": _("Arithmetic with class means"),
        "part_traversals": _("One latent, many images"),
        "part_holes": _("Codes, prior and holes"),
        "loading": _("Fetching the images …"),
        "noExamples": _("The held-out images could not be fetched. Reload the page, or download the data set first."),
        "wait": _("Waiting for the weights: they come after the first seconds of training."),
        "gone": _("This run no longer exists; what is drawn stays."),
        "offline": _("The server does not answer; what is drawn stays."),
        "broken": _("The weights are not finite: training has diverged. Fork an earlier moment, or train more slowly."),
        "examples": _("held-out examples"),
        "stations": _("nine stations; point at one"),
        "random": _("Other random z"),
        "next": _("Another example of this class"),
        "row": _("Row"),
        "take": _("Save:"),
        "making": _("Making the film …"),
        "notMade": _("The film could not be made; try again."),
    }


def part_labels(_: Translate) -> dict[str, str]:
    """Words of the walks between digits."""
    return {
        "from": _("From"),
        "to": _("To"),
        "handle": _("Place on the walk, from 0 to 1"),
        "straight": _("straight"),
        "spherical": _("spherical"),
        "norms": _("Length of z along the walk: straight solid, spherical dashed, the usual shell grey"),
        "priorShell": _("|z|: straight solid, spherical dashed; grey: 95 % of p(z)"),
        "codesShell": _("|z|: straight solid, spherical dashed; grey: 95 % of the codes"),
        "step": _("squared step, a pixel (less: smoother)"),
        "middle": _("|z| halfway"),
        "searching": _("Decoding random z to find the nearest pictures:"),
        "ends": _("Reconstruction error at the ends, a pixel (lower is better):"),
        "nearest": _("No encoder: the ends are the nearest of 500 random z, mean squared distance a pixel:"),
        "randomEnds": _("No encoder: the ends are two random z. Choose an image to look for the nearest ones again."),
        "betweenNote": _(
            "Look at the middle of each row. With many latents nearly every z of the prior has about the same "
            "length (√N for N(0, I)): the straight walk cuts through the inside, where hardly any z lies; the "
            "spherical one stays farther out, and a neutral classifier recognises its middle more surely with the"
            " shipped autoencoder and VAE; with the shipped GAN it is as sure of the straight one's. A common "
            "slip says that only the autoencoder's middle breaks: a classifier is less sure of both halfway than "
            "at their ends, and of both alike. What sets them apart is how often a random z lands in a hole; see "
            "“Codes, prior and holes”."
        ),
        "base": _("image x"),
        "plus": _("plus the mean of"),
        "minus": _("minus the mean of"),
        "meanCode": _("mean code"),
        "result": _("decoded sum"),
        "strength": _("Strength s of the difference"),
        "strengths": _("nine strengths; point at one"),
        "noMean": _("One of these classes has no held-out example, so it has no mean code."),
        "arithmeticNote": _(
            "z = code of x + s (mean code of one class − mean code of the other). Where directions in latent space "
            "mean the same everywhere, the difference carries over to an image that belongs to neither class."
        ),
        "rank": _("Latent, by importance"),
        "importance": _("importance"),
        "traversal": _("One latent from its low end to its high end, an image in each row"),
        "traversalNote": _(
            "Each row is an image's code with this one latent moved: three deviations of p(z) to both sides in a VAE, "
            "three deviations of the codes in an autoencoder. A latent that the model ignores changes nothing."
        ),
        "traversalNoise": _(
            "No encoder: each row is a random z with this one component moved through its prior. In a GAN no "
            "component was asked to mean anything by itself."
        ),
        "plane": _("Plane"),
        "axes": _("first two principal axes of the codes"),
        "twoLatents": _("two most important latents"),
        "firstAxis": _("axis 1"),
        "secondAxis": _("axis 2"),
        "codesPlane": _("codes; grey: 1 and 2 deviations"),
        "holeMap": _("decoded; fog: a hole. Drag the ring"),
        "probe": _("Decoded at the ring"),
        "times": _("the nearest code is N usual distances away"),
        "holesPrior": _("Draws from p(z) that fall into holes:"),
        "holesFitted": _("It has no prior. Draws from the normal fitted to its codes that fall into holes:"),
        "inPlane": _("on this plane"),
        "inAll": _("in all N latents"),
        "fivePercent": _("5 %: no holes"),
        "oneLatent": _("One latent spans no plane: choose a run with two or more."),
        "holesNote": _(
            "The rule: a place is a hole if its nearest code is farther away than the codes' own nearest neighbours "
            "are in 95 of 100 cases; so 5 % would mean no holes. A VAE's codes are drawn from q(z|x), one each. "
            "Whoever decodes random z lands in the holes as often as the numbers say."
        ),
    }


def point_labels(_: Translate) -> dict[str, str]:
    """Words of the walks between points."""
    return {
        "pointsPlane": _("The decoded path in the plane of the data"),
        "pointsHow": _("Drag an end from point to point: green is the decoded walk, straight solid, spherical dashed."),
        "pointsNote": _(
            "A decoder is continuous: between two clouds it must draw something, so a walk from one to the other "
            "crosses empty ground. 1-D data are drawn along the bottom; their walk climbs with t."
        ),
    }
