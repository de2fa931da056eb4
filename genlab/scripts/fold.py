"""A function as it runs under settings that are known: the branches that are not taken are cut from its text.

What stays is the text as it was written, comments and all; nothing is typed anew.
"""

from __future__ import annotations

import ast
import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import FunctionType
from typing import Any

from genlab.scripts.modules import OF_THE_LAB, Source, is_own

UNKNOWN = object()
# What may be called to find out whether a condition holds: nothing that draws or changes anything.
HARMLESS = (len, min, max, abs, round, int, float, bool, math.prod)
PLAIN = (bool, int, float, str, tuple, type(None))


@dataclass(frozen=True)
class Known:
    """A thing of which some attributes are known: the settings that stay as they are, or `self` with these."""

    attributes: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.attributes[name]
        except KeyError:
            raise AttributeError(name) from None


def value(node: ast.expr, known: Mapping[str, Any], source: Source, local: set[str]) -> Any:
    """What an expression is, given what is known of the names in it; UNKNOWN where that does not say."""
    if isinstance(node, ast.BoolOp):
        return of_both(node, known, source, local)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in known and part.id in local:
            return UNKNOWN
        if isinstance(part, ast.Call) and not harmless(part, source):
            return UNKNOWN
        if isinstance(part, ast.NamedExpr | ast.Lambda | ast.Await | ast.GeneratorExp | ast.ListComp):
            return UNKNOWN
    try:
        code = compile(ast.Expression(node), source.name, "eval")
        found = eval(code, vars(source.module), dict(known))
    except Exception:  # whatever is not known, or is no condition of the settings alone
        return UNKNOWN
    return found if isinstance(found, (*PLAIN, FunctionType, Known)) else UNKNOWN


def of_both(node: ast.BoolOp, known: Mapping[str, Any], source: Source, local: set[str]) -> Any:
    """`and`, `or`: one operand may settle it, whatever the others are."""
    settles = isinstance(node.op, ast.Or)
    values = [value(part, known, source, local) for part in node.values]
    for one in values:
        if one is not UNKNOWN and bool(one) is settles:
            return one
    return values[-1] if UNKNOWN not in values else UNKNOWN


def harmless(call: ast.Call, source: Source) -> bool:
    """Whether a call may be made just to know what it returns."""
    try:
        called = eval(compile(ast.Expression(call.func), source.name, "eval"), vars(source.module), {})
    except Exception:
        return False
    return called in HARMLESS or (isinstance(called, FunctionType) and is_own(called.__module__))


def assigned(tree: ast.AST) -> set[str]:
    """The names that are a function's own: its parameters and what it assigns."""
    found = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found | set(stored(tree))


def stored(tree: ast.AST) -> list[str]:
    """The names that are assigned, each as often as it is."""
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def folded(text: str, known: Mapping[str, Any], source: Source) -> str:
    """A function's text (not indented) without what these settings never reach."""
    while True:
        tree = ast.parse(text)
        seen = dict(known) | constants(tree, known, source)
        changed = once(text, tree, seen, source)
        if changed is None:
            return tidied(text)
        text = changed


def constants(tree: ast.Module, known: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """What is assigned once, and is known: `on_images = len(shape) > 1`."""
    stores, local, found = stored(tree), assigned(tree), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if stores.count(name) == 1 and name not in known:
                got = value(node.value, known, source, local)
                if isinstance(got, bool):
                    found[name] = got
    return found


def once(text: str, tree: ast.Module, known: Mapping[str, Any], source: Source) -> str | None:
    """The text with the first thing that can be cut away cut away; None where there is nothing left to cut."""
    local = assigned(tree)
    lines = text.splitlines()
    for parent in ast.walk(tree):
        for body in bodies(parent):
            for before, statement in pairwise(body):
                if isinstance(before, ast.Return | ast.Raise):
                    return without(lines, body, statement, [])
            for statement in body:
                if lines[(statement.end_lineno or 0) - 1].rstrip().endswith(OF_THE_LAB):
                    return without(lines, body, statement, [])
                if isinstance(statement, ast.If) and not lines[statement.lineno - 1].lstrip().startswith("elif"):
                    holds = value(statement.test, known, source, local)
                    if holds is not UNKNOWN:
                        return without(lines, body, statement, branch(lines, statement, bool(holds)))
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            holds = value(node.test, known, source, local)
            if holds is not UNKNOWN:
                return put(text, node, text_at(text, node.body if holds else node.orelse))
        if isinstance(node, ast.BoolOp):
            unknown = [part for part in node.values if value(part, known, source, local) is UNKNOWN]
            if 0 < len(unknown) < len(node.values):
                word = " and " if isinstance(node.op, ast.And) else " or "
                return put(text, node, word.join(text_at(text, part) for part in unknown))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            got = value(node, known, source, local)
            if isinstance(got, FunctionType) and got.__qualname__.isidentifier() and is_own(got.__module__):
                source.named_elsewhere(got.__module__, got.__name__)
                return put(text, node, got.__name__)
    return None


def bodies(node: ast.AST) -> list[list[ast.stmt]]:
    """The blocks of statements in a node."""
    return [block for name in ("body", "orelse", "finalbody") if isinstance(block := getattr(node, name, None), list)]


def branch(lines: list[str], statement: ast.If, holds: bool) -> list[str]:
    """The lines of the branch that is taken, as far in as the `if` is."""
    block = statement.body if holds else statement.orelse
    if not block:
        return []
    last = block[-1].end_lineno or block[-1].lineno
    first = block[0].lineno
    if holds:
        first = (statement.test.end_lineno or statement.test.lineno) + 1
    elif lines[first - 1].lstrip().startswith("elif"):
        return [lines[first - 1].replace("elif", "if", 1), *lines[first:last]]
    else:
        while lines[first - 2].strip().startswith("#"):
            first -= 1
    deeper = textwrap.dedent("\n".join(lines[first - 1 : last]))
    return textwrap.indent(deeper, " " * statement.col_offset).splitlines()


def without(lines: list[str], body: list[ast.stmt], statement: ast.stmt, instead: list[str]) -> str:
    """The lines with others in place of a statement, its comment gone with it where nothing comes instead."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    if not instead:
        while lines[first - 2].strip().startswith("#"):
            first -= 1
        if len(body) == 1:
            instead = [" " * statement.col_offset + "pass"]
    return "\n".join([*lines[: first - 1], *instead, *lines[last:]])


def offsets(text: str, node: ast.expr) -> tuple[int, int]:
    """Where an expression begins and ends in the text; syntax counts columns in bytes."""
    lines = text.splitlines(keepends=True)

    def at(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())

    return at(node.lineno, node.col_offset), at(node.end_lineno or node.lineno, node.end_col_offset or 0)


def text_at(text: str, node: ast.expr) -> str:
    """An expression as it is written."""
    start, end = offsets(text, node)
    return text[start:end]


def put(text: str, node: ast.expr, instead: str) -> str:
    """The text with an expression replaced."""
    start, end = offsets(text, node)
    return text[:start] + instead + text[end:]


def tidied(text: str) -> str:
    """What cutting left: brackets around nothing, three lines where one does."""
    text = re.sub(r"\n[ ]*\*\(?\[\]\)?,", "", text)
    text = re.sub(r", \*\(?\[\]\)?", "", text)
    text = re.sub(r"(= )\(\n\s*([^\n()]*(?:\([^\n()]*\))?[^\n()]*)\n\s*\)", r"\1\2", text)
    text = re.sub(r"\*\((\[[^\[\]]*\])\)", r"*\1", text)
    return re.sub(r"\n{3,}", "\n\n", text)
