"""A class: a student joins by the teacher's link, and what one guesses arrives in the other's histogram."""

from __future__ import annotations

import re

import pytest
from browser.actions import button
from browser.conftest import NewPage
from browser.served import Server
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_students_guess_arrives_in_the_teachers_histogram(new_page: NewPage, server: Server) -> None:
    teacher, student = new_page(), new_page()
    teacher.goto(f"{server.address}/class")
    teacher.locator(".st-key-class_name input").fill("Monday")
    teacher.locator(".st-key-class_password input").fill("secret")
    button(teacher, "class_open").click()
    code = teacher.get_by_test_id("class-code").inner_text()
    assert re.fullmatch("[A-HJ-KM-NP-Z]{6}", code)
    expect(teacher.get_by_role("img", name="QR picture")).to_be_visible()

    student.goto(f"{server.address}/class?code={code}")
    expect(student.locator(".st-key-class_code input")).to_have_value(code)
    student.locator(".st-key-class_nickname input").fill("Bob")
    button(student, "class_join").click()
    mark = student.get_by_test_id("class-mark")
    expect(mark).to_contain_text("In the class Monday")
    expect(teacher.get_by_test_id("stMetric").first).to_contain_text("1")

    student.goto(f"{server.address}/chapter-gaps")
    expect(mark).to_contain_text("as Bob")
    student.get_by_test_id("question-1").get_by_test_id("guess-2").click(timeout=60_000)

    teacher.locator(".st-key-class_chapter input").click()
    teacher.get_by_role("option", name=re.compile("^4\\.")).click()
    question = teacher.locator(".st-key-class_question_1")
    expect(question).to_contain_text("1 of 1 have guessed")
    counts = teacher.get_by_test_id("tally-1").locator("ol b")
    expect(counts).to_have_text(["", "", "", ""])
    button(teacher, "reveal_1").click()
    expect(counts).to_have_text(["0", "1", "0", "0"])

    teacher.locator(".st-key-class_look input").fill(f"{server.address}/vae?beta=4")
    button(teacher, "class_send").click()
    look = student.get_by_test_id("class-look")
    expect(look).to_be_visible()
    look.get_by_role("link", name="VAE").click()
    student.wait_for_url(re.compile("/vae\\?"))
    expect(mark).to_be_visible()
    expect(look).to_be_hidden()

    mark.get_by_role("button", name="Leave the class").click()
    expect(mark).to_have_count(0)
    expect(teacher.get_by_test_id("stMetric").first).to_contain_text("0")
    teacher.get_by_role("button", name="End the class").click()
    button(teacher, "class_end").click()
    expect(button(teacher, "class_open")).to_be_visible()


def test_a_link_fixes_a_control_that_no_click_and_no_key_moves(new_page: NewPage, server: Server) -> None:
    tab = new_page()
    tab.goto(f"{server.address}/vae?fix=beta&beta=5")
    knob = tab.locator(".st-key-beta")
    expect(knob).to_have_attribute("inert", "")
    slider = knob.get_by_role("slider", include_hidden=True)
    expect(button(tab, "start")).to_be_enabled(timeout=60_000)
    value = slider.get_attribute("aria-valuetext")
    assert value == "5"
    slider.evaluate("slider => slider.focus()")
    assert not slider.evaluate("slider => slider === document.activeElement")
    tab.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", value)
    tab.goto(f"{server.address}/vae?beta=5")
    expect(knob).not_to_have_attribute("inert", "")
