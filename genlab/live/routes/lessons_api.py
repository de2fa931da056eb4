"""What a chapter's page asks the server for.

GET    /lab/chapters/NAME?lang=L            the visitor's answers to its questions, and what is under way
GET    /lab/chapters/NAME/K/curves?lang=L   the curves on which question K asks for a place; else 404
POST   /lab/chapters/NAME/K                 a guess: {"guess": the option's number from 0, [[x, y], ...], or a place}
POST   /lab/chapters/NAME/K/experiment      begins the experiment; of an Act: {"numbers": what the instrument shows}
DELETE /lab/chapters/NAME                   forgets all of the visitor's answers

The others answer as the first. Answers are kept by the browser's key; without one nothing is kept, and 403 says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genlab.lessons.anatomy import Act, Compute, Train
from genlab.lessons.loader import UnknownChapter, chapter_named, curves_to_mark, text_of
from genlab.live.lab import lab
from genlab.live.routes.guesses import Wrong, body, guess_of, is_finite
from genlab.live.web.answers import not_found
from genlab.live.web.keys import kept_key
from genlab.locale import LANGUAGES, SOURCE, translate
from genlab.runs.store.record import Run, UnknownRun

if TYPE_CHECKING:
    from genlab.lessons.anatomy import Chapter, Training
    from genlab.live.queues.experiments import Job
    from genlab.runs.store.answers import Answer

Runs = Mapping[str, Run]

MOST_SEED = 10_000
# What figures say in words, by the names of their fields; all of it is marked for translation in experiments.py.
WORDS = {"title", "x_title", "y_title", "label"}
LISTS = {"categories", "head", "rows"}


def told(request: Request, chapter: Chapter, owner: str) -> Response:
    """All of the visitor's answers in a chapter as JSON: {"questions": by number, "stage": the ids of `staged`}.

    A question: {"guess", "result", "runs", "job"}; result: {"numbers", "holds", "answer", "after" (HTML), "figures"};
    runs: [{"id", "state", "step", "plan"}]; job: {"state", "ahead", "problem"}.
    """
    from genlab.live.queues.experiments import experiments

    language = spoken(request)
    numbers = range(1, len(chapter.questions) + 1)
    # Before the answers: a job that ends in between has given its answer by then, and neither is missed.
    jobs = {number: experiments().get((owner, chapter.name, number)) for number in numbers}
    kept = {answer.question: answer for answer in lab().store.answers(owner, chapter.name)} if owner else {}
    runs = runs_of(kept.values())
    said = {
        str(number): said_of(chapter, number, kept.get(number), runs, jobs[number], owner, language)
        for number in numbers
    }
    news = {"questions": said, "stage": staged(chapter, list(kept.values()), runs)}
    return JSONResponse(news, headers={"Cache-Control": "no-store"})


def runs_of(answers: Iterable[Answer]) -> Runs:
    """The runs of these answers, by their ids; those that are gone are not among them."""
    found = {}
    for run_id in (run_id for answer in answers for run_id in answer.runs):
        with suppress(UnknownRun):
            found[run_id] = lab().store.get(run_id)
    return found


def staged(chapter: Chapter, answers: Sequence[Answer], runs: Runs) -> list[str | None]:
    """The ids of the runs that a chapter's stage shows of a visitor's experiments: those of the one that was begun
    last, and whose curves stand behind them; [None, None] before there are any. runs: `runs_of` the answers."""
    trained = [
        (runs[answer.runs[0]].created, experiment, answer.runs)
        for answer in answers
        if answer.runs and answer.runs[0] in runs and answer.question <= len(chapter.questions)
        if isinstance(experiment := chapter.questions[answer.question - 1].experiment, Train)
    ]
    if not trained:
        return [None, None]
    _begun, experiment, ids = max(trained, key=lambda found: found[0])
    behind = experiment.behind
    return [ids[experiment.shown], None if behind is None else ids[behind]]


def said_of(
    chapter: Chapter, number: int, answer: Answer | None, known: Runs, job: Job | None, owner: str, language: str
) -> dict[str, Any]:
    """What is known of one question."""
    from genlab.live.queues.experiments import experiments

    result: dict[str, Any] | None = answer.result if answer else None
    experiment = chapter.questions[number - 1].experiment
    trainings = experiment.trainings if isinstance(experiment, Train) else ()
    ids = answer.runs if answer else ()
    runs = [run_state(known[run_id], one) for one, run_id in zip(trainings, ids, strict=False) if run_id in known]
    if job is None and answer is not None and answer.runs and result is None and isinstance(experiment, Train):
        job = measured(chapter, number, answer, runs, (owner, chapter.name, number))
    return {
        "guess": answer.guess if answer else None,
        "runs": runs,
        "result": shown(chapter, number, result, language) if result else None,
        "job": {"state": job.state, "ahead": experiments().ahead(job), "problem": job.problem} if job else None,
    }


def run_state(run: Run, training: Training) -> dict[str, Any]:
    """How far a run is. One that takes turns is done when they are made."""
    state, plan = str(run.state), run.config["steps"]
    if training.turns:
        plan = sum(count for _part, count in training.turns)
        if state == "paused":
            state = "running" if lab().store.asked(run.id) else "finished"
    return {"id": run.id, "state": state, "step": run.step, "plan": plan}


def measured(chapter: Chapter, number: int, answer: Answer, runs: list[dict[str, Any]], key: Any) -> Any:
    """Begins to measure the runs of an experiment, once all have ended."""
    from genlab.lessons.work import measure
    from genlab.live.queues.experiments import experiments

    if len(runs) < len(answer.runs) or any(run["state"] not in ("finished", "failed") for run in runs):
        return None
    return experiments().ask(key, measure, lab().store.url, chapter.name, number, answer.runs, seed())


def shown(chapter: Chapter, number: int, result: dict[str, Any], language: str) -> dict[str, Any]:
    """An outcome in the visitor's language."""
    from genlab.lessons.html import filled, rendered  # not with the server's start

    text = text_of(chapter.name, language).questions[number - 1]
    words = filled(text.after if result["holds"] else text.otherwise, result["numbers"])
    answer = text.answer if result["answer"] is None else result["answer"]
    figures = in_language(result["figures"], partial(translate, language=language))
    return {
        "numbers": result["numbers"],
        "holds": result["holds"],
        "answer": answer,
        "after": rendered(words, language),
        "figures": figures,
    }


