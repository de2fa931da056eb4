"""A page's words do not wait for large libraries: what is imported before the title is drawn, in a fresh process."""

from __future__ import annotations

from pathlib import Path

from views.frame.fresh import APP, lines, told

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
    before = lines("BEFORE", told(SCRIPT, str(APP), *LARGE, home=tmp_path))
    assert before[:1] == ["BEFORE"], before
