"""A failed run says the step, the term and what to change, in the visitor's language and by the page's names."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from genlab.live.web.failure import told
from genlab.locale import LANGUAGES, translate
from genlab.models import FAMILIES
from genlab.runs import Store
from genlab.training import NonFinite

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def store(tmp_path: Any) -> Any:
    store = Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}")
    yield store
    store.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("family", "term", "name"),
    [
        ("vae", "kl", "KL to the prior"),
        ("vae", "test_reconstruction", "Reconstruction"),
        ("ae", "model.decoder.0.weight", "a weight"),
        ("gan", "a sample", "a sample"),
        ("vae", "the size of the gradients", "the size of the gradients"),
        ("vae", "kl_per_latent", "a picture"),
    ],
)
def test_every_term_has_a_name(store: Store, family: str, term: str, name: str, language: str) -> None:
    run = store.create("ada", family, "ring8", preset="classroom")
    failed = store.fail(run.id, f"{NonFinite(79, term)}; its last checkpoint is kept")
    said = told(failed, partial(translate, language=language))
    assert said is not None
    assert "79" in said
    assert translate(name, language) in said
    assert term == name or term not in said
    assert bool(HAN.search(said)) == (language == "zh")
    assert not {"{", "_"} & set(said)


def test_the_advice_is_of_the_run(store: Store) -> None:
    english = partial(translate, language="en")
    sentences = {}
    for family in FAMILIES:
        run = store.create("ada", family, "ring8", preset="classroom")
        sentences[family] = told(store.fail(run.id, str(NonFinite(3, "js"))), english)
    assert "learning rates of D and G" in str(sentences["gan"])
    assert "Lower the learning rate, and press Start" in str(sentences["vae"])
    run = store.create("ada", "vae", "ring8", {"deviation": 0.01}, preset="classroom")
    narrow = told(store.fail(run.id, str(NonFinite(3, "js", " or a larger deviation"))), english)
    assert "raise the Gaussian deviation" in str(narrow)


def test_other_failures_and_none(store: Store) -> None:
    run = store.create("ada", "vae", "ring8", preset="classroom")
    assert told(run, partial(translate, language="zh")) is None
    died = store.fail(run.id, "its worker process died 3 times; is there enough memory?")
    assert HAN.search(str(told(died, partial(translate, language="zh"))))
    assert told(died, partial(translate, language="en")) == died.error
