"""What the symbols of all formulas mean, in words: how each is written in LaTeX, and a sentence for whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genlab.locale import N_

# How a formula is called for those who hear it.
WALKED = N_("Formula; the arrow keys say what its symbols mean")

EXPECTATION = r"\\mathbb\{E\}"
DATA = r"(?:\{data\}|\\text\{data\}|\{\\mathrm\{data\}\}|\\mathrm\{data\})"
Y = r"(?:,\s*y)?"


@dataclass(frozen=True)
class Symbol:
    """One symbol of formulas.

    key: its name; head, rest: regular expressions of its LaTeX: symbols within the rest have their own meaning besides;
    meaning: English, marked for translation; values: keys of the numbers that a page may show of it, the first that is
    there counts.
    """

    key: str
    head: str
    rest: str
    meaning: str
    values: tuple[str, ...] = ()


# In the order in which they are looked for: what is written longer stands before what it begins with.
SYMBOLS = (
    Symbol("pixels", r"(?<=\{1\}\{)D(?=\})|(?<=\\beta )D", "",
           N_("D: how many pixels a picture has, or coordinates a point.")),
    Symbol("slice", r"dx", "", N_("dx: a narrow slice of x. The integral adds up all of them.")),
    Symbol("integral", r"\\int", "", N_("∫: a sum over all x, in slices as narrow as dx.")),
    Symbol("mean_q", EXPECTATION + r"_\{?q\}?", "",
           N_("Expectation under q: the mean over many z drawn from q(z|x), the code of this one x.")),
    Symbol("mean_z", EXPECTATION + r"_\{?z\}?", "", N_("Expectation over z: the mean over many draws of the noise z.")),
    Symbol("mean_x", EXPECTATION + rf"_(?:\{{?x\}}?|{DATA})", "",
           N_("Expectation over the data: the mean over examples x.")),
    Symbol("mean_g", EXPECTATION + r"_\{?g\}?", "",
           N_("Expectation over p_g: the mean over what the generator draws.")),
    Symbol("mean", EXPECTATION + r"|\\mathrm\{mean\}", "", N_("Expectation: the mean over many examples or draws.")),
    Symbol("gap", r"\\mathrm\{KL\}(?=\(q *(?:\\,)?\\\| *(?:\\,)?p\(z\|x\))", "",
           N_("KL divergence from q to the true posterior: the gap between log p(x) and the ELBO. 0 "
              "only where both are equal."),
           ("kl_posterior",)),
    Symbol("kl_prior", r"\\mathrm\{KL\}(?=\(q(?:(?:_\\phi)?\(z\|x" + Y + r"\))? *(?:\\,)?\\\| *(?:\\,)?p\(z\))", "",
           N_("KL divergence from q(z|x) to the prior, never below 0: what it costs that z tells something about x."),
           ("kl", "kl_prior")),
    Symbol("kl_latent", r"\\mathrm\{KL\}_j", "", N_("KL to the prior of one latent, number j.")),
    Symbol("latents", r"\\sum_j", "", N_("The sum over all latents.")),
    Symbol("kl", r"\\mathrm\{KL\}", "",
           N_("KL divergence: the mean, under the first distribution, of log(first density / second density). 0 where "
              "they are equal, never below; the other way round it is another number.")),
    Symbol("js", r"\\mathrm\{JS\}", "",
           N_("JS divergence: the mean of the KL divergences of two distributions to their mixture m. 0: equal; log 2 "
              "= 0.693: no place has both."), ("js",)),
    Symbol("tv", r"\\mathrm\{TV\}", "",
           N_("Total variation: half of the area between two densities, 0 to 1."), ("tv",)),
    Symbol("w1", r"W_1", "",
           N_("Wasserstein distance: the least mean way on which one distribution is moved onto the other."),
           ("w1",)),
    Symbol("elbo", r"\\mathrm\{ELBO\}", "",
           N_("Evidence lower bound: it never lies above log p(x). A VAE raises it."), ("elbo",)),
    Symbol("penalty", r"\\mathrm\{GP\}", "",
           N_("Gradient penalty: how far the slope of D is from 1, squared; it keeps D from becoming steep.")),
    Symbol("lambda", r"\\lambda", "", N_("λ: the weight of the penalty.")),
    Symbol("loss_d", r"\\mathcal\{L\}_D", "", N_("The loss of D: what the discriminator makes small."), ("d_loss",)),
    Symbol("loss_g", r"\\mathcal\{L\}_G", "", N_("The loss of G: what the generator makes small."), ("g_loss",)),
    Symbol("bound_k", r"\\mathcal\{L\}_\{\d+\}", "",
           N_("The importance weighted bound of so many draws: a lower bound of log p(x), at least as "
              "high as the ELBO.")),
    Symbol("loss", r"\\mathcal\{L\}", "", N_("The loss: what training makes small.")),
    Symbol("value", r"V(?:\(D,G\))?", "",
           N_("Value function: D makes it as large as it can, G as small. 0: D is always sure and right. With D = 1/2 "
              "everywhere it is −log 4."), ("value",)),
    Symbol("best_value", r"C\(G\)", "",
           N_("C(G): the value V with the best D for this G. −log 4 where p_g = p_data, else more."),
           ("best_value", "cost")),
    Symbol("best", r"D\^\*(?:\(x\))?", "",
           N_("D*: the best discriminator there can be for this G, the share of data in the density at "
              "x."), ("d_star",)),
    Symbol("d_fake", r"D", r"\(G\(z\)\)",
           N_("D(G(z)): what the discriminator says of generated examples."), ("d_fake",)),
    Symbol("d_real", r"D", r"\(x\)",
           N_("D(x): what the discriminator says of x; the larger, the more it takes x for data. As a probability: 1 "
              "is surely data, 0 surely generated."), ("d_real",)),
    Symbol("min_g", r"\\min_G", "", N_("The generator G makes it as small as it can.")),
    Symbol("max_d", r"\\max_D", "", N_("The discriminator D makes it as large as it can.")),
    Symbol("min", r"\\min", "", N_("What stands behind it is made as small as training can.")),
    Symbol("max", r"\\max", "", N_("The larger of the two.")),
    Symbol("d", r"D", "", N_("D: the discriminator, or critic; the larger D(x), the more it takes x for data.")),
    Symbol("g", r"G", r"\(z\)", N_("G(z): the example that the generator makes of the noise z.")),
    Symbol("likelihood", r"p(?:_\\theta)?", r"\(x\|z" + Y + r"\)",
           N_("Likelihood: how probable x is once z is chosen. The decoder, with its parameters θ, gives it.")),
    Symbol("joint", r"p(?:_\\theta)?", r"\(x, ?z(?:_i)?\)", N_("p(x, z) = p(z) p(x|z): prior times likelihood.")),
    Symbol("posterior", r"p(?:_\\theta)?", r"\(z\|x\)",
           N_("True posterior: where z may have been once x is seen. Where q is equal to it, the gap is 0.")),
    Symbol("prior", r"p", r"\(z\)",
           N_("Prior: how z is distributed before any x is seen. For a new example z is drawn from it.")),
    Symbol("evidence", r"(?<=\\log )p(?:_\\theta)?", r"\(x\)",
           N_("Marginal likelihood p(x): how probable the model finds x, whatever z was; z is integrated out.")),
    Symbol("p_data", rf"p_{DATA}", r"(?:\(x\))?", N_("Data distribution: where the examples come from.")),
    Symbol("p_g", r"p_g", r"(?:\(x\))?", N_("p_g: the distribution of what the generator draws.")),
    Symbol("q_z", r"q(?:_\\phi)?", r"\(z(?:_i)?\|x" + Y + r"\)",
           N_("Approximate posterior: the spot that the encoder, with its parameters φ, gives to this x "
              "in the latent space.")),
    Symbol("q_short", r"q(?= *(?:\\,)?\\\|)", "", N_("q: short for q(z|x), the approximate posterior.")),
    Symbol("f", r"F_[pq]", "", N_("F: distribution function, the share of a distribution that lies below x.")),
    Symbol("velocity", r"v_\\theta", r"(?:\(x_t, ?t\))?",
           N_("v: the velocity field that the net has learned, where to go from x at time t.")),
    Symbol("guessed_end", r"\\hat x_1\(x_t, ?t\)", "", N_("The data that the net expects at the end of the way.")),
    Symbol("x_t", r"x_t", "", N_("x at time t, on the straight way from a noise to an example.")),
    Symbol("x_0", r"x_0", "", N_("The noise at which a way begins.")),
    Symbol("x_1", r"x_1", "", N_("The example at which a way ends.")),
    Symbol("standard", r"\\mathcal\{N\}\(0, ?I\)", "",
           N_("The standard normal distribution: every number on its own, mean 0, deviation 1.")),
    Symbol("variance", r"\\mathrm\{Var\}", "", N_("Variance: the mean squared distance from the mean.")),
    Symbol("explained", r"R\^2", "", N_("R²: the explained share of a variance; 1 is all of it.")),
    Symbol("draws", r"\\sum_\{i=1\}\^\{\d+\}", "", N_("The sum over that many draws of z.")),
    Symbol("log_4", r"\\log 4", "", N_("log 4 = 1.386 nats: V is minus this where D says 1/2 of everything.")),
    Symbol("log", r"\\log", "", N_("Natural logarithm: what it gives is counted in nats.")),
    Symbol("beta", r"\\beta", "", N_("β: the weight of the KL term; 1 is the bound itself.")),
    Symbol("mu", r"\\mu", "", N_("μ: the mean of q(z|x). The encoder gives one for every latent.")),
    Symbol("sigma", r"\\sigma", "",
           N_("σ: the deviation of q(z|x), how wide this x's spot is. The encoder gives one for every latent.")),
    Symbol("eps", r"\\varepsilon", "",
           N_("ε: noise with mean 0 and deviation 1, drawn anew each time: all the randomness of z.")),
    Symbol("rebuilt", r"x'", "", N_("x': what the decoder rebuilds of x.")),
    Symbol("z", r"z(?:_i)?", "",
           N_("z: a code of a few numbers. The decoder, or the generator, makes an example of it.")),
    Symbol("x", r"x", "", N_("x: an example, of the data or drawn.")),
    Symbol("y", r"y", "", N_("y: the class of x, which the nets are told.")),
    Symbol("t", r"t", "", N_("t: time on the way, 0 at the noise and 1 at the example.")),
    Symbol("m", r"m", "", N_("m: the mixture, half of each of the two distributions.")),
    Symbol("p", r"p", "", N_("p: the density of the first distribution.")),
    Symbol("q", r"q", "", N_("q: the density of the second distribution.")),
)  # fmt: skip

# A letter of a command, of a word or with an index is no symbol by itself.
ALONE, ENDS = r"(?<![A-Za-z\\])", r"(?![A-Za-z_])"


def spelled(symbol: Symbol) -> str:
    """A regular expression of all its LaTeX."""
    begins = "" if symbol.head.startswith(r"\\") else ALONE  # a command begins by itself
    ends = ENDS if symbol.head[-1].isalpha() and not symbol.rest else ""
    return f"(?:{begins}(?:{symbol.head})){symbol.rest}{ends}"


WRITTEN = re.compile("|".join(f"(?P<{symbol.key}>{spelled(symbol)})" for symbol in SYMBOLS))
BY_KEY = {symbol.key: symbol for symbol in SYMBOLS}
