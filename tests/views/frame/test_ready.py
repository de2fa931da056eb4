"""What is made ready beforehand is all that the first page's words would import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from genlab.views.frame.ready import get_ready
import genlab.views.course.home as home

get_ready()
ready = set(sys.modules)
drawn = home.header

def header(*arguments, **named):
    names = {"genlab", "streamlit.emojis", "streamlit.material_icon_names"}
    late = {name for name in set(sys.modules) - ready if name in names or name.startswith("genlab.")}
    print("WAITED", *sorted(late))
    return drawn(*arguments, **named)

home.header = header
visitor = AppTest.from_file(sys.argv[1], default_timeout=120)
visitor.run()
"""


def test_the_first_words_wait_for_no_module_of_ours(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "app.py")],
        cwd=ROOT,
        env=os.environ | {"GENLAB_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in told.stdout.splitlines() if line.startswith("WAITED")]
    assert lines[:1] == ["WAITED"], lines


def test_the_server_starts_without_large_libraries() -> None:
    asked = (
        "import sys, genlab.live.api, genlab.live.lab; print(*(sys.modules.keys() & {'numpy', 'torch', 'sqlalchemy'}))"
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
