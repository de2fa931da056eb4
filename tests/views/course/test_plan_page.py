"""The sheet for who teaches a chapter, in both languages."""

from __future__ import annotations

import pytest
from views.conftest import Visit

from genlab.lessons.loader import chapters, text_of
from genlab.locale import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_has_its_sheet(visit: Visit, language: str) -> None:
    for chapter in chapters():
        visitor = visit("learn/plan", lang=language, chapter=chapter.name)
        assert not visitor.exception
        text = text_of(chapter.name, language)
        words = "\n".join(part.value for part in visitor.markdown)
        assert text.claim in words
        assert "](#" not in words
        assert "](:" not in words
        for line in (*text.before, *text.goes_wrong, *(slip.text for slip in text.slips)):
            assert line in words
        assert words.count("min.") == 4 + min(4, len(chapter.questions))


def test_an_address_names_the_chapter(visit: Visit) -> None:
    visitor = visit("learn/plan", chapter="the-game")
    assert visitor.subheader[0].value.startswith("8.")
    visitor.selectbox("plan_chapter").set_value("side-by-side").run()
    assert visitor.query_params["chapter"] == "side-by-side"
    assert visitor.subheader[0].value.startswith("10.")
    assert visit("learn/plan", chapter="nonsense").subheader[0].value.startswith("1.")
