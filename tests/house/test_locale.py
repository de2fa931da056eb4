"""The catalogues: all that a person sees is in them, nothing else is, and nothing is lost on the way."""

from __future__ import annotations

import re
import string

import pytest

from genlab.locale import LANGUAGES, SOURCE, catalogue, translate
from genlab.locale.words import FOLDER, asked_for, parsed, shown, updated

TRANSLATED = sorted(LANGUAGES.keys() - {SOURCE})
# Names that are the same in every language.
PROPER_NAMES = {"VAE", "GAN", "MNIST 5k", "MNIST", "Fashion-MNIST", "Kuzushiji-MNIST", "β"}
PO_LINE = re.compile(r'#.*|(msgid |msgstr )?"(\\.|[^"\\])*"|')
HAN = "\u4e00-\u9fff"


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
    texts = shown()
    missing = [text for text in texts if not translations.get(text, "").strip()]
    assert not missing, f"{language}.po lacks {missing}"
    unused = [text for text in translations if text not in texts]
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
def test_the_catalogue_is_as_make_words_writes_it(language: str) -> None:
    assert (FOLDER / f"{language}.po").read_bytes() == updated(language), "run `make words`"


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


def test_texts_within_other_strings_are_found() -> None:
    source = 'said = f"{_("one")} {n}"\n_(variable)\nN_(\n    "two "\n    "lines"\n)\nt._("no")\n_(1)\n'
    assert list(asked_for(source.replace('_("one")', "_('one')"))) == ["one", "two lines"]
