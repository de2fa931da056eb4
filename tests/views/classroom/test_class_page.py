"""The page of a class without a browser: opening, joining, what is refused, what a teacher sees, the end."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest
from views.conftest import Visit

from genlab.classroom.attended import attended, count_guess, join_class
from genlab.classroom.led import led_by
from genlab.classroom.record import Class
from genlab.locale import LANGUAGES, translate
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns

PAGE = "learn/class"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes cost little here."""
    monkeypatch.setattr("genlab.classroom.codes.COST", 2)


def opened(visitor: AppTest, store: Store, name: str = "Monday") -> Class:
    """Opens a class as a teacher does."""
    visitor.text_input("class_name").set_value(name)
    visitor.text_input("class_password").set_value("secret")
    visitor.button("class_open").click().run()
    assert not visitor.exception
    room = led_by(store.engine, visitor.session_state["owner"])
    assert room is not None
    return room


def html(visitor: AppTest) -> str:
    """All HTML on the page."""
    return "\n".join(element.proto.body for element in visitor.get("html"))


def marked(visitor: AppTest) -> bool:
    """Whether the page says which class one is in."""
    return any("classroom" in one.proto.component_name for one in visitor.get("bidi_component"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_teacher_opens_and_ends_a_class(visit: Visit, store: Store, language: str) -> None:
    visitor = visit(PAGE, lang=language)
    assert not visitor.exception
    assert [title.value for title in visitor.title] == [translate("Class", language)]
    assert all(bool(HAN.search(head.value)) == (language == "zh") for head in visitor.subheader)
    room = opened(visitor, store)
    assert room.code in html(visitor)
    assert "data:image/svg+xml" in html(visitor)
    assert f"/class?code={room.code}" in visitor.code[0].value
    assert not marked(visitor)
    visitor.button("class_end").click().run()
    assert not visitor.exception
    assert led_by(store.engine, visitor.session_state["owner"]) is None
    assert visitor.text_input("class_code")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_student_joins_by_link_and_is_told_so_on_every_page(visit: Visit, store: Store, language: str) -> None:
    room = opened(visit(PAGE), store, "*Monday*")
    student = visit(PAGE, lang=language, code=room.code.lower())
    assert student.text_input("class_code").value == room.code.lower()
    student.text_input("class_nickname").set_value("Bob")
    student.button("class_join").click().run()
    assert not student.exception
    assert not student.error
    assert attended(store.engine, student.session_state["owner"]) == (room, "Bob")
    assert "code" not in student.query_params
    assert [form.proto.expanded for form in student.expander if "class_join" in str(form)] == [False]
    assert "\\*Monday\\*" in student.success[0].value
    assert marked(student)
    student.switch_page("pages/learn/vae.py").run()
    assert not student.exception
    assert marked(student)
    assert not marked(visit(PAGE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_is_said_in_a_sentence(visit: Visit, store: Store, language: str) -> None:
    room = opened(visit(PAGE), store)
    visitor = visit(PAGE, lang=language)

    def said() -> str:
        assert not visitor.exception
        (error,) = visitor.error
        assert bool(HAN.search(error.value)) == (language == "zh")
        return error.value

    visitor.text_input("class_code").set_value("nobody")
    visitor.button("class_join").click().run()
    assert "NOBODY" in said()
    visitor.text_input("class_code").set_value(room.code)
    visitor.text_input("class_nickname").set_value("n" * 41)
    visitor.button("class_join").click().run()
    assert "41" in said()
    visitor.text_input("class_take_code").set_value(room.code)
    visitor.text_input("class_take_password").set_value("wrong")
    visitor.button("class_take").click().run()
    assert said() == translate("This is not the password of that class.", language)
    visitor.text_input("class_name").set_value("Tuesday")
    visitor.text_input("class_password").set_value("abc")
    visitor.button("class_open").click().run()
    assert "3" in said()


def test_another_browser_takes_the_class_up(visit: Visit, store: Store) -> None:
    teacher = visit(PAGE)
    room = opened(teacher, store)
    tablet = visit(PAGE)
    tablet.text_input("class_take_code").set_value(room.code)
    tablet.text_input("class_take_password").set_value("secret")
    tablet.button("class_take").click().run()
    assert not tablet.exception
    assert room.code in html(tablet)
    teacher.run()
    assert room.code not in html(teacher)


@pytest.mark.parametrize("language", LANGUAGES)
def test_guesses_are_hidden_until_they_are_revealed(visit: Visit, store: Store, language: str) -> None:
    teacher = visit(PAGE, lang=language)
    room = opened(teacher, store)
    for student, guess in (("bob", 2), ("eve", 2), ("mia", 0)):
        join_class(store.engine, student, room.code, student)
        count_guess(store.engine, student, "gaps", 1, guess)
    teacher.selectbox("class_chapter").set_value("gaps").run()
    assert not teacher.exception
    assert [metric.value for metric in teacher.metric] == ["3", "3"]
    counts = r'data-testid="tally-1".*?</div>'
    (hidden,) = re.findall(counts, html(teacher), re.DOTALL)
    assert re.findall(r"<b>(.*?)</b>", hidden)[-4:] == ["", "", "", ""]
    teacher.button("reveal_1").click().run()
    (shown,) = re.findall(counts, html(teacher), re.DOTALL)
    assert re.findall(r"<b>(.*?)</b>", shown)[-4:] == ["1", "0", "2", "0"]
    assert list(teacher.dataframe[0].value[translate("Nickname", language)]) == ["bob", "eve", "mia"]
    teacher.button("reveal_1").click().run()
    assert re.findall(counts, html(teacher), re.DOTALL) == [hidden]


@pytest.mark.parametrize("chapter", ["side-by-side", "two-terms", "gaps"])
def test_every_kind_of_guess_has_a_picture(visit: Visit, store: Store, chapter: str) -> None:
    from genlab.lessons.loader import chapter_named

    teacher = visit(PAGE)
    room = opened(teacher, store)
    join_class(store.engine, "bob", room.code)
    for number, question in enumerate(chapter_named(chapter).questions, 1):
        guess = [[0, 0], [1, 1]] if question.draws else 3.0 if question.marks else 0
        count_guess(store.engine, "bob", chapter, number, guess)
    teacher.selectbox("class_chapter").set_value(chapter).run()
    for number in range(1, len(chapter_named(chapter).questions) + 1):
        teacher.button(f"reveal_{number}").click().run()
    assert not teacher.exception


def test_a_page_is_shown_to_all_and_taken_away(visit: Visit, store: Store) -> None:
    teacher = visit(PAGE)
    room = opened(teacher, store)
    join_class(store.engine, "bob", room.code)

    def shown() -> str | None:
        found = attended(store.engine, "bob")
        assert found is not None
        return found[0].look

    teacher.text_input("class_look").set_value("https://elsewhere.example/trap")
    teacher.button("class_send").click().run()
    assert len(teacher.error) == 1
    assert shown() is None
    teacher.text_input("class_look").set_value("/vae?beta=4&lang=zh")
    teacher.button("class_send").click().run()
    assert not teacher.exception
    assert not teacher.error
    assert shown() == "/vae?beta=4"
    teacher.button("class_unsend").click().run()
    assert shown() is None


def test_a_chapter_or_the_newest_run_is_one_press(visit: Visit, store: Store) -> None:
    teacher = visit(PAGE)
    room = opened(teacher, store)
    join_class(store.engine, "bob", room.code)
    run = store.create(teacher.session_state["owner"], "vae", "ring8", preset="classroom")

    def shown() -> str | None:
        found = attended(store.engine, "bob")
        assert found is not None
        return found[0].look

    teacher.selectbox("class_chapter").set_value("gaps").run()
    teacher.button("class_send_chapter").click().run()
    assert shown() == "/chapter-gaps"
    teacher.button("class_send_run").click().run()
    assert not teacher.exception
    assert shown() == f"/vae?family=vae&run={run.id}"
    assert f"run={run.id}" in " ".join(caption.value for caption in teacher.caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_runs_that_were_begun_in_the_class_are_collected_in_one_figure(
    visit: Visit, store: Store, language: str
) -> None:
    teacher = visit(PAGE, lang=language)
    room = opened(teacher, store)
    teacher.button("class_collect").click().run()
    assert translate("Nobody has trained a run in this class yet.", language) in html(teacher)
    small = {"latents": 2, "hidden": 32, "batch": 32, "steps": 20}
    store.create("bob", "ae", "ring8", small, preset="classroom")
    join_class(store.engine, "bob", room.code, "<b>Bob")
    for student, data in (("eve", "ring8"), ("mia", "mnist5k")):
        join_class(store.engine, student, room.code, student)
        run = store.create(student, "ae", data, small, preset="classroom")
        HotRuns(store).advance(run.id, 60.0, save=True)
    join_class(store.engine, "zoe", room.code)
    store.create("zoe", "gan", "ring8", preset="classroom", state="paused")
    teacher.button("class_collect").click().run()
    assert not teacher.exception
    (figure,) = [body for body in html(teacher).split("<style>") if "gl-collected" in body and "<figure>" in body]
    captions = re.findall("<figcaption>(.*?)</figcaption>", figure)
    assert [caption.partition(":")[0] for caption in captions] == ["eve", "mia", "(4)"]
    assert translate("Mean squared error", language) in captions[0]
    assert [figure.count(f"data:image/{kind}") for kind in ("svg", "png")] == [3, 1]
