"""The statements of the course keep their places: docs/statements.md says where each is seen, led to and held."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from genlab.lessons.loader import FOLDER, chapter_named, folder_of, text_of
from genlab.locale import LANGUAGES
from genlab.views.course.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]
STATEMENTS = 28
CELLS = re.compile(r"(?<!\\)\|")  # a cell's own bars are escaped


class Statement(NamedTuple):
    """A line of the table."""

    statement: str
    seen: str
    chapter: str
    led_to_by: str
    says: str
    held_by: str


def statements() -> list[Statement]:
    """The table's lines, without its head."""
    lines = [line for line in (ROOT / "docs/statements.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    rows = [[cell.strip().replace(r"\|", "|") for cell in CELLS.split(line)[1:-1]] for line in lines[2:]]
    return [Statement(*row) for row in rows]


def test_all_of_them_are_there() -> None:
    found = [one.statement for one in statements()]
    assert len(set(found)) == len(found) == STATEMENTS


@pytest.mark.parametrize("one", statements(), ids=lambda one: one.statement)
def test_a_statement_is_seen_led_to_and_held(one: Statement) -> None:
    instruments = {part.split(":")[0].strip() for part in one.seen.split(";")}
    assert instruments <= set(STAGES), "an instrument that is a stage shows it"
    chapter, (kind, number) = chapter_named(one.chapter), one.led_to_by.split()
    for language in LANGUAGES:
        text = text_of(one.chapter, language)
        leads = {"question": chapter.questions, "slip": text.slips, "try": text.tries}[kind]
        assert 1 <= int(number) <= len(leads), language
    words = " ".join((FOLDER / folder_of(one.chapter) / "en.md").read_text(encoding="utf-8").split())
    assert one.says.lower().replace("\\|", "|") in words.lower().replace("\\|", "|")
    file, _, test = one.held_by.partition("::")
    assert f"def {test}(" in (ROOT / "tests/lessons" / file).read_text(encoding="utf-8")
