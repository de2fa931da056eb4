"""The first visit of a fresh process, which has imported nothing yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
APP = ROOT / "app.py"


def told(script: str, *arguments: str, home: Path | None = None) -> str:
    """What a script prints in a process of its own, in the app's folder."""
    environment = os.environ | ({"GENLAB_HOME": str(home)} if home else {})
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def lines(word: str, printed: str) -> list[str]:
    """Those of its lines that begin with a word."""
    return [line for line in printed.splitlines() if line.startswith(word)]
