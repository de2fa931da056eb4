"""How files that cannot be taken are refused: one sentence that names the file, what it is, and what is allowed."""

from __future__ import annotations

from genlab.locale import N_, Message

LONGEST = 60

ALLOWED = N_(
    "pictures in a folder or a zip, .npy or .npz, idx files, or a table (.csv) of 784 pixels or of points a row"
)


class Refused(ValueError):
    """Data that cannot be taken: one sentence."""


def refused(file: str, got: str, allowed: str) -> Refused:
    """The refusal of a file. got, allowed: what stands there, a Message where it has words."""
    return Refused(Message(N_("{file}: got {got}; allowed: {allowed}"), file=shown(file), got=got, allowed=allowed))


def shown(name: str) -> str:
    """A file's name as a sentence can have it: nobody has to trust what somebody named a file."""
    kept = "".join(c if c.isprintable() and c not in "`*[]<>$|~" else "?" for c in name)
    return kept if len(kept) <= LONGEST else f"…{kept[-LONGEST:]}"
