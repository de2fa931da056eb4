"""Drawing into a run: the words, and which runs can be drawn into."""

from __future__ import annotations

from typing import Any

import streamlit as st

from genlab.data import describe, whole
from genlab.data.catalog import DIGITS_OF
from genlab.live.draw import can_encode, draw, facts, held_out_error, instead, names
from genlab.live.lab import shipped_runs
from genlab.models import FAMILIES, latents_of
from genlab.runs.store.record import Run
from genlab.views.frame.session import N_, Translate, language, translator

NO_ENCODER = N_("This model has no encoder: nothing in it turns a drawing into a code. Draw into one of these:")


def draw_view(run: Run) -> None:
    """A sheet to draw on, and what this run makes of it; for a run that cannot encode a drawing, why and which can."""
    _ = translator()
    if can_encode(run):
        draw(draw_data(run), key="draw")
        return
    if describe(run.data).kind == "points":
        why = _("This run learned points, not pictures: a drawing has no place in it. Draw into one of these:")
    else:
        why = _(FAMILIES[run.family].refusals.get("draw", NO_ENCODER))
    st.info(why, icon=":material/draw:")
    row = st.container(horizontal=True, key="draw_instead")
    for other in instead(shipped_runs(), run):
        row.button(
            f"{_(FAMILIES[other.family].title)} · {latents_of(other)} {_('latents')}",
            key=f"draw_{other.id}",
            on_click=choose,
            args=(other.id,),
        )


def choose(run_id: str) -> None:
    """Lets the page show another run."""
    st.session_state["latent_run"] = run_id


def draw_data(run: Run) -> dict[str, Any]:
    """What the browser needs to know; nothing in it changes while the run trains."""
    _ = translator()
    return facts(run) | {
        "language": language(),
        "classes": [_(name) for name in describe(run.data).classes],
        "titles": {name: _(title) for name, title in names(run).items()},
        "labels": labels(_)
        | (digit_labels(_) if whole(run.data) == DIGITS_OF else {})
        | result_labels(run, _)
        | problem_labels(_),
    }


def labels(_: Translate) -> dict[str, str]:
    """Words of the sheet, the input, the code and the draws from it."""
    return {
        "sheet": _("Sheet to draw on"),
        "hint": _("Draw here"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "upload": _("Picture …"),
        "uploadHelp": _("A PNG or JPEG of one sign; a photo of paper will do. It can also be dropped or pasted here."),
        "reading": _("Reading the picture …"),
        "taken": _("Your picture: what lies in the frame was taken. Is it wrong? Cut out what you mean first."),
        "input": _("Input x"),
        "inputNote": _("28 × 28 pixels: 20 × 20 box, centre of mass in the middle, as in MNIST"),
        "code": _("Code z"),
        "codeNote": _(
            "dot: mean μ, whisker: one deviation σ, ring: z drawn, grey: the prior's ±1; most important latent first"
        ),
        "codeNoteAe": _("one number a latent, the most important first"),
        "codeHelp": _("Code of the drawing: point at a latent, or use the arrow keys, to read its numbers"),
        "resample": _("Resample ε"),
        "strip": _("Reconstructions of the mean and of six draws from q(z|x)"),
        "theMean": _("the mean: ε = 0"),
        "aDraw": _("a draw: z = μ + σ ε"),
        "explore": _("Explore from here"),
        "output": _("Reconstruction x′"),
        "empty": _("Draw with mouse, pen or finger: the code and the reconstruction follow your hand."),
        "full": _("Nearly everything is ink. This is what the model makes of it all the same."),
    }


def digit_labels(_: Translate) -> dict[str, str]:
    """The words that speak of digits, where the run has learned these."""
    return {
        "sheet": _("Sheet to draw a digit on"),
        "hint": _("Draw a digit here"),
        "uploadHelp": _("A PNG or JPEG of one digit; a photo of paper will do. It can also be dropped or pasted here."),
        "taken": _(
            "Your picture: what lies in the frame was taken as the digit. Is it wrong? Cut the digit out first."
        ),
        "empty": _("Draw a digit with mouse, pen or finger: its code and its reconstruction follow your hand."),
        "full": _(
            "Nearly everything is ink: no digit looks like that. This is what the model makes of it all the same."
        ),
    }


def result_labels(run: Run, _: Translate) -> dict[str, str]:
    """Words of the error, of the nearest examples, and of what is wrong with a run."""
    family = FAMILIES[run.family]
    explained = family.likelihood(family.config.parse(run.config)) is not None
    if explained:
        error = _("{value} nats: −log p(x|z) at the mean, all pixels; lower is better.")
    else:
        error = _("{value} mean squared error a pixel; lower is better.")
    usual = held_out_error(run)
    if usual is not None:
        value = f"{usual:.0f}" if explained else f"{usual:.4f}"
        # What a run measures is at a z that is drawn; what is drawn here is rebuilt from the mean.
        said = _("Held-out ones: about {value} at a drawn z") if explained else _("Held-out ones: about {value}")
        error += " " + said.format(value=value)
    return {
        "error": error,
        "example": _("training example"),
        "nearest_pixels": _("Nearest training examples by pixels"),
        "nearest_codes": _("Nearest training examples by code"),
        "distance_pixels": _("mean squared difference a pixel; lower: nearer"),
        "distance_codes": _("distance |z − z′| between codes; lower: nearer"),
        "among": _("of the first {count} of {data}"),
        "nearestWait": _("Codes can be compared after the first checkpoint of training."),
        "nearestMissing": _("The training examples are not on this machine; download the data set first."),
        "wait": _("Waiting for the weights: they come after the first seconds of training. The drawing stays."),
        "gone": _("This run no longer exists; what is drawn stays."),
        "offline": _("The server does not answer; what is drawn stays."),
        "broken": _("The weights are not finite: training has diverged. Fork an earlier moment, or train more slowly."),
    }


def problem_labels(_: Translate) -> dict[str, str]:
    """Why a picture cannot be taken."""
    return {
        "problem_size": _("The picture has {got}; allowed: 2 MB. Save it smaller, or cut out the digit."),
        "problem_format": _("This file ({got}) is no picture that can be read here; allowed: PNG and JPEG."),
        "unknown": _("of an unknown kind"),
        "problem_heic": _(
            "This is a HEIC photo, which neither this browser nor the server opens. Save it as JPEG: on an iPhone, "
            "Settings › Camera › Formats › Most Compatible, or take a screenshot of it."
        ),
        "problem_pixels": _("The picture has too many pixels ({got}); allowed: 40 million. Save it smaller."),
        "problem_damaged": _("The picture cannot be read: the file is damaged or incomplete. Save it anew."),
        "problem_block": _(
            "What stands out is one block, and no digit's strokes: a shadow or the table may be in the picture. Cut "
            "out the digit, or take it again in even light."
        ),
        "problem_blank": _(
            "Nothing stands out in this picture: it is of one tone. Take one with a dark digit on light paper."
        ),
    }
