"""The script of a run: its head, its settings, its data, the lab's code that runs, the loop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pprint import pformat
from textwrap import wrap
from typing import Any

from genlab.data import OWN, describe
from genlab.data.own.points import OwnPoints
from genlab.data.points import PointData, make_points
from genlab.models import Labelled, Model, family_named
from genlab.scripts.asked import Asked
from genlab.scripts.fold import Known
from genlab.scripts.found import WIDTH, Data, data_of, labels_of
from genlab.scripts.loop import CUT_SHORT, LABELLED, LOOP
from genlab.scripts.modules import source, unmarked
from genlab.scripts.reach import Piece, Reached
from genlab.seeded import drawn_with
from genlab.training.sources import ImageSource, PointSource

# What the script itself calls, or has called.
METHODS = ("device", "start_from", "optimisers", "learning_rates", "train_step", "held_out_terms")
STANDARD = ("import json", "import os", "from pathlib import Path", "from types import SimpleNamespace",
            "import numpy as np", "import torch")  # fmt: skip
# The order in which one reads: what the data is made of, the model with its objective, what the loop needs besides.
OF_DATA = ("genlab.data", "genlab.training.seeds", "genlab.training.sources")
OF_TRAINING = ("genlab.training", "genlab.held_out")
OF_MODEL = ("genlab",)


def script(asked: Asked) -> str:
    """The run as one file of Python that needs torch and torchvision alone."""
    data, family = data_named(asked.data), family_named(asked.family)
    before = asked.began_with
    with drawn_with(asked.seed):
        model = family.build(family.config.parse(before), data.shape)
    reached = what_runs(asked, data, model)
    parts = [
        head(asked, data, type(model)),
        "\n".join(imports(reached)),
        settings(asked, family.config),
        *code(reached, OF_DATA),
        data_of(data) + (labels_of(data) if isinstance(model, Labelled) else ""),
        *code(reached, OF_MODEL),
        *code(reached, OF_TRAINING),
        loop(asked, data, type(model)),
    ]
    text = "\n\n\n".join(part.strip("\n") for part in parts)
    lines = (unmarked(line)[0] for line in text.splitlines())
    return "\n".join(line for line in lines if line is not None) + "\n"


def data_named(name: str) -> Data:
    """What a script has to know of a data set: of images only what they are, so that they need not be here."""
    return make_points(name) if describe(name).kind == "points" else describe(name)


def what_runs(asked: Asked, data: Data, model: Model) -> Reached:
    """All that the script has of the lab."""
    moved = {name for changes in asked.changes.values() for name in changes}
    known = {name: value for name, value in asked.began_with.items() if name not in moved}
    reached = Reached(known, {} if asked.alone else {"part": None})
    of_model = type(model)
    told = isinstance(model, Labelled)
    methods = (*METHODS, "learn_shares", "labelled_terms") if told else METHODS
    reached.begin(of_model.__module__, of_model.__name__, methods, {"config": Known(known), "shape": data.shape})
    of_data = PointSource if isinstance(data, PointData) else ImageSource
    reached.begin(
        of_data.__module__, of_data.__name__, ("size", "batch", "begin", *(("labels", "labelled") if told else ()))
    )
    for module, name in (
        ("genlab.training.seeds", "mixed_seed"), ("genlab.training.seeds", "STEP_STREAM"),
        ("genlab.held_out", "spread"), ("genlab.held_out", "mean_labelled_terms" if told else "mean_terms"),
    ):  # fmt: skip
        reached.begin(module, name)
    of_schedule = {"name": known["schedule"]} if "schedule" in known else {}
    reached.begin("genlab.training.plans", "schedule", handed=of_schedule)
    if isinstance(data, OwnPoints):
        reached.begin(OwnPoints.__module__, "drawn")
    elif isinstance(data, PointData):
        reached.begin(
            type(data).__module__, type(data).__name__, ("sample", "held_out", *(("labels",) if told else ()))
        )
    if isinstance(data, PointData):
        reached.begin("genlab.held_out", "DRAWN_POINTS")
        reached.begin("genlab.held_out", "POINTS_SEED")
    if not asked.whole:
        reached.begin("genlab.held_out", "SPREAD")
    if not isinstance(data, PointData) and not data.name.startswith(OWN):
        reached.begin("genlab.data.torchvision_import", "import_datasets")
    if model.binarised:
        reached.begin("genlab.held_out", "black_or_white")
    reached.follow()
    return reached


def head(asked: Asked, data: Data, model: type[Model]) -> str:
    """What this is, what it needs, what to expect of it."""
    title = describe(asked.data).title
    ends = [f"    {key} = {value:.6g}" for key, value in sorted(asked.ends.items()) if measured(key, asked)]
    needs = (
        "torch (and numpy, which comes with torchvision)" if isinstance(data, PointData) else "torch and torchvision"
    )
    lines = [
        f"A run of genlab as a script: {family_named(asked.family).title}, {title}, {asked.step:,} steps, "
        f"seed {asked.seed}.",
        "",
        f"It needs {needs}. Its settings come first, then the lab's own code that they reach, from the files "
        "named above it, then the data, then the loop.",
        f"Its last line is one JSON object: the terms at step {asked.step}. The run ended at",
        "",
        *ends,
        "",
        "On the same kind of machine with as many threads the numbers are the same; elsewhere sums are rounded in "
        "another order, which a GAN, of two players that chase each other, makes larger with every step.",
    ]
    return (
        '"""'
        + "\n".join("\n".join(wrap(line, WIDTH)) or line for line in lines)
        + '\n"""\n\nfrom __future__ import annotations'
    )


def measured(key: str, asked: Asked) -> bool:
    """Whether the script computes a term: those of the steps, on what it trains on and on what is held out."""
    family = family_named(asked.family)
    own = {term.key for term in family.terms(family.config.parse(asked.config))}
    return key.removeprefix("test_") in own


