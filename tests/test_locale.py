"""The catalogues: all that a person sees is in them, nothing else is, and nothing is lost on the way."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import genlab.locale
from genlab.data import DATASETS, DRAWN
from genlab.data.points import make_points
from genlab.locale import LANGUAGES, SOURCE, catalogue, translate
from genlab.models import FAMILIES, Config
from genlab.models.gan_losses import OBJECTIVES
from genlab.models.points import measured_terms
from genlab.runs.record import STATES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(genlab.locale.__file__).parent
PAGES = (ROOT / "app.py", *sorted(ROOT.glob("pages/**/*.py")), *sorted(ROOT.glob("genlab/views/*.py")))
TRANSLATED = sorted(LANGUAGES.keys() - {SOURCE})
# Names that are the same in every language.
PROPER_NAMES = {"VAE", "GAN", "MNIST 5k", "MNIST", "Fashion-MNIST", "Kuzushiji-MNIST", "beta"}
PO_LINE = re.compile(r'#.*|(msgid |msgstr )?"(\\.|[^"\\])*"|')
HAN = "\u4e00-\u9fff"


def marked() -> Iterator[tuple[str, str]]:
    """(text, file) of everything in _("...") or N_("...")."""
    for path in PAGES:
        for _line, text, _comments, _context in extract_from_file("python", path, keywords={"_": None, "N_": None}):
            assert isinstance(text, str)
            yield text, path.relative_to(ROOT).as_posix()


def described() -> Iterator[tuple[str, str]]:
    """(text, file) of what models, data and runs say of themselves; pages translate it where they show it."""
    points = make_points("ring8")
    for name, family in FAMILIES.items():
        file = f"genlab/models/{name}.py"
        yield family.title, file
        for preset, _kind in family.presets:
            yield preset, file
        for field, info in family.config.model_fields.items():
            common = Config.model_fields.get(field)
            for text, of_all in (
                (info.title, common and common.title),
                (info.description, common and common.description),
            ):
                if text:
                    yield text, "genlab/models/base.py" if text == of_all else file
        losses = OBJECTIVES if "loss" in family.config.model_fields else ()
        for config in [family.config(), *(family.config.parse({"loss": loss}) for loss in losses)]:
            own, measured = family.terms(config), measured_terms(points)
            for term in (*own, *family.terms_on(config, points.name)):  # units differ between images and points
                place = file if term in own or term not in measured else "genlab/models/points.py"
                yield from ((text, place) for text in (term.label, term.unit, term.expect) if text)
    yield from ((title, "genlab/data/catalog.py") for title in (*(data.title for data in DATASETS.values()), DRAWN))
    yield from ((state, "genlab/runs/record.py") for state in STATES)


@cache
def shown() -> dict[str, list[str]]:
    """Every text that a person may see, and the files it is in."""
    found: dict[str, list[str]] = {}
    for text, file in (*marked(), *described()):
        files = found.setdefault(text, [])
        if file not in files:
            files.append(file)
    return found


@cache
def parsed(language: str) -> Catalog:
    """The catalogue as Babel reads it, strictly."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(language: str) -> dict[str, str]:
    """English text to translation."""
    return {str(message.id): str(message.string) for message in parsed(language) if message.id}


def markers(text: str) -> list[str]:
    """What must survive translation: bold, code, formulas and placeholders."""
    fields = [f"{{{field}}}" for _, field, _, _ in string.Formatter().parse(text) if field is not None]
    return sorted([*fields, *re.findall(r"\*\*|`|\$", text)])


def numbers(text: str) -> list[float]:
    """The numbers in a text, but for those of "1-D" and "2-D", which have words of their own in other languages."""
    return sorted(float(number) for number in re.findall(r"\d*\.?\d+(?!-D)", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_all_that_is_shown_is_translated_and_nothing_else(language: str) -> None:
    translations = entries(language)
    missing = [text for text in shown() if not translations.get(text, "").strip()]
    assert not missing, f"{language}.po lacks {missing}"
    unused = [text for text in translations if text not in shown()]
    assert not unused, f"{language}.po has {unused}, which nothing shows any more"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_clean(language: str) -> None:
    source = (FOLDER / f"{language}.po").read_text(encoding="utf-8")
    identifiers = [message.id for message in parsed(language) if message.id]
    # Babel takes a line whose last quote is missing, and drops a letter.
    assert [line for line in source.splitlines() if not PO_LINE.fullmatch(line)] == []
    assert not parsed(language).obsolete
    assert not [message.id for message in parsed(language) if message.id and message.fuzzy]
    assert source.count("\nmsgid ") == len(identifiers) + 1, "a text is there twice"  # and the header


@pytest.mark.parametrize("language", TRANSLATED)
def test_references_name_the_files_that_show_the_text(language: str) -> None:
    given = {message.id: sorted({file for file, _line in message.locations}) for message in parsed(language)}
    wrong = {text: files for text, files in shown().items() if given.get(text) != sorted(files)}
    assert not wrong, f"{language}.po: the references of these texts are to be {wrong}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_only_names_stay_as_they_are(language: str) -> None:
    assert {text for text, translation in entries(language).items() if text == translation} == PROPER_NAMES


@pytest.mark.parametrize("language", TRANSLATED)
def test_markers_and_numbers_survive(language: str) -> None:
    for text, translation in entries(language).items():
        assert markers(translation) == markers(text), text
        assert numbers(translation) == numbers(text), text


def test_chinese_is_in_chinese_with_its_own_punctuation() -> None:
    for text, translation in entries("zh").items():
        if text not in PROPER_NAMES:
            assert re.search(f"[{HAN}]", translation), text
        assert not re.search(f"[{HAN}][,.;:?!()]|[(][{HAN}]", translation), translation
        assert text.endswith(".") == translation.endswith("。"), translation


def test_translate_gives_the_translation_or_the_english() -> None:
    assert translate("Start", "zh") == "开始"
    assert translate("Start", SOURCE) == "Start"
    assert translate("a text that no page shows", "zh") == "a text that no page shows"
    assert catalogue(SOURCE) == {}
