"""Logs as JSON, one object a line whoever writes it, and nobody's secrets in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from genlab.live.web.keys import new_key
from genlab.logs import of_environment, without_secrets
from genlab.runs import Store
from genlab.runs.trouble import StoreTrouble

WRITES = """
import logging, threading, warnings
from streamlit.logger import get_logger
early = get_logger("streamlit.early")
from genlab.live.web.logs import gather
gather()
early.warning("from Streamlit")
get_logger("streamlit.late").warning("imported later")
logging.getLogger("uvicorn.error").error("from uvicorn")
logging.getLogger("genlab.runs").info("two\\nlines and a key KEY")
warnings.warn("a warning")
threading.Thread(target=lambda: 1 / 0).start()
"""


def test_each_line_is_an_object_whoever_writes() -> None:
    key = new_key()
    environment = os.environ | {"GENLAB_LOG": "json"}
    made = subprocess.run(
        [sys.executable, "-c", WRITES.replace("KEY", key)], env=environment, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in made.stderr.splitlines()]
    assert [line["logger"] for line in lines] == [
        "streamlit.early", "streamlit.late", "uvicorn.error", "genlab.runs", "py.warnings", "genlab.logs"
    ]  # fmt: skip
    assert {line["level"] for line in lines} == {"WARNING", "ERROR", "INFO"}
    assert lines[3]["message"] == "two\nlines and a key ***"
    assert "ZeroDivisionError" in lines[5]["trace"]
    assert all(line["time"] and line["process"] for line in lines)


@pytest.mark.parametrize(
    ("line", "kept", "hidden"),
    [
        ("GET /class?code=ABCDEF&lang=en", "lang=en", "ABCDEF"),
        ('{"nickname": "Ada", "step": 3}', '"step": 3', "Ada"),
        ("cannot open postgresql+psycopg://genlab:gh%40im@database/genlab", "@database/genlab", "gh%40im"),
        ("cookie: genlab_key=abc; lang=zh", "lang=zh", "abc"),
        ("Password='let me in'", "Password=", "let"),
    ],
)
def test_stars_stand_for_what_nobody_is_to_read(line: str, kept: str, hidden: str) -> None:
    shown = without_secrets(line)
    assert kept in shown
    assert hidden not in shown
    assert without_secrets("run 5f0c9a2e11, step 12: ValueError") == "run 5f0c9a2e11, step 12: ValueError"


def test_what_the_database_refuses_is_logged_without_its_values(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    store = Store(f"sqlite:///{tmp_path / 'genlab.sqlite'}")
    store.create("ada", "ae", "ring8")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON runs BEGIN SELECT no_such(); END")
    key = new_key()
    with pytest.raises(StoreTrouble):
        store.create(key, "ae", "ring8", name="Ada's first")
    store.close()
    said = caplog.text
    assert "INSERT INTO runs" in said
    assert key not in said
    assert "Ada's first" not in said


def test_another_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENLAB_LOG", "xml")
    with pytest.raises(ValueError, match=r"^GENLAB_LOG: got 'xml', allowed: text, json$"):
        of_environment()
