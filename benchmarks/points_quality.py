"""How well a GAN learns points in a given time: modes, high quality and measured JS over seeds.

    python -m benchmarks.points_quality [--data ring8] [--seconds 30] [--seeds 10]

Trains by the command line, as a person would, one seed after another; beside each a perfect sampler is measured by
the same ruler. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from genlab.data import load
from genlab.data.points import PointData
from genlab.divergences import js_samples

SAMPLES = 10_000


def trained(data: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """The last line of one training."""
    command = [sys.executable, "-m", "genlab", "train", "gan", "--data", data, "--seconds", str(seconds)]
    command += ["--seed", str(seed), "--json", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="ring8")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    data = load(arguments.data)
    assert isinstance(data, PointData)
    rows = []
    for seed in range(arguments.seeds):
        with tempfile.TemporaryDirectory() as folder:
            last = trained(arguments.data, arguments.seconds, seed, Path(folder))
        rng = torch.Generator().manual_seed(seed)
        perfect = js_samples(data.sample(SAMPLES, rng), data, generator=rng)
        rows.append({"seed": seed, "steps": last["step"], **last["metrics"], "js_of_a_perfect_sampler": perfect})
    print(json.dumps({"data": arguments.data, "seconds": arguments.seconds, "runs": rows}, indent=2))


if __name__ == "__main__":
    main()
