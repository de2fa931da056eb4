"""No file is too long to be read in one go, and no folder too full to be looked through."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES, FILES = 300, 15
CODE = {".py", ".js", ".css", ".html", ".sh", ".toml", ".mako", ".yml", ".yaml"}
# Of others: the library that stands in vendor.
VENDOR = ROOT / "genlab/live/static/vendor"
# Not code: data that other programs wrote (package-lock.json, stores of old versions, reference values), the catalogue
# of words (zh.po, which Babel keeps in one file), documents.


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """The files of code and tests, from the top."""
    tops = ("genlab", "pages", "tests", "benchmarks", "pretrained", "app.py")
    found = [path for top in tops for path in ((ROOT / top).rglob("*") if (ROOT / top).is_dir() else [ROOT / top])]
    return [path.relative_to(ROOT) for path in found if path.suffix in CODE and VENDOR not in path.parents]


def test_no_file_is_longer_than_three_hundred_lines(files: list[Path]) -> None:
    long = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in files}
    assert {path: lines for path, lines in long.items() if lines > LINES} == {}


def test_no_folder_holds_more_than_fifteen_files_and_no_inner_folder(files: list[Path]) -> None:
    held = Counter(path.parent for path in files)
    parents = {folder for path in files for folder in path.parent.parents}
    assert {str(folder): count for folder, count in held.items() if count > FILES and folder not in parents} == {}
