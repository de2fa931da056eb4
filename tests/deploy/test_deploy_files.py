"""The files in docs/deploy: the Dockerfile's steps run, what they start serves; the others name what is there."""

from __future__ import annotations

import configparser
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser.served import Server, until
from deploy.conftest import ROOT, Installed, lending

DEPLOY = ROOT / "docs" / "deploy"
FOLDERS = ("/source", "/wheels", "/data")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments."""
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def given(name: str) -> str:
    """The arguments of an instruction that stands there once."""
    (found,) = [argument for instruction, argument in instructions() if instruction == name]
    return found


def sources(into: Path) -> None:
    """What `COPY . .` copies."""
    patterns = (ROOT / ".dockerignore").read_text().split()

    def left_out(folder: str, names: list[str]) -> set[str]:
        paths = {name: str((Path(folder) / name).relative_to(ROOT)) for name in names}
        return {
            name
            for name, path in paths.items()
            if any(fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(f"/{path}", pattern) for pattern in patterns)
        }

    shutil.copytree(ROOT, into, ignore=left_out)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Installed]:
    """The image's folders within one of ours, and what was installed; its packages are lent, not fetched."""
    root = tmp_path_factory.mktemp("image")
    made, tools = lending(root / "environment"), root / "tools"
    tools.mkdir()
    pip = tools / "pip"
    pip.write_text(f'#!/bin/sh\nexec {sys.executable} -m pip --python {made.python} "$@"\n')
    pip.chmod(0o755)
    lent = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    environment = os.environ | lent | {"PATH": f"{tools}:{os.environ['PATH']}", "TORCH_INDEX": ""}
    at = root
    for instruction, argument in instructions():
        if instruction == "WORKDIR":
            at = root / argument.strip("/")
        elif (instruction, argument) == ("COPY", ". ."):
            sources(at)
        elif instruction == "RUN":
            here = argument.replace("1000:1000", f"{os.getuid()}:{os.getgid()}")
            for folder in FOLDERS:
                here = re.sub(rf"(?<![\w/]){folder}\b", str(root / folder.strip("/")), here)
            subprocess.run(here, shell=True, cwd=at, env=environment, check=True, timeout=120)
    return root, made


def test_what_the_dockerfile_makes_serves_and_is_healthy(image: tuple[Path, Installed]) -> None:
    root, made = image
    home = root / dict([given("ENV").split("=", 1)])["GENLAB_HOME"].strip("/")
    start = json.loads(given("CMD"))
    server = Server(home, program=[str(made.folder / "bin" / start[0]), *start[1:]], folder=root)
    server.start()
    try:
        options, command = given("HEALTHCHECK").split("CMD ")
        assert "start-period" in options
        health = json.loads(command)
        health[-1] = health[-1].replace("8501", str(server.port))
        looks = [str(made.python), *health[1:]]
        until(lambda: subprocess.run(looks, check=False).returncode == 0, 60, lambda: "not healthy")
    finally:
        server.end()


def test_compose_starts_what_the_image_has(installed: Installed) -> None:
    described = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services: dict[str, dict[str, Any]] = described["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "genlab"}
    assert set(ours) == {"app", "scheduler", "worker"}
    for service in ours.values():
        assert service["read_only"]
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(described["volumes"])
        if command := service.get("command"):
            offered = subprocess.run(
                [sys.executable, "-m", "dask", command[1], "--help"], capture_output=True, text=True, check=True
            )
            options = {part.split("=")[0] for part in command if part.startswith("--")}
            assert options <= set(re.findall(r"--[\w-]+", offered.stdout))
    settings = set(services["app"]["environment"])
    named = set(re.findall(r"GENLAB_[A-Z_]+", (ROOT / "README.md").read_text()))
    assert settings <= named


def test_the_unit_starts_an_app_whose_home_it_may_write(installed: Installed) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "genlab.service")
    service = unit["Service"]
    program, *options = shlex.split(service["ExecStart"])
    assert Path(program).name == installed.program.name
    from genlab.__main__ import parser

    assert parser().parse_args(options).base_url_path == "courses/genlab"
    text = (DEPLOY / "genlab.service").read_text()
    assert f"Environment=GENLAB_HOME=/var/lib/{service['StateDirectory']}\n" in text


def test_a_space_says_where_the_image_serves() -> None:
    front = yaml.safe_load((DEPLOY / "space.md").read_text().split("---")[1])
    assert front["sdk"] == "docker"
    assert str(front["app_port"]) == given("EXPOSE") == json.loads(given("CMD"))[-1]
