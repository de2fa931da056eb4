"""Whether symptoms are seen where they are, and not where they are not; and whether each cure cures.

    python -m benchmarks.symptoms record KIND [--part 1/2]   trains the runs of symptoms_cases.py, keeps their curves
    python -m benchmarks.symptoms judge                      what the detectors say of the kept curves
    python -m benchmarks.symptoms cure KIND [--every 4]      forks with the cure, trains on, looks again

Kept in tests/symptoms/recordings, on which the tests run. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.symptoms_cases import KINDS, Case
from genlab.data import ImageData, load
from genlab.models import family_named
from genlab.models.cures import within
from genlab.symptoms import Point, Symptom
from genlab.training import NonFinite, Trainer, kept_steps

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "symptoms" / "recordings"
KEPT = (
    "mse", "reconstruction", "kl", "iwae_k", "test_mse", "test_reconstruction", "test_kl", "test_iwae_k",
    "d_loss", "d_real", "d_fake", "value", "test_value", "modes", "spread",
)  # fmt: skip
DIGITS = 4


def trainer_of(case: Case, **changes: Any) -> Trainer:
    """What trains a case, its settings changed."""
    data = load(case.data)
    if case.examples and isinstance(data, ImageData):
        few = slice(0, case.examples)
        data = replace(data, train_images=data.train_images[few], train_labels=data.train_labels[few])
    family = family_named(case.family)
    return Trainer(case.family, family.preset(case.preset, data.kind, case.settings | changes), data, case.seed)


def train(trainer: Trainer, checkpoints: dict[int, bytes] | None = None) -> tuple[list[Point], int | None]:
    """Its points, and the step at which it left the numbers, if it did; checkpoints: filled at the kept steps."""
    points: list[Point] = []
    ends = [*(kept_steps(trainer.config.steps) if checkpoints is not None else ()), trainer.config.steps]
    try:
        if checkpoints is not None and trainer.step == 0:
            checkpoints[0] = trainer.checkpoint()
        while not trainer.finished:
            points += trainer.advance(min(5, next(end for end in ends if end > trainer.step) - trainer.step)).points
            if checkpoints is not None and trainer.step in ends:
                checkpoints[trainer.step] = trainer.checkpoint()
    except NonFinite as error:
        return points, error.step
    return points, None


def rounded(value: float) -> float:
    """A number in four digits."""
    return float(f"{value:.{DIGITS - 1}e}") if math.isfinite(value) else value


def as_columns(points: list[Point]) -> dict[str, Any]:
    """Steps, and for each key its places and its values: most points carry few."""
    keys = [key for key in KEPT if any(key in values for _, values in points)]
    columns: dict[str, Any] = {"step": [step for step, _ in points]}
    for key in keys:
        found = [(place, rounded(values[key])) for place, (_, values) in enumerate(points) if key in values]
        whole = len(found) == len(points)
        columns[key] = [None if whole else [place for place, _ in found], [value for _, value in found]]
    return columns


def as_points(columns: dict[str, Any]) -> list[Point]:
    """The points again."""
    points: list[Point] = [(step, {}) for step in columns["step"]]
    for key, column in columns.items():
        if key != "step":
            places, values = column
            for place, value in zip(range(len(points)) if places is None else places, values, strict=True):
                points[place][1][key] = value
    return points


def recordings(kind: str) -> list[dict[str, Any]]:
    """What is kept of a kind of cases."""
    path = FOLDER / f"{kind}.json.xz"
    return json.loads(lzma.decompress(path.read_bytes())) if path.exists() else []


def record(kind: str, part: str) -> None:
    """Trains a kind's cases, or a part of them, and keeps their curves in place of older ones."""
    number, parts = map(int, part.split("/"))
    kept = {json.dumps(one["case"], sort_keys=True): one for one in recordings(kind)}
    cases = list(KINDS[kind]())
    wanted = {json.dumps(asdict(case), sort_keys=True) for case in cases}
    for case in cases[number - 1 :: parts]:
        begun = time.perf_counter()
        trainer = trainer_of(case)
        points, broken = train(trainer)
        one = {
            "case": asdict(case),
            "config": trainer.config.model_dump(),
            "broken": broken,
            "curves": as_columns(points),
        }
        kept[json.dumps(one["case"], sort_keys=True)] = one
        said = sorted(seen(one, points, range(len(points) - 1, 0, -5)))
        print(
            json.dumps(
                {**asdict(case), "seconds": round(time.perf_counter() - begun, 1), "broken": broken, "said": said}
            ),
            flush=True,
        )
        FOLDER.mkdir(parents=True, exist_ok=True)
        text = json.dumps([one for key, one in kept.items() if key in wanted], separators=(",", ":"))
        (FOLDER / f"{kind}.json.xz").write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def seen(one: dict[str, Any], points: list[Point], places: Any) -> dict[str, list[int]]:
    """The symptoms that are seen at some of these places of the curve, each with its steps."""
    family, config = family_named(one["case"]["family"]), one["config"]
    found: dict[str, list[int]] = {}
    for symptom in family.symptoms_on(family.config.parse(config), one["case"]["data"]):
        for place in places:
            if symptom.look(points[: place + 1], config["steps"]) is not None:
                found.setdefault(symptom.name, []).append(points[place][0])
    if one["broken"] is not None:
        found.setdefault("divergence", []).append(one["broken"])
    return found


