"""Run one leased job: renew the lease beside it, write its progress, end it well or badly."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy.exc import OperationalError

from lms.core.db.engine import Database
from lms.core.i18n import use_locale
from lms.core.settings import Settings
from lms.core.storage import FileStore
from lms.jobs import leasing
from lms.jobs.registry import JobContext, JobStoppedError, get_task
from lms.jobs.service import BACKGROUND
from lms.kernel.clock import Clock
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.jobs.leasing import Lease

log = logging.getLogger("lms.jobs")

FAILED = N_("Something unexpected went wrong (reference %(reference)s).")
TOO_SLOW = N_("The work took longer than %(minutes)s min and was stopped.")
UNKNOWN = N_("This version of the product does not know this kind of work.")
REASON = "jobs"
_TICK = 0.5
_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Runtime:
    """What every job of this process works with.

    ``call`` is used while a job runs and others wait: it asks for one more worker, if there is one.
    """

    database: Database
    files: FileStore
    settings: Settings
    clock: Clock
    lease: timedelta = leasing.LEASE
    call: Callable[[], None] = lambda: None


class Keeper:
    """Holds the lease of one running job from a thread of its own.

    The thread is the only one that writes the progress, at most every half second, so a task
    that reports often costs nothing and never waits for the database.

    Args:
        runtime: the process's parts.
        lease: the job.
        timeout: seconds the task may take.
        stopping: set when the process is asked to stop.
        abandon: called from the thread when the task did not end in time although it had to;
            it does not return in a worker process.
    """

    def __init__(
        self,
        runtime: Runtime,
        lease: Lease,
        timeout: float,
        stopping: threading.Event,
        abandon: Callable[[], None],
    ) -> None:
        self._runtime, self._lease = runtime, lease
        self._timeout, self._stopping, self._abandon = timeout, stopping, abandon
        self._progress: dict[str, Any] = {}
        self._written: dict[str, Any] = {}
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._makes_way = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, step: str, done: int, total: int) -> None:
        """Take down how far the task is (see ``ProgressSink``)."""
        if self._lost.is_set() or self._stopping.is_set() or self._makes_way.is_set():
            raise JobStoppedError
        self._progress = {"step": step, "done_count": done, "total_count": total}

    def fence(self, session: Session) -> None:
        """Refuse a write transaction when the job is somebody else's."""
        if self._lost.is_set() or not leasing.holds(session, self._lease):
            raise JobStoppedError

    @property
    def progress(self) -> dict[str, Any]:
        """The progress columns as last reported."""
        return self._progress

    def _keep(self) -> None:
        started = renewed = monotonic()
        stop_seen: float | None = None
        every = self._runtime.lease.total_seconds() / 4
        while not self._ended.wait(_TICK):
            moment = monotonic()
            if self._stopping.is_set():
                stop_seen = stop_seen or moment
            overdue = moment - started > self._timeout
            if overdue or (stop_seen is not None and moment - stop_seen > _GRACE):
                self._end_for_good(overdue=overdue)
                return
            if self._progress is not self._written or moment - renewed > every:
                renewed = moment
                if not self._renew():
                    self._lost.set()
                    return
            self._look_round()

    def _renew(self) -> bool:
        progress, now = self._progress, self._runtime.clock.now()
        try:
            with self._runtime.database.platform_transaction(reason=REASON) as session:
                kept = leasing.renew(
                    session, self._lease, until=now + self._runtime.lease, **progress
                )
        except OperationalError as error:
            # The database is busy or away; the next tick tries again until the lease ends.
            log.warning("lease of job %s not renewed: %s", self._lease.public_id, error.orig)
            return True
        self._written = progress
        return kept

    def _look_round(self) -> None:
        """Call another worker for what waits.

        Background work makes way, between two of its pieces, for what a person waits for.
        """
        now = self._runtime.clock.now()
        with (
            suppress(OperationalError),
            self._runtime.database.platform_session(reason=REASON, read_only=True) as session,
        ):
            if leasing.nobody_comes(session, now=now):
                self._runtime.call()
            if self._lease.priority < BACKGROUND or self._makes_way.is_set():
                return
            if leasing.more_urgent_waits(session, self._lease, now=now):
                self._makes_way.set()

    def _end_for_good(self, *, overdue: bool) -> None:
        now = self._runtime.clock.now()
        with self._runtime.database.platform_transaction(reason=REASON) as session:
            if overdue:
                minutes = {"minutes": max(1, round(self._timeout / 60))}
                leasing.fail(session, self._lease, TOO_SLOW, minutes, now=now)
            else:
                leasing.give_back(session, self._lease, now=now)
        self._lost.set()
        self._abandon()


