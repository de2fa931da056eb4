"""A chapter's words, from Markdown. Its headings are the structure, and the same in every language:

# Title
The claim, in a sentence.
## Look for           100 to 200 words; [words](#part) light a part of the stage, [words](:term) explain a term
## Question           one for each of the chapter's questions, in their order
the question itself
- [ ] an option :: what one who chose it may have thought     [x] marks the right one
### Do                what the button says
### After             what happened, with {number:.1f} of the outcome
### Otherwise         the same where the numbers do not say what the chapter claims
## Slips              - [true] or [false] a sentence :: the number that decides
## Try                - [words](address of a page): a link that sets a state
## Next               the question that leads to the next chapter
## Before             - for who teaches it: what to have on the board, and to ask, before it begins
## Goes wrong         - for who teaches it: what a class takes it for, and what helps
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPTION = re.compile(r"^- \[(?P<mark>[ x])\] (?P<text>.*?)(?: :: (?P<reply>.*))?$")
SLIP = re.compile(r"^- \[(?P<mark>true|false)\] (?P<text>.*?) :: (?P<reply>.*)$")
LINK = re.compile(r"^- \[(?P<text>[^\]]+)\]\((?P<address>[^)]+)\)$")
PARTS = ("Look for", "Question", "Slips", "Try", "Next", "Before", "Goes wrong")
OF_A_QUESTION = ("Do", "After", "Otherwise")


class TextError(ValueError):
    """A chapter's Markdown is not of its form."""


@dataclass(frozen=True)
class Option:
    """One answer to a question, and what one who chose it may have thought."""

    text: str
    right: bool
    reply: str


@dataclass(frozen=True)
class QuestionText:
    """A question's words. options: empty where the guess is drawn."""

    prompt: str
    options: tuple[Option, ...]
    do: str
    after: str
    otherwise: str

    @property
    def answer(self) -> int | None:
        """The right option's number, from 0; None where there is none to choose."""
        return next((index for index, option in enumerate(self.options) if option.right), None)


@dataclass(frozen=True)
class Slip:
    """A sentence that is often printed, whether it is true, and what decides."""

    text: str
    true: bool
    decides: str


@dataclass(frozen=True)
class Link:
    """A state to try: words and the address that sets it."""

    text: str
    address: str


@dataclass(frozen=True)
class Text:
    """All words of a chapter in one language, as Markdown."""

    title: str
    claim: str
    look_for: str
    questions: tuple[QuestionText, ...]
    slips: tuple[Slip, ...]
    tries: tuple[Link, ...]
    next: str
    before: tuple[str, ...]
    goes_wrong: tuple[str, ...]


def parse(markdown: str) -> Text:
    """The parts of a chapter's Markdown; raises TextError where it is not of its form."""
    head, *sections = re.split(r"^## ", markdown, flags=re.MULTILINE)
    title, _, claim = head.strip().partition("\n")
    if not title.startswith("# ") or not claim.strip():
        raise TextError("a chapter begins with '# Title' and its claim")
    found: dict[str, list[str]] = {name: [] for name in PARTS}
    for section in sections:
        name, _, body = section.partition("\n")
        if name.strip() not in found:
            raise TextError(f"got the heading {name.strip()!r}, allowed: {', '.join(PARTS)}")
        found[name.strip()].append(body.strip())
    for name in PARTS:
        if name != "Question" and len(found[name]) != 1:
            raise TextError(f"'## {name}' stands {len(found[name])} times, not once")
    return Text(
        title.removeprefix("# ").strip(),
        " ".join(claim.split()),
        found["Look for"][0],
        tuple(question(body) for body in found["Question"]),
        tuple(slip(line) for line in items(found["Slips"][0])),
        tuple(link(line) for line in items(found["Try"][0])),
        found["Next"][0],
        *(tuple(line.removeprefix("- ") for line in items(found[name][0])) for name in ("Before", "Goes wrong")),
    )


def items(body: str) -> list[str]:
    """The items of a list, each on one line: what follows an item, indented, belongs to it."""
    return re.sub(r"\n +", " ", body).splitlines() if body else []


def question(body: str) -> QuestionText:
    """One question's parts."""
    head, *sections = re.split(r"^### ", body, flags=re.MULTILINE)
    parts = {name.strip(): text.strip() for name, _, text in (section.partition("\n") for section in sections)}
    if tuple(parts) != OF_A_QUESTION:
        raise TextError(f"a question has {', '.join(OF_A_QUESTION)}; got {', '.join(parts)}")
    prompt, mark, options = head.partition("\n- [")
    listed = tuple(option(line) for line in items((mark + options).strip()))
    if listed and sum(one.right for one in listed) != 1:
        raise TextError(f"one option is right; got {sum(one.right for one in listed)} of {prompt[:60]!r}")
    return QuestionText(prompt.strip(), listed, parts["Do"], parts["After"], parts["Otherwise"])


def option(line: str) -> Option:
    """An option's line."""
    if not (found := OPTION.match(line)):
        raise TextError(f"an option is '- [ ] words'; got {line[:80]!r}")
    return Option(found["text"], found["mark"] == "x", found["reply"] or "")


def slip(line: str) -> Slip:
    """A slip's line."""
    if not (found := SLIP.match(line)):
        raise TextError(f"a slip is '- [false] words :: what decides'; got {line[:80]!r}")
    return Slip(found["text"], found["mark"] == "true", found["reply"])


def link(line: str) -> Link:
    """A link's line."""
    if not (found := LINK.match(line)):
        raise TextError(f"a link is '- [words](address)'; got {line[:80]!r}")
    return Link(found["text"], found["address"])
