"""KL, JS and the GAN's game: closed forms, grids and samples. Tensors of float32 or float64 in, nats out.

Beside them total variation (a probability) and Wasserstein distances (in the unit of x).
"""

from genlab.divergences.discrete import (
    js_discrete,
    js_grid,
    kl_discrete,
    kl_grid,
    kl_grid_log,
    kl_to_mixture_grid,
    tv_grid,
    wasserstein_grid,
)
from genlab.divergences.game import (
    gan_value,
    gan_value_from_logits,
    generator_cost,
    generator_gradients,
    js_lower_bound,
    js_lower_bound_from_logits,
    optimal_discriminator,
)
from genlab.divergences.gaussian import (
    kl_gaussian,
    kl_laplace_to_standard_normal,
    kl_normal,
    kl_to_standard_normal,
    kl_uniform_to_standard_normal,
)
from genlab.divergences.kernels import (
    KernelDensities,
    KernelDensity,
)
from genlab.divergences.laplace import kl_to_standard_laplace, standard_laplace
from genlab.divergences.neighbours import (
    NoiseFloor,
    kl_knn,
    noise_floor,
    sliced_wasserstein,
)
from genlab.divergences.pushforward import pushforward, two_ways
from genlab.divergences.sampled import (
    Density,
    Reading,
    SampledDivergences,
    js_samples,
    kl_samples,
    kl_to_samples,
)

__all__ = [
    "Density",
    "KernelDensities",
    "KernelDensity",
    "NoiseFloor",
    "Reading",
    "SampledDivergences",
    "gan_value",
    "gan_value_from_logits",
    "generator_cost",
    "generator_gradients",
    "js_discrete",
    "js_grid",
    "js_lower_bound",
    "js_lower_bound_from_logits",
    "js_samples",
    "kl_discrete",
    "kl_gaussian",
    "kl_grid",
    "kl_grid_log",
    "kl_knn",
    "kl_laplace_to_standard_normal",
    "kl_normal",
    "kl_samples",
    "kl_to_mixture_grid",
    "kl_to_samples",
    "kl_to_standard_laplace",
    "kl_to_standard_normal",
    "kl_uniform_to_standard_normal",
    "noise_floor",
    "optimal_discriminator",
    "pushforward",
    "sliced_wasserstein",
    "standard_laplace",
    "tv_grid",
    "two_ways",
    "wasserstein_grid",
]