def in_language(part: Any, say: Any, name: str = "") -> Any:
    """A figure with its words translated."""
    if isinstance(part, dict):
        return {key: in_language(value, say, key) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [in_language(value, say, name) for value in part]
    if isinstance(part, str) and (name in WORDS or name in LISTS or name == "marks"):
        return say(part) if part else part
    return part


def spoken(request: Request) -> str:
    """The language that the visitor's page asks for."""
    asked = request.query_params.get("lang", SOURCE)
    return asked if asked in LANGUAGES else SOURCE


def seed() -> int:
    """Another one for each person: their numbers are their own."""
    return secrets.randbelow(MOST_SEED)


def visitor(request: Request) -> str:
    """The visitor's key; empty without one that we made."""
    return kept_key(request.cookies) or ""


def named(request: Request) -> tuple[Chapter, int]:
    """The chapter and the question's number that the address names. Raises UnknownChapter."""
    chapter = chapter_named(request.path_params["name"])
    number = request.path_params.get("number", 1)
    if not 1 <= number <= len(chapter.questions):
        raise UnknownChapter(chapter.name)
    return chapter, number


def get_chapter(request: Request) -> Response:
    """The visitor's answers."""
    try:
        chapter, _number = named(request)
    except UnknownChapter:
        return not_found(request)
    return told(request, chapter, visitor(request))


def get_curves(request: Request) -> Response:
    """The curves on which a question asks for a place, in the visitor's language."""
    try:
        chapter, number = named(request)
    except UnknownChapter:
        return not_found(request)
    curves = curves_to_mark(chapter.name, number)
    if curves is None:
        return not_found(request)
    say = partial(translate, language=spoken(request))
    return JSONResponse(in_language(asdict(curves), say), headers={"Cache-Control": "no-store"})


async def post_guess(request: Request) -> Response:
    """Keeps a guess."""
    return await changed(request, keep_guess)


async def post_experiment(request: Request) -> Response:
    """Begins an experiment, or takes what the instrument showed."""
    return await changed(request, begin)


async def changed(request: Request, act: Any) -> Response:
    """Acts beside the event loop, and answers as GET does; what cannot be done is said."""
    from genlab.live.queues.experiments import TooMany

    try:
        chapter, number = named(request)
        sent = await body(request)
        owner = visitor(request)
        if not owner:
            return JSONResponse({"error": "no key: reload the page"}, status_code=403)
        await run_in_threadpool(act, chapter, number, owner, sent)
        return await run_in_threadpool(told, request, chapter, owner)
    except UnknownChapter:
        return not_found(request)
    except Wrong as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    except TooMany:
        return JSONResponse({"error": "too many experiments wait", "problem": "many"}, status_code=429)


def keep_guess(chapter: Chapter, number: int, owner: str, sent: dict[str, Any]) -> None:
    """The visitor's guess, also for the class that they are in."""
    from genlab.classroom.attended import count_guess  # the server starts without the store's library

    options = len(text_of(chapter.name, SOURCE).questions[number - 1].options)
    curves = curves_to_mark(chapter.name, number)
    guess = guess_of(chapter.questions[number - 1], options, curves.x if curves else (), sent)
    lab().store.keep_answer(owner, chapter.name, number, guess=guess)
    count_guess(lab().store.engine, owner, chapter.name, number, guess)


def begin(chapter: Chapter, number: int, owner: str, sent: dict[str, Any]) -> None:
    """The visitor's experiment; what they found before makes room."""
    from genlab.lessons.trained import begin as started
    from genlab.lessons.work import compute, judge
    from genlab.live.queues.experiments import experiments

    experiment, key, store = chapter.questions[number - 1].experiment, (owner, chapter.name, number), lab().store
    experiments().forget(key)
    if isinstance(experiment, Act):
        numbers = sent.get("numbers")
        if not isinstance(numbers, dict):
            raise Wrong("numbers: got none")
        try:
            outcome = judge(chapter.name, number, {k: float(v) for k, v in numbers.items() if is_finite(v)})
        except ValueError as error:
            raise Wrong(str(error)) from None
        store.keep_answer(owner, chapter.name, number, result=outcome)
    elif isinstance(experiment, Compute):
        experiments().ask(key, compute, chapter.name, number, seed())
    else:
        store.keep_answer(owner, chapter.name, number, runs=started(store, experiment, owner, seed()))
        lab().scheduler.wake()


async def delete_answers(request: Request) -> Response:
    """Forgets the visitor's answers in a chapter."""
    return await changed(request, forget)


def forget(chapter: Chapter, number: int, owner: str, sent: dict[str, Any]) -> None:
    """The visitor's answers in a chapter, also those that a class counts."""
    from genlab.classroom.attended import forget_guesses

    lab().store.forget_answers(owner, chapter.name)
    forget_guesses(lab().store.engine, owner, chapter.name)


ROUTES = [
    Route("/lab/chapters/{name}", get_chapter),
    Route("/lab/chapters/{name}", delete_answers, methods=["DELETE"]),
    Route("/lab/chapters/{name}/{number:short}/curves", get_curves),
    Route("/lab/chapters/{name}/{number:short}", post_guess, methods=["POST"]),
    Route("/lab/chapters/{name}/{number:short}/experiment", post_experiment, methods=["POST"]),
]
