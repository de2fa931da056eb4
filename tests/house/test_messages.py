"""Sentences that know their parts: English on the command line and in the store, the reader's language on a page."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from genlab.data import DataUnavailable, load
from genlab.live.web.failure import told as told_of_run
from genlab.locale import Message, said, told, translate
from genlab.models import ConfigError, family_named
from genlab.runs import RunError, Store
from genlab.runs.store import checks

chinese = partial(translate, language="zh")


def test_a_message_is_its_english_sentence_and_comes_whole_from_another_process() -> None:
    allowed = Message("whole numbers from {low} to {high}", low=1, high=64)
    message = Message("{field}: got {got}, allowed: {allowed}", field="latents", got="'{x}'", allowed=allowed)
    assert message == "latents: got '{x}', allowed: whole numbers from 1 to 64"
    for copy in (pickle.loads(pickle.dumps(message)), Message.unpacked(message.packed())):
        assert copy == message
        assert told(copy, chinese) == "latents：得到 '{x}'，允许：1 到 64 的整数"
    assert told(message, str) == message


WRONG: dict[str, Callable[[Store], object]] = {
    "range": lambda store: store.create("ada", "vae", "mnist5k", {"latents": 99}),
    "choice": lambda store: store.create("ada", "vae", "mnist5k", {"net": "x"}),
    "unknown": lambda store: store.create("ada", "vae", "mnist5k", {"colour": 1}),
    "points": lambda store: store.create("ada", "vae", "ring8"),
    "family": lambda store: store.create("ada", "pca", "ring8"),
    "fixed": lambda store: store.change(store.create("ada", "ae", "ring8").id, {"latents": 5}),
    "preset": lambda store: family_named("ae").preset("worst", "points"),
    "part": lambda store: checks.part("ae", "generator"),
    "seed": lambda store: checks.seed(-1),
    "fork": lambda store: store.fork(store.create("ada", "ae", "ring8").id, 3, "ada"),
    "step": lambda store: store.request_step(store.create("ada", "ae", "ring8").id),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_person_asks_in_vain_is_said_in_chinese(what: str, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}")
    with pytest.raises((ConfigError, RunError)) as caught:
        WRONG[what](store)
    store.close()
    sentence = told(said(caught.value), chinese)
    assert sentence != str(caught.value)
    english = {"got", "allowed", "whole", "numbers", "run", "fixed"}
    assert not english & set(sentence.replace("：", " ").split()), sentence


def test_why_a_run_failed_is_kept_in_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENLAB_DATA", raising=False)
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    with pytest.raises(DataUnavailable) as caught:
        load("kmnist")
    store = Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}")
    run = store.create("ada", "ae", "kmnist")
    failed = store.fail(run.id, said(caught.value))
    assert failed.error == str(caught.value)
    assert failed.error.startswith("data set kmnist is not on this machine")
    assert told_of_run(store.get(run.id), str) == failed.error
    chinese_sentence = told_of_run(store.get(run.id), chinese) or ""
    assert chinese_sentence.startswith("本机上没有数据集 kmnist")
    assert store.set_state(run.id, "running").error is None
    assert type(store.fail(run.id, "it broke").error) is str, "nothing of the former failure is left"
    store.close()
