"""How a link has a page shown: presenter mode, and controls that are hidden or stay as they are."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.locale import LANGUAGES, translate
from genlab.views.frame.present import LARGE, named


def html(visitor: AppTest) -> list[str]:
    """The pieces of HTML on the page."""
    return [element.proto.body for element in visitor.get("html")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_presenter_mode_goes_from_page_to_page_until_it_is_left(visit: Visit, language: str) -> None:
    visitor = visit("measure/runs", present="1", lang=language)
    assert not visitor.exception
    assert LARGE in html(visitor)
    visitor.query_params.clear()  # as a link to another page does
    visitor.switch_page("pages/learn/vae.py").run()
    assert LARGE in html(visitor)
    assert "1" in visitor.query_params["present"]
    end = visitor.button("present_end")
    assert end.label == translate("Leave presenter mode", language)
    end.click().run()
    assert not visitor.exception
    assert LARGE not in html(visitor)
    assert "present" not in visitor.query_params


@pytest.mark.parametrize("value", ["0", "2", "yes", ""])
def test_anything_else_is_no_presenter_mode(visit: Visit, value: str) -> None:
    visitor = visit("measure/runs", present=value)
    assert not visitor.exception
    assert LARGE not in html(visitor)


def test_a_link_hides_controls_by_their_names(visit: Visit) -> None:
    visitor = visit("learn/vae", hide="beta,latents,}</style><b>,Start")
    assert not visitor.exception
    (style,) = [text for text in html(visitor) if ".st-key-beta" in text]
    assert style == "<style>.st-key-beta, .st-key-latents { display: none !important; }</style>"
    assert visitor.session_state["beta"] == 1.0
    assert named("") == []
    assert len(named(",".join("abc" for _ in range(99)))) == 40


def test_a_link_fixes_controls_at_what_it_says(visit: Visit) -> None:
    visitor = visit("learn/vae", fix="beta,steps", beta="4")
    assert not visitor.exception
    assert [text for text in html(visitor) if ".st-key-beta" in text] == [
        "<style>.st-key-beta, .st-key-steps { opacity: .6; }</style>"
    ]
    assert visitor.session_state["beta"] == 4.0
