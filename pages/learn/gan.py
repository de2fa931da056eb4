"""The generative adversarial network, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "gan",
    N_("Generative adversarial network"),
    N_(
        "G turns noise into examples, D tells them from data; each learns from the other. Press **Start** and "
        "watch the samples of one fixed noise. V has two lines: at 0, D is always right; at −log 4, "
        "it does no better than guessing."
    ),
)
