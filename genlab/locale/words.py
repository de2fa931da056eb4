"""All that a person may read, and the catalogues made to fit it: `python -m genlab.locale.words` (`make words`).

Texts that pages mark with _("...") or N_("...") are found in the source; what models, data and runs say of themselves
is asked of them. Each catalogue then has an entry for each text, with the files that show it, in the order in which
they are met; an entry that nothing shows is dropped, a new one waits for its translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from genlab.data import DATASETS, DRAWN, UNKNOWN
from genlab.data.points import make_points
from genlab.locale import LANGUAGES, SOURCE
from genlab.models import FAMILIES, Config
from genlab.models.base import phrase
from genlab.models.points import measured_terms
from genlab.runs.store.record import STATES

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
WIDTH = 116
HEADER = (
    "# Simplified Chinese. The key is the English text in the code. `make words` keeps it; msgstr is written by hand."
)


def marked() -> Iterator[tuple[str, str]]:
    """(text, file) of everything in _("...") or N_("...")."""
    for path in (ROOT / "app.py", *sorted(ROOT.glob("pages/**/*.py")), *sorted(ROOT.glob("genlab/**/*.py"))):
        for _line, text, _comments, _context in extract_from_file("python", path, keywords={"_": None, "N_": None}):
            assert isinstance(text, str)
            yield text, path.relative_to(ROOT).as_posix()


def described() -> Iterator[tuple[str, str]]:
    """(text, file) of what models, data and runs say of themselves; pages translate it where they show it."""
    points = make_points("ring8")
    for family in FAMILIES.values():
        file = f"{family.config.__module__.replace('.', '/')}.py"
        yield family.title, file
        for preset, _kind in family.presets:
            yield preset, file
        for field, info in family.config.model_fields.items():
            common = Config.model_fields.get(field)
            for text, of_all in (
                (info.title, common and common.title),
                (info.description, common and common.description),
                (worded(phrase(info)), common and phrase(common)),
            ):
                if text:
                    yield text, "genlab/models/base.py" if text == of_all else file
        for config in family.variants():
            own, measured = family.terms(config), measured_terms(points)
            for term in (*own, *family.terms_on(config, points.name)):  # units differ between images and points
                place = file if term in own or term not in measured else "genlab/models/points.py"
                yield from ((text, place) for text in (term.label, term.unit, term.expect) if text)
    titles = (*(data.title for data in DATASETS.values()), DRAWN, UNKNOWN)
    yield from ((title, "genlab/data/catalog.py") for title in titles)
    yield from ((state, "genlab/runs/store/record.py") for state in STATES)


def worded(phrase: str) -> str:
    """A phrase that has a word in it; symbols alone ("N = {value}") are the same in every language."""
    return phrase if re.search("[a-z]{2}", phrase.replace("{value}", "")) else ""


def shown() -> dict[str, list[str]]:
    """Every text that a person may see, and the files it is in."""
    found: dict[str, list[str]] = {}
    for text, file in (*marked(), *described()):
        files = found.setdefault(text, [])
        if file not in files:
            files.append(file)
    return found


def parsed(language: str) -> Catalog:
    """The catalogue as Babel reads it, strictly."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def updated(language: str) -> bytes:
    """The catalogue's file as it should be: every text once, its files, the translation that it has."""
    old = {str(message.id): str(message.string) for message in parsed(language) if message.id}
    catalog = Catalog(locale=language, header_comment=HEADER)
    for text, files in shown().items():
        catalog.add(text, old.get(text, ""), locations=[(file, 0) for file in sorted(files)])
    out = BytesIO()
    write_po(out, catalog, width=WIDTH, omit_header=True, include_lineno=False)
    head = f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return head.encode() + out.getvalue().rstrip(b"\n") + b"\n"


def main() -> None:
    """Brings every catalogue up to date and says what waits for a translation."""
    for language in sorted(LANGUAGES.keys() - {SOURCE}):
        (FOLDER / f"{language}.po").write_bytes(updated(language))
        waiting = [str(message.id) for message in parsed(language) if message.id and not message.string]
        print(f"{language}.po: {len(waiting)} texts wait for a translation", *waiting, sep="\n  ")


if __name__ == "__main__":
    main()
