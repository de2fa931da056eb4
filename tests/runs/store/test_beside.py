"""Other programs may open a store while this one has it open, and close it again: nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from genlab.runs import Store

LOOK = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT COUNT(*) FROM runs').fetchone()[0])"


def counted_elsewhere(path: Path) -> int:
    """How many runs another process finds; it opens the file, and closes it."""
    found = subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True, capture_output=True, text=True)
    return int(found.stdout)


# Closing any descriptor of the file would drop this process' locks on it: the other one would take itself for the last,
# and take the log away in which this one writes.
def test_what_is_written_after_another_program_has_closed_the_store_is_there(tmp_path: Path) -> None:
    path = tmp_path / "genlab.sqlite"
    store = Store(f"sqlite:///{path}")
    kept = store.engine.connect()  # as a server has more than one
    kept.exec_driver_sql("SELECT COUNT(*) FROM runs").fetchall()
    for number in range(3):
        store.create("ada", "ae", "ring8")
        assert counted_elsewhere(path) == number + 1
    kept.close()
    store.close()
    with sqlite3.connect(path) as alone:
        assert alone.execute("SELECT COUNT(*) FROM runs").fetchone() == (3,)
