"""The code that a run's steps run, line by line as it stands in the source, and which term or stage each line computes.

A line says so itself, at its end: `kl = kl_per_latent.sum()  # [kl]`. The mark stands for its whole statement; it is
not shown. Lines that these settings never reach are there too, and are said not to run.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from genlab.data import describe
from genlab.models import Config, family_named
from genlab.scripts.bare import bare
from genlab.scripts.fold import Known, folded
from genlab.scripts.modules import Place, Source, source, unmarked
from genlab.scripts.reach import Reached, of_self
from genlab.seeded import drawn_with

TAG = "  #@"
# What a step is made of, and what measures samples of points and of digits; nets are built by what is below `build`.
STEP, BUILD = "train_step", "__init__"
MEASURE = ("genlab.models.points", "measure")
LOOK = ("genlab.quality", "glance")
OF_THE_STEP = ("genlab.models", "genlab.divergences", "genlab.likelihoods", "genlab.nets", "toys")


@dataclass(frozen=True)
class Line:
    """A line of code: its text without its mark, the terms and stages that it computes, whether this run reaches it."""

    text: str
    marks: tuple[str, ...]
    runs: bool


@dataclass(frozen=True)
class Part:
    """A function or method: its name, its file, its lines."""

    name: str
    file: str
    lines: tuple[Line, ...]


def panel(family: str, config: Config, data: str) -> tuple[Part, ...]:
    """The functions of a run's steps on that data set, in the order in which they are called; then those that build its
    nets; then what measures its samples."""
    return _panel(family, config.model_dump_json(), describe(data).shape, family_named(family).is_ruled(data))


@lru_cache(maxsize=64)
def _panel(name: str, settings: str, shape: tuple[int, ...], ruled: bool) -> tuple[Part, ...]:
    family = family_named(name)
    config: Any = family.config.model_validate_json(settings)
    with drawn_with(0):
        model = type(family.build(config, shape)) if not isinstance(family.build, type) else family.build
    known = config.model_dump()
    reached = Reached(known, {"part": None})
    handed = {"config": Known(known), "shape": shape}
    reached.begin(model.__module__, model.__name__, (STEP,), handed)
    reached.follow()
    parts: dict[tuple[Place, str], Part] = {}
    top = source(model.__module__).place(model.__name__)
    assert top is not None
    for root in (STEP, BUILD):
        for place, method in in_order(reached, top, root):
            if (place, method) not in parts:
                in_init = handed if method == BUILD and place == top else {}
                parts[place, method] = part_of(reached, place, method, in_init)
    if len(shape) == 1 or ruled:
        place = Place(*(LOOK if ruled else MEASURE))
        parts[place, ""] = part_of(reached, place, "", {})
    return tuple(parts.values())


def in_order(reached: Reached, top: Place, root: str) -> Iterator[tuple[Place, str]]:
    """(place, method) from a method of the model on, what is called first in what calls it first; of a function the
    method is empty."""
    waiting, seen = [(top, root)], set()
    while waiting:
        place, method = waiting.pop(0)
        if (place, method) in seen or place not in reached.pieces:
            continue
        seen.add((place, method))
        text = reached.texts.get((place, method)) if method else reached.pieces[place].text
        if text is None:
            waiting += [(above, method) for above in reached.ancestors(place) if (above, method) in reached.texts]
            continue
        yield place, method
        of = source(place.module)
        called: list[tuple[Place, str]] = []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in of_self(text):
                called.append((top if method else place, node.attr))
            if isinstance(node, ast.Name) and (found := of.place(node.id)) and is_shown(reached, found):
                called.append((found, ""))
        waiting += called


def is_shown(reached: Reached, place: Place) -> bool:
    """Whether a name is a function that a step or a net is made of."""
    if place.outside or not place.module.startswith(OF_THE_STEP):
        return False
    return isinstance(source(place.module).bound[place.name], ast.FunctionDef)


def part_of(reached: Reached, place: Place, method: str, handed: Mapping[str, Any]) -> Part:
    """A function's or a method's lines."""
    of, statement = source(place.module), source(place.module).bound[place.name]
    known: dict[str, Any] = dict(reached.given.get(place, {}))
    name = place.name
    if method:
        assert isinstance(statement, ast.ClassDef)
        statement = next(one for one in statement.body if isinstance(one, ast.FunctionDef) and one.name == method)
        name = f"{place.name}.{method}"
        known = {"self": Known({"config": reached.settings}), "step": reached.of_step} | dict(handed)
    text = textwrap.dedent(of.text_of(statement))
    return Part(name, of.name.replace(".", "/") + ".py", tuple(lines_of(text, known, of)))


def lines_of(text: str, known: Mapping[str, Any], of: Source) -> Iterator[Line]:
    """The lines of a definition; a mark stands for all lines of its statement."""
    lines = text.splitlines()
    marks: list[set[str]] = [set() for _ in lines]
    for number, line in enumerate(lines, start=1):
        if found := unmarked(line)[1]:
            of_next = line.lstrip().startswith("#")
            for at in statement_at(text, number + of_next):
                marks[at - 1] |= set(found)
    alive = running(lines, known, of)
    for number, line in enumerate(lines):
        shown = unmarked(line)[0]
        if shown is not None:
            yield Line(shown, tuple(sorted(marks[number])), number in alive)


def statement_at(text: str, number: int) -> range:
    """The lines of the statement that a line is of; of one that holds others, the line alone."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.With):
            last = node.end_lineno or node.lineno
            if node.lineno <= number <= last:
                return range(node.lineno, last + 1)
    return range(number, number + 1)


def running(lines: list[str], known: Mapping[str, Any], of: Source) -> set[int]:
    """The numbers of the lines that are left where what never runs is cut."""
    tagged = "\n".join(f"{line}{TAG}{number}" if line.strip() else line for number, line in enumerate(lines))
    left = folded(bare(tagged, of), known, of)
    found = {int(number) for number in re.findall(rf"{TAG}(\d+)", left)}
    for node in ast.walk(ast.parse("\n".join(lines))):
        if not isinstance(node, ast.If):
            continue
        # A branch that is taken has lost the lines that decided on it.
        for block, first in ((node.body, node.lineno), (node.orelse, None)):
            if block and found & set(range(block[0].lineno - 1, block[-1].end_lineno or 0)):
                found |= set(range((first or block[0].lineno - 1) - 1, block[0].lineno - 1))
    return found | {number for number, line in enumerate(lines) if not line.strip()}
