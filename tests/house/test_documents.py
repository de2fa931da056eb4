"""What the documents say of files is true: every path that they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATH = re.compile(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|txt|js))`")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/deploy/README.md")
# Files of a chapter or a family, named without their folder.
OF_ANY = {
    "chapter.py",
    "experiments.py",
    "en.md",
    "zh.md",
    "config.py",
    "terms.py",
    "model.py",
    "index.js",
    "index.css",
}


def named(document: str) -> set[str]:
    """The paths that a document names between backticks; those with a NAME in them are patterns."""
    found = set(PATH.findall((ROOT / document).read_text(encoding="utf-8")))
    return {path for path in found if not re.search("NAME|NNNN|LANGUAGE|ID|/lab/", path)} - OF_ANY


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    paths = named(document)
    assert paths
    rooms = ("", "genlab/live/static/", "genlab/")
    assert [path for path in sorted(paths) if not any((ROOT / room / path).exists() for room in rooms)] == []


def test_no_two_files_of_tests_have_one_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)