def run_next(
    runtime: Runtime, stopping: threading.Event, abandon: Callable[[], None] = lambda: None
) -> bool:
    """Lease the next due job and do it; False when nothing was due."""
    now = runtime.clock.now()
    with runtime.database.platform_session(reason=REASON, read_only=True) as session:
        if not leasing.work_waits(session, now=now):
            return False
    with runtime.database.platform_transaction(reason=REASON) as session:
        leasing.reclaim(session, now=now)
        lease = leasing.claim(session, now=now, length=runtime.lease)
    if lease is None:
        return False
    _run(runtime, lease, stopping, abandon)
    return True


def drain(runtime: Runtime, *, most: int = 10_000) -> int:
    """Do everything that is due, here and now; returns how many jobs were run.

    For commands and tests. Work that fails is due again later and is not waited for.
    """
    stopping = threading.Event()
    for count in range(most):
        if not run_next(runtime, stopping):
            return count
    return most


def _run(
    runtime: Runtime, lease: Lease, stopping: threading.Event, abandon: Callable[[], None]
) -> None:
    try:
        task = get_task(lease.task)
    except KeyError:
        log.warning("job %s names the unknown task %s", lease.public_id, lease.task)
        _write(runtime, leasing.fail, lease, UNKNOWN, {}, final=True)
        return
    started = monotonic()
    with Keeper(runtime, lease, task.timeout, stopping, abandon) as keeper:
        context = JobContext(
            database=runtime.database,
            files=runtime.files,
            settings=runtime.settings,
            clock=runtime.clock,
            tenant_id=lease.tenant_id,
            job_public_id=lease.public_id,
            account_id=lease.account_id,
            progress=keeper.report,
            fence=keeper.fence,
        )
        ending = _attempt(task.function, context, lease)
    if ending is None:
        log.debug("job %s %s was given back", lease.public_id, lease.task)
        _write(runtime, leasing.give_back, lease)
        return
    if "result" in ending:
        kept = _write(runtime, leasing.finish, lease, ending["result"], **keeper.progress)
    else:
        kept = _write(runtime, leasing.fail, lease, *ending["error"], final=ending["final"])
    level = logging.DEBUG if "result" in ending else logging.WARNING
    log.log(
        level,
        "job %s %s %s after %.1f s (try %d)%s",
        lease.public_id,
        lease.task,
        "ended" if "result" in ending else "failed",
        monotonic() - started,
        lease.attempt,
        "" if kept else "; another worker has it",
    )


def _attempt(
    function: Callable[..., dict[str, Any] | None], context: JobContext, lease: Lease
) -> dict[str, Any] | None:
    """What came of one try: a result, an error, or None when it was stopped."""
    try:
        with use_locale("ja"):
            return {"result": function(context, **lease.args) or {}}
    except JobStoppedError:
        return None
    except DomainError as error:
        # A rule refused: trying again would only refuse again.
        values = {key: _plain(value) for key, value in error.values.items()}
        return {"error": (error.message, values), "final": True}
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("job %s %s: reference %s", lease.public_id, lease.task, reference)
        return {"error": (FAILED, {"reference": reference}), "final": False}


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)


def _write(
    runtime: Runtime,
    change: Callable[..., bool],
    lease: Lease,
    *args: Any,  # noqa: ANN401 - handed on
    **values: Any,  # noqa: ANN401 - handed on
) -> bool:
    """Apply one change of state; it is worth waiting for a busy database here."""
    now: datetime = runtime.clock.now()
    with runtime.database.platform_transaction(reason=REASON) as session:
        return change(session, lease, *args, now=now, **values)
