"""Densities and divergences, on curves and on samples; runs taken together."""
