"""Where those files lie that the program needs beside its modules: the app and its pages, trained runs, words."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel has within the package what stands beside it in the repository: see pyproject.toml.
_INSTALLED = _PACKAGE / "app"

ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
APP = ROOT / "app.py"
PRETRAINED = ROOT / "pretrained"
GLOSSARY = ROOT / "docs" / "glossary.md"
