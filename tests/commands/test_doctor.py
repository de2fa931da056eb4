"""`doctor` and `store`: how the program stands, a store that stays small and is not lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genlab.__main__ import main
from genlab.runs import Store


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    monkeypatch.setattr("genlab.commands.doctor.TRIED_SECONDS", 0.05)
    monkeypatch.setattr("genlab.commands.doctor.TRIED_BYTES", 1000)


def test_what_is_found_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["home"] == str(tmp_path)
    assert found["torch"] != "not installed"
    assert found["runs"] == 0
    assert found["steps_a_second"] > 0
    assert found["disk_megabytes_a_second"] >= 0  # a busy disk takes long for so little
    assert main(["doctor"]) == 0
    assert f"home: {tmp_path}" in capsys.readouterr().out.splitlines()


def test_what_is_wrong_is_said_after_what_is_found(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENLAB_RUNS_PER_OWNER", "none")
    assert main(["doctor", "--json"]) == 2
    said = capsys.readouterr()
    assert "GENLAB_RUNS_PER_OWNER" in json.loads(said.out)["wrong"]
    assert said.err == "genlab: GENLAB_RUNS_PER_OWNER: got 'none', allowed: whole numbers from 1\n"


def test_clean_says_what_went(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    run = store.create("ada", "ae", "ring8", state="paused")
    assert main(["store", "clean", "--days", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"runs": 0, "megabytes": 0.0}
    assert store.get(run.id).state == "paused"
    store.close()
    assert main(["store", "clean", "--days", "-1"]) == 2
    assert capsys.readouterr().err == "genlab: --days: got -1, allowed: numbers from 0\n"


def test_a_backup_is_written_and_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    run = store.create("ada", "ae", "ring8", state="paused")
    store.close()
    file = tmp_path / "kept.backup"
    assert main(["store", "backup", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 1
    assert main(["store", "restore", str(file)]) == 2
    assert (
        capsys.readouterr().err
        == "genlab: store: got one that has 1 runs, allowed: an empty one; --replace deletes it\n"
    )
    assert main(["store", "restore", str(file), "--replace"]) == 0
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path / "other"))
    assert main(["store", "restore", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 runs restored, ")
    store = Store()
    assert store.get(run.id).owner == "ada"
    store.close()
