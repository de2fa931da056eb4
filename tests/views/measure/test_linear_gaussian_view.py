"""Inside the ELBO, without a browser: its words, its formulas, and that they name the terms of the maths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from views.conftest import Visit

from genlab.locale import LANGUAGES, translate
from genlab.views.measure import linear_gaussian as view

HAN = re.compile(r"[\u4e00-\u9fff]")
# Formulas and names of bounds are the same in every language.
FORMULAS = {"q(z|x)", "x = w z ± s", "log p(x)", "ELBO", "− KL(q ‖ p(z))"}


def texts(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    else:
        for part in words.values():
            yield from texts(part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_view_in_every_language(visit: Visit, language: str) -> None:
    visitor = visit("measure/divergences", view="elbo", lang=language, x="abc")
    assert not visitor.exception
    assert not visitor.error
    words = " ".join(text.value for text in visitor.markdown)
    assert "z ~ N(0, 1)" in words
    assert bool(HAN.search(words)) == (language == "zh")


def test_all_its_words_are_translated() -> None:
    data = view.words(lambda text: translate(text, "zh"))
    assert [text for text in texts(data) if not HAN.search(text) and text not in FORMULAS] == []


def test_the_formulas_say_the_identity_and_its_second_half() -> None:
    signs = {"=": 1, "+": 1, "-": -1}
    numbers = {"log_px": -2.0, "elbo": -5.0, "kl_posterior": 3.0, "reconstruction": -1.0, "kl_prior": 4.0}
    lines: list[list[tuple[str | None, str | None]]] = [[]]
    for key, sign in view.FORMULA:
        if key or sign:
            lines[-1].append((key, sign))
        else:
            lines.append([])
    assert len(lines) == 2
    for line in lines:
        (left, _), (_, equals), *rest = line
        assert left is not None
        assert equals == "="
        total, sign = 0.0, 1
        for key, mark in rest:
            if key is None:
                sign = signs[mark or ""]
            else:
                total += sign * numbers[key]
        assert total == numbers[left]


def test_the_slip_has_a_place_for_its_number_and_both_verdicts() -> None:
    for language in LANGUAGES:
        html = view.slip(lambda text, language=language: translate(text, language))
        assert html.count("<output></output>") == 1
        assert "<math" in html
        assert "gl-lg-above" in html
        assert "gl-lg-below" in html
