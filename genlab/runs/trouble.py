"""What can keep the store from its work, or training from going on, as people read it. No SQL gets past here."""

from __future__ import annotations

import errno
from typing import Literal

from genlab.locale import N_

# busy: locked by somebody; full: no room on the disk; away: no answer; gone: its file was removed or replaced;
# foreign: damaged, or another program's; setup: the server's settings; fault: it refused what it was asked.
Kind = Literal["busy", "full", "away", "gone", "read_only", "foreign", "setup", "fault"]
# Also: no_worker, where no process can be started that would train; no_cluster, where that is a cluster's.
Standstill = Literal[
    "busy", "full", "away", "gone", "read_only", "foreign", "setup", "fault", "no_worker", "no_cluster"
]

SENTENCES: dict[Kind, str] = {
    "busy": N_("The store is locked by another program just now; try again in a moment."),
    "full": N_("The server's disk is full: nothing can be kept until there is room again."),
    "away": N_("The store of the runs does not answer just now; try again in a moment."),
    "gone": N_("The store of the runs was removed or replaced: put it back, or start the server again."),
    "read_only": N_("The store of the runs is read-only just now: nothing can be kept."),
    "foreign": N_("The store of the runs is damaged, or belongs to another program."),
    "setup": N_("The server is not set up rightly; its log says what to change."),
    "fault": N_("The store refused what it was asked: a fault in the program; the server's log says more."),
}

STANDSTILL: dict[Standstill, str] = {
    "busy": N_("Training stands still, because the store is locked by another program. It goes on by itself."),
    "full": N_("Training stands still, because the server's disk is full. It goes on when there is room."),
    "away": N_("Training stands still, because the store of the runs does not answer. It goes on by itself."),
    "gone": N_("Training stands still, because the store of the runs was removed or replaced. Put it back to go on."),
    "read_only": N_("Training stands still, because the store of the runs is read-only. It goes on when it is not."),
    "foreign": N_("Training stands still, because the store of the runs is damaged, or belongs to another program."),
    "setup": N_("Training stands still, because the server is not set up rightly; its log says what to change."),
    "fault": N_("Training stands still, because of a fault in the program; the server's log says more."),
    "no_worker": N_(
        "Training stands still, because no worker can be started (is there enough memory?). It is tried again."
    ),
    "no_cluster": N_("Training stands still, because the cluster that trains does not answer. It goes on by itself."),
}

READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
FULL = {errno.ENOSPC, errno.EDQUOT}


class StoreTrouble(RuntimeError):
    """The store could not do what it was asked, and changed nothing; `str` is one sentence that anybody may read.

    All kinds but "fault" may pass: what was asked may be asked again.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind

    def __str__(self) -> str:
        return SENTENCES[self.kind]

    @property
    def passing(self) -> bool:
        """Whether asking again may help."""
        return self.kind != "fault"


class WrongSetup(RuntimeError):
    """The program cannot work as it is set up; one sentence, for whoever starts it, says what to change."""


def of_disk(number: int | None) -> Kind:
    """What an error of the file system, by its errno, means for the store."""
    if number in FULL:
        return "full"
    return "read_only" if number in READ_ONLY else "gone"
