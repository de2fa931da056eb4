"""A PostgreSQL server of the tests' own, in a temporary folder and without a port."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

# The kinds of database that a store is tested on.
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
# Debian keeps the server's programs out of the PATH, others don't.
DEBIAN = Path("/usr/lib/postgresql")
ACCOUNT = "genlab"
# Ends the server as soon as its standard input ends: with these tests, and be it that they are killed.
GUARD = 'cat > /dev/null; "$1" -D "$2/data" -m immediate stop; rm -rf "$2"'
# What a crash of this machine would lose is lost with the test anyway.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest version; None where there is no server to start."""
    found = [path.parent for path in DEBIAN.glob("*/bin/pg_ctl")]
    if in_path := shutil.which("pg_ctl"):
        found.append(Path(in_path).resolve().parent)
    having = [folder for folder in found if (folder / "initdb").exists()]
    return max(having, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()], default=None)


class Server:
    """A server that listens in a folder only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()
        self.free: list[str] = []

    def url(self, database: str = "postgres") -> str:
        """What SQLAlchemy calls one of its databases."""
        return f"postgresql+psycopg://{ACCOUNT}@/{database}?host={self.folder}"

    def new(self) -> str:
        """The URL of an empty database: a new one, or one that was given back."""
        if not self.free:
            name = f"test{next(self.numbers)}"
            self.execute("postgres", f"CREATE DATABASE {name}")
            return self.url(name)
        return self.url(self.free.pop())

    def take_back(self, url: str) -> None:
        """Empties a database for the next test: that takes a tenth of the time that a new one takes, and removing
        hundreds of them afterwards a minute."""
        name = make_url(url).database or ""
        self.execute("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self.execute(name, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        self.free.append(name)

    def execute(self, database: str, *statements: str) -> None:
        """Has the server do something in one of its databases."""
        import psycopg

        with psycopg.connect(f"host={self.folder} user={ACCOUNT} dbname={database}", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def serving() -> Iterator[Server]:
    """Starts a server, and ends it."""
    found = programs()
    assert found is not None
    user = other_user()
    # Not pytest's own folders, which only its user may enter; short, as a socket's path has to be.
    folder = tempfile.mkdtemp(prefix="pg")
    if user is not None:
        shutil.chown(folder, user)
    guarded = ["sh", "-c", GUARD, "sh", str(found / "pg_ctl"), folder]
    # A session of its own: who ends the tests' processes all at once does not end it.
    guard = subprocess.Popen(
        guarded, user=user, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )

    def run(program: str, *arguments: str) -> None:
        command = [str(found / program), "-D", f"{folder}/data", *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120)

    try:
        run("initdb", "--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = f"-k {folder} -c listen_addresses='' -c max_connections=60 {FAST}"
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        yield Server(Path(folder))
    finally:
        guard.communicate(timeout=60)


def other_user() -> str | None:
    """Whom the server runs as: the system's own account for it, where the tests run as root, which it refuses to be."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
