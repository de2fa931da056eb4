"""Of all schedulers of a store one works: what it holds meanwhile, and how the others notice that it has gone."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from genlab.home import home, make_folder
from genlab.runs.trouble import StoreTrouble

# As schema.py takes one for migrations: PostgreSQL's locks by number are of one database.
NUMBER = 726510463
# A machine that is gone without a word is noticed by PostgreSQL within six seconds, and lets go.
KEEPALIVE = ("tcp_keepalives_idle = 2", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 2")


class Alone(Protocol):
    """What one scheduler of a store holds."""

    def take(self) -> bool:
        """Takes it where nobody has it; whether it is held now."""
        ...

    def held(self) -> bool:
        """Whether it still is."""
        ...

    def give_back(self) -> None:
        """Lets another have it."""
        ...


def alone(url: str, engine: Engine) -> Alone:
    """What the schedulers of this store share: a lock in the database where it has such, else a file."""
    return InDatabase(engine) if engine.dialect.name == "postgresql" else InFile(lock_path(url))


class InFile:
    """A locked file, on one machine."""

    def __init__(self, path: Path) -> None:
        self.lock = FileLock(path)

    def take(self) -> bool:
        with suppress(Timeout):
            make_folder(Path(self.lock.lock_file).parent)
            self.lock.acquire(blocking=False)
            return True
        return False

    def held(self) -> bool:
        return True  # the system takes it from those who end, and from nobody else

    def give_back(self) -> None:
        self.lock.release()


class InDatabase:
    """A lock of PostgreSQL's, which is let go with the connection: by who ends, is killed, or is cut off."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: Connection | None = None

    def take(self) -> bool:
        self.give_back()
        connection = self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # one of its own, closed with it
        for setting in KEEPALIVE:
            connection.exec_driver_sql(f"SET {setting}")
        if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({NUMBER})").scalar():
            return True
        self.give_back()
        return False

    def held(self) -> bool:
        if self.connection is None:
            return False
        try:
            self.connection.exec_driver_sql("SELECT 1")
        except StoreTrouble:
            self.give_back()
            return False
        return True

    def give_back(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(StoreTrouble):
                connection.close()


def lock_path(url: str) -> Path:
    """The file that one scheduler of the store holds: beside an SQLite file, else in GENLAB_HOME."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database).with_suffix(".scheduler.lock")
    return home() / f"{sha256(url.encode()).hexdigest()[:16]}.scheduler.lock"
