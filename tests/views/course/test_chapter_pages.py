"""Every chapter's page in every language, without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import SECONDS

from genlab.lessons.loader import chapters, text_of
from genlab.live import lab as lab_module
from genlab.locale import LANGUAGES
from genlab.runs import Store
from genlab.views.course.chapter import lesson_data

HAN = re.compile(r"[\u4e00-\u9fff]")


def a_chapter() -> None:
    """The app with that chapter open: what app.py does, for a page that is no file."""
    import streamlit as st

    from genlab.views.course.chapter import chapter_page, chapter_pages
    from genlab.views.frame.address import arrive
    from genlab.views.frame.session import begin, language

    begin()
    st.navigation(chapter_pages())
    arrive("", language())
    chapter_page(st.query_params["chapter"])


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.name)
def test_a_chapter_opens(chapter: object, language: str) -> None:
    name = chapter.name  # type: ignore[attr-defined]
    visitor = AppTest.from_function(a_chapter, default_timeout=SECONDS)
    visitor.query_params["chapter"] = name
    visitor.query_params["lang"] = language
    visitor.run()
    assert not visitor.exception
    assert not visitor.error
    text = text_of(name, language)
    assert [title.value for title in visitor.title] == [text.title]
    assert text.claim in [part.value for part in visitor.markdown]
    assert [expander.label for expander in visitor.expander] == [slip.text for slip in text.slips]


def test_the_last_chapter_s_stage_does_not_answer_its_question(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step that is to be marked would be seen at once from how far samples are from data."""
    monkeypatch.setattr(lab_module, "PRETRAINED", Path(__file__).parents[3] / "pretrained")
    visitor = AppTest.from_function(a_chapter, default_timeout=SECONDS)
    visitor.query_params["chapter"] = "side-by-side"
    visitor.run()
    assert not visitor.exception
    assert store.get("gan-long").step == 6000
    (stage,) = [one for one in visitor.get("bidi_component") if one.proto.component_name == "genlab_run"]
    drawn = {term["key"] for term in json.loads(stage.proto.json)["terms"]}
    assert {"value", "g_loss"} <= drawn
    assert not {key for key in drawn if "frechet" in key or "coverage" in key}


def test_a_lesson_has_all_that_the_browser_shows(store: Store) -> None:
    assert store is not None
    for chapter in chapters():
        data = lesson_data(chapter, text_of(chapter.name, "en"))
        assert len(data["questions"]) == len(chapter.questions)
        for question in data["questions"]:
            assert question["do"]
            assert question["prompt"]
            assert question["act"] or question["seconds"] > 0
