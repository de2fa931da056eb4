"""One word a thing: all that a person reads keeps to docs/glossary.md, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from genlab.live.components import STATIC
from genlab.locale.words import parsed

ROOT = Path(__file__).resolve().parents[2]
QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
COMMENT = re.compile(r"^\s*//.*$|\s//\s.*$|/\*(?s:.*?)\*/", re.MULTILINE)


def glossary() -> list[list[str]]:
    """The table's rows: English, Chinese, a line of each, and the words that are not used."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")][1:]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


REFUSED = [(row[0], row[4].strip("`")) for row in glossary() if row[4]]


def shown_texts() -> list[str]:
    """Every English text and its translation."""
    return [str(text) for message in parsed("zh") if message.id for text in (message.id, message.string)]


def chapters_texts() -> list[str]:
    """Every line of the chapters' words, without the addresses of links and the LaTeX of formulas."""
    files = sorted((ROOT / "genlab" / "lessons" / "chapters").glob("*/*.md"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [re.sub(r"\]\([^)]*\)|\$[^$]*\$", "]", line) for line in lines]


def prose_in_modules() -> list[str]:
    """What stands between quotes in the components' modules and reads like words: it has a space, or is Chinese."""
    texts = []
    for path in sorted(STATIC.rglob("*.js")):
        source = COMMENT.sub("", path.read_text(encoding="utf-8"))
        texts += [
            "".join(match) for match in QUOTED.findall(source) if re.search(r"\w \w|[\u4e00-\u9fff]", "".join(match))
        ]
    return texts


def test_no_module_writes_a_word_beside_a_number() -> None:
    """Units come with the labels; a step has words on both sides of its number in Chinese."""
    composed = re.compile(r"(labels|words)\.step\}|\} (nats|bits|steps?)\b")
    sources = {
        str(path.relative_to(STATIC)): COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in STATIC.rglob("*.js")
        if "vendor" not in path.parts
    }
    assert [name for name, source in sources.items() if composed.search(source)] == []


@pytest.mark.parametrize(("term", "refused"), REFUSED, ids=[term for term, _ in REFUSED])
def test_no_other_word_is_used(term: str, refused: str) -> None:
    pattern = re.compile(refused)
    assert [text for text in (*shown_texts(), *chapters_texts(), *prose_in_modules()) if pattern.search(text)] == [], (
        term
    )


def test_every_term_has_both_languages_and_a_line_of_each() -> None:
    rows = glossary()
    assert len(rows) > 60
    assert all(all(row[:4]) and len(row) == 5 for row in rows)
    english = [row[0] for row in rows]
    assert len(set(english)) == len(english)


def test_the_catalogue_calls_things_as_the_glossary_does() -> None:
    """A text that is a term of the glossary, and nothing else, has the glossary's translation."""
    terms = {row[0].lower(): row[1] for row in glossary()}
    given = {str(m.id).lower(): str(m.string) for m in parsed("zh") if m.id and str(m.id).lower() in terms}
    assert given
    assert {text: translation for text, translation in given.items() if translation != terms[text]} == {}
