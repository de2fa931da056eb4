"""Where data lies on this machine: GENLAB_HOME (ours to write) and GENLAB_DATA (read only)."""

import os
from pathlib import Path

import platformdirs

from genlab.locale import N_, Message


class DataUnavailable(RuntimeError):
    """A data set cannot be had here and now; the message is one sentence that says what to do."""


class CannotWrite(DataUnavailable):
    """The disk does not let us write what we keep; `errno` says why, as OSError does."""

    def __init__(self, sentence: str, number: int | None = None) -> None:
        super().__init__(sentence)
        self.errno = number


class DataDamaged(DataUnavailable):
    """A data file is there but is not what it should be; the message names the file."""


def home() -> Path:
    """The folder of everything genlab keeps: GENLAB_HOME, by default the platform's user data folder."""
    chosen = os.environ.get("GENLAB_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("genlab", appauthor=False)


def data_home() -> Path:
    """The folder that downloads and caches are written to: `data` under `home()`."""
    return home() / "data"


def data_folders() -> list[Path]:
    """The folders searched for data sets, in order: GENLAB_DATA where it is set, then `data_home()`."""
    shared = os.environ.get("GENLAB_DATA")
    return [*([Path(shared).expanduser()] if shared else []), data_home()]


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents; raises CannotWrite where the disk does not allow it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    """The error to raise when `path` could not be written: it names the way out, GENLAB_HOME."""
    reason = error.strerror or str(error)
    return CannotWrite(
        Message(
            N_("cannot write {path}: {reason}; set GENLAB_HOME to a folder that can be written and has 100 MB free"),
            path=path,
            reason=reason,
        ),
        error.errno,
    )
