"""Work in the background leaves the processors to the pages."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 10
PROCESSES = Path("/proc")


def lower_priority() -> None:
    """Let other processes go before this one and those it starts."""
    os.nice(NICENESS)
    lower_session(os.getpid())


def lower_session(pid: int) -> None:
    """Let other sessions go before that of a process of ours.

    Linux shares the processors out between sessions first (``man 7 sched``, autogroup); niceness
    only counts among the processes of one session, and each of ours begins its own.
    """
    with suppress(OSError):  # Not every system has it, and the process may be gone already.
        (PROCESSES / str(pid) / "autogroup").write_text(str(NICENESS))
