"""One worker process: the engine that fits the database, stopped by SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import os
import signal
import threading
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from lms.core.priority import lower_priority
from lms.jobs import embedded
from lms.jobs.calling import Rest
from lms.jobs.schedule import enqueue_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lms.core.db.engine import Database
    from lms.jobs.running import Runtime
    from lms.jobs.schedule import Periodic

log = logging.getLogger("lms.jobs")

RESTART_ME = 75
"""Exit code of a worker that gave up on a task which did not end (EX_TEMPFAIL)."""
_SCHEDULE_EVERY = 20.0


def work(
    runtime: Runtime,
    table: Sequence[Periodic],
    tenants: Callable[[], Iterable[int]],
    *,
    stays: bool = True,
) -> None:
    """Do jobs until a signal comes or the rest is over (``lms.jobs.calling``).

    Returns after the running job has been ended or given back.

    Args:
        runtime: what jobs work with.
        table: the periodic tasks.
        tenants: the municipalities and the library, for which they are done.
        stays: whether this is the worker that is always there.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    # Pages come first: conversion and speech only use what they leave.
    lower_priority()
    look = _Scheduler(runtime, table, tenants)
    log.debug("worker %d started", os.getpid())
    engine(runtime.database)(
        runtime,
        stopping,
        beside=look,
        abandon=lambda: os._exit(RESTART_ME),
        rest=Rest(stays=stays),
    )
    log.debug("worker %d stopped", os.getpid())


def engine(database: Database) -> Callable[..., None]:
    """The working loop that fits the database."""
    if database.is_sqlite:
        return embedded.work
    from lms.jobs import postgres  # noqa: PLC0415 - the embedded product does not load it

    return postgres.work


class _Scheduler:
    """Looks at the periodic tasks every now and then."""

    def __init__(
        self, runtime: Runtime, table: Sequence[Periodic], tenants: Callable[[], Iterable[int]]
    ) -> None:
        self._runtime, self._table, self._tenants = runtime, table, tenants
        self._next = 0.0

    def __call__(self) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + _SCHEDULE_EVERY
        now = self._runtime.clock.now()
        try:
            enqueue_due(self._runtime.database, self._table, self._tenants(), now=now)
        except OperationalError as error:
            log.warning("periodic tasks not looked at: %s", error.orig)
