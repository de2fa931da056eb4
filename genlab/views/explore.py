"""Exploring a run's latent space by hand."""

from __future__ import annotations

from genlab.live.run_view import run_view
from genlab.runs.record import Run
from genlab.views.describe import view_data


def explore_view(run: Run) -> None:
    """The run's view with its latent space held open."""
    run_view(view_data(run, latent=True) | {"latentOpen": True}, key="explore")
