"""A chapter's Markdown: what is of its form is read, what is not says what is wrong."""

from __future__ import annotations

import re

import pytest

from genlab.lessons.glossary import entry, glossary
from genlab.lessons.html import filled, pieces, rendered
from genlab.lessons.text import TextError, parse

WHOLE = """# A title
A claim
in a sentence.

## Look for
[The curve](#kl) of the [prior](:prior).

## Question
How many?

- [ ] none :: a reply
  on two lines
- [x] some

### Do
Train

### After
It was {kl:.1f}, $x^{{2}}$.

### Otherwise
No: {kl:.1f}.

## Slips
- [false] "All of it." :: .31 of it

## Try
- [that](/vae?beta=5)

## Next
What then?

## Before
- Chalk.

## Goes wrong
- One line
  and its end.
- Two.
"""


def test_every_part_is_found() -> None:
    text = parse(WHOLE)
    assert (text.title, text.claim, text.next) == ("A title", "A claim in a sentence.", "What then?")
    (question,) = text.questions
    assert [option.text for option in question.options] == ["none", "some"]
    assert question.options[0].reply == "a reply on two lines"
    assert question.answer == 1
    assert question.do == "Train"
    assert text.slips[0].decides == ".31 of it"
    assert not text.slips[0].true
    assert text.tries[0].address == "/vae?beta=5"
    assert text.before == ("Chalk.",)
    assert text.goes_wrong == ("One line and its end.", "Two.")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## Try", "## Trial", "Trial"),
        ("## Next\nWhat then?\n", "", "Next"),
        ("- [x] some", "- [ ] some", "one option is right; got 0"),
        ("- [ ] none", "- [x] none", "one option is right; got 2"),
        ("### Otherwise", "### Else", "Otherwise"),
        ("[false]", "[perhaps]", "a slip is"),
        ("- [that](/vae?beta=5)", "- that", "a link is"),
        ("# A title", "A title", "begins with"),
    ],
)
def test_what_is_not_of_the_form_is_said(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(TextError, match=said):
        parse(WHOLE.replace(old, new))


def test_words_light_parts_and_explain_terms() -> None:
    html = rendered(parse(WHOLE).look_for, "zh")
    assert '<button type="button" class="gl-light" data-light="kl">The curve</button>' in html
    assert 'data-name="先验 p(z)"' in html
    assert "见到 x 之前" in html
    with pytest.raises(LookupError):
        rendered("[this](:no such thing)".replace(" such ", "-such-"), "en")


def test_numbers_are_filled_in_and_formulas_set() -> None:
    html = rendered(filled(parse(WHOLE).questions[0].after, {"kl": -2.04}), "en")
    assert "It was −2.0" in html
    assert "<msup>" in html
    with pytest.raises(KeyError):
        filled("{kl} {more}", {"kl": 1.0})


def test_html_in_a_text_stays_text() -> None:
    assert "<script>" not in rendered("<script>alert(1)</script>", "en")


def test_the_glossary_is_read_in_both_languages() -> None:
    assert len(glossary()) > 40
    assert entry("evidence lower bound").term["zh"].startswith("证据下界")
    assert entry("posterior-collapse").meaning["en"].startswith("q = prior")
    with pytest.raises(LookupError):
        entry("p")  # begins several


def test_the_end_of_a_line_of_chinese_is_no_space() -> None:
    assert rendered("一，\n二三\n四 x\n五", "zh") == "<p>一，二三四 x\n五</p>\n"
    assert rendered("一。\n- 二", "zh").count("<li>") == 1
    assert rendered("one,\ntwo", "en") == "<p>one,\ntwo</p>\n"


def test_no_comma_begins_a_line() -> None:
    glued = '<span class="gl-glued"><button'
    assert re.search(f"{glued}.*?</button>,</span> a game", rendered("a bound in [nats](:nat), a game", "en"))
    assert re.search(f"{glued}.*?</button>，</span>计", rendered("[V](#value)与[奈特](:nat)，计", "zh"))
    assert rendered("$z$, drawn", "en").count('<span class="gl-glued"><span') == 1
    assert "gl-glued" not in rendered("[nats](:nat) and more, $z$ too", "en")


def test_a_long_formula_may_break_before_its_signs() -> None:
    assert pieces(r"z=\mu+\sigma\varepsilon") == [r"z=\mu+\sigma\varepsilon"]
    assert pieces(r"V(D,G)=\mathbb{E}_x\log D(x)+\mathbb{E}_z\log(1-D(G(z)))") == [
        "V(D,G)", r"{}=\mathbb{E}_x\log D(x)", r"{}+\mathbb{E}_z\log(1-D(G(z)))",
    ]  # fmt: skip
    assert len(pieces(r"p(x)=p_{data}(x)/(p_{data}(x)+p_g(x)+p_{model}(x))")) == 2  # no sign within brackets
