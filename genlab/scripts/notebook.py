"""A script as a notebook: a cell a part, its words as text."""

from __future__ import annotations

import ast

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

MARK = "# --- "


def notebook(script: str) -> str:
    """The same script as an .ipynb file: what it says of itself first, then a cell for each of its parts."""
    head = ast.get_docstring(ast.parse(script)) or ""
    body = script.split('"""\n', 1)[1]
    cells = [new_markdown_cell(head)]
    for part in ("\n" + body).split("\n" + MARK):
        title, code = part.split("\n", 1) if part is not body and cells[1:] else ("", part)
        if title:
            cells.append(new_markdown_cell("## " + title.removesuffix(" ---")))
        if code.strip():
            cells.append(new_code_cell(code.strip("\n")))
    made = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3",
                                                              "language": "python"}})  # fmt: skip
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"  # the same run gives the same file
    nbformat.validate(made)
    return nbformat.writes(made) + "\n"
