"""The words on the playground's stage, in the visitor's language."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from genlab.models.play import Picture
from genlab.views.frame.session import Translate

# What takes the density of the data.
OF_DENSITY = ("best", "difference")


def words(_: Translate, probabilistic: bool, dimensions: int, exact: bool = True) -> dict[str, Any]:
    """What the stage's modules show of any family on points in so many dimensions; probabilistic: whether D(x) is a
    probability; exact: whether the density of the data is known."""
    line = _("The line of points: data blue, generated orange; p_data exact, p_g from the samples, smoothed")
    if not exact:
        line = _("The line of points: data blue, generated orange; both from samples, smoothed")
    return {
        "ready": _("Ready: press Start"),
        "canvas": _("The plane of points: data blue, generated orange") if dimensions == 2 else line,
        "away": _("{n} of {all} outside the picture"),
        "graph": _("How the parts hang together"),
        "enlarge": _("Large overview"),
        "enlargeHint": _("Point at a part: what it does stands here. Dashed: the gradients, on their way back."),
        "close": _("Close"),
        "legendTitle": _("What is what in the picture"),
        "stagesTitle": _("The stages of one training step"),
        "layersTitle": _("What is drawn"),
        "layers": layers(_, probabilistic, dimensions, exact),
        "pointer": pointer(_),
        "missing": _("This run's snapshots do not carry it."),
        "scale": [_("data"), _("cannot tell"), _("generated")],
        "noDensity": _(
            "The density of your own points is not known: JS, KL and D* are not measured here. Compare the clouds, and "
            "look at what is held out in the curves."
        ),
        "js": _("Measured JS"),
        "jsHelp": _(
            "Jensen-Shannon divergence of p_data and p_g, measured from 2,048 samples against the exact density. "
            "0: the same; log 2: nothing shared."
        ),
        "jsNote": _("0 to log 2; a perfect one usually reads at most {floor}"),
        "jsCurve": _(
            "z has one component: samples lie on a curve, whose own JS is log 2; this is JS of it a little smoothed"
        ),
        "jsEnds": _("0: perfect; log 2 = 0.693: nothing shared"),
        "modes": _("Modes"),
        "modesHelp": _("A mode counts when at least one sample lies within three standard deviations of it."),
        "modesNote": _("counted from one good sample on"),
        "of": _("{n} of {all}"),
        "shares": _("Each mode's share of the samples; the dashed line is an even share."),
        "quality": _("High quality"),
        "qualityHelp": _(
            "The share of samples within three standard deviations of a mode; as many as a perfect sampler has is best."
        ),
        "perfect": _("a perfect sampler: {ceiling}"),
        "moreCurves": _("More curves"),
        "forkOf": _("a fork of {name} at step {step}"),
        "alone": {
            "title": _("One player alone"),
            "steps": {"discriminator": "D × {n}", "generator": "G × {n}"},
            "helps": {
                "discriminator": _("D alone makes so many steps; G stays as it is."),
                "generator": _("G alone makes so many steps; D stays as it is."),
            },
        },
        "slow": _("Slow motion"),
        "slowAsk": _("Slow motion trains on a copy of this run."),
        "slowAgree": _("Make a copy"),
        "slowRefuse": _("Cancel"),
        "slowHint": _("One training step, part by part. Or point at a part of the overview."),
        "previous": _("Previous stage"),
        "next": _("Next stage"),
        "auto": _("Auto"),
        "leave": _("Leave"),
        "waiting": _("The server makes this one step …"),
        "slowOver": _("Slow motion is over: this run makes no further step."),
        "toFan": _("Back to the eight seeds"),
        "seed": _("seed"),
        "fanWords": _("Eight runs with the same settings and eight seeds; the first numbers come in a moment."),
        "fanLuck": _("Eight runs with the same settings and eight seeds: what differs between them is luck."),
        "fanSays": _(
            "JS at step {step}: median {median}, best {best}, worst {worst} nats. What differs between them is luck."
        ),
        "fanChart": _("JS of eight runs over the steps, and their median"),
        "fanNote": _(
            "Measured JS in nats over the steps, lower is better: a thin line for each seed, the median thick."
        ),
        "fanOpen": _("Open this run"),
    }


def layers(_: Translate, probabilistic: bool, dimensions: int, exact: bool) -> dict[str, tuple[str, ...]]:
    """Each layer's button, what it shows, and what is said of it in the legend."""
    said = legend(_, probabilistic, dimensions, exact)
    return {name: (*words, said[name]) for name, words in explained(_, probabilistic, dimensions).items()}


