"""How likely a model with p(x|z) finds test images: -log p(x) by importance sampling.

log p(x) >= E log 1/k sum_i p(x, z_i) / q(z_i|x) = L_k, which rises to it with k (Burda et al. 2016, theorem 1): what is
given as -log p(x) is an upper bound of it on average, for whichever k.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.held_out import held_out_examples, mean_terms
from genlab.models.model import DECODED_AT_ONCE, Explains

# Importance samples of each example, and examples, spread over the test set, that they are drawn for.
NLL_K = 500
NLL_EXAMPLES = 1000
# The k of a model that was not trained by importance samples.
IWAE_K = 5
MOST = 100_000


@torch.no_grad()
def importance_bound(model: Explains, x: Tensor, k: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """-L_k by k draws of z from q(z|x), and -ELBO by the same draws, nats, both [n]; x: [n, *shape].

    Of the same draws -L_k is never above -ELBO: the logarithm of a mean is never below the mean of logarithms.
    """
    bounds, elbos = [], []
    for part in x.split(max(1, DECODED_AT_ONCE // k)):
        part = part.to(model.device)
        mean, log_variance = model.posterior(part)
        left, total, sums = k, mean.new_full((len(part),), -math.inf), mean.new_zeros(len(part))
        while left:
            draws = min(left, DECODED_AT_ONCE)
            log_weights, _ = model.log_weights(part, mean, log_variance, draws, rng)
            total = torch.logaddexp(total, log_weights.logsumexp(dim=0))
            sums, left = sums + log_weights.sum(dim=0), left - draws
        bounds.append((math.log(k) - total).cpu())
        elbos.append((-sums / k).cpu())
    return torch.cat(bounds), torch.cat(elbos)


def likelihood(
    model: Explains,
    data: ImageData,
    seed: int = 0,
    *,
    k: int = NLL_K,
    examples: int = NLL_EXAMPLES,
    iwae_k: int | None = None,
) -> dict[str, float]:
    """nll, nats: -log p(x) of the binarised test images by k importance samples of so many of them; iwae_k: -L_k of
    all of them, k by default that of the model's training; nll_k, nll_examples and iwae_samples say these numbers.

    What k draws gain on the ELBO differs little between images, the ELBO itself much: where `examples` are fewer than
    there are, nll is the negative ELBO of all of them less the mean gain of these. Raises ValueError where pixels are
    not Bernoulli, or a number is out of range.
    """
    if model.pixel_likelihood != "bernoulli":
        raise ValueError(
            f"nll: got a {model.family.upper()} with likelihood {model.pixel_likelihood}, allowed: bernoulli"
        )
    trained = model.importance_samples
    weighted = iwae_k if iwae_k is not None else trained if trained > 1 else IWAE_K
    for name, value in (("nll k", k), ("nll examples", examples), ("iwae k", weighted)):
        if not 1 <= value <= MOST:
            raise ValueError(f"{name}: got {value}, allowed: 1 to {MOST}")
    chosen, whole = held_out_examples(data, examples, binarised=True), held_out_examples(data, binarised=True)
    bounds, elbos = importance_bound(model, chosen, k, torch.Generator().manual_seed(seed))
    terms = mean_terms(model, whole, seed)
    nll = float(bounds.mean())
    if len(chosen) < len(whole):
        nll = terms["negative_elbo"] - float((elbos - bounds).mean())
    if weighted == trained > 1:
        iwae = terms["iwae_k"]
    else:
        iwae = float(importance_bound(model, whole, weighted, torch.Generator().manual_seed(seed))[0].mean())
    return {
        "iwae_k": iwae, "iwae_samples": float(weighted), "nll": nll, "nll_k": float(k),
        "nll_examples": float(len(chosen)),
    }  # fmt: skip
