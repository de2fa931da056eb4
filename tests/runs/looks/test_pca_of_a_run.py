"""PCA beside an autoencoder, on the embedded digits: against numpy, and where there is nothing to compare."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genlab.data import load_mnist5k
from genlab.runs.looks.pca import beside


def test_it_is_numpys() -> None:
    data = load_mnist5k()
    train = data.train_images.reshape(-1, 784).astype(np.float64) / 255
    test = data.test_images[:16].reshape(-1, 784).astype(np.float64) / 255
    center = train.mean(axis=0)
    axes = np.linalg.eigh(np.cov(train.T))[1][:, ::-1][:, :20]
    expected = center + (test - center) @ axes @ axes.T
    found = beside("mnist5k", 20, data.test_images[:16])
    assert found is not None
    np.testing.assert_allclose(found["reconstructions"].reshape(16, -1), expected.clip(0, 1) * 255, atol=0.51)
    assert found["error"] == pytest.approx(0.02476, abs=2e-5)
    assert found["errors"].shape == (785,)
    assert found["errors"][[0, 20]] == pytest.approx([0.06913, float(found["error"][0])], abs=2e-5)


def test_nothing_stands_in_for_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_DATA", raising=False)
    pictures = np.zeros((1, 28, 28), dtype=np.uint8)
    assert beside("fashion", 20, pictures) is None
    assert beside("ring8", 2, pictures) is None
