"""A page's words do not wait for large libraries: what is imported before the title is drawn, in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LARGE = ("torch", "pandas", "pyarrow", "scipy", "sqlalchemy", "matplotlib")
SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
import genlab.views.frame.session as session

drawn = session.header

def header(*arguments, **named):
    print("BEFORE", *(name for name in sys.argv[2:] if name in sys.modules))
    return drawn(*arguments, **named)

session.header = header
visitor = AppTest.from_file(sys.argv[1], default_timeout=120)
visitor.run()
"""


def test_nothing_large_is_imported_before_the_title(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "app.py"), *LARGE],
        cwd=ROOT,
        env=os.environ | {"GENLAB_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in told.stdout.splitlines() if line.startswith("BEFORE")]
    assert lines[:1] == ["BEFORE"], lines
