"""Markdown of chapters as HTML for the lesson's component: formulas as MathML, words that light a part of the stage or
explain a term as buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from string import Formatter
from typing import Any

from markdown_it import MarkdownIt

from genlab.formulas import mathml
from genlab.lessons.glossary import entry
from genlab.locale import translate
from genlab.symbols import WALKED

# Chinese has no space between words: where a line of it ends in the file is not to be seen on the page.
SOFT = re.compile(r"(?:(?<=[，。；：！？、）”])\n(?=[^\n\-*#>|])|(?<=[\u4e00-\u9fff])\n(?=[\u4e00-\u9fff]))")
FORMULA = re.compile(r"\$([^$]+)\$")
LIT = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
TERM = re.compile(r'<a href=":([^"]+)">(.*?)</a>', re.DOTALL)
# A comma never begins a line, after a button or a formula neither: one that follows is kept with it.
GLUED = re.compile(r"(<(button|span)\b(?:(?!</\2>).)*</\2>[,.;:!?)，。；：！？）]+)", re.DOTALL)
# A formula of more letters and signs than these may break before an = or + of its own on a narrow screen.
LONGEST = 28
UNDRAWN = re.compile(r"\\(?:mathbb|mathrm)|[{}_^\\ ]")


@cache
def renderer() -> MarkdownIt:
    """CommonMark without raw HTML; addresses may be #part and :term."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # our own texts: nothing of a visitor's
    return made


@lru_cache(maxsize=1024)  # who waits for an experiment is told the same words some times a second
def rendered(markdown: str, language: str, inline: bool = False) -> str:
    """Markdown of ours as HTML. inline: without a paragraph around it. Raises LookupError for an unknown term."""
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        formulas.append(asked("<wbr>".join(mathml(piece, language) for piece in pieces(found[1])), language, inline))
        return f"\x02{len(formulas) - 1}\x03"

    kept = FORMULA.sub(keep, SOFT.sub("", markdown) if language == "zh" else markdown)
    html = renderer().renderInline(kept) if inline else renderer().render(kept)
    html = LIT.sub(r'<button type="button" class="gl-light" data-light="\1">\2</button>', html)
    html = TERM.sub(lambda found: explained(found[1], found[2], language), html)
    html = re.sub("\x02(\\d+)\x03", lambda found: formulas[int(found[1])], html)
    return GLUED.sub(r'<span class="gl-glued">\1</span>', html)


def asked(formula: str, language: str, inline: bool) -> str:
    """A formula as one stop of the Tab key, where it doesn't stand within one; the arrow keys go from symbol to
    symbol."""
    stop = (
        "" if inline else f' data-symbols tabindex="0" role="group" aria-label="{escape(translate(WALKED, language))}"'
    )
    return f"<span{stop}>{formula}</span>"


def pieces(formula: str) -> list[str]:
    """A formula in LaTeX, or the parts of a long one: each but the first begins with an = or + that stands in no
    brackets."""
    if len(UNDRAWN.sub("", formula)) <= LONGEST:
        return [formula]
    parts, depth = [""], 0
    for sign in formula:
        depth += (sign in "({[") - (sign in ")}]")
        if depth == 0 and sign in "=+":
            parts.append("{}")  # nothing at its left side: so it stands as between two
        parts[-1] += sign
    return parts


def explained(term: str, words: str, language: str) -> str:
    """A button that explains a term of the glossary."""
    found = entry(term)
    name, meaning = found.term[language], found.meaning[language]
    return (
        f'<button type="button" class="gl-term" data-name="{escape(name)}" data-meaning="{escape(meaning)}">{words}'
        "</button>"
    )


class Numbers(Formatter):
    """Python's formats, with a real minus sign."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number as text."""
        return super().format_field(value, format_spec).replace("-", "−")


def filled(markdown: str, numbers: Mapping[str, Any]) -> str:
    """A text with its {numbers}. Raises KeyError for one that is not there. Braces of formulas stand doubled."""
    return Numbers().vformat(markdown, (), numbers)
