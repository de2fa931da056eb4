"""The wheel holds all that the app needs: installed elsewhere it serves, trains, and writes into its home alone."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest
from browser.served import Server
from deploy.conftest import ROOT, Installed

MEGABYTES_AT_MOST = 40


def files(top: Path) -> list[Path]:
    """The files of a folder, or the file itself; not those that Python makes of others."""
    inside = top.rglob("*") if top.is_dir() else [top]
    return [path for path in inside if path.is_file() and path.suffix != ".pyc"]


def test_it_holds_the_package_and_what_the_app_needs_beside_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.startswith("genlab-")}
    beside = ("app.py", "pages", "pretrained", ".streamlit/config.toml", "docs/glossary.md")
    ours = {f"{path.relative_to(ROOT)}" for path in files(ROOT / "genlab")}
    assert names == ours | {f"genlab/app/{path.relative_to(ROOT)}" for top in beside for path in files(ROOT / top)}
    assert wheel.stat().st_size < MEGABYTES_AT_MOST * 2**20


def test_extras_are_what_the_tests_run_with() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    tested = (ROOT / "requirements-dev.txt").read_text().splitlines()
    assert set(extras) == {"cluster", "postgres"}
    assert {package for packages in extras.values() for package in packages} <= set(tested)


def test_one_version_is_said_everywhere(wheel: Path) -> None:
    from genlab import __version__

    assert wheel.name.split("-")[1] == __version__


def test_it_trains_where_only_its_home_can_be_written(
    installed: Installed, home: Path, shut_in: list[str], bare: dict[str, str]
) -> None:
    command = [installed.program, "train", "ae", "--data", "ring8", "--steps", "10", "--set", "hidden=8", "--json"]
    made = subprocess.run(
        [*shut_in, *command, "--out", home / "made"], env=bare, cwd="/", capture_output=True, text=True, timeout=120
    )
    assert made.returncode == 0, made.stderr
    last = json.loads(made.stdout.splitlines()[-1])
    assert (last["done"], last["step"]) == (True, 10)


def test_it_serves_below_a_path_from_any_folder_and_its_runs_are_there(
    installed: Installed, home: Path, shut_in: list[str], bare: dict[str, str]
) -> None:
    program = [*shut_in, str(installed.python), "-m", "genlab", "app"]
    server = Server(home, "/courses/lab", program=program, environment=bare, folder=Path("/"))
    server.start()
    try:
        server.unpacked()
        with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as answer:
            assert json.load(answer) == {"ready": True}
        with urllib.request.urlopen(f"{server.address}/vae", timeout=10) as answer:
            page = answer.read().decode()
        assert re.search(r"<title>", page)
    finally:
        server.end()


@pytest.mark.parametrize("option", [["--port", "none"], ["--server.port", "none"], ["--no-such-option"]])
def test_a_wrong_option_is_one_line_and_status_2(installed: Installed, bare: dict[str, str], option: list[str]) -> None:
    tried = subprocess.run([installed.program, "app", *option], env=bare, capture_output=True, text=True, timeout=60)
    assert tried.returncode == 2
    assert "Traceback" not in tried.stderr
