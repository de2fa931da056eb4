"""All that a person may read, and the catalogues made to fit it: `python -m genlab.locale.words` (`make words`).

Texts that pages mark with _("...") or N_("...") are found in the source; what models, data and runs say of themselves
is asked of them. Each catalogue then has an entry for each text, with the files that show it, in the order in which
they are met; an entry that nothing shows is dropped, a new one waits for its translation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from genlab.data import DATASETS, DRAWN, UNKNOWN
from genlab.data.points import make_points
from genlab.locale import LANGUAGES, SOURCE
from genlab.models import FAMILIES, Config
from genlab.models.base import phrase
from genlab.models.points import measured_terms
from genlab.models.quality import quality_terms
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
        for text in asked_for(path.read_text(encoding="utf-8")):
            yield text, path.relative_to(ROOT).as_posix()


def asked_for(source: str) -> Iterator[str]:
    """Everything in _("...") or N_("...") of a module, in its order. By its syntax tree: what Babel sees of an f-string
    depends on Python's version, and before 3.12 it is nothing."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in ("_", "N_"):
            match call.args[0]:
                case ast.Constant(value=str(text)):
                    yield text


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
            own = family.terms(config)
            places = dict.fromkeys(quality_terms(), "genlab/models/quality.py")
            places |= dict.fromkeys(measured_terms(points), "genlab/models/points.py") | dict.fromkeys(own, file)
            for term in (*own, *quality_terms(), *family.terms_on(config, points.name)):  # units differ on points
                place = places.get(term, file)
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
