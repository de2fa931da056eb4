"""How much sooner the classroom VAE reaches a test loss than the loop that everybody copies, on this machine.

    python -m benchmarks.train_speed [--repeats 3]

The plain loop is the well-known one: a 784-400-20-400-784 VAE, a DataLoader over torchvision's MNIST and ToTensor,
batch 128, Adam 1e-3, ten epochs. Ours is `train vae --data mnist --preset classroom`. They run in turn, each in a
process of its own, so that a machine whose speed drifts treats both alike: quote the ratio, not the seconds. Both times
run from the first batch to the last step; reading the data and the final evaluation are left out. Needs full MNIST.
Prints one JSON object, with the machine's matrix-multiply rate and the share of it that our training uses.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import torch
from torch import Tensor, nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader

from genlab.data.images import find_idx_folder
from genlab.data.torchvision_import import import_datasets
from genlab.models import FAMILIES

EPOCHS = 10
MATRIX = 2048


class Plain(nn.Module):
    """The VAE of the tutorial."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h = F.relu(self.fc1(x.view(-1, 784)))
        mean, log_variance = self.fc21(h), self.fc22(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(log_variance)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mean, log_variance


def loss_of(output: tuple[Tensor, Tensor, Tensor], x: Tensor) -> Tensor:
    """Negative ELBO, nats, summed over the batch."""
    rebuilt, mean, log_variance = output
    bce = F.binary_cross_entropy(rebuilt, x.view(-1, 784), reduction="sum")
    return bce - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())


def plain_loop() -> dict[str, float]:
    """Ten epochs of it: seconds of training and the test loss."""
    datasets = import_datasets()
    from torchvision.transforms import ToTensor

    raw = find_idx_folder("mnist")
    if raw is None:
        sys.exit("train_speed: needs full MNIST (python -m genlab data get mnist)")
    root = str(raw.parent.parent)
    torch.manual_seed(1)
    train = DataLoader(datasets.MNIST(root, train=True, transform=ToTensor()), batch_size=128, shuffle=True)
    test = DataLoader(datasets.MNIST(root, train=False, transform=ToTensor()), batch_size=128)
    model = Plain()
    optimiser = optim.Adam(model.parameters(), lr=1e-3)
    started = time.perf_counter()
    for _ in range(EPOCHS):
        for x, _label in train:
            optimiser.zero_grad()
            loss = loss_of(model(x), x)
            loss.backward()
            optimiser.step()
    seconds = time.perf_counter() - started
    with torch.no_grad():
        total = sum(float(loss_of(model(x), x)) for x, _label in test)
    return {"seconds": seconds, "negative_elbo": total / 10_000}


def classroom() -> dict[str, float]:
    """Our command, as a person would type it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "genlab", "train", "vae", "--data", "mnist", "--preset", "classroom"]
        out = str(Path(folder) / "run")
        done = subprocess.run([*command, "--json", "--out", out], capture_output=True, text=True, check=True)
    last = json.loads(done.stdout.splitlines()[-1])
    return {"seconds": last["seconds"], "images": last["images"], "negative_elbo": last["metrics"]["negative_elbo"]}


def operations_an_image() -> int:
    """Floating-point operations of one training step of ours, an image: two for each weight, forward, for the gradient
    of the weights and for that of the inputs, except that the first layer's inputs need none."""
    config = FAMILIES["vae"].preset("classroom", "images")
    model = FAMILIES["vae"].build(config, (1, 28, 28))
    sizes = [layer.weight.numel() for layer in model.modules() if isinstance(layer, nn.Linear)]
    return 2 * (3 * sum(sizes) - sizes[0])


def matrix_rate() -> float:
    """Floating-point operations a second of a large float32 matrix product, the best of ten."""
    a = torch.randn(MATRIX, MATRIX)
    best = float("inf")
    for _ in range(10):
        started = time.perf_counter()
        torch.mm(a, a)
        best = min(best, time.perf_counter() - started)
    return 2 * MATRIX**3 / best


def main() -> None:
    """Runs the pair in turn and prints what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--plain", action="store_true", help="only the plain loop (used by this script itself)")
    chosen = arguments.parse_args()
    if chosen.plain:
        print(json.dumps(plain_loop()))
        return
    pairs = []
    for _ in range(chosen.repeats):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.train_speed", "--plain"], capture_output=True, text=True, check=True
        )
        plain = json.loads(done.stdout.splitlines()[-1])
        ours = classroom()
        peak = matrix_rate()
        pair = {
            "plain_seconds": plain["seconds"],
            "plain_negative_elbo": plain["negative_elbo"],
            "classroom_seconds": ours["seconds"],
            "classroom_negative_elbo": ours["negative_elbo"],
            "ratio": plain["seconds"] / ours["seconds"],
            "images_a_second": ours["images"] / ours["seconds"],
            "share_of_matrix_peak": ours["images"] / ours["seconds"] * operations_an_image() / peak,
        }
        print(json.dumps(pair), file=sys.stderr, flush=True)
        pairs.append(pair)
    median = {key: statistics.median(pair[key] for pair in pairs) for key in pairs[0]}
    machine = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "date": str(date.today()),
    }
    print(json.dumps(median | machine | {"repeats": chosen.repeats}, indent=2))


if __name__ == "__main__":
    main()
