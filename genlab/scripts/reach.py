"""All of the lab that a run's steps reach, and nothing else: functions, classes with the methods that are called,
constants, imports from outside."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from genlab.scripts.bare import bare
from genlab.scripts.fold import UNKNOWN, Known, assigned, folded, value
from genlab.scripts.modules import Place, Source, source

# Methods that Python or torch calls by themselves.
CALLED = ("__init__", "forward")
NOTHING: Mapping[str, Any] = MappingProxyType({})
# Bases that only say what a subclass has to have.
IDLE_BASES = ("ABC", "Generic")


@dataclass
class Piece:
    """A definition as the script has it. needs: what has to stand before it."""

    place: Place
    line: int
    text: str = ""
    names: set[Place] = field(default_factory=set)


class Reached:
    """What is reached from some classes' methods and some functions, under settings that are known.

    methods: of each class that the script itself makes something of, what the script calls; known: the
    settings that stay as they are; of_step: what is known of every step.
    """

    def __init__(self, known: Mapping[str, Any], of_step: Mapping[str, Any]) -> None:
        self.settings, self.of_step = Known(known), Known(of_step)
        self.pieces: dict[Place, Piece] = {}
        self.outside: set[Place] = set()
        self.given: dict[Place, dict[str, Any]] = {}
        self.roots: dict[Place, tuple[Sequence[str], Mapping[str, Any]]] = {}
        self.touched: set[str] = set()
        self.texts: dict[tuple[Place, str], str] = {}
        self.queue: list[Place] = []

    def begin(self, module: str, what: str, methods: Sequence[str] = (), handed: Mapping[str, Any] = NOTHING) -> None:
        """Adds something that the script names, and what it is handed: a class' __init__, or a function."""
        place = source(module).place(what)
        assert place is not None, f"{module} has no {what}"
        self.roots[place] = (methods, handed)
        self.given.setdefault(place, dict(handed))
        self.queue.append(place)

    def follow(self) -> None:
        """Goes on until nothing new is reached, then once more from the roots: what only a branch that turned out
        never to be taken has reached is left behind."""
        while self.queue:
            self.visit(self.queue.pop())
            if not self.queue:
                touched = len(self.touched)
                for place in [place for place in self.pieces if self.is_class(place)]:
                    self.visit(place)
                if len(self.touched) > touched:
                    self.queue += list(self.pieces)
        kept: set[Place] = set()
        waiting = list(self.roots)
        while waiting:
            place = waiting.pop()
            if place not in kept:
                kept.add(place)
                waiting += [] if place.outside else self.pieces[place].names
        self.pieces = {place: piece for place, piece in self.pieces.items() if place in kept}
        self.outside = {place for place in kept if place.outside}

    def is_class(self, place: Place) -> bool:
        """Whether a place is a class of the lab."""
        return not place.outside and isinstance(source(place.module).bound[place.name], ast.ClassDef)

    def visit(self, place: Place) -> None:
        """Makes a place's piece anew from what is known by now."""
        if place.outside:
            return
        of, statement = source(place.module), source(place.module).bound[place.name]
        piece = Piece(place, statement.lineno)
        if isinstance(statement, ast.FunctionDef):
            piece.text = folded(bare(of.text_of(statement), of), self.given.get(place, {}), of)
            self.note(piece, piece.text, of, self.given.get(place, {}))
        elif isinstance(statement, ast.ClassDef):
            self.visit_class(piece, statement, of)
        else:
            piece.text = bare(of.text_of(statement), of)
            self.note(piece, piece.text, of, {})
        self.pieces[place] = piece

    def visit_class(self, piece: Piece, statement: ast.ClassDef, of: Source) -> None:
        """A class with the methods that are called."""
        root = self.roots.get(piece.place)
        texts: list[str] = []
        wanted = list(self.wanted(piece.place))
        done: set[str] = set()
        while wanted:
            name = wanted.pop(0)
            if name in done:
                continue
            done.add(name)
            method = next((m for m in statement.body if isinstance(m, ast.FunctionDef) and m.name == name), None)
            if method is None or is_abstract(method):
                continue
            known = {"self": Known({"config": self.settings}), "step": self.of_step}
            if name == "__init__" and root is not None:
                known |= root[1]
            text = folded(bare(textwrap.dedent(of.text_of(method)), of), known, of)
            self.texts[piece.place, name] = text
            self.note(piece, text, of, known)
            wanted += of_self(text)
        order = [m.name for m in statement.body if isinstance(m, ast.FunctionDef) and m.name in done]
        texts = [self.texts[piece.place, name] for name in order if (piece.place, name) in self.texts]
        used = {name for text in texts for name in of_self(text)}
        ours = root is not None or any(piece.place in self.ancestors(other) for other in self.roots)
        is_data = any("dataclass" in ast.unparse(one) for one in statement.decorator_list)
        fields = [
            bare(textwrap.dedent(of.text_of(one)), of)
            for one in statement.body
            if isinstance(one, ast.Assign | ast.AnnAssign)
            and (is_data or not ours or (set(targets(one)) & used and one.value is not None))
        ]
        for text in fields:
            self.note(piece, text, of, {})
        bases = self.bases(piece, statement, of)
        decorators = [f"@{ast.unparse(one)}" for one in statement.decorator_list]
        for text in decorators:
            self.note(piece, text[1:], of, {})
        about = ast.get_docstring(statement)
        body = [f'"""{about}"""' if "\n" not in about else f'"""{about}\n"""'] if about else []
        inside = "\n\n".join([*body, *(["\n".join(fields)] if fields else []), *texts]) or "pass"
        head = f"class {statement.name}({', '.join(bases)}):" if bases else f"class {statement.name}:"
        piece.text = "\n".join([*decorators, head, indented(inside)])

    def wanted(self, place: Place) -> set[str]:
        """The methods of a class that something calls: the script, one of its subclasses, or anybody."""
        below = [other for other in self.pieces if self.is_class(other) and place in self.ancestors(other)]
        if place in self.roots:
            above = [text for (of, _), text in self.texts.items() if of in self.ancestors(place)]
            return {*CALLED, *self.roots[place][0], *(name for text in above for name in of_self(text))}
        if not any(other in self.roots for other in below):
            return {*CALLED, *self.touched}
        # A base of what the script makes: only what its subclasses call and do not say themselves.
        found: set[str] = set()
        for other in below:
            texts = {name: text for (of, name), text in self.texts.items() if of == other}
            called = {*CALLED, *self.roots.get(other, ((), {}))[0]}
            called |= {name for text in texts.values() for name in of_self(text)}
            own = {name for name in texts if not any(f"super().{name}(" in text for text in texts.values())}
            found |= called - own
        return found

    def ancestors(self, place: Place) -> list[Place]:
        """The lab's classes that a class is made from, the nearest first."""
        found: list[Place] = []
        statement = source(place.module).bound.get(place.name)
        if place.outside or not isinstance(statement, ast.ClassDef):
            return found
        for base in statement.bases:
            above = source(place.module).place(ast.unparse(base))
            if above is not None and not above.outside:
                found += [above, *self.ancestors(above)]
        return found

    def bases(self, piece: Piece, statement: ast.ClassDef, of: Source) -> list[str]:
        """What the script's class is made from: a base of the lab of which nothing is called gives way to its own."""
        found: list[str] = []
        for base in statement.bases:
            name = ast.unparse(base)
            place = of.place(name.split(".")[0])
            if name.split("[")[0] in IDLE_BASES or place is None:
                continue
            if place.outside:
                piece.names.add(place)
                found.append(name)
                continue
            if place not in self.pieces:
                self.queue.append(place)
            above, text = source(place.module), self.pieces.get(place, Piece(place, 0)).text
            if "    def " in text or " = field(" in text:
                piece.names.add(place)
                found.append(place.name)
            else:
                node = above.bound[place.name]
                assert isinstance(node, ast.ClassDef)
                found += [one for one in self.bases(piece, node, above) if one not in found]
        return found

    def note(self, piece: Piece, text: str, of: Source, known: Mapping[str, Any]) -> None:
        """Finds what a text names, and with what it calls the lab's functions."""
        tree = ast.parse(text)
        local = assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
                self.touched.add(node.attr)
            if isinstance(node, ast.Name) and (place := of.place(node.id)) and node.id not in local:
                piece.names.add(place)
                if place not in self.pieces and not place.outside and place not in self.queue:
                    self.queue.append(place)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in local:
                self.hand(node, of, known, local)
        # What is named without being called may be called by anybody, with anything.
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and id(node) not in called and node.id not in local:
                self.merge(of.place(node.id), {})

    def hand(self, call: ast.Call, of: Source, known: Mapping[str, Any], local: set[str]) -> None:
        """Notes what a function of the lab is called with."""
        assert isinstance(call.func, ast.Name)
        place = of.place(call.func.id)
        if place is None or place.outside or self.is_class(place):
            return
        function = source(place.module).value(place.name)
        if not inspect.isfunction(function):
            return
        if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
            names = list(inspect.signature(function).parameters)
            values = starred(call, names, known, of, local)
        else:
            keywords = {one.arg: one.value for one in call.keywords if one.arg}
            bound = inspect.signature(function).bind(*call.args, **keywords)
            values = {name: value(node, known, of, local) for name, node in bound.arguments.items()
                      if isinstance(node, ast.expr)}  # fmt: skip
            for name, parameter in inspect.signature(function).parameters.items():
                if name not in bound.arguments and isinstance(parameter.default, bool | int | float | str):
                    values[name] = parameter.default
        self.merge(place, {name: got for name, got in values.items() if got is not UNKNOWN})

    def merge(self, place: Place | None, values: dict[str, Any]) -> None:
        """What is known of a function's parameters wherever it is called."""
        if place is None or place.outside:
            return
        before = self.given.get(place)
        now = values if before is None else {n: v for n, v in before.items() if n in values and same(values[n], v)}
        if before is None or len(now) < len(before):
            self.given[place] = now
            if place not in self.queue:
                self.queue.append(place)


