"""Enqueue background work in the caller's transaction, and move it through its states."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.core.tenancy import tenant_of
from lms.jobs.models import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
FRONT = 10
"""Priority of work somebody is waiting for."""
NORMAL = 100
BACKGROUND = 500

_engine_hook: list[Callable[[Session, Job], None]] = []


def install_engine(defer: Callable[[Session, Job], None]) -> None:
    """Let an external engine hear of each new job in the same transaction (PostgreSQL)."""
    _engine_hook[:] = [defer]


def enqueue(
    session: Session,
    task: str,
    args: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    priority: int = NORMAL,
    unique_key: str | None = None,
    parent: Job | None = None,
) -> Job:
    """Put work into the queue; it exists if and only if the caller's transaction commits.

    With ``unique_key`` an open job of the same key is returned instead, moved forward if the
    new priority is more urgent.
    """
    if unique_key is not None:
        found = session.scalar(select(Job).where(Job.unique_key == unique_key))
        if found is not None:
            found.priority = min(found.priority, priority)
            return found
    job = Job(
        task=task,
        args=dict(args),
        priority=priority,
        unique_key=unique_key,
        account_id=actor.account_id,
        run_at=now,
        created_at=now,
        parent_id=parent.id if parent else None,
    )
    session.add(job)
    session.flush()  # The engine and the status page need the job's keys.
    for hook in _engine_hook:
        hook(session, job)
    return job


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


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failed try: 10 s, 40 s, 160 s, … at most an hour."""
    return timedelta(seconds=min(3600, 10 * 4 ** max(0, attempts - 1)))
