"""What a chapter's page asks for: guesses kept by the browser's key, experiments begun, outcomes in words."""

from __future__ import annotations

import json
import threading
from copy import copy
from typing import Any

import pytest
from asked import Answer, ask, get

from genlab.lessons.anatomy import Train
from genlab.lessons.loader import chapter_named
from genlab.live.lab import lab
from genlab.live.queues.experiments import TooMany, experiments
from genlab.live.routes import lessons_api
from genlab.live.routes.lessons_api import run_state
from genlab.live.web import rates
from genlab.live.web.keys import COOKIE, new_key
from genlab.runs import Store
from genlab.runs.work.hot import HotRuns

pytestmark = pytest.mark.usefixtures("own_lab")

ADDRESS = "/lab/chapters/two-terms"
KEY = new_key()
NUMBERS = {"kl_light": 21.94, "kl_heavy": 6.93, "rec_light": 91.4, "rec_heavy": 125.6} | {
    "active_light": 15.0,
    "active_heavy": 7.0,
}


def sent(path: str, body: Any, key: str = KEY, method: str = "POST") -> Answer:
    """A change by the visitor with that key."""
    cookie = {"cookie": f"{COOKIE}={key}"} if key else {}
    return ask(method, ADDRESS + path, body if isinstance(body, bytes) else json.dumps(body).encode(), cookie)


def told(language: str = "en", key: str = KEY) -> Any:
    """What the page is told."""
    return get(f"{ADDRESS}?lang={language}", cookie=f"{COOKIE}={key}").json()


def test_nothing_is_known_of_a_new_visitor() -> None:
    first = told()["questions"]["1"]
    assert first == {"guess": None, "runs": [], "result": None, "job": None}
    assert get(ADDRESS).status == 200
    assert get("/lab/chapters/nothing").status == 404


def test_a_guess_is_kept_by_the_browsers_key() -> None:
    assert sent("/1", {"guess": 2}).json()["questions"]["1"]["guess"] == 2
    assert told()["questions"]["1"]["guess"] == 2
    assert told(key=new_key())["questions"]["1"]["guess"] is None
    sent("/1", {"guess": 0})
    assert told()["questions"]["1"]["guess"] == 0
    sent("", {}, method="DELETE")
    assert told()["questions"]["1"]["guess"] is None


@pytest.mark.parametrize(
    "body",
    [{"guess": 99}, {"guess": -1}, {"guess": True}, {"guess": "2"}, {"guess": [[0, 1]]}, {}, [1], b"{", b"[" * 9999],
)
def test_a_guess_that_is_none_of_the_options_is_refused(body: Any) -> None:
    answer = sent("/1", body)
    assert answer.status == 422
    assert "guess" in answer.json()["error"] or "answer" in answer.json()["error"]
    assert told()["questions"]["1"]["guess"] is None


def test_a_guess_may_be_a_place_on_curves_that_are_shown_before() -> None:
    address = "/lab/chapters/side-by-side/1"
    cookie = {"cookie": f"{COOKIE}={KEY}"}
    english, chinese = (get(f"{address}/curves?lang={language}").json() for language in ("en", "zh"))
    assert english["x"] == chinese["x"]
    assert (english["x_title"], chinese["x_title"]) == ("step", "步数")
    answer = ask("POST", address, json.dumps({"guess": english["x"][3]}).encode(), cookie)
    assert answer.json()["questions"]["1"]["guess"] == english["x"][3]
    for wrong in (english["x"][3] + 0.5, "540", True, None, [1, 2]):
        refused = ask("POST", address, json.dumps({"guess": wrong}).encode(), cookie)
        assert refused.status == 422
        assert "guess" in refused.json()["error"]
    assert get("/lab/chapters/side-by-side/2/curves").status == 404
    assert get("/lab/chapters/side-by-side/99/curves").status == 404
    assert get("/lab/chapters/nothing/1/curves").status == 404


def test_without_a_key_nothing_is_kept() -> None:
    assert sent("/1", {"guess": 1}, key="").status == 403
    assert sent("/1/experiment", {}, key="made-up").status == 403
    assert lab().store.list() == []


