"""The latent page and its views."""
