"""Every page and view by its address, and an element that is there once it has drawn itself."""

from __future__ import annotations

PAGES = {
    "": "[data-testid='parade-3']",
    "autoencoder": ".gl-run .main-svg",
    "vae": ".gl-run .main-svg",
    "gan": ".gl-run .main-svg",
    "playground": ".gl-play-canvas[data-moving='false']",
    "divergences": ".gl-dn-number output[data-value]",
    "divergences?view=elbo": ".gl-lg .gl-term output",
    "divergences?view=images": ".gl-critic-number",
    "latent": ".gl-explore .latent .row output",
    "latent?view=draw": "[data-testid='draw-canvas']",
    "latent?view=walks": ".gl-walk-slider output",
    "compare": ".st-key-train_all button:enabled",
    "class": ".st-key-class_open button:enabled",
    "plan": ".st-key-plan_screen",
    "runs": "[data-testid='stMain'] h1",
}
