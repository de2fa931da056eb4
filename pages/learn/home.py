"""The first page: three families side by side, from runs that ship with the app."""

from genlab.views.home import home_page
from genlab.views.session import N_

home_page(
    (
        (
            "ae",
            "pages/learn/autoencoder.py",
            N_("Autoencoder"),
            N_("Squeezes x into a few numbers and rebuilds it. Good for compressing; it cannot draw new digits."),
        ),
        (
            "vae",
            "pages/learn/vae.py",
            N_("VAE"),
            N_("Explains x by a latent z with a known prior. Draws new digits, a little soft, and bounds log p(x)."),
        ),
        (
            "gan",
            "pages/learn/gan.py",
            N_("GAN"),
            N_("Two players: one draws, one judges. Sharp new digits; no likelihood, and it may forget some of them."),
        ),
    )
)
