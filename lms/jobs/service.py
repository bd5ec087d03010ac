"""Enqueue background work in the caller's transaction, move it forward, start it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.db.prepared import Prepared
from lms.core.tenancy import tenant_of
from lms.jobs.models import Job, JobState
from lms.kernel.result import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.core.db.engine import Database

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
FRONT = 10
"""Priority of work somebody is waiting for."""
NORMAL = 100
BACKGROUND = 500

_UNIQUE_TRIES = 3

_wakers: list[Callable[[Session, datetime], None]] = []


def install_waker(wake: Callable[[Session, datetime], None] | None) -> None:
    """Let an external engine hear, in the same transaction, that work is due at a moment.

    The embedded runner looks at the table by itself and needs none.
    """
    _wakers[:] = [] if wake is None else [wake]


def connect_engine(database: Database) -> None:
    """Make ``enqueue`` tell the engine of this database about new work; once per process."""
    if database.is_sqlite:
        install_waker(None)
        return
    from lms.jobs.postgres import make_waker  # noqa: PLC0415 - the embedded product has no use

    install_waker(make_waker())


def wake(session: Session, due: datetime) -> None:
    """Tell the engine that a job is due at ``due``."""
    for waker in _wakers:
        waker(session, due)


def enqueue(  # noqa: PLR0913 - what, about what, for whom, when and how urgently
    session: Session,
    task: str,
    args: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    priority: int = NORMAL,
    unique_key: str | None = None,
    parent: Job | None = None,
    subject: str = "",
) -> Job:
    """Put work into the queue; it exists if and only if the caller's transaction commits.

    With ``unique_key`` an open job of the same key is returned instead, moved forward if the
    new priority is more urgent.

    Args:
        session: the caller's transaction; the job belongs to its municipality.
        task: a registered name, ``slice.verb``.
        args: plain JSON values, handed to the task by name.
        actor: who asks for it, and so sees its status page.
        now: the job is due from this moment.
        priority: lower goes first.
        unique_key: names the work, for example ``narrate:812:ja``.
        parent: the job this one is a part of.
        subject: what it is about, for whoever reads the list: a title, the name of a file.

    Raises:
        ConflictError: others made and ended jobs of the same key at this very moment.
    """
    for _ in range(_UNIQUE_TRIES):
        if unique_key is not None:
            found = session.scalar(select(Job).where(Job.unique_key == unique_key))
            if found is not None:
                found.priority = min(found.priority, priority)
                return found
        job = Job(
            task=task,
            subject=subject,
            args=dict(args),
            priority=priority,
            unique_key=unique_key,
            account_id=actor.account_id,
            run_at=now,
            created_at=now,
            parent_id=parent.id if parent else None,
        )
        try:
            # A savepoint, because on PostgreSQL somebody may insert the same key meanwhile.
            with session.begin_nested():
                session.add(job)
        except IntegrityError:
            if unique_key is None:
                raise
            continue
        wake(session, now)
        return job
    raise ConflictError("conflict", "Somebody else was faster. Please try again.")


def promote(session: Session, unique_key: str, *, priority: int = FRONT) -> bool:
    """Move queued work forward because somebody is waiting; False when it is not queued."""
    changed = session.execute(
        update(Job)
        .where(
            Job.tenant_id == tenant_of(session),
            Job.unique_key == unique_key,
            Job.state == JobState.QUEUED,
            Job.priority > priority,
        )
        .values(priority=priority)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


_WAITING = Prepared(
    select(Job.id).where(
        Job.unique_key == bindparam("key"),
        Job.state == JobState.QUEUED,
        Job.priority > bindparam("priority", type_=Integer),
    )
)


def can_be_promoted(session: Session, unique_key: str, *, priority: int = FRONT) -> bool:
    """Whether ``promote`` would change something; asked first where it hardly ever would."""
    return _WAITING.first(session, key=unique_key, priority=priority) is not None


def start_again(session: Session, job: Job, *, now: datetime) -> None:
    """Queue a dead job once more, with all its tries.

    Raises:
        ConflictError: the job is not dead.
    """
    if job.state is not JobState.DEAD:
        raise ConflictError("job.not-dead", "This work is already queued or done.")
    job.state = JobState.QUEUED
    job.attempts = 0
    job.run_at = now
    job.error, job.error_values = "", {}
    job.finished_at = None
    wake(session, now)


def forget_ended(session: Session, *, before: datetime) -> int:
    """Delete jobs of this municipality that ended before a moment; returns how many."""
    gone = session.execute(
        delete(Job).where(Job.tenant_id == tenant_of(session), Job.finished_at < before)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
