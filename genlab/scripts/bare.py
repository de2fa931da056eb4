"""Definitions without the annotations that speak of the lab's own types: no script has these."""

from __future__ import annotations

import ast
import builtins

from genlab.scripts.fold import offsets
from genlab.scripts.modules import Source


def bare(text: str, of: Source) -> str:
    """A definition without the annotations that speak of the lab's own types: no script has these."""
    while True:
        for node, annotation, keep in annotated(ast.parse(text)):
            if speaks_of_the_lab(annotation, of):
                text = cut(text, node, annotation, keep)
                break
        else:
            return text


def annotated(tree: ast.Module) -> list[tuple[ast.AST, ast.expr, bool]]:
    """(what is annotated, its annotation, whether what stands before it is an arrow)."""
    found: list[tuple[ast.AST, ast.expr, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            found.append((node, node.annotation, False))
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append((node, node.returns, True))
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            found.append((node, node.annotation, False))
    return found


def speaks_of_the_lab(annotation: ast.expr, of: Source) -> bool:
    """Whether one of its names is the lab's."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name) and not hasattr(builtins, node.id):
            place = of.place(node.id)
            if place is None or not place.outside:
                return True
    return False


def cut(text: str, node: ast.AST, annotation: ast.expr, arrow: bool) -> str:
    """The text without an annotation, and without what leads to it."""
    start, end = offsets(text, annotation)
    before = text[:start].rstrip()
    before = before.removesuffix("->" if arrow else ":").rstrip()
    return before + text[end:]
