"""Flow matching, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "flow",
    N_("Flow matching"),
    N_(
        "A net learns a velocity for every place and time; noise that follows it from t = 0 to 1 becomes data. It is "
        "taught by straight lines from noise to examples. Press **Start**, then move t: the latent is the "
        "noise itself, as large as x, and no encoder looks for it."
    ),
)
