"""The autoencoder, live."""

from genlab.views.bench.family import family_page
from genlab.views.frame.session import N_

family_page(
    "ae",
    N_("Autoencoder"),
    N_(
        "Squeeze each image into a few numbers z, rebuild it from them, learn from the error. Press **Start** and "
        "watch the reconstructions sharpen; then look at the samples: decoding random z seldom gives anything like the "
        "data, because "
        "nobody asked the codes to fill the space. That is the question the VAE answers."
    ),
)
