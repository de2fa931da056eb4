"""genlab: train, watch and take apart autoencoders, VAEs and GANs."""

__version__ = "0.10.0"