def imports(reached: Reached) -> list[str]:
    """One line a module from outside, in the usual order."""
    plain, named = set(), {}
    for statement in (*STANDARD, *(place.statement for place in reached.outside)):
        module, _, names = statement.removeprefix("from ").partition(" import ")
        if module == "__future__":
            continue
        if statement.startswith("from "):
            named.setdefault(module, set()).add(names)
        else:
            plain.add(statement)
    lines = sorted(plain) + [f"from {module} import {', '.join(sorted(names))}" for module, names in named.items()]
    others = [line for line in lines if line.split()[1].split(".")[0] in ("torch", "numpy")]
    return [*sorted(line for line in lines if line not in others), "", *sorted(others)]


def settings(asked: Asked, config: Any) -> str:
    """The settings as the run began with them, each with its label, and what was changed on the way."""
    lines = ["# --- The settings ---", "", "config = SimpleNamespace("]
    for name, value in asked.began_with.items():
        lines.append(f"    {name}={value!r},  # {config.model_fields[name].title}")
    lines += [")", f"seed = {asked.seed}"]
    if asked.changes:
        changes = {
            step: {name: new for name, (_, new) in found.items()} for step, found in sorted(asked.changes.items())
        }
        lines += ["# What was changed on the way, from which step on.", f"changes = {pformat(changes, width=WIDTH)}"]
    if asked.alone:
        lines += ["# Steps that one player made alone.", f"alone = {pformat(asked.alone, width=WIDTH, compact=True)}"]
    if asked.cut_short:
        about = "Steps before which Adam's memory is cut short, as the lab keeps it: of a large net, for forks."
        lines += [f"# {about}", f"cut_short = {list(asked.cut_short)}"]
    return "\n".join(lines)


def code(reached: Reached, room: tuple[str, ...]) -> list[str]:
    """The lab's code of some of its files, a part for each, what is used by others first."""
    by_module: dict[str, list[Piece]] = {}
    for piece in reached.pieces.values():
        if room_of(piece.place.module) == room:
            by_module.setdefault(piece.place.module, []).append(piece)
    parts = []
    for module in in_order(by_module):
        texts = {piece.line: piece.text for piece in by_module[module]}  # one statement may bind several names
        about = source(module).about.partition(",")[0].partition(":")[0].rstrip(".")
        title = f"# --- {about} ({module.replace('.', '/')}.py) ---"
        parts.append(spaced([title, *(text for _, text in sorted(texts.items()))]))
    return parts


def spaced(texts: list[str]) -> str:
    """Definitions below each other, two empty lines about functions and classes."""
    made = texts[0]
    for before, text in pairwise(texts):
        flat = not any("def " in one or "class " in one for one in (before, text))
        made += ("\n\n" if before is texts[0] else "\n" if flat else "\n\n\n") + text
    return made


def room_of(module: str) -> tuple[str, ...]:
    """Where in the script a file's code stands."""
    return next((room for room in (OF_DATA, OF_TRAINING) if module.startswith(room)), OF_MODEL)


def in_order(by_module: Mapping[str, list[Piece]]) -> list[str]:
    """Modules so that each stands after those that it needs."""
    needs = {
        module: {place.module for piece in pieces for place in piece.names if place.module in by_module} - {module}
        for module, pieces in by_module.items()
    }
    ordered: list[str] = []

    def visit(module: str, above: tuple[str, ...] = ()) -> None:
        if module in ordered or module in above:
            return
        for other in sorted(needs[module]):
            visit(other, (*above, module))
        ordered.append(module)

    for module in sorted(by_module):
        visit(module)
    return ordered


def loop(asked: Asked, data: Data, model: type[Model]) -> str:
    """The loop, which is the script's own."""
    on_points = isinstance(data, PointData)
    binarised = bool(asked.config.get("binarise"))
    if on_points:
        held_out = (
            "drawn = data.held_out(DRAWN_POINTS, torch.Generator().manual_seed(POINTS_SEED))\n"
            "held_out = drawn[spread(" + ("DRAWN_POINTS" if asked.whole else "SPREAD") + ", DRAWN_POINTS)]"
        )
    else:
        pixels = "black_or_white(data)" if binarised else "torch.from_numpy(data.test_images)"
        count = "len(data.test_images)" if asked.whole else "SPREAD"
        held_out = (
            f"chosen = spread({count}, len(data.test_images))\n"
            f"held_out = {pixels}[chosen].unsqueeze(1).float().div_(255)"
        )
    told = issubclass(model, Labelled)
    if told:
        held_out += (
            "\nheld_labels = data.labels(held_out)"
            if on_points
            else "\nheld_labels = torch.from_numpy(data.test_labels)[chosen].long()"
        )
    return LOOP.format(
        shares="model.learn_shares(source.labels())\n" if told else "",
        labelled=LABELLED if told else "",
        handed="next_labelled=next_labelled" if told else "next_batch=next_batch",
        terms="mean_labelled_terms(model, held_out, held_labels)" if told else "mean_terms(model, held_out)",
        threads=f"torch.set_num_threads({asked.threads})\n" if asked.threads else "",
        model=model.__name__,
        shape=data.shape,
        source=(PointSource if on_points else ImageSource).__name__,
        last=asked.step,
        alone=", part=alone.get(step)" if asked.alone else "",
        changed="    vars(config).update(changes.get(step, {}))\n" if asked.changes else "",
        cut_short=CUT_SHORT if asked.cut_short else "",
        mean_from=asked.mean_from,
        held_out=held_out,
    )


def ended(printed: str) -> dict[str, float]:
    """What a script's last line says."""
    return json.loads(printed.strip().splitlines()[-1])
