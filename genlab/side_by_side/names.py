"""What rows are called, and what they are asked: light, so that a page's words need not wait for torch."""

from __future__ import annotations

from genlab.locale import N_

# Rows that are no family's: PCA, solved and not trained; real examples in the place of samples.
PCA, REAL = "pca", "real"
# Ways to draw codes where a model was taught none.
RULES = {"normal": N_("and a normal"), "mixture": N_("and a mixture of 10 normals")}
# What a row of images and one of points is asked, in this order.
ASKED = {
    "images": (
        "mse", "elbo", "probe", "frechet", "frechet_2", "kid", "precision", "recall", "density", "coverage",
        "smallest_class_share",
    ),
    "points": ("mse", "elbo", "js", "kl_pg_pdata", "kl_pdata_pg", "modes", "high_quality"),
}  # fmt: skip
# By which samples of a moment are measured, so that a run's way can be followed.
OVER_SECONDS = {"images": "frechet", "points": "js"}
