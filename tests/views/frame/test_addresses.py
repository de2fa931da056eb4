"""What an address brings to a page when one arrives, what Back brings back, and that the language is kept."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import GoBack, Visit

from genlab.locale import LANGUAGES, translate
from genlab.models import FAMILIES
from genlab.models.base import limits
from genlab.runs import Store
from genlab.views.bench.knobs import shown, stops

TRAINING = {"learn/autoencoder": "ae", "learn/vae": "vae", "learn/gan": "gan"}
LOST = "The run of this address is not here (any more), or cannot be shown on this page."


def asked(visitor: AppTest, key: str) -> str | None:
    """A parameter of the address, None where it is absent."""
    value = visitor.query_params.get(key)
    return value[0] if isinstance(value, list) else value


def slider(visitor: AppTest, key: str) -> Any:
    (found,) = [one for one in (*visitor.get("slider"), *visitor.get("select_slider")) if one.key == key]
    return found


@pytest.mark.parametrize(
    ("page", "query", "value", "text"),
    [
        ("learn/vae", {"steps": "3000"}, 3000, "3000"),
        ("learn/vae", {"beta": "0.075"}, 0.075, "0.075"),
        ("learn/vae", {"beta": "0"}, 0.0, "0"),
        ("learn/vae", {"learning_rate": "0.00037"}, 0.00037, "0.00037"),
        ("learn/vae", {"warm_up": "1234"}, 1234, "1234"),
        ("learn/gan", {"r1": "0.123"}, 0.123, "0.123"),
        ("learn/gan", {"ema": "0.99951"}, 0.99951, None),
        ("learn/autoencoder", {"noise": "0.075"}, 0.075, None),
        ("play/playground", {"steps": "3000", "learning_rate_d": "0.00123"}, 3000, "3000"),
    ],
)
def test_values_between_stops_are_taken_and_shown_in_all_their_digits(
    visit: Visit, page: str, query: dict[str, str], value: Any, text: str | None
) -> None:
    visitor = visit(page, **query)
    assert not visitor.exception
    name = next(iter(query))
    assert visitor.session_state[name] == value
    assert asked(visitor, name) == query[name]
    if text is not None:
        assert text in slider(visitor, name).options
    else:
        assert slider(visitor, name).proto.format == "%g"
    visitor.run()
    assert (visitor.session_state[name], asked(visitor, name)) == (value, query[name])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_stops_of_a_logarithmic_slider_lie_in_its_range_with_its_ends(family: str) -> None:
    for name, info in FAMILIES[family].config.model_fields.items():
        extra = info.json_schema_extra
        if not (isinstance(extra, dict) and extra.get("logarithmic")):
            continue
        ends = limits(info)
        assert ends is not None
        marks = stops(*ends, info.annotation is int)
        assert (marks[0], marks[-1]) == ends, name
        assert marks == sorted(set(marks))
        assert len(marks) < 40
        assert all(info.annotation(shown(mark)) == mark for mark in marks if info.annotation)


def test_a_number_is_written_without_an_exponent() -> None:
    assert [shown(x) for x in (1e-05, 0.075, 4.0, 1_000_000, 0.1 + 0.2, True)] == [
        "0.00001", "0.075", "4", "1000000", "0.30000000000000004", "true",
    ]  # fmt: skip


@pytest.mark.parametrize(("page", "family"), TRAINING.items())
def test_back_to_an_address_without_a_run_shows_none_and_its_knobs(
    visit: Visit, go_back: GoBack, store: Store, page: str, family: str
) -> None:
    visitor = visit(page, batch="64")
    visitor.button("start").click().run()
    (run,) = store.list()
    assert asked(visitor, "run") == run.id
    assert asked(visitor, "batch") is None  # it is the run's own
    go_back(visitor, lang="en", batch="32")
    assert not visitor.exception
    assert asked(visitor, "run") is None
    assert visitor.session_state["batch"] == 32
    assert not visitor.button("start").disabled
    go_back(visitor, lang="en", run=run.id)
    assert (asked(visitor, "run"), visitor.session_state["batch"]) == (run.id, 64)
    assert visitor.button("start").disabled


def test_back_between_two_runs_shows_each_with_its_settings(visit: Visit, go_back: GoBack, store: Store) -> None:
    first, second = (
        store.create("somebody", "vae", "mnist5k", {"beta": beta}, preset="classroom", state="paused")
        for beta in (2, 5)
    )
    visitor = visit("learn/vae", run=first.id)
    assert visitor.session_state["beta"] == 2.0
    go_back(visitor, run=second.id)
    assert (asked(visitor, "run"), visitor.session_state["beta"]) == (second.id, 5.0)
    go_back(visitor, run=first.id, beta="7")
    assert (asked(visitor, "run"), visitor.session_state["beta"], asked(visitor, "beta")) == (first.id, 7.0, "7")


def test_a_knob_is_in_the_address_while_it_differs(visit: Visit) -> None:
    visitor = visit("learn/vae")
    visitor.select_slider("beta").set_value(5.0).run()
    assert asked(visitor, "beta") == "5"
    visitor.select_slider("beta").set_value(1.0).run()
    assert asked(visitor, "beta") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "query"),
    [*((page, {}) for page in TRAINING), ("play/latent", {}), ("play/playground", {}),
     ("measure/divergences", {"view": "images"})],
)  # fmt: skip
def test_a_run_that_is_gone_is_said(visit: Visit, page: str, query: dict[str, str], language: str) -> None:
    visitor = visit(page, run="gone", lang=language, **query)
    assert not visitor.exception
    assert translate(LOST, language) in [info.value for info in visitor.info]


def test_a_run_that_is_begun_ends_the_talk_of_the_lost_one(visit: Visit) -> None:
    visitor = visit("learn/vae", run="gone")
    visitor.run()
    assert LOST in [info.value for info in visitor.info]
    visitor.button("start").click().run()
    assert LOST not in [info.value for info in visitor.info]


def test_the_language_is_kept_from_page_to_page(visit: Visit) -> None:
    visitor = visit("learn/vae")
    (control,) = [group for group in visitor.get("button_group") if group.key == "language_control"]
    control.set_value("zh").run()
    assert asked(visitor, "lang") == "zh"
    visitor.query_params.clear()  # as a click on the bar does
    visitor.switch_page("pages/learn/gan.py").run()
    assert [title.value for title in visitor.title] == [translate("Generative adversarial network", "zh")]
    assert asked(visitor, "lang") == "zh"
    (control,) = [group for group in visitor.get("button_group") if group.key == "language_control"]
    assert control.value == "zh"


def test_back_keeps_the_language_that_was_chosen_since(visit: Visit, go_back: GoBack) -> None:
    visitor = visit("learn/vae", lang="en")
    (control,) = [group for group in visitor.get("button_group") if group.key == "language_control"]
    control.set_value("zh").run()
    go_back(visitor, lang="en")
    assert asked(visitor, "lang") == "zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_address_is_answered_in_the_visitors_language(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("genlab.views.frame.address.path_asked", lambda: "nonsense")
    visitor = visit("learn/home", lang=language)
    assert not visitor.exception
    from genlab.views.frame.nowhere import SEEN

    assert visitor.session_state[SEEN] == ["nonsense"]
