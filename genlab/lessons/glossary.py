"""The glossary, as pages explain terms by it: docs/glossary.md, both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from genlab.place import GLOSSARY


@dataclass(frozen=True)
class Entry:
    """A term and what it means in one line, by language."""

    term: dict[str, str]
    meaning: dict[str, str]


@cache
def glossary() -> tuple[Entry, ...]:
    """Its entries, in their order."""
    rows = [
        line.strip().strip("|").split(" | ")
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if "|" in line
    ]
    return tuple(
        Entry({"en": row[0].strip(), "zh": row[1].strip()}, {"en": row[2].strip(), "zh": row[3].strip()})
        for row in rows
        if len(row) >= 4 and not set(row[0].strip()) <= {"-", "|"} and row[0].strip() != "English"
    )


def entry(term: str) -> Entry:
    """The entry whose English term begins so (a hyphen stands for a space); raises LookupError, also where several do
    and none is the term itself."""
    asked = plain(term)
    found = [one for one in glossary() if plain(one.term["en"]).startswith(asked)]
    exact = [one for one in found if plain(one.term["en"]) == asked]
    if len(exact or found) != 1:
        raise LookupError(f"glossary: {term!r} begins {len(found)} terms")
    return (exact or found)[0]


def plain(term: str) -> str:
    """A term as it is looked up."""
    return term.lower().replace("-", " ")
