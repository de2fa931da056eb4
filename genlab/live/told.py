"""What the figures say of themselves to those who do not see them: a sentence a kind of figure, with its numbers."""

from __future__ import annotations

from genlab.locale import N_

# In each component's labels as told_KEY; static/shared/told/told.js says when they are filled.
TOLD = {
    "curves": N_("Curves over {axis}, {low} to {high}. Last values: {values}"),
    "empty": N_("nothing is drawn yet"),
    "rebuilt": N_("{n} examples; they differ from their reconstructions by {error} a pixel in the mean square"),
    "pca": N_("from PCA's by {error}"),
    "samples": N_("{n} pictures, {ink} % ink; the variance of a pixel among them is {own}"),
    "ofData": N_("among held-out examples {data}"),
    "codes": N_("{n} codes: {left} to {right} across, {low} to {high} up"),
    "inside": N_("{n} of them lie within the circle"),
    "latents": N_("KL is {total} nats over {n} latents, {active} of them active; the largest says {most}"),
    "cloud": N_("{n} generated points: mean {mean}, deviation {deviation}; data: mean {data}, deviation {wide}"),
    "decoded": N_("z is {length} long; {ink} % of the picture is ink"),
    "point": N_("z is {length} long; x = ({x})"),
    "latent": N_("latent {name}"),
    "ink": N_("{ink} % ink"),
    "belief": N_("in the mean {mean}, from {low} to {high}"),
    "part": N_("weight {weight}, mean {mean}, deviation {std}"),
    "bound": N_(
        "x = {x}, w = {w}, s = {s}. q(z): mean {mu}, deviation {sigma}; p(z | x): mean {mean}, deviation {deviation}"
    ),
    "norms": N_("at t = {t}: straight {straight}, spherical {spherical}"),
    "shell": N_("shell {low} to {high}"),
    "code": N_("{n} latents; pointed at: z{latent}, mean {mean}"),
    "deviation": N_("deviation {n}"),
    "distance": N_("distance {n}"),
    "draws": N_("{n} draws"),
    "range": N_("z{n}: {low} to {high}"),
}