def test_too_many_experiments_are_told_apart_from_too_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise TooMany

    monkeypatch.setattr(lessons_api, "begin", full)
    answer = sent("/1/experiment", {})
    assert (answer.status, answer.json()["problem"]) == (429, "many")
    monkeypatch.setattr(rates, "BY_KEY", rates.Rates(a_second=0, burst=0))
    answer = sent("/1/experiment", {})
    assert (answer.status, "problem" in answer.json()) == (429, False)


def test_no_question_of_that_number() -> None:
    assert sent("/99", {"guess": 1}).status == 404
    assert sent("/0/experiment", {}).status == 404


def test_an_experiment_trains_the_visitors_own_runs_side_by_side() -> None:
    news = sent("/1/experiment", {}).json()
    runs = lab().store.list(KEY)
    assert sorted(run.config["beta"] for run in runs) == [1.0, 5.0]
    assert len({run.seed for run in runs}) == 1
    assert {run.state for run in runs} == {"running"}
    shown = {run.id: run.config["beta"] for run in runs}
    assert [shown[run_id] for run_id in news["stage"]] == [5.0, 1.0]
    assert [run["step"] for run in news["questions"]["1"]["runs"]] == [0, 0]


def test_an_outcome_is_told_in_the_visitors_language() -> None:
    figure = {
        "kind": "lines",
        "title": "step",
        "x_title": "nats",
        "y_title": "",
        "x": [0, 1],
        "series": [],
        "marks": [],
    }
    outcome = {"numbers": NUMBERS, "holds": True, "figures": [figure], "answer": None}
    lab().store.keep_answer(KEY, "two-terms", 1, result=outcome)
    english, chinese = (told(language)["questions"]["1"]["result"] for language in ("en", "zh"))
    assert "from 21.9 to 6.9 nats" in english["after"]
    assert "从 21.9 奈特降到 6.9 奈特" in chinese["after"]
    assert english["answer"] == chinese["answer"] == 2
    assert (english["figures"][0]["x_title"], chinese["figures"][0]["x_title"]) == ("nats", "奈特")


def test_numbers_that_do_not_say_what_the_chapter_claims_are_told_so() -> None:
    lab().store.keep_answer(
        KEY, "two-terms", 1, result={"numbers": NUMBERS, "holds": False, "figures": [], "answer": None}
    )
    assert "not what usually happens" in told()["questions"]["1"]["result"]["after"]


def test_a_new_experiment_makes_room() -> None:
    lab().store.keep_answer(
        KEY, "two-terms", 1, guess=1, result={"numbers": NUMBERS, "holds": True, "figures": [], "answer": None}
    )
    question = sent("/1/experiment", {}).json()["questions"]["1"]
    assert question["result"] is None
    assert question["guess"] == 1


def test_an_experiment_may_take_turns_and_then_rest() -> None:
    address = "/lab/chapters/the-game"
    cookie = {"cookie": f"{COOKIE}={KEY}"}
    assert ask("POST", f"{address}/1/experiment", b"{}", cookie).status == 200
    (run,) = lab().store.list(KEY)
    assert run.state == "paused"

    def known() -> Any:
        return get(address, cookie=cookie["cookie"]).json()["questions"]["1"]

    assert known()["runs"] == [{"id": run.id, "state": "running", "step": 0, "plan": 200}]
    assert known()["job"] is None
    hot = HotRuns(lab().store)
    while lab().store.asked(run.id):
        hot.advance(run.id, 1.0, save=True)
    experiment = chapter_named("the-game").questions[0].experiment
    assert isinstance(experiment, Train)
    done = {"id": run.id, "state": "finished", "step": 200, "plan": 200}
    assert run_state(lab().store.get(run.id), experiment.trainings[0]) == done
    assert lab().store.get(run.id).state == "paused"  # one may go on with it


def test_an_experiment_that_ends_while_the_answers_are_read_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    key, outcome = (KEY, "two-terms", 1), {"numbers": NUMBERS, "holds": True, "figures": [], "answer": None}
    read, ended = Store.answers, threading.Event()

    def meanwhile(store: Store, owner: str, chapter: str | None = None) -> Any:
        found = read(store, owner, chapter)
        while experiments().get(key) is not None and not ended.wait(0.02):
            pass  # the experiment comes to its end
        return found

    experiments().ask(key, copy, outcome)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "answers", meanwhile)
        question = told()["questions"]["1"]
    assert question["job"] or question["result"]
    assert told()["questions"]["1"]["result"]
