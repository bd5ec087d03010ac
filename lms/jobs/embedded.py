"""The embedded engine: worker processes look into the job table of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.jobs.running import run_next

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from lms.jobs.running import Runtime

POLL = 0.3
"""Seconds between two looks; the wait of a new job is at most that long."""


def work(
    runtime: Runtime,
    stopping: threading.Event,
    *,
    beside: Callable[[], None],
    abandon: Callable[[], None],
) -> None:
    """Do jobs one after another until ``stopping`` is set.

    Args:
        runtime: what jobs work with.
        stopping: set from a signal handler.
        beside: looked after between jobs (periodic tasks).
        abandon: ends the process when a task does not end in time.
    """
    while not stopping.is_set():
        beside()
        if not run_next(runtime, stopping, abandon):
            stopping.wait(POLL)
