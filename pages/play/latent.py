"""Latent space: hold it, draw into it, walk through it, with any run."""

from genlab.views.space.latent import latent_page

latent_page()
