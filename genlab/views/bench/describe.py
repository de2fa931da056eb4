"""What the run view needs to know of a run, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genlab.data import available, classes_of, describe
from genlab.data.points import make_points
from genlab.formulas import mathml
from genlab.held_out import DRAWN_POINTS, SPREAD
from genlab.live.widgets.run_view import COLORS, describe_term
from genlab.models import FAMILIES, Family, latents_of
from genlab.models.family import Pieces
from genlab.models.points import noise_bands
from genlab.runs.looks.pca import comparable
from genlab.runs.store.record import Run
from genlab.symbols import WALKED
from genlab.views.bench.code import code_data
from genlab.views.bench.knobs import CHOICES
from genlab.views.frame.session import Translate, language, listed, owner, translator

# As far as the chart of the error against N goes, where no run is larger: beyond, PCA's line is flat.
MOST_SHOWN = 64
COLUMNS, MOST_COLUMNS = 8, 12


def labels(_: Translate) -> dict[str, Any]:
    """The words that the view's modules show."""
    return {
        "loading": _("Fetching the run …"),
        "formula": _(WALKED),
        "offline": _("The server does not answer; what is drawn stays."),
        "gone": _("This run no longer exists."),
        "atStep": _("step {n}"),
        "ofPlan": _("step {n} / {plan}"),
        "looking": _("Step {n} is shown"),
        "running": _("Training"),
        "paused": _("Paused"),
        "finished": _("Finished"),
        "failed": _("Failed"),
        "step": _("step"),
        "speed": _("steps/s"),
        "moment": _("Moment"),
        "replay": _("Play what was recorded"),
        "replayStop": _("Stop playing"),
        "live": _("live"),
        "heldOut": _("held out"),
        "behind": _("the run before"),
        "hide": _("Show or hide this curve"),
        "saveChart": _("Save the chart as it stands"),
        "noChart": _("The chart could not be drawn; reload the page."),
        "reconstructions": _("Held-out examples, and their reconstructions below them"),
        "latentWidget": {
            "image": _("Decoded in your browser"),
            "plane": _("Plane of two latents: drag the handle"),
            "across": _("Across"),
            "up": _("Up"),
            "random": _("Random"),
            "mean": _("Mean"),
            "reset": _("Reset"),
            "more": _("More latents"),
            "values": _("Present z"),
            "empty": _("The first weights come after a few seconds of training."),
            "broken": _("These weights cannot be drawn; the last good picture stays."),
            "class": _("Class y"),
        },
        "cloud": _("Data blue, generated orange"),
        "klBars": _("KL of each latent, sorted"),
        "active": _("active"),
        "nats": _("nats"),
        "hold": _("Hold the latent space"),
        "wait": _("The first weights come after a few seconds of training."),
    }


def view_data(
    run: Run,
    latent: bool = False,
    bench: bool = False,
    shown: dict[str, Any] | None = None,
    behind: Run | None = None,
) -> dict[str, Any]:
    """The run view's data. Nothing in it changes while a run trains, so nothing is mounted again. shown: what the page
    says of the run; behind: whose curves stand grey behind its own; latent: whether z can be held; bench: whether the
    hand on z lies open beside the rest."""
    _ = translator()
    family = FAMILIES[run.family]
    config = family.config.parse(run.config)
    kind = describe(run.data).kind
    bands = noise_bands(make_points(run.data)) if kind == "points" else {}
    pca = pca_data(run, bench, _)
    return {
        "run": run.id,
        "state": run.state,
        "language": language(),
        "kind": kind,
        "classes": len(describe(run.data).classes),
        "columns": columns(family, run.data),
        "bench": bench,
        "latent": latent,
        "shown": shown,
        "behind": behind.id if behind else None,
        "noise": family.noise(config),
        "prior": family.prior,
        "unfolds": family.unfolds,
        "classNames": class_names(run.data, _) if family.labelled else [],
        "labels": labels(_)
        | (way_labels(kind, _) if family.unfolds else {})
        | {"plane": plane_caption(run, _), "samples": samples_caption(family, run.data, _)}
        | strip_caption(pca, _),
        "pca": pca,
        "code": code_data(family, config, run.data, _),
        "symptoms": symptom_words(family, run.owner == owner(), _),
        "terms": [describe_term(term, _, bands.get(term.key)) for term in family.terms_on(config, run.data)],
        "formula": formula_data(family.formula(config), facts(run, _)),
    }


def formula_data(pieces: Pieces, facts: Mapping[str, str] | None = None) -> list[dict[str, str | None]]:
    """A formula's pieces as the browser needs them; facts: what is to be said of its symbols besides what they mean."""
    return [{"mathml": mathml(latex, language(), facts) if latex else "", "key": key} for latex, key in pieces]


def facts(run: Run, _: Translate) -> dict[str, str]:
    """How large the things are that the symbols of a run's formula stand for."""

    def numbers(count: int) -> str:
        return _("Here: {n} numbers.").format(n=count) if count > 1 else _("Here: one number.")

    known = describe(run.data)
    x = _("Here: 28 × 28 pixels.") if known.kind == "images" else numbers(known.shape[0])
    return {"x": x, "rebuilt": x, "z": numbers(latents_of(run))}


def class_names(data: str, _: Translate) -> list[str]:
    """The classes' names; of points the numbers of their modes."""
    return [_(name) for name in describe(data).classes] or [str(n + 1) for n in range(classes_of(data))]


def columns(family: Family, data: str) -> int:
    """How many samples stand in a row: of a family that is told the class, one of each class, where they fit."""
    classes = classes_of(data)
    return classes if family.labelled and classes <= MOST_COLUMNS else COLUMNS


