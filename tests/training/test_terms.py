"""Terms: what every number says of itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from genlab.models import FAMILIES
from genlab.models.vae import KL
from genlab.terms import Better, Role, Term

# Each once, though most settings of a family have the same ones.
TERMS = dict.fromkeys(
    (f"{family.name}-{term.key}", term)
    for family in FAMILIES.values()
    for config in family.variants()
    for term in family.terms_on(config, "ring8")
)
UNITS = {"", "nats", "nats an example", "a pixel", "a coordinate", "modes", "share of samples"}


def test_held_out_keeps_all_but_the_key() -> None:
    held_out = KL.on_held_out()
    assert held_out.key == "test_kl"
    assert held_out.held_out
    assert replace(held_out, key="kl", held_out=False) == KL


@pytest.mark.parametrize("term", [term for _, term in TERMS], ids=[name for name, _ in TERMS])
def test_no_term_is_a_bare_number(term: Term) -> None:
    assert term.key.isidentifier()
    assert term.key.islower()
    assert all((term.symbol, term.label))
    assert term.unit in UNITS
    assert term.better in get_args(Better)
    assert term.role in get_args(Role)
    assert all(isinstance(value, float) and latex for value, latex in term.lines)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_a_formula_points_at_terms_of_its_family(family) -> None:
    for config in family.variants():
        keys = [term.key for term in family.terms(config)]  # on points it is the same formula
        assert len(set(keys)) == len(keys)
        pieces = family.formula(config)
        assert {key for _, key in pieces if key} <= set(keys)
        # An empty piece begins a new line; a term never goes without its symbol.
        assert all(latex for latex, key in pieces if key)
        assert pieces[0][0]
        assert pieces[-1][0]


@pytest.mark.parametrize("term", [term for _, term in TERMS], ids=[name for name, _ in TERMS])
def test_no_expectation_is_that_of_another_setting(term: Term) -> None:
    """A term is shown for every data set, latent size and beta: numbers measured with one of them are not said."""
    assert not re.search(r"mnist|with \d+ latents|about \d{2,}|embedded digits", term.expect, re.IGNORECASE)


def test_kl_is_not_called_the_information_alone() -> None:
    """E KL(q(z|x) || p(z)) = I(x; z) + KL(q(z) || p(z))."""
    assert "plus how far all codes together are from the prior" in KL.expect
