"""Formulas as MathML: every symbol of every formula that is shown says what it means, in every language."""

from __future__ import annotations

import re
from html import unescape

import pytest

from genlab.formulas import mathml, unexplained
from genlab.lessons.loader import FOLDER
from genlab.locale import LANGUAGES, SOURCE, catalogue
from genlab.models import FAMILIES
from genlab.symbols import SYMBOLS
from genlab.views.measure import densities, image_divergences, linear_gaussian
from genlab.views.playground.stage import BEST

SHOWN = re.compile(r"\$([^$]+)\$")
MEANT = re.compile(r'data-symbol="(\w+)"')
# Settings that a formula of a family depends on, each value of which is tried.
OF_FORMULAS = {
    "vae": [{}, {"importance": 5}, {"reduction": "mean"}, {"beta": 5}, {"free_bits": 0.5}],
    "cvae": [{}, {"beta": 5}],
    "gan": [{"loss": loss, "smoothing": smoothing} for loss in ("minimax", "non_saturating", "least_squares", "hinge",
            "wgan_gp") for smoothing in (0.0, 0.1)],
    "flow": [{}, {"predicts": "data"}],
}  # fmt: skip


def of_families() -> set[str]:
    """What family pages and the playground show."""
    found = set()
    for name, family in FAMILIES.items():
        for settings in OF_FORMULAS.get(name, [{}]):
            config = family.config(**settings)
            found |= {latex for latex, _ in family.formula(config)} | {term.symbol for term in family.terms(config)}
            if family.play.beside:
                found |= {latex for latex, _ in family.play.beside(config, {"value", "best_value"})}
    return found - {""}  # which begins a line


def of_instruments() -> set[str]:
    """What the instruments show."""
    terms = {term.symbol for term in linear_gaussian.TERMS} | {term.symbol for term, _, _ in densities.TERMS}
    return terms | {linear_gaussian.SLIP, image_divergences.FORMULA, BEST}


def of_chapters() -> set[str]:
    """What the chapters show, in any language."""
    texts = (file.read_text(encoding="utf-8") for file in FOLDER.glob("*/*.md"))
    return {formula for text in texts for formula in SHOWN.findall(text)}


@pytest.mark.parametrize("formulas", [of_families, of_instruments, of_chapters])
def test_every_symbol_that_is_shown_has_a_meaning(formulas) -> None:
    shown = formulas()
    assert len(shown) > 5
    assert {latex: unexplained(latex) for latex in shown if unexplained(latex)} == {}


def test_no_piece_of_a_formula_begins_with_a_comma() -> None:
    """A piece may begin a line where the window is narrow."""
    assert [latex for latex in of_families() if re.match(r"(\\(quad|,|;|!)|\s)*[,;.)]", latex)] == []


def test_every_meaning_stands_in_every_language() -> None:
    for language in set(LANGUAGES) - {SOURCE}:
        assert [symbol.key for symbol in SYMBOLS if symbol.meaning not in catalogue(language)] == []


def test_a_symbol_without_a_meaning_is_found() -> None:
    assert unexplained(r"\mathrm{ELBO} + \gamma k") == r"\gammak"


def test_symbols_within_a_symbol_mean_something_themselves() -> None:
    assert MEANT.findall(mathml(r"\log(1 - D(G(z)))", "en")) == ["log", "d_fake", "g", "z"]
    bound = MEANT.findall(mathml(r"\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))", "en"))
    assert bound == ["kl_prior", "q_z", "z", "x", "prior", "z"]
    # A letter of a command is no symbol, and a letter's index belongs to it.
    assert MEANT.findall(mathml(r"\frac{p}{q} \parallel W_1", "en")) == ["p", "q", "w1"]


def test_the_same_formula_is_drawn_with_the_words_as_without() -> None:
    for latex in of_families() | of_instruments() | of_chapters():
        drawn = unescape(re.sub(r"<[^>]+>", "", mathml(latex, "zh")))
        assert "§" not in drawn
        assert drawn.count("(") == latex.count("(")


def test_what_is_known_of_a_symbol_is_said_with_it() -> None:
    html = mathml("x", "zh", {"x": "28 × 28"})
    assert 'data-fact="28 × 28"' in html
    assert "样本" in html
