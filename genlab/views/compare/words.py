"""What the table's rows and columns are called."""

from __future__ import annotations

from dataclasses import dataclass

from genlab.locale import N_
from genlab.side_by_side.names import PCA, REAL, RULES
from genlab.views.frame.session import Translate


@dataclass(frozen=True)
class Column:
    """A measure: its title, unit, what better means (an arrow), and how its numbers are written."""

    title: str
    unit: str
    better: str
    form: str = ".3f"


UP, DOWN, NEITHER = "↑", "↓", ""
COLUMNS = {
    "mse": Column(N_("error of x'"), N_("a pixel"), DOWN, ".4f"),
    "elbo": Column(N_("bound of log p(x)"), N_("nats"), UP, ".1f"),
    "probe": Column(N_("read from z"), N_("share"), UP, ".3f"),
    "frechet": Column(N_("Fréchet distance"), "", DOWN, ".1f"),
    "frechet_2": Column(N_("by another ruler"), "", DOWN, ".1f"),
    "kid": Column("KID", "", DOWN, ".2f"),
    "precision": Column(N_("precision"), "", UP, ".2f"),
    "recall": Column(N_("recall"), "", UP, ".2f"),
    "density": Column(N_("density"), "", UP, ".2f"),
    "coverage": Column(N_("coverage"), "", UP, ".2f"),
    "smallest_class_share": Column(N_("rarest digit"), N_("share"), UP),
    "js": Column("JS", N_("nats"), DOWN),
    "kl_pg_pdata": Column("KL(p_g‖p_data)", N_("nats"), DOWN),
    "kl_pdata_pg": Column("KL(p_data‖p_g)", N_("nats, at least"), DOWN),
    "modes": Column(N_("modes"), "", UP, ".0f"),
    "high_quality": Column(N_("high quality"), N_("share"), UP, ".2f"),
}
# What each measure says, for whoever asks.
MEANINGS = {
    "mse": N_("Squared error of held-out examples and their reconstructions, a mean."),
    "elbo": N_("A lower bound of log p(x), a mean over held-out x. Models without a bound have none to show."),
    "probe": N_(
        "Share of held-out examples whose class a linear classifier tells from z (PCA: from its numbers; real "
        "examples: from the pixels), learned from 4,000."
    ),
    "frechet": N_(
        "Distance of two normals, fitted to the ruler's features of samples and of held-out digits. The ruler is a "
        "small digit classifier, frozen."
    ),
    "frechet_2": N_(
        "The same distance in the features of another frozen net, of another make: an autoencoder that was told no "
        "classes. What is better by one ruler should be better by both; the numbers of two rulers have no common scale."
    ),
    "kid": N_("The ruler's features under a cubic kernel (MMD²): 0 on average between equals, so it may be negative."),
    "precision": N_("Share of samples that lie among real digits, in the ruler's features."),
    "recall": N_("Share of real digits that lie among the samples."),
    "density": N_("How many real digits' neighbourhoods a sample lies in, over 5; about 1 between equals."),
    "coverage": N_("Share of real digits with a sample in their neighbourhood."),
    "smallest_class_share": N_("Share of the digit that is drawn least, as the ruler reads it; a tenth is even."),
    "js": N_("JS(p_data‖p_g), from 10,000 samples and the exact density of the data."),
    "kl_pg_pdata": N_("How unlikely the data's density calls the samples; it does not notice what is never drawn."),
    "kl_pdata_pg": N_(
        "How unlikely the model calls the data. Of a model that has no density samples alone tell it: where it hardly "
        "ever draws, the number is too small."
    ),
    "modes": N_("Clouds of the data with at least one sample near their centre."),
    "high_quality": N_("Share of samples near a cloud's centre."),
}


def title_of(model: str, rule: str, _: Translate) -> str:
    """A row's name: "AE and a normal"."""
    from genlab.models import FAMILIES  # late, for torch takes a second and a page's words need not wait

    if model == REAL:
        return _("real examples")
    name = "PCA" if model == PCA else _(FAMILIES[model].short or FAMILIES[model].title)
    return f"{name} {_(RULES[rule])}" if rule else name
