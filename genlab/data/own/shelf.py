"""Where people's own data are kept: GENLAB_HOME/data/own/NAME, private to who brought them until they share them.

Beside the arrays lie meta.json (what they are), a file in `brought` for each who brought them, under a hash of their
key, and `shared` once one of these has shared them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genlab.data.own.names import PREFIX, own_name, read_name
from genlab.home import DataDamaged, DataUnavailable, cannot_write, data_home, make_folder
from genlab.locale import N_, Message

if TYPE_CHECKING:
    import numpy as np

    from genlab.data.images import ImageData
    from genlab.data.own.bring import Brought

MISSING = N_(
    "data set {name} is somebody's own and not on this machine: what was recorded can be played again, but not trained "
    "on; bring the same data with: {command}"
)
COMMAND = "python -m genlab data add PATH"
PARTS = ("train", "test")


@dataclass(frozen=True)
class Kept:
    """What is known of data that are kept: their title, classes by label, how many examples, and what was done."""

    title: str
    classes: tuple[str, ...]
    count: int
    notes: tuple[Message, ...]


def shelf() -> Path:
    """The folder of all of them."""
    return data_home() / "own"


def keep(brought: Brought, owner: str) -> str:
    """Keeps the data for `owner`, once for all who bring the same, and returns their name.

    Whoever alone has brought them names them anew. Raises CannotWrite where the disk does not allow it.
    """
    kind = "images" if brought.kind == "images" else f"{brought.examples.shape[1]}d"
    name = own_name(kind, len(brought.classes), contents(brought))
    folder = shelf() / name
    make_folder(shelf())
    try:
        if not whole(name):
            put(brought, folder)
        elif claims(folder) <= {claim(owner)}:
            write(folder / "meta.json", meta(brought))
        (folder / "brought").mkdir(exist_ok=True)
        write(folder / "brought" / claim(owner), b"")
    except OSError as error:
        raise cannot_write(shelf(), error) from error
    return name


def whole(name: str) -> bool:
    """Whether all files of it are here and right."""
    try:
        return bool(arrays(name))
    except DataUnavailable:
        return False


def contents(brought: Brought) -> str:
    """A hash of the examples, their labels and their classes."""
    found = hashlib.sha256(json.dumps([brought.kind, brought.examples.shape, brought.classes]).encode())
    for array in (brought.examples, brought.labels, brought.held_out):
        found.update(array.tobytes())
    return found.hexdigest()


def put(brought: Brought, folder: Path) -> None:
    """Writes the files beside, then renames the folder: it is there whole or not at all."""
    import numpy as np

    part = Path(tempfile.mkdtemp(dir=shelf(), prefix=".part-"))
    try:
        for name, chosen in zip(PARTS, (~brought.held_out, brought.held_out), strict=True):
            order = np.random.default_rng(0).permutation(int(chosen.sum()))  # files are sorted by class
            np.save(part / f"{name}.npy", brought.examples[chosen][order], allow_pickle=False)
            np.save(part / f"{name}_labels.npy", brought.labels[chosen][order], allow_pickle=False)
        write(part / "meta.json", meta(brought))
        if folder.exists():  # damaged: whose it is stays
            for mark in ("brought", "shared"):
                with suppress(FileNotFoundError):
                    (folder / mark).replace(part / mark)
            shutil.rmtree(folder)
        part.replace(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if not (folder / "meta.json").is_file():  # else somebody else has brought the same just now
            raise


def meta(brought: Brought) -> bytes:
    """What is known of the data, as JSON."""
    facts = {
        "title": brought.title,
        "classes": brought.classes,
        "count": len(brought.examples),
        "centre": brought.centre,
        "scale": brought.scale,
        "notes": [note.packed() for note in brought.notes],
    }
    return json.dumps(facts, ensure_ascii=False).encode()


def write(path: Path, content: bytes) -> None:
    """Beside it, then renamed."""
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(part).replace(path)


def claim(owner: str) -> str:
    """Under what name a visitor's claim is kept: their key itself stays in their browser."""
    return hashlib.sha256(owner.encode()).hexdigest()[:32]


def claims(folder: Path) -> set[str]:
    """Who has brought what lies in the folder."""
    with suppress(OSError):
        return {path.name for path in (folder / "brought").iterdir() if not path.name.startswith(".")}
    return set()


def names(owner: str | None = None) -> list[str]:
    """The names of what this visitor has brought, then of what others share; of all of them for the command line."""
    with suppress(OSError):
        found = sorted((path for path in shelf().iterdir() if kept(path.name)), key=lambda path: path.stat().st_mtime)
        mine = [path.name for path in found if owner is not None and claim(owner) in claims(path)]
        return mine + [path.name for path in found if path.name not in mine and (owner is None or is_shared(path.name))]
    return []


def is_shared(name: str) -> bool:
    """Whether everybody on this server may choose it."""
    return (shelf() / name / "shared").is_file()


def is_mine(name: str, owner: str) -> bool:
    """Whether this visitor has brought it."""
    return claim(owner) in claims(shelf() / name)


def may_choose(name: str, owner: str) -> bool:
    """Whether this visitor may train on a data set: on others' own data only once these are shared."""
    return not name.startswith(PREFIX) or is_mine(name, owner) or is_shared(name)


def share(name: str, owner: str, shared: bool = True) -> None:
    """Lets everybody on this server choose it, or takes that back; only who brought it may, others change nothing."""
    read_name(name)
    if not is_mine(name, owner):
        return
    mark = shelf() / name / "shared"
    if shared:
        write(mark, b"")
    else:
        mark.unlink(missing_ok=True)


def forget(name: str, owner: str) -> None:
    """Takes it off this visitor's list; what nobody has and nobody shares is deleted."""
    read_name(name)
    folder = shelf() / name
    if not is_mine(name, owner):
        return
    (folder / "brought" / claim(owner)).unlink(missing_ok=True)
    if not claims(folder):
        shutil.rmtree(folder, ignore_errors=True)


def kept(name: str) -> Kept | None:
    """What is known of the data of that name; None where it is not on this machine."""
    try:
        read_name(name)
        path = shelf() / name / "meta.json"
        return read_meta(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=256)
def read_meta(path: Path, _written: int) -> Kept:
    """What the file says; it is read again once it is written again."""
    facts: dict[str, Any] = json.loads(path.read_bytes())
    notes = tuple(Message.unpacked(note) for note in facts["notes"])
    return Kept(facts["title"], tuple(facts["classes"]), facts["count"], notes)


def arrays(name: str) -> dict[str, np.ndarray]:
    """ "train", "train_labels", "test", "test_labels", mapped copy-on-write. Raises DataUnavailable, DataDamaged."""
    import numpy as np

    if kept(name) is None:
        raise DataUnavailable(Message(MISSING, name=name, command=COMMAND))
    try:
        return {
            part: np.load(shelf() / name / f"{part}.npy", mmap_mode="c", allow_pickle=False)
            for each in PARTS
            for part in (each, f"{each}_labels")
        }
    except (OSError, ValueError, EOFError):
        text = N_("data set {name} is damaged on this machine; bring the same data again with: {command}")
        raise DataDamaged(Message(text, name=name, command=COMMAND)) from None


def load_images(name: str) -> ImageData:
    """Own pictures of that name. Raises DataUnavailable, DataDamaged."""
    from genlab.data.images import ImageData

    found = arrays(name)
    return ImageData(name, found["train"], found["train_labels"], found["test"], found["test_labels"])
