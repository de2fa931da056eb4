"""A linear classifier on codes: it reads what lies there in the open, by numbers whose classes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from genlab import probes as module
from genlab.data import ImageData, load
from genlab.evaluation import evaluate
from genlab.models import FAMILIES, Model
from genlab.probes import labels, pictures, probes, told


def digits(train: int = 400, test: int = 200, name: str = "mnist5k") -> ImageData:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return ImageData(name, data.train_images[:train], data.train_labels[:train], data.test_images[:test],
                     data.test_labels[:test])  # fmt: skip


def made(family: str, **settings: Any) -> Model:
    torch.manual_seed(0)
    config = FAMILIES[family].preset("classroom", "images", {"hidden": 16, "latents": 3} | settings)
    return FAMILIES[family].build(config, (1, 28, 28)).eval()


def test_what_lies_in_the_open_is_read_and_noise_is_not() -> None:
    data = digits()
    of_train, of_test = (torch.from_numpy(part.astype(np.int64)) for part in labels(data))
    clear = [torch.nn.functional.one_hot(part, 10) + 0.01 * torch.randn(len(part), 10) for part in (of_train, of_test)]
    assert told(*clear, data) == 1
    rng = torch.Generator().manual_seed(0)
    noise = [torch.randn(len(part), 5, generator=rng) for part in (of_train, of_test)]
    assert told(*noise, data) == pytest.approx(0.1, abs=0.07)


def test_a_scale_and_a_shift_of_all_numbers_change_nothing_and_still_codes_are_no_case() -> None:
    data = digits()
    train, test = (part.flatten(1)[:, 300:500] for part in pictures(data))
    assert told(7 * train + 3, 7 * test + 3, data) == pytest.approx(told(train, test, data), abs=0.011)
    assert told(torch.zeros(400, 3), torch.zeros(200, 3), data) == pytest.approx(0.1, abs=0.05)


def test_a_linear_autoencoder_s_probe_is_pca_s_where_its_codes_are() -> None:
    data = digits()
    known, asked = (part.flatten(1).double().numpy() for part in pictures(data))
    pca = PCA(3, svd_solver="full").fit(known)
    train, test = (pca.transform(part) for part in (known, asked))
    scale = np.sqrt((train**2).mean())
    fitted = LogisticRegression(C=module.INVERSE_PENALTY, max_iter=1000).fit(train / scale, labels(data)[0])
    found = probes(made("ae"), data)
    assert found["probe_pca"] == pytest.approx(fitted.score(test / scale, labels(data)[1]), abs=0.011)
    assert found["probe_pixels"] > found["probe_pca"] > 0.3


def test_who_has_no_codes_or_no_classes_is_not_asked() -> None:
    assert probes(made("gan"), digits()) == {}
    data = digits()
    ones = ImageData("mnist5k", data.train_images[:50], np.ones_like(data.train_labels[:50]), data.test_images,
                     data.test_labels)  # fmt: skip
    assert probes(made("ae"), ones) == {}


def test_it_is_the_same_again_and_part_of_what_evaluate_says() -> None:
    data, model = digits(name="fashion"), made("vae")
    found = probes(model, data)
    assert found == probes(model, data)
    assert found.items() <= evaluate(model, data).items()
