"""What samples of handwritten digits are measured by while a model trains."""

from __future__ import annotations

from genlab.data.catalog import DIGITS_OF, parts
from genlab.terms import Term

# Samples of a moment, and as many real digits: few enough that twenty moments cost a run a second or two.
DRAWN = 500


def ruled(name: str) -> bool:
    """Whether samples of a data set can be measured by the ruler, which knows handwritten digits only."""
    return name in (DIGITS_OF, *parts(DIGITS_OF))


def quality_terms() -> tuple[Term, ...]:
    """The terms that samples of digits are measured by, each with its floor: what real digits come to in their place.

    Their keys stand as they are (frechet, not test_frechet): they compare distributions, so there is no training part
    of them.
    """
    frechet = Term(
        "frechet", r"d_\text{Fréchet}", "Fréchet distance", "", "lower", "generated", "frechet",
        "Of 500 samples from 500 held-out digits, in the ruler's features: how good samples are, which no loss says. "
        "The fewer are drawn the higher it lies, so compare it with its floor and not with a distance of 5,000.",
        held_out=True, logarithmic=True,
    )  # fmt: skip
    coverage = Term(
        "coverage", r"\text{coverage}", "Coverage", "", "higher", "variation", "coverage",
        "Share of 500 held-out digits with one of 500 samples in their neighbourhood: low where a model draws only "
        "some of what there is.",
        held_out=True,
    )  # fmt: skip
    floors = (
        Term(f"{term.key}_floor", term.symbol, "real digits in their place", "", "neither", "prior", term.panel,
             "500 training digits in the place of samples: nobody is asked for better.", held_out=True, bound=True,
             logarithmic=term.logarithmic)
        for term in (frechet, coverage)
    )  # fmt: skip
    frechet_floor, coverage_floor = floors
    return frechet, frechet_floor, coverage, coverage_floor
