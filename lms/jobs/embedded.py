"""The embedded engine: worker processes look into the job table of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.jobs.running import run_next

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from lms.jobs.calling import Rest
    from lms.jobs.running import Runtime

POLL = 0.3
"""Seconds between two looks; the wait of a new job is at most that long."""


def work(
    runtime: Runtime,
    stopping: threading.Event,
    *,
    beside: Callable[[], None],
    abandon: Callable[[], None],
    rest: Rest,
) -> None:
    """Do jobs one after another until ``stopping`` is set or there was nothing to do for long.

    Args:
        runtime: what jobs work with.
        stopping: set from a signal handler.
        beside: looked after between jobs (periodic tasks).
        abandon: ends the process when a task does not end in time.
        rest: tells when it was long enough.
    """
    while not stopping.is_set() and not rest.is_over:
        beside()
        if run_next(runtime, stopping, abandon):
            rest.begin()
        else:
            stopping.wait(POLL)