def starred(call: ast.Call, names: list[str], known: Mapping[str, Any], of: Source, local: set[str]) -> dict[str, Any]:
    """What is handed by place before the first `*`; and after it by place from the end."""
    at = next((i for i, one in enumerate(call.args) if isinstance(one, ast.Starred)), len(call.args))
    values = {name: value(node, known, of, local) for name, node in zip(names, call.args[:at], strict=False)}
    after = [one for one in call.args[at + 1 :] if not isinstance(one, ast.Starred)]
    if after and not call.keywords:
        values |= {name: value(node, known, of, local) for name, node in zip(names[-len(after) :], after, strict=True)}
    return values


def same(one: Any, other: Any) -> bool:
    """Whether two known values are one, of one type."""
    return type(one) is type(other) and one == other


def is_abstract(method: ast.FunctionDef) -> bool:
    """Whether a method only says what a subclass has to have."""
    return any("abstractmethod" in ast.unparse(one) for one in method.decorator_list)


def targets(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that a statement of a class binds."""
    nodes = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def of_self(text: str) -> list[str]:
    """What a method takes of its own object, or of what that is made from."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                found.append(node.attr)
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "super":
                found.append(node.attr)
    return found


def indented(text: str) -> str:
    """The text four further in; within texts in quotes too, as a class' methods have them."""
    return textwrap.indent(text, "    ")
