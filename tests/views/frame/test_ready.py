"""What is made ready beforehand is all that the first page's words would import."""

from __future__ import annotations

from pathlib import Path

from views.frame.fresh import APP, lines, told

LARGE = ("numpy", "torch", "sqlalchemy")
SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from genlab.views.frame.ready import get_ready
import genlab.views.course.home as home

get_ready()
ready = set(sys.modules)
drawn = home.header

def header(*arguments, **named):
    names = {"genlab", "streamlit.material_icon_names"}
    late = {name for name in set(sys.modules) - ready if name in names or name.startswith("genlab.")}
    late |= {"streamlit.emojis", "numpy"} & set(sys.modules)
    print("WAITED", *sorted(late))
    return drawn(*arguments, **named)

home.header = header
visitor = AppTest.from_file(sys.argv[1], default_timeout=120)
visitor.run()
"""


def test_the_first_words_wait_for_no_module_of_ours(tmp_path: Path) -> None:
    waited = lines("WAITED", told(SCRIPT, str(APP), home=tmp_path))
    assert waited[:1] == ["WAITED"], waited


def test_the_server_starts_without_large_libraries() -> None:
    asked = "import sys, genlab.live.api, genlab.live.lab; print(*(sys.modules.keys() & set(sys.argv[1:])))"
    assert told(asked, *LARGE).strip() == ""


def test_the_server_listens_before_it_imports_what_pages_ask_later() -> None:
    asked = "import sys, runpy; runpy.run_path(sys.argv[1], run_name='app'); print('IMPORTED', *sys.modules)"
    (imported,) = lines("IMPORTED", told(asked, str(APP)))
    assert "genlab.live.door" in imported.split()
    assert not {"genlab.live.api", "genlab.lessons", "prometheus_client"} & set(imported.split())
