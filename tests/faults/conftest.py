"""What faults are tried on is what the tests of runs have."""

from __future__ import annotations

from runs.conftest import few_samples, new_url, store, trained_alone, until, weights_of

__all__ = ["few_samples", "new_url", "store", "trained_alone", "until", "weights_of"]
