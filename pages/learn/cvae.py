"""The conditional VAE, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "cvae",
    N_("Conditional VAE"),
    N_(
        "A VAE whose two nets are told the class y of x, so z need not say it: it is left with how x is written. Press "
        "**Start**. In each row of the samples z stays and y changes: one handwriting, another digit."
    ),
)
