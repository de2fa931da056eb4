"""The page of divergences without a browser: its views, its address, its words in every language."""

from __future__ import annotations

import json
import re

import pytest
from views.conftest import GoBack, Visit

from genlab.locale import LANGUAGES, translate

HAN = re.compile(r"[\u4e00-\u9fff]")
PAGE = "measure/divergences"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_on_two_densities(visit: Visit, language: str) -> None:
    visitor = visit(PAGE, lang=language)
    assert not visitor.exception
    assert not visitor.error
    assert [title.value for title in visitor.title] == [translate("Divergences", language)]
    assert visitor.session_state["view"] == "densities"
    assert "view" not in visitor.query_params
    (picture,) = [
        element.proto for element in visitor.get("bidi_component") if "densities" in element.proto.component_name
    ]
    said = json.loads(picture.json)
    words = [said["labels"]["see"][preset["key"]] for preset in said["presets"]] + [said["labels"]["hint"]]
    words += [term["expect"] for term in said["numbers"]]
    assert all(bool(HAN.search(text)) == (language == "zh") for text in words)


def test_a_link_names_the_view_and_nonsense_is_ignored(visit: Visit) -> None:
    visitor = visit(PAGE, view="nothing", preset="nothing", p="nonsense")
    assert not visitor.exception
    assert visitor.session_state["view"] == "densities"


@pytest.mark.parametrize("view", ["elbo", "images"])
def test_a_chosen_view_is_in_the_address(visit: Visit, view: str) -> None:
    visitor = visit(PAGE)
    (views,) = [group for group in visitor.get("button_group") if group.key == "view"]
    views.set_value(view).run()
    assert not visitor.exception
    assert visitor.query_params["view"] in (view, [view])


def test_the_back_button_leads_back(visit: Visit, go_back: GoBack) -> None:
    visitor = visit(PAGE)
    (views,) = [group for group in visitor.get("button_group") if group.key == "view"]
    views.set_value("elbo").run()
    go_back(visitor, lang="en")
    assert not visitor.exception
    assert visitor.session_state["view"] == "densities"
    assert "view" not in visitor.query_params
