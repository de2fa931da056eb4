"""The first page: the course's contents, three models to tell apart, and the lab's instruments."""

from genlab.views.course.home import home_page
from genlab.views.frame.session import N_

INSTRUMENTS = (
    ("pages/learn/autoencoder.py", N_("Autoencoder"), N_("squeezes x, and rebuilds it")),
    ("pages/learn/vae.py", N_("VAE"), N_("draws z, and bounds log p(x)")),
    ("pages/learn/gan.py", N_("GAN"), N_("one draws, one judges")),
    ("pages/play/playground.py", N_("Playground"), N_("the game in the plane, step by step")),
    ("pages/measure/divergences.py", N_("Divergences"), N_("KL and JS under your hand")),
    ("pages/play/latent.py", N_("Latent space"), N_("move z, draw a digit, walk")),
    ("pages/measure/compare.py", N_("Side by side"), N_("four models, one measure")),
    ("pages/measure/runs.py", N_("Runs"), N_("all that was trained here")),
)
# Shipped runs in the order in which they stand, and what they are.
PARADE = (("gan", "GAN"), ("ae-20", "AE"), ("vae-20", "VAE"))

home_page(INSTRUMENTS, PARADE)
