"""Where a name of the lab comes from: modules read as text and as syntax, never run for it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType
from typing import Any

# Packages whose text a script may have.
OWN = ("genlab",)
# A statement that ends with this serves the lab alone (its checkpoints, its pages): a script goes without it.
OF_THE_LAB = "# of the lab"
# A comment that ends with terms or stages in brackets marks what its statement computes, or the one below it.
MARKED = re.compile(r"^(?P<code>.*?)(?P<comment>\s*#(?P<said>[^#\[\]]*))\[(?P<marks>[a-z][a-z0-9_ ]*)\]$")


@dataclass(frozen=True)
class Place:
    """A definition at the top of a module: `module` and the name that it has there; an outside one: how it is
    imported."""

    module: str
    name: str
    statement: str = ""

    @property
    def outside(self) -> bool:
        """Whether it isn't the lab's."""
        return bool(self.statement)


class Source:
    """A module of the lab: its text, its syntax, what it binds at its top."""

    def __init__(self, name: str) -> None:
        self.module: ModuleType = importlib.import_module(name)
        self.name, self.text = name, inspect.getsource(self.module)
        self.lines = self.text.splitlines()
        self.tree = ast.parse(self.text)
        self.elsewhere: dict[str, Place] = {}

    @cached_property
    def about(self) -> str:
        """The first line of what it says of itself."""
        return (ast.get_docstring(self.tree) or "").splitlines()[0]

    @cached_property
    def bound(self) -> dict[str, ast.stmt]:
        """The statement that binds each name at the top."""
        found: dict[str, ast.stmt] = {}
        for statement in self.tree.body:
            for name in names_bound(statement):
                found[name] = statement
        return found

    def place(self, name: str) -> Place | None:
        """Where a name that is used here is defined; None for one that Python itself has."""
        statement = self.bound.get(name)
        if statement is None:
            return self.elsewhere.get(name)
        if isinstance(statement, ast.Import):
            alias = next(alias for alias in statement.names if (alias.asname or alias.name.split(".")[0]) == name)
            text = f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
            return Place(alias.name, name, text)
        if isinstance(statement, ast.ImportFrom):
            alias = next(alias for alias in statement.names if (alias.asname or alias.name) == name)
            module = statement.module or ""
            if is_own(module):
                return source(module).place(alias.name)
            named = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            return Place(module, name, f"from {module} import {named}")
        return Place(self.name, name)

    def named_elsewhere(self, module: str, name: str) -> None:
        """A function that is reached here through a table is named in its text as itself."""
        self.elsewhere[name] = Place(module, name)

    def text_of(self, statement: ast.stmt) -> str:
        """A statement as it stands, with the comment right above it and its decorators."""
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
        while first > 1 and self.lines[first - 2].startswith("#"):
            first -= 1
        return "\n".join(self.lines[first - 1 : statement.end_lineno])

    def value(self, name: str) -> Any:
        """What the name stands for while the lab runs."""
        return getattr(self.module, name)


@lru_cache(maxsize=256)
def source(name: str) -> Source:
    """A module by its name, read once."""
    return Source(name)


def unmarked(line: str) -> tuple[str | None, tuple[str, ...]]:
    """A line without its mark, and what that marks; None for a line that is nothing but a mark."""
    found = MARKED.match(line)
    if found is None:
        return line, ()
    text = (found["code"] + (found["comment"] if found["said"].strip() else "")).rstrip()
    return text or None, tuple(found["marks"].split())


def is_own(module: str) -> bool:
    """Whether a module is the lab's."""
    return module.split(".")[0] in OWN


def names_bound(statement: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module binds."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import):
        return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return []
