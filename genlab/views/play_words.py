"""The words on the playground's stage, in the visitor's language."""

from __future__ import annotations

from typing import Any

from genlab.views.session import Translate


def words(_: Translate, family: str, probabilistic: bool, dimensions: int) -> dict[str, Any]:
    """What the stage's modules show of a family on points in so many dimensions; probabilistic: whether D(x) is a
    probability."""
    return {
        "ready": _("Ready: press Start"),
        "canvas": _("The plane of points: data blue, generated orange")
        if dimensions == 2
        else _("The line of points: data blue, generated orange; p_data exact, p_g from the samples, smoothed"),
        "away": _("{n} of {all} outside the picture"),
        "graph": _("How the parts hang together"),
        "layersTitle": _("What is drawn"),
        "layers": layers(_, probabilistic, dimensions),
        "missing": _("This run's snapshots do not carry it."),
        "parts": parts(_, family),
        "partSays": part_says(_, family, probabilistic),
        "verdict": [
            ["d_real", "D(x)"],
            ["d_fake", "D(G(z))"],
            ["d_loss", "L_D"],
            ["g_loss", "L_G"],
            ["mse", "MSE"],
            ["reconstruction", _("reconstruction")],
            ["kl", "KL"],
        ],
        "scale": [_("data"), _("cannot tell"), _("generated")],
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
        "stages": stages(_, probabilistic),
        "toFan": _("Back to the eight seeds"),
        "seed": _("seed"),
        "fanWords": _("Eight runs with the same settings and eight seeds; the first numbers come in a moment."),
        "fanSays": _(
            "JS at step {step}: median {median}, best {best}, worst {worst} nats. What differs between them is luck."
        ),
        "fanChart": _("JS of eight runs over the steps, and their median"),
        "fanNote": _(
            "Measured JS in nats over the steps, lower is better: a thin line for each seed, the median thick."
        ),
        "fanOpen": _("Open this run"),
    }


def layers(_: Translate, probabilistic: bool, dimensions: int) -> dict[str, tuple[str, str]]:
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


def parts(_: Translate, family: str) -> dict[str, str]:
    """The names under the pictures of the overview."""
    return {
        "noise": _("Noise z"),
        "generator": "G",
        "fakes": _("Fakes"),
        "real": _("Data x"),
        "critic": "D",
        "verdict": _("Verdict"),
        "encoder": _("Encoder"),
        "encoderSymbol": "z = f(x)" if family == "ae" else "q(z|x)",
        "latent": "z",
        "decoder": _("Decoder"),
        "rebuilt": "x'",
    }


def part_says(_: Translate, family: str, probabilistic: bool) -> dict[str, str]:
    """What each part of the overview does, in a sentence."""
    if family == "gan":
        return {
            "noise": _("z ~ p(z): random numbers that know nothing of the data. Watch them become samples."),
            "generator": _(
                "G(z) bends cells of equal probability in z over the data; where they are small, samples are dense."
            ),
            "fakes": _("The samples of G. They should look like the data, all of them and in the right shares."),
            "real": _("Examples x of p_data: all that the two players ever see of it."),
            "critic": _("D gives every place a probability that a point there is data.")
            if probabilistic
            else _("D scores every place: high where it looks like data."),
            "verdict": _("What D says of data and of fakes; both losses come from it, and both gradients."),
        }
    return {
        "real": _("Examples x of p_data: all that the model ever sees of it."),
        "encoder": _("Turns x into one place z: a code.")
        if family == "ae"
        else _("Turns x into a normal distribution of z; one z is drawn from it."),
        "latent": _("Where the examples lie in latent space.")
        if family == "ae"
        else _("Where the examples lie in latent space; the circles are one and two deviations of the prior."),
        "decoder": _("Turns every z into a point; from random z it makes new samples. Watch them."),
        "rebuilt": _("x' stands for x after the way through z: a thread joins the two."),
        "verdict": _("The loss: how far x' is from x, and for a VAE how far q(z|x) is from the prior."),
    }


def stages(_: Translate, probabilistic: bool) -> dict[str, list[tuple[str, str]]]:
    """Slow motion's stages: a title and a sentence; numbers stand in the braces."""
    encodes = [
        (_("A batch of data"), _("A batch of examples x is drawn from p_data.")),
        (_("Encode"), _("The encoder turns each x into its place z in latent space.")),
        (_("Decode"), _("The decoder turns each z back into a point x'. A thread joins x and x'.")),
        (_("The loss"), ""),
        (_("Gradient and update"), _("The gradient flows back through decoder and encoder; both move one step.")),
    ]
    judged, loss = (
        (
            _("D gives every point a probability of being real: blue places it trusts, orange ones it does not."),
            _("On average D(x) = {d_real} on data and D(G(z)) = {d_fake} on fakes: L_D = {d_loss}, V = {value}."),
        )
        if probabilistic
        else (
            _("With this loss D gives every point a score: high in blue places, low in orange ones."),
            _("On average it scores data {d_real} and fakes {d_fake}: L_D = {d_loss}."),
        )
    )
    vae = _("Reconstruction {reconstruction} + KL {kl} = negative ELBO {negative_elbo} nats.")
    return {
        "gan": [
            (_("D: noise"), _("Noise z is drawn from p(z). The picture keeps one fixed z; training draws fresh ones.")),
            (_("D: G makes fakes"), _("G turns each z into a point G(z). For D's turn, G stays as it is.")),
            (_("D: a batch of data"), _("As many real examples x are drawn from p_data.")),
            (_("D: it judges both"), judged),
            (_("D: its loss"), loss),
            (_("D: gradient and update"), _("The gradient of L_D moves D's weights: its field bends. No fake moves.")),
            (_("G: new noise"), _("Fresh noise, now for G's turn; D stays as it is.")),
            (_("G: fakes are judged"), _("G makes fakes from it, and D judges each of them.")),
            (
                _("G: loss and gradient"),
                _("L_G = {g_loss}. Each arrow is minus its gradient at a fake: that way D is more easily deceived."),
            ),
            (_("G: update"), _("G's weights take one step, so the fakes move about along their arrows. Then D again.")),
        ],
        "vae": [*encodes[:3], (encodes[3][0], vae), encodes[4]],
        "ae": [*encodes[:3], (encodes[3][0], _("The mean squared error of x' is {mse} a coordinate.")), encodes[4]],
    }


def drawing_words(_: Translate) -> dict[str, str]:
    """The words of the small canvas on which one draws a data set."""
    return {
        "help": _("Draw here with mouse or finger; with the keyboard: arrows, then space."),
        "count": _("{n} of at most {most} points"),
        "use": _("Use"),
        "clear": _("Clear"),
    }