def judge() -> None:
    """Sensitivity of each detector on the kept curves, and false alarms on healthy ones."""
    for kind in KINDS:
        kept = recordings(kind)
        said = [seen(one, points, range(len(points))) for one in kept for points in [as_points(one["curves"])]]
        counts: dict[str, int] = {}
        for names in said:
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        print(json.dumps({"kind": kind, "runs": len(kept), "said": counts}))
        for one, names in zip(kept, said, strict=True):
            wrong = names if kind == "healthy" else kind not in names
            if wrong:
                print(
                    "   ",
                    json.dumps(one["case"]),
                    {name: (steps[0], steps[-1], len(steps)) for name, steps in names.items()},
                )


@dataclass(frozen=True)
class Treated:
    """A made case and its fork with the cure: the symptom, the curve of each (`then`: until it was first seen), the
    step at which it left the numbers (or None), from which step the fork began, since when the symptom was there, and
    what detects it in the fork."""

    symptom: Symptom
    ill: list[Point]
    then: list[Point]
    broken: int | None
    begun: int
    since: int
    again: Symptom
    cured: list[Point]
    broken_again: int | None
    steps: int

    @property
    def relapsed(self) -> bool:
        """Whether the fork has the symptom when it ends."""
        return self.broken_again is not None or self.again.look(self.cured, self.steps) is not None


def treat(case: Case) -> Treated | None:
    """Forks a case with the cure, from the newest kept moment before its symptom, as a page does; None where none is
    seen."""
    checkpoints: dict[int, bytes] = {}
    trainer = trainer_of(case)
    ill, broken = train(trainer, checkpoints)
    family, config = trainer.family, trainer.config
    symptom = next(one for one in family.symptoms_on(config, case.data) if one.name == case.of)
    looks = ((place + 1, symptom.look(ill[: place + 1], config.steps)) for place in range(len(ill)))
    place, found = next(((place, seen) for place, seen in looks if seen is not None), (len(ill), None))
    since = broken if found is None else found.since
    if since is None:
        return None
    begun = max(step for step in checkpoints if step <= since)
    fork = trainer_of(case)
    fork.restore(checkpoints[begun])
    stop = found.stop if found else None
    steps = max(config.steps, 2 * begun) if stop is None else int(within(config, "steps", stop))
    fork.reconfigure(config.changed(**symptom.cure, steps=steps))
    cured, broken_again = train(fork)
    again = next(one for one in family.symptoms_on(fork.config, case.data) if one.name == case.of)
    return Treated(symptom, ill, ill[:place], broken, begun, since, again, cured, broken_again, steps)


def cure(kind: str, every: int) -> None:
    """Treats every so-manieth case of a kind."""
    cured = tried = 0
    for case in list(KINDS[kind]())[::every]:
        treated = treat(case)
        if treated is None:
            continue
        tried, cured = tried + 1, cured + (not treated.relapsed)
        told = {
            "case": asdict(case),
            "from": treated.begun,
            "of": treated.since,
            "cure": treated.symptom.cure,
            "cured": not treated.relapsed,
            "last": {key: rounded(value) for key, value in treated.cured[-1][1].items() if key in KEPT},
        }
        print(json.dumps(told), flush=True)
    print(json.dumps({"kind": kind, "tried": tried, "cured": cured}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    recorded = verbs.add_parser("record")
    recorded.add_argument("kind", choices=KINDS)
    recorded.add_argument("--part", default="1/1")
    verbs.add_parser("judge")
    curing = verbs.add_parser("cure")
    curing.add_argument("kind", choices=[kind for kind in KINDS if kind != "healthy"])
    curing.add_argument("--every", type=int, default=4)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    match arguments.verb:
        case "record":
            record(arguments.kind, arguments.part)
        case "judge":
            judge()
        case "cure":
            cure(arguments.kind, arguments.every)


if __name__ == "__main__":
    main()
