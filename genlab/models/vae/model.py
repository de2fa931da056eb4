"""Encoder, decoder, and the bound that they climb."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genlab.devices import as_array
from genlab.divergences import kl_to_standard_laplace, kl_to_standard_normal, standard_laplace
from genlab.likelihoods import iwae_bound
from genlab.models.images import as_picture, centre_input_at, log_odds, plane, rebuilt, start_output_at
from genlab.models.likelihood import negative_log_likelihood
from genlab.models.model import DECODED_AT_ONCE, Explains, Probe, Shape, Step
from genlab.models.vae.config import VAEConfig
from genlab.models.vae.terms import averages, weighs
from genlab.nets import build_decoder, build_encoder, folded


class VAE(Explains):
    """q(z|x) = N(mean, diag exp log_variance), p(z) = N(0, I), or both Laplace, of the same means and variances;
    p(x|z) Bernoulli or Gaussian around the decoder."""

    family = "vae"
    metrics = ("active_units", "likelihood", "quality")

    def __init__(self, config: VAEConfig, shape: Shape) -> None:
        super().__init__()
        self.config = config
        self.encoder = build_encoder(config.net, shape, config.hidden, config.depth, 2 * config.latents)
        self.decoder = build_decoder(config.net, config.latents, config.hidden, config.decoder_depth, shape)
        self.optimiser = torch.optim.Adam(self.parameters(), betas=(0.9, 0.99), fused=True)

    @property
    def latents(self) -> int:
        return self.config.latents

    @property
    def binarised(self) -> bool:
        return self.config.binarise

    @property
    def pixel_likelihood(self) -> str:
        return self.config.likelihood

    @property
    def importance_samples(self) -> int:
        return self.config.importance

    def start_from(self, mean: Tensor) -> None:
        centre_input_at(self.encoder, mean)
        start_output_at(self.decoder, log_odds(mean) if self.config.likelihood == "bernoulli" else mean)

    @property
    def normal(self) -> bool:
        return self.config.distribution == "normal"

    def prior(self, normal: Tensor) -> Tensor:
        return standard_laplace(normal) if self.config.distribution == "laplace" else normal

    def noise(self, count: int, rng: torch.Generator) -> Tensor:
        return self.prior(torch.randn(count, self.latents, generator=rng).to(self.device))

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"vae": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"vae": self.config.learning_rate}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        x = step.next_batch()  # [stage1]
        if self.config.binarise:
            # What torch.bernoulli does, the draws being those of a CPU.
            x = (torch.rand(x.shape, generator=step.rng).to(x.device) < x).float()  # [stage1]
        beta = (
            self.config.beta * min(1.0, step.number / self.config.warm_up) if self.config.warm_up else self.config.beta
        )

        if self.config.importance == 1:
            reconstruction, kl_per_latent = self.bound(x, step.rng)  # [reconstruction kl]
            kl = kl_per_latent.sum()  # [kl]
            penalty = kl_per_latent.clamp_min(self.config.free_bits).sum() if self.config.free_bits else kl
            # A mean over the pixels, and still a sum over the latents: the unequal division is what weighs KL more.
            pixels = x[0].numel() if averages(self.config) else 1
            loss = reconstruction / pixels + beta * penalty  # [stage4 objective weighted_kl]
        else:
            reconstruction, kl, loss = self.importance_bound(x, step.rng)  # [reconstruction kl iwae_k stage4]

        self.optimiser.zero_grad()  # [stage5]
        loss.backward()  # [stage5]
        self.optimiser.step()  # [stage5]
        terms = {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}  # [negative_elbo]
        if averages(self.config):
            terms["effective_beta"] = torch.full((), beta * x[0].numel(), device=x.device)  # [effective_beta]
        if weighs(self.config):
            terms |= {"objective": loss, "weighted_kl": loss - reconstruction}  # [objective weighted_kl]
        return terms if self.config.importance == 1 else terms | {"iwae_k": loss}

    def bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """The ELBO's two terms, nats, batch means: E_q[-log p(x|z)] by one sample of z, and KL for each latent.

        -ELBO = E_q[-log p(x|z)] + KL(q(z|x) || p(z)); x [n, *shape]; returns a scalar and [latents].
        """
        mean, log_variance = self.posterior(x)  # [stage2]
        eps = torch.randn(mean.shape, generator=rng).to(mean.device)  # [stage2]
        if self.config.distribution == "laplace":
            eps = standard_laplace(eps)  # [stage2]
        # The randomness is in eps, so gradients reach mean and variance. [stage2]
        z = mean + torch.exp(log_variance / 2) * eps
        output = self.decoder(z)  # [reconstruction stage3]
        reconstruction = negative_log_likelihood(self.config, x, output) / len(x)  # [reconstruction stage4]
        return reconstruction, self.kl_to_prior(mean, log_variance).mean(dim=0)  # [kl]

    def kl_to_prior(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        if self.config.distribution == "laplace":
            return kl_to_standard_laplace(mean, log_variance)  # [kl]
        return kl_to_standard_normal(mean, log_variance)  # [kl]

    def importance_bound(self, x: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """IWAE's bound L_k = E[log 1/k sum_i p(x, z_i) / q(z_i|x)] (Burda et al. 2016, eq. 8), nats, batch means.

        Returns the reconstruction and KL of the plain ELBO (for the curves) and -L_k (to minimise).
        """
        mean, log_variance = self.posterior(x)  # [stage2]
        log_weights, log_likelihood = self.log_weights(x, mean, log_variance, self.config.importance, rng)
        kl = self.kl_to_prior(mean, log_variance).sum(dim=1).mean()  # [kl]
        return -log_likelihood.mean(), kl, -iwae_bound(log_weights).mean()  # [reconstruction iwae_k]

    def log_weights(
        self, x: Tensor, mean: Tensor, log_variance: Tensor, k: int, rng: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        eps = torch.randn(k, *mean.shape, generator=rng).to(mean.device)  # [stage2]
        if self.config.distribution == "laplace":
            eps = standard_laplace(eps)  # [stage2]
        z = mean + torch.exp(log_variance / 2) * eps  # [stage2]
        output = self.decoder(z.flatten(0, 1)).view(k, *x.shape)  # [stage3]
        if self.config.likelihood == "bernoulli":
            # [reconstruction]
            pixels = -F.binary_cross_entropy_with_logits(output, x.expand_as(output), reduction="none")
        else:
            deviation = self.config.deviation
            # [reconstruction]
            pixels = -(((x - output) / deviation).square() + math.log(2 * math.pi * deviation**2)) / 2
        log_likelihood = pixels.flatten(2).sum(dim=2)  # [reconstruction]
        # log p(z) - log q(z|x): the two constants cancel
        if self.config.distribution == "laplace":
            log_ratio = math.sqrt(2) * (eps.abs() - z.abs()) + log_variance / 2  # [iwae_k]
        else:
            log_ratio = (eps.square() + log_variance - z.square()) / 2  # [iwae_k]
        log_prior_over_posterior = log_ratio.sum(dim=2)  # [iwae_k]
        return log_likelihood + log_prior_over_posterior, log_likelihood  # [iwae_k]

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        if self.config.importance == 1:
            reconstruction, kl_per_latent = self.bound(examples, rng)
            kl = kl_per_latent.sum()
            return {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl}
        parts = examples.split(max(1, DECODED_AT_ONCE // self.config.importance))
        bounds = torch.stack([len(x) * torch.stack(self.importance_bound(x, rng)) for x in parts]).sum(dim=0)
        reconstruction, kl, iwae = bounds / len(examples)
        return {"reconstruction": reconstruction, "kl": kl, "negative_elbo": reconstruction + kl, "iwae_k": iwae}

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        mean, log_variance = self.posterior(probe.examples)
        return {
            "samples": as_picture(self.decode(self.prior(probe.noise))),
            "reconstructions": as_picture(self.decode(rebuilt(mean, probe.examples))),
            "latent": plane(mean),
            "kl_per_latent": as_array(self.kl_to_prior(mean, log_variance).mean(dim=0)),
        }

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        """The mean of p(x|z)."""
        output = self.decoder(z)
        return torch.sigmoid(output) if self.config.likelihood == "bernoulli" else output

    def reconstruct(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """The decoder alone draws: z ~ N(0, I), then the mean of p(x|z)."""
        return self.decode(self.noise(count, rng))

    def live_nets(self) -> dict[str, nn.Sequential]:
        squash = [nn.Sigmoid()] if self.config.likelihood == "bernoulli" else []
        return {"decoder": nn.Sequential(*self.decoder, *squash), "encoder": folded(self.encoder)}