def legend(_: Translate, probabilistic: bool, dimensions: int, exact: bool) -> dict[str, str]:
    """Each layer's mark on the stage, in words."""
    plane = dimensions == 2
    line = _("blue: p_data as a curve, data x as dots") if exact else _("blue: data x as dots, smoothed as a curve")
    return {
        "data": _("blue dots: data x") if plane else line,
        "fakes": _("orange dots: generated x") if plane else _("orange: p_g as a curve, generated x as dots"),
        "field": _("ground: D says data (blue) or generated (orange)")
        if probabilistic
        else _("ground: D's score, high (blue) or low (orange)"),
        "best": _("ground: D* says data (blue) or generated (orange)"),
        "difference": _("ground: D above D* (blue), below it (orange)"),
        "grid": _("orange cells: equally likely parts of z, as x")
        if plane
        else _("orange line: x for each z, z upwards"),
        "gradient": _("arrows: where G's loss pulls each fake"),
        "reconstructions": _("light blue: x', with a thread to its x"),
    }


def explained(_: Translate, probabilistic: bool, dimensions: int) -> dict[str, tuple[str, str]]:
    """Each layer's button, and what it shows."""
    return {
        "data": (_("Data"), _("Samples of p_data.")),
        "fakes": (_("Fakes"), _("G(z) for one fixed set of z.")),
        "field": ("D", _("What D believes at each place: blue data, orange generated."))
        if probabilistic
        else ("D", _("D's score at each place: blue as on data, orange as on generated. It is no probability.")),
        "best": ("D*", _("What the best D would believe: p_data / (p_data + p_g).")),
        "difference": ("D − D*", _("Where D is wrong: blue too trusting, orange too strict.")),
        "grid": (_("Grid"), _("Cells of equal probability in z, through G; where they are small, the density is high."))
        if dimensions == 2
        else (
            _("Grid"),
            _(
                "The graph of G: z upwards, G(z) to the right. The steeper it is and the likelier z, the "
                "denser the samples."
            ),
        ),
        "gradient": (
            _("Arrows"),
            _("Minus the gradient of G's loss at every fourth fake: where it is pulled. One scale at all times."),
        ),
        "reconstructions": ("x'", _("Each example rebuilt, with a thread to where it came from.")),
    }


def pointer(_: Translate) -> dict[str, str]:
    """What is said of the values at the pointer."""
    return {
        "keys": _("With the arrow keys: the values at a place."),
        "hint": _("Point at the picture, tap it, or focus it and press an arrow: {symbols} there."),
        "exact": _("p_data is exact."),
        "unknown": _("p_data is not known here."),
        "kernels": _("p_g is estimated from the {n} orange dots, by a kernel at each."),
        "curve": _("p_g is estimated: the orange curve, {n} samples smoothed."),
        "score": _("With this loss D gives a score: no probability."),
    }


def drawn(picture: Picture, _: Translate, exact: bool = True) -> dict[str, Any]:
    """What is drawn of a family, as the browser needs it; see genlab/models/play.py. exact: as for `words`."""

    def there(layers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in layers if exact or name not in OF_DENSITY)

    nodes = [replace(node, shows=there(node.shows), pointed=there(node.pointed)) for node in picture.nodes]
    stages = [replace(stage, show=there(stage.show)) for stage in picture.stages]
    return {
        "layers": there(picture.layers),
        "nodes": [asdict(node) | {"label": _(node.label), "says": _(node.says)} for node in nodes],
        "arrows": picture.arrows,
        "backs": picture.backs,
        "stages": [asdict(stage) | {"title": _(stage.title), "says": _(stage.says)} for stage in stages],
        "verdict": [(key, _(name)) for key, name in picture.verdict],
    }


def drawing_words(_: Translate) -> dict[str, str]:
    """The words of the small canvas on which one draws a data set."""
    return {
        "help": _("Draw here with mouse or finger; with the keyboard: arrows, then space."),
        "count": _("{n} of at most {most} points"),
        "use": _("Use"),
        "clear": _("Clear"),
    }
