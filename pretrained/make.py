"""Trains everything that ships in this folder, from full MNIST: both rulers, then the runs of the first pages, and
the recording of a GAN on MNIST 5k for the course's last chapter.

    python -m pretrained.make [NAME ...]     (NAME: ruler, ruler-2, gan-long, one of RUNS, here or in points.py; or all)

Needs `python -m genlab data get mnist` (or GENLAB_DATA). Threads are torch's: OMP_NUM_THREADS, or all cores. Each run's
folder is a bundle with a card, README.md.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from genlab.data import ImageData, load
from genlab.evaluation import evaluate
from genlab.lessons.anatomy import SMALL_NET
from genlab.models import FAMILIES, explainer
from genlab.nll import likelihood
from genlab.ruler import Ruler, ruler
from genlab.training import Trainer
from pretrained import points, recording, second
from pretrained.bundles import card, ship, thinned

HERE = Path(__file__).parent
DATA = "mnist"
SEED = 0
SHOWN_FRAMES = 24
# name of the folder: family, preset, what differs from it
RUNS: dict[str, tuple[str, str, dict[str, object]]] = {
    # With two latents a second encoder layer and a gentler rate help.
    "ae-2": ("ae", "classroom", {"latents": 2, "hidden": 200, "learning_rate": 5e-3}),
    # Small, as the VAE beside it in the course: what chapters say of its codes holds of this one.
    "ae-20": ("ae", "classroom", SMALL_NET),
    "ae-20-best": ("ae", "best", {}),
    "vae-2": ("vae", "classroom", {"latents": 2, "depth": 2, "learning_rate": 5e-3, "batch": 100, "steps": 3000}),
    "vae-20": ("vae", "classroom", {"steps": 900}),
    "vae-40": ("vae", "best", {}),
    "gan": ("gan", "best", {}),
    "cvae": ("cvae", "classroom", {"steps": 3000}),
    "flow": ("flow", "classroom", {"steps": 12_000}),
}
RULER_EPOCHS = 6
NLL_K = 1000


def train_run(name: str) -> None:
    """One bundle and its card."""
    family, preset, changes = RUNS[name]
    data = load(DATA)
    config = FAMILIES[family].preset(preset, data.kind, changes)
    trainer = Trainer(family, config, data, SEED)
    progress = trainer.advance()
    metrics = evaluate(trainer.model, data)
    folder = HERE / name
    ship(folder, trainer, progress.points, thinned(progress.frames, SHOWN_FRAMES), metrics, preset)
    (folder / "README.md").write_text(
        card(
            name,
            preset,
            trainer,
            metrics,
            data=f"{DATA} (60,000 digits)",
            with_what=f"{trainer.seconds / 60:.1f} minutes on {torch.get_num_threads()} CPU threads. For lessons; not "
            "for reading cheques.",
            measured="the 10,000 test digits",
            more=likelihood_of(trainer),
        )
    )
    print(name, json.dumps(metrics), f"{trainer.seconds:.0f} s", flush=True)


def likelihood_of(trainer: Trainer) -> str:
    """How likely a model with p(x|z) finds binarised test digits, in a sentence; nothing where it has none."""
    model = explainer(trainer.model)
    if model is None or not isinstance(trainer.data, ImageData):
        return ""
    found = likelihood(model, trainer.data, k=NLL_K)
    return (
        f"-log p(x) of test digits whose pixels are drawn black or white, once and for all, with their grey as "
        f"probability: {found['nll']:.2f} nats, by {NLL_K:,} importance samples of {found['nll_examples']:,.0f} digits "
        f"(an upper bound on average); -L_{found['iwae_samples']:.0f} of all of them: {found['iwae_k']:.2f} nats.\n\n"
    )


def shifted(images: Tensor, generator: torch.Generator) -> Tensor:
    """A batch moved by up to two pixels each way, so that position does not become a feature."""
    rows, columns = torch.randint(0, 5, (2,), generator=generator).tolist()
    return functional.pad(images, (2, 2, 2, 2))[:, :, rows : rows + 28, columns : columns + 28]


def train_ruler() -> None:
    """The frozen classifier whose features every family is measured in."""
    data = load(DATA)
    assert isinstance(data, ImageData)
    images, labels = torch.from_numpy(data.train_images).unsqueeze(1), torch.from_numpy(data.train_labels).long()
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = Ruler()
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=1e-2, fused=True)
    steps = len(images) // 128
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=RULER_EPOCHS * steps)
    started = time.perf_counter()
    for _ in range(RULER_EPOCHS):
        order = torch.randperm(len(images), generator=generator)
        for step in range(steps):
            picked = order[step * 128 : step * 128 + 128]
            batch = shifted(images[picked].float() / 255, generator)
            loss = functional.cross_entropy(model(batch), labels[picked], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()
    _, classes = model.measure(torch.from_numpy(data.test_images).unsqueeze(1).float() / 255)
    accuracy = float((classes == torch.from_numpy(data.test_labels)).float().mean())
    (HERE / "ruler").mkdir(exist_ok=True)
    save_file(model.state_dict(), HERE / "ruler" / "ruler.safetensors")
    ruler.cache_clear()
    print(f"ruler: {accuracy:.4f} of the test digits right, {time.perf_counter() - started:.0f} s", flush=True)


def main() -> None:
    """Trains what is named, or everything."""
    torch.set_flush_denormal(True)
    known = ["ruler", second.NAME, *RUNS, *points.RUNS, recording.NAME]
    names = sys.argv[1:] or known
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"make.py: got {', '.join(unknown)}, allowed: {', '.join(known)}")
    for name in names:
        match name:
            case "ruler":
                train_ruler()
            case second.NAME:
                second.make(HERE / name)
            case recording.NAME:
                recording.make(HERE / "recorded" / name)
            case _ if name in points.RUNS:
                points.make(name, HERE / name)
            case _:
                train_run(name)


if __name__ == "__main__":
    main()
