"""Bundles to damage."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from genlab.runs.bundle import BundleError, read_bundle
from genlab.runs.bundle.archive import write_zip

Files = dict[str, bytes]


CONFIG: dict[str, Any] = {"latents": 2, "hidden": 8, "batch": 8, "steps": 20}


def refused(files: Files | bytes) -> str:
    """The sentence with which a bundle is refused."""
    with pytest.raises(BundleError) as refusal:
        read_bundle(files if isinstance(files, bytes) else write_zip(files))
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


def facts(files: Files, **changes: Any) -> Files:
    """The files with other facts in run.json."""
    return files | {"run.json": json.dumps(json.loads(files["run.json"]) | changes).encode()}


def npz(**arrays: Any) -> bytes:
    """What NumPy itself writes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
