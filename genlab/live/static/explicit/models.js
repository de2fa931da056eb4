// A GAN and a VAE with one latent, as curves that their nets were read off at equal steps (pretrained/one_dimension.py).
import { between } from "../maths/likelihood.js";
import { normal } from "../maths/random.js";

export function createGan({ z, x, gan }) {
  return {
    drawn: (random) => between(gan.generator, z, normal(random)),
    belief: (at) => between(gan.belief, x, at),
  };
}

export function createVae({ z, x, vae }) {
  return {
    drawn: (random) => between(vae.decoder, z, normal(random)) + vae.deviation * normal(random),
    bound: (at) => between(vae.bound, x, at), // of log p(x), nats
  };
}
