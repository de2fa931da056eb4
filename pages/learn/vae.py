"""The variational autoencoder, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "vae",
    N_("Variational autoencoder"),
    N_(
        "The encoder gives a mean and a deviation for every component of z; z is [**sampled**](#drawn) from them, and "
        "the decoder explains x by z. Press **Start** and watch the two terms: reconstruction falls, KL rises, "
        "because z begins to carry information."
    ),
)