def samples_caption(family: Family, data: str, _: Translate) -> str:
    """What the samples are: of a family that is told the class, a row for each z where all classes fit in a row."""
    if family.labelled and describe(data).kind == "images" and classes_of(data) <= MOST_COLUMNS:
        return _("Samples: in each row z stays, from column to column the class y changes")
    return _(family.drawn_by)


def way_labels(kind: str, _: Translate) -> dict[str, Any]:
    """The words of the way from noise to a sample, where the decoder is one."""
    if kind == "points":
        note = _(
            "Orange: noise on its way, blue: data; violet: the velocity at t, drawn a tenth as long. It is a mean over "
            "all straight lines that pass there, so the ways bend."
        )
    else:
        note = _(
            "Above: the same noises at every t, below 0 black, above 1 white. Below: where each would be at t = 1 if "
            "it kept its present velocity, which is about the mean of all examples that still fit."
        )
    return {
        "hold": _("From noise to samples"),
        "way": {
            "picture": _("Noises on their way"),
            "time": _("Time t, from noise to samples"),
            "play": _("Let t run"),
            "stop": _("Stop"),
            "again": _("Other noise"),
            "note": note,
            "noteLine": _("t to the right, x upwards. Orange: noise on its way, blue: data. Exact ways never cross."),
            "broken": _("These weights cannot be drawn; the last good picture stays."),
        },
    }


def pca_data(run: Run, bench: bool, _: Translate) -> dict[str, Any] | None:
    """How PCA stands beside a run that it can be compared with: the name of its level, the same in every language,
    whether its pictures are shown, which takes the run's data, and on a bench its error over N."""
    if not comparable(run):
        return None
    return {"label": "PCA", "strip": available(run.data), "sizes": sizes_data(run, _) if bench else None}


def sizes_data(run: Run, _: Translate) -> dict[str, Any]:
    """The curves of the error against N: PCA's line, and a dot a run."""
    dots = (
        ("shipped", _("shipped"), "reconstruction", "square"),
        ("mine", _("my runs"), "reconstruction", "circle"),
        ("linear", _("linear"), "reconstruction", "diamond-open"),
        ("this", _("this run"), "total", "circle-open"),
    )
    usual = {"unit": _("a pixel"), "panel": "sizes", "heldOut": False, "bound": False, "band": None, "lines": []}
    line = {"key": "pca", "label": "PCA", "color": COLORS["prior"]}
    return {
        "latents": latents_of(run),
        "most": MOST_SHOWN,
        "caption": _("Error on held-out images over the size N of z. PCA is computed from the same training images."),
        "terms": [usual | line]
        + [
            usual | {"key": key, "label": label, "color": COLORS[role], "dots": mark} for key, label, role, mark in dots
        ],
    }


def symptom_words(family: Family, mine: bool, _: Translate) -> dict[str, Any]:
    """The words around what is wrong with a run; its own come with its points."""
    return {
        "why": _("Why"),
        "fork": _("Fork with the cure: {changes}") if mine else _("Take a copy with the cure: {changes}"),
        "knobs": {name: _(info.title or name) for name, info in family.config.model_fields.items()},
        "values": {name: _(text) for name, text in CHOICES.items()},
    }


def strip_caption(pca: dict[str, Any] | None, _: Translate) -> dict[str, str]:
    """What stands below each other where PCA's pictures are shown too."""
    if not pca or not pca["strip"]:
        return {}
    return {"reconstructions": _("Held-out examples; below each its reconstruction, and PCA's from as many numbers")}


def plane_caption(run: Run, _: Translate) -> str:
    """What the plane of codes shows: its axes, and the circle where there is a prior to compare with."""
    family = FAMILIES[run.family]
    wide, prior = latents_of(run) > 2, family.prior
    if wide and prior and family.noise(family.config.parse(run.config)) != "normal":
        return _("Codes of held-out examples, on their two principal axes; circle: the prior at two deviations")
    if wide and prior:
        return _("Codes of held-out examples, on their two principal axes; circle: N(0, I) at two deviations")
    if wide:
        return _("Codes of held-out examples, on their two principal axes")
    if prior:
        return _("Codes of held-out examples, z1 across, z2 up; circle: the prior at two deviations")
    return _("Codes of held-out examples, z1 across, z2 up")


def measured_on(run: Run) -> list[str]:
    """What the dotted curves and the samples are, and why a bound is not among them, a sentence each."""
    _ = translator()
    few = _("Dotted curves are measured on {n} held-out examples, spread over the test set; a run that has ended is "
            "measured on all of the test set, so that the last point may stand a little apart.")  # fmt: skip
    if describe(run.data).kind == "points":
        few = _("Dotted curves are measured on {n} fresh examples; a run that has ended is measured on {all}, so that "
                "the last point may stand a little apart.")  # fmt: skip
        if not make_points(run.data).exact:
            few = _("Dotted curves are measured on {n} draws of the rows that are held out; a run that has ended is "
                    "measured on {all}, so that the last point may stand a little apart.")  # fmt: skip
    family = FAMILIES[run.family]
    config = family.config.parse(run.config)
    sentences = [few.format(n=SPREAD, all=f"{DRAWN_POINTS:,}")]
    if family.likelihood(config) is not None and describe(run.data).kind == "points":
        sentences.append(_("Samples are decoder means, without the noise of p(x|z)."))
    return [*sentences, *map(_, family.notes(config))]


def named(label: str, notes: list[str]) -> str:
    """A label with notes in parentheses, where there are any."""
    return f"{label} ({listed(notes)})" if notes else label
