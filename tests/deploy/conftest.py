"""What the tests of installing share: the wheel, an environment that has it, and a place where nothing else can be
written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installed:
    """An environment of its own that has the wheel, and of the one that the tests run in all other packages."""

    folder: Path

    @property
    def program(self) -> Path:
        return self.folder / "bin" / "genlab"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def lending(folder: Path) -> Installed:
    """A new environment, to which that of the tests lends its packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    variables = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=variables))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(folder)


def environment_with(folder: Path, wheel: Path) -> Installed:
    """Installs the wheel alone: what it needs is lent, not fetched again."""
    made = lending(folder)
    pip = [sys.executable, "-m", "pip", "--python", made.python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True, timeout=120)
    return made


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of what git would keep."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=120)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """genlab as pipx or uvx install it."""
    return environment_with(tmp_path_factory.mktemp("installed") / "environment", wheel)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """GENLAB_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def shut_in(home: Path) -> list[str]:
    """What to begin a command with, so that it runs as another user, in the root folder, and may write GENLAB_HOME and
    nothing else; where the system does not allow that, with nothing."""
    mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", str(home), str(home)]
    inside = [
        "bwrap",
        *mounts,
        "--unshare-user",
        "--uid",
        "12345",
        "--gid",
        "12345",
        "--die-with-parent",
        "--chdir",
        "/",
    ]
    if shutil.which("bwrap") is None or subprocess.run([*inside, "true"], check=False).returncode:
        return []
    return inside


@pytest.fixture
def bare(home: Path) -> dict[str, str]:
    """The environment of a service: no person's folders, no settings but GENLAB_HOME."""
    known = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
    return known | {"GENLAB_HOME": str(home), "HOME": "/nonexistent"}
