"""Divergences: what KL, JS and their kin say of two distributions."""

from genlab.views.measure.divergences import divergences_page

divergences_page()
