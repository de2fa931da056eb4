"""A chapter's plan for who teaches it: one sheet to print, in the visitor's language."""

from __future__ import annotations

import streamlit as st

from genlab.lessons.anatomy import Chapter, Train
from genlab.lessons.loader import chapter_named, chapters, numbered, text_of
from genlab.lessons.plan import MINUTES, Part, in_class, lesson_plan, on_paper, seconds
from genlab.lessons.text import QuestionText, Text
from genlab.views.course.chapter import page_of
from genlab.views.frame.address import follow_address, to_address
from genlab.views.frame.session import Translate, header, language, translator

KEY, NAME = "plan_chapter", "chapter"
# What leads to the sheet is not on it.
SCREEN_ONLY = """<style>@media print {
[data-testid="stHeader"], .st-key-language_control, .st-key-plan_screen { display: none !important; }
[data-testid="stMainBlockContainer"] { padding-top: 0 !important; }
}</style>"""


def plan_page() -> None:
    """The plan of the chapter that the address names, the first one's by default."""
    _ = translator()
    names = [chapter.name for chapter in chapters()]
    titles = {name: numbered(name, language()) for name in names}
    follow_address(KEY, names, names[0], NAME)
    header(_("A lesson of {n} minutes").format(n=MINUTES))
    st.html(SCREEN_ONLY)
    with st.container(horizontal=True, vertical_alignment="bottom", key="plan_screen"):
        st.selectbox(_("Chapter"), names, key=KEY, format_func=titles.__getitem__, width=420)
        chapter = chapter_named(st.session_state[KEY])
        st.page_link(page_of(chapter.name), label=_("Open the chapter"), icon=":material/arrow_forward:")
        st.caption(_("To print it, use your browser's own command (Ctrl P)."))
    to_address(KEY, chapter.name, names[0], NAME)
    sheet(chapter, text_of(chapter.name, language()), _)


def sheet(chapter: Chapter, text: Text, _: Translate) -> None:
    """The sheet: before it begins, minute by minute, and what goes wrong."""
    st.subheader(numbered(chapter.name, language()))
    st.markdown(text.claim)
    st.markdown(f"**{_('Before it begins')}**\n\n{bullets([*before_any(_), *text.before])}")
    for part in lesson_plan(chapter):
        heading, words = said(part, chapter, text, _)
        st.markdown(f"**{part.minutes[0]} – {part.minutes[1]} min. {heading}**\n\n{words}")
    st.markdown(f"**{_('What goes wrong')}**\n\n{bullets([*text.goes_wrong, *wrong_where_it_trains(chapter, _)])}")
    at_home = [n for n in range(len(chapter.questions)) if n not in in_class(chapter)]
    if at_home:
        prompts = [on_paper(text.questions[number].prompt) for number in at_home]
        st.markdown(f"**{_('For those who are quicker, or at home')}**\n\n{bullets(prompts)}")


def bullets(items: list[str]) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {' '.join(item.split())}" for item in items)


def before_any(_: Translate) -> list[str]:
    """What is to be done before any lesson."""
    return [
        _(
            "Open a class (page Class) and put its code on the screen: everybody answers on their own device, and you "
            "see the answers as one live histogram, hidden until you reveal it."
        ),
        _("Put the chapter on the projector in presenter mode (add ?present=1 to its address)."),
    ]


def said(part: Part, chapter: Chapter, text: Text, _: Translate) -> tuple[str, str]:
    """A part of the lesson: its heading, and its words."""
    match part.kind:
        case "opening":
            words = _("Write the chapter's title on the board; collect answers, and judge none of them.")
            return _("The question"), words
        case "looking":
            return _("The stage"), _("Show it, and let the class find what the text “What to look for” names.")
        case "slips":
            slips = [f"{slip.text} {_('True.') if slip.true else _('False.')} {slip.decides}" for slip in text.slips]
            words = _("A show of hands for each; the number decides.")
            return _("True or false?"), f"{words}\n\n{bullets(slips)}"
        case "closing":
            tries = [f"{link.text}: `{link.address}`" for link in text.tries]
            return _("Where it leads"), f"{text.next}\n\n{_('To try at home:')}\n\n{bullets(tries)}"
        case "question":
            assert part.question is not None
            return asked(chapter, part.question, text.questions[part.question], _)


def asked(chapter: Chapter, number: int, words: QuestionText, _: Translate) -> tuple[str, str]:
    """A question as it is put to a class: guesses first, then the experiment, then the gap between the two."""
    question = chapter.questions[number]
    heading = _("Question {n}").format(n=number + 1) + (f" ({_('core')})" if question.core else "")
    options = [
        f"{option.text} **({_('right')})**" if option.right else f"{option.text} → {option.reply}"
        for option in words.options
    ]
    if not options:
        options = [_("A guess is drawn or marked on the chart itself, before the curve is there.")]
    then = [_("Everybody guesses first. Then press “{do}”.").format(do=words.do)]
    if time := seconds(question):
        then.append(_("It takes about {n} s.").format(n=time))
    if not words.options:
        then.append(_("Ask what differs from the guesses, and why."))
    elif number == in_class(chapter)[0]:  # once is enough: it holds for all that follow
        then.append(
            _("Ask those who guessed otherwise what they had in mind: the words after each answer say what it may be.")
        )
    return heading, f"{on_paper(words.prompt)}\n\n{bullets(options)}\n\n{' '.join(then)}"


def wrong_where_it_trains(chapter: Chapter, _: Translate) -> list[str]:
    """What may go wrong where experiments train."""
    if any(isinstance(question.experiment, Train) for question in chapter.questions):
        return [
            _(
                "Thirty people who press at once train thirty times: the runs take turns, and yours with them. Let the "
                "class guess, and press once, at the front."
            )
        ]
    return []
