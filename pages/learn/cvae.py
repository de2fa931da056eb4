"""The conditional VAE, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "cvae",
    N_("Conditional VAE"),
    N_(
        "A VAE whose two nets are told the class y of x (of a digit: which digit it is), so z need not say it and is "
        "left with all else. Press **Start**; then choose another y beside the sliders: z stays, and an example of "
        "that class comes."
    ),
)
