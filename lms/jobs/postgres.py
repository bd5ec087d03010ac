"""The engine on PostgreSQL: Procrastinate carries the calls, the job table holds the work.

A *call* says that one more job is due at a moment; it is deferred in the caller's transaction
and any worker that hears it leases the most urgent job. Which job that is, retries, fencing and
fairness are the table's business (``leasing``), so both engines keep one contract. Calls of a
worker that vanished are made again, and so are calls for work that waits although nobody calls.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from lms.jobs import leasing
from lms.jobs.running import REASON, run_next

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.jobs.calling import Rest
    from lms.jobs.running import Runtime

log = logging.getLogger("lms.jobs")

CALL = "lms.call"
_LOOK_ROUND = 2.0
_POLL = 1.0
_HEARTBEAT = 5.0
_STALLED = 30.0


def make_waker() -> Callable[[Session, datetime], None]:
    """A function for ``service.install_waker`` that defers a call in the session's transaction."""
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def wake(session: Session, due: datetime) -> None:
        raw = session.connection().connection.driver_connection
        app.configure_task(CALL, schedule_at=due, connection=raw, allow_unknown=True).defer()

    return wake


def work(
    runtime: Runtime,
    stopping: threading.Event,
    *,
    beside: Callable[[], None],
    abandon: Callable[[], None],
    rest: Rest,
) -> None:
    """Do jobs one after another until ``stopping`` is set (see ``embedded.work``)."""
    asyncio.run(_work(runtime, stopping, beside, abandon, rest))


async def _work(
    runtime: Runtime,
    stopping: threading.Event,
    beside: Callable[[], None],
    abandon: Callable[[], None],
    rest: Rest,
) -> None:
    address = runtime.settings.database_url
    connector = procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=3)
    app = procrastinate.App(connector=connector)

    @app.task(name=CALL)
    def call() -> None:
        with rest.interrupted():
            if not stopping.is_set() and run_next(runtime, stopping, abandon):
                rest.begin()

    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=1,
                install_signal_handlers=False,
                fetch_job_polling_interval=_POLL,
                delete_jobs="always",
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_STALLED,
            )
        )
        while not stopping.is_set() and not worker.done() and not rest.is_over:
            await asyncio.to_thread(beside)
            await _look_round(app, runtime)
            await asyncio.to_thread(stopping.wait, _LOOK_ROUND)
        if worker.done():
            worker.result()  # Raises what ended it; the supervisor starts a new process.
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def _look_round(app: procrastinate.App, runtime: Runtime) -> None:
    """Make calls again that a vanished worker left behind."""
    try:
        waits = await asyncio.to_thread(_recover, runtime)
        if waits:
            await _call_once(app)
        stalled: Any = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED)
        for job in stalled:
            await app.job_manager.retry_job(job)
    except ConnectorException:
        log.warning("the database did not answer; trying again", exc_info=True)


def _recover(runtime: Runtime) -> bool:
    now = runtime.clock.now()
    with runtime.database.platform_session(reason=REASON, read_only=True) as session:
        if not leasing.work_waits(session, now=now):
            return False
    with runtime.database.platform_transaction(reason=REASON) as session:
        leasing.reclaim(session, now=now)
    return True


async def _call_once(app: procrastinate.App) -> None:
    try:
        await app.configure_task(CALL, queueing_lock="look-round").defer_async()
    except AlreadyEnqueued:
        return
