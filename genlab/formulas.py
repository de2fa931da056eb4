"""Formulas as MathML, which browsers draw themselves: each symbol carries what it means, for whoever points at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape

from latex2mathml.converter import convert

from genlab.locale import translate
from genlab.symbols import BY_KEY, WRITTEN, Symbol

# What stands in LaTeX for a symbol whose MathML is put there afterwards.
KEPT = re.compile(r"<mtext>§(\d+)§</mtext>")
MATH = re.compile(r"^<math[^>]*>(.*)</math>$", re.DOTALL)
# All that stands in formulas without being a symbol: signs, brackets, numbers, fractions.
PLAIN = re.compile(
    r"\\(?:t?frac|quad|left|right|bigl|bigr|cdot|parallel|sim|leq|geq?|lVert|rVert)(?![a-zA-Z])|\\[,;!|]|[^A-Za-z\\]"
)


@cache
def converted(latex: str) -> str:
    """LaTeX as MathML."""
    return convert(latex)


def mathml(latex: str, language: str, facts: Mapping[str, str] | None = None) -> str:
    """A formula in LaTeX as MathML, its symbols explained in that language. facts: by a symbol's key, what is to be
    said of it besides, as its shape, in the same language."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        symbol = BY_KEY[found.lastgroup or ""]
        head, rest = parted(symbol, found[0])
        inner = MATH.sub(r"\1", converted(head + WRITTEN.sub(keep, rest)))
        values = f' data-values="{" ".join(symbol.values)}"' if symbol.values else ""
        fact = f' data-fact="{escape(facts[symbol.key])}"' if facts and symbol.key in facts else ""
        words = f'data-symbol="{symbol.key}" data-meaning="{escape(translate(symbol.meaning, language))}"'
        kept.append(f"<mrow {words}{fact}{values}>{inner}</mrow>")
        return rf"\text{{§{len(kept) - 1}§}}"

    def put(html: str) -> str:
        return KEPT.sub(lambda found: put(kept[int(found[1])]), html)

    return put(converted(WRITTEN.sub(keep, latex)))


def parted(symbol: Symbol, written: str) -> tuple[str, str]:
    """What is written of a symbol, before and after its own letter ends; symbols in the second part mean something
    themselves."""
    if not symbol.rest:
        return written, ""
    found = re.search(symbol.rest + "$", written)
    return (written[: found.start()], found[0]) if found else (written, "")


def unexplained(latex: str) -> str:
    """What of a formula is a symbol without a meaning; "" where all have one."""
    return PLAIN.sub("", WRITTEN.sub("", latex))
