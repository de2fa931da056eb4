"""A walk of the shipped models in a browser, and the same in torch."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from browser.served import Server
from playwright.sync_api import Download, Page, expect
from safetensors.numpy import load as load_tensors

from genlab.runs.bundle import load_model, read_bundle

PRETRAINED = Path(__file__).resolve().parents[3] / "pretrained"


SIDE_BY_SIDE = ("ae", "vae", "gan")


def walk(page: Page, server: Server, run: str, **state: Any) -> dict[str, np.ndarray]:
    """Opens the walks of a run and waits until all is drawn; the held-out digits that the page chooses from."""
    query = "&".join(f"{name}={value}" for name, value in state.items())
    # A busy machine's first visit waits for torch and for the shipped runs.
    with page.expect_response("**/lab/data/*/examples", timeout=90_000) as told:
        page.goto(f"{server.address}/latent?view=walks&run={run}&{query}")
    digits = load_tensors(told.value.body())
    expect(page.get_by_test_id("walks").get_by_test_id("take-png")).to_be_visible()
    return digits


def all_walked(page: Page) -> None:
    """Waits until each family's walk is drawn and measured."""
    for family in SIDE_BY_SIDE:
        expect(page.get_by_test_id(f"walk-said-{family}")).to_have_text(re.compile(r"0\.\d{4}, 0\.\d{4}"))


def now(page: Page, family: str, path: str) -> Any:
    return page.get_by_test_id(f"walk-now-{family}-{path}")


def grey(page: Page, testid: str) -> np.ndarray:
    """A canvas' grey values, [height, width]."""
    values = page.get_by_test_id(testid).evaluate(
        """canvas => [canvas.height, canvas.width,
          Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)]"""
    )
    height, width, data = values
    return np.array(data).reshape(height, width, 4)[:, :, 0]


@cache
def model(name: str) -> Any:
    return load_model(read_bundle(PRETRAINED / name)).eval()


def as_x(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(images.astype(np.float32))[:, None] / 255


def encoded(name: str, images: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(name).encode(as_x(images)).numpy()


def decoded(name: str, z: np.ndarray) -> np.ndarray:
    """Grey values as a canvas has them, [n, 28, 28]."""
    with torch.no_grad():
        return 255 * model(name).decode(torch.from_numpy(np.float32(z)))[:, 0].numpy()


def taken(page: Page, testid: str) -> bytes:
    with page.expect_download() as told:
        page.get_by_test_id("walks").get_by_test_id(testid).click()
    download: Download = told.value
    return Path(download.path()).read_bytes()
