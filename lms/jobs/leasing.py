"""Who works on what: a worker leases a job, renews the lease, and ends the job under it.

Every change after the claim names the lease's token. A worker that froze past its lease finds
that its token is gone, and its result is refused. The same statements serve both engines.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.jobs import registry
from lms.jobs.models import Job, JobState
from lms.jobs.rules import backoff
from lms.jobs.service import wake
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LEASE = timedelta(seconds=30)
UNHEARD = timedelta(seconds=1)
"""A free worker takes a job within this time."""
SOON = timedelta(seconds=0.5)
"""A free worker mostly takes a job within this time, so another one is called after it."""
VANISHED = N_("The server stopped several times while it was working on this.")


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in the hands of one worker."""

    job_id: int
    public_id: str
    tenant_id: int
    account_id: int | None
    task: str
    args: Mapping[str, Any]
    priority: int
    attempt: int
    token: str


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == JobState.QUEUED, Job.run_at <= now)


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(Job.state == JobState.RUNNING, Job.lease_until < now)


def work_waits(session: Session, *, now: datetime) -> bool:
    """Whether something is due or was left behind by a worker that vanished."""
    found = session.scalar(select(Job.id).where(or_(_due(now), _expired(now))).limit(1))
    return found is not None


def nobody_comes(session: Session, *, now: datetime) -> bool:
    """Whether something is due, or was left behind, for a while and no free worker takes it."""
    waits = or_(_due(now - SOON), _expired(now - SOON))
    found = session.scalar(select(Job.id).where(waits).limit(1))
    return found is not None


def more_urgent_waits(session: Session, lease: Lease, *, now: datetime) -> bool:
    """Whether work with a smaller priority number has waited for a second without a free worker."""
    found = session.scalar(
        select(Job.id).where(_due(now - UNHEARD), Job.priority < lease.priority).limit(1)
    )
    return found is not None


def reclaim(session: Session, *, now: datetime) -> int:
    """Queue jobs whose worker vanished; one that has used up its tries is dead instead.

    Returns how many were found.
    """
    rows = session.scalars(select(Job).where(_expired(now)).with_for_update(skip_locked=True)).all()
    for job in rows:
        job.lease_token = job.lease_until = None
        if job.attempts >= _max_attempts(job.task):
            _bury(job, VANISHED, {}, now)
        else:
            job.state, job.run_at = JobState.QUEUED, now
            wake(session, now)
    return len(rows)


def claim(session: Session, *, now: datetime, length: timedelta = LEASE) -> Lease | None:
    """Take the next job, or None when nothing is due.

    The most urgent goes first; among equals it is the turn of the municipality that has waited
    longest, so that a thousand jobs of one do not keep the single job of another waiting.
    """
    other = aliased(Job)
    turns = (
        select(other.tenant_id, func.max(other.started_at).label("at"))
        .group_by(other.tenant_id)
        .subquery()
    )
    job = session.scalar(
        select(Job)
        .join(turns, turns.c.tenant_id == Job.tenant_id)
        .where(_due(now))
        .order_by(Job.priority, turns.c.at.nulls_first(), Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Job)
    )
    if job is None:
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.started_at = now
    job.lease_until = now + length
    job.lease_token = secrets.token_hex(16)
    session.flush()
    return Lease(
        job_id=job.id,
        public_id=job.public_id,
        tenant_id=job.tenant_id,
        account_id=job.account_id,
        task=job.task,
        args=dict(job.args),
        priority=job.priority,
        attempt=job.attempts,
        token=job.lease_token,
    )


def holds(session: Session, lease: Lease) -> bool:
    """Whether the lease still counts; keeps others from taking the job until the commit."""
    found = session.scalar(
        select(Job.id)
        .where(Job.id == lease.job_id, Job.lease_token == lease.token)
        .with_for_update(read=True, key_share=True)
    )
    return found is not None


def renew(session: Session, lease: Lease, *, until: datetime, **progress: Any) -> bool:  # noqa: ANN401
    """Keep the lease until ``until`` and write the progress columns; False when it is lost."""
    return _change(session, lease, lease_until=until, **progress)


def finish(
    session: Session,
    lease: Lease,
    result: Mapping[str, Any],
    *,
    now: datetime,
    **progress: Any,  # noqa: ANN401
) -> bool:
    """End the job well; False when another worker has it."""
    return _change(
        session,
        lease,
        state=JobState.DONE,
        result=dict(result),
        error="",
        error_values={},
        unique_key=None,
        lease_token=None,
        lease_until=None,
        finished_at=now,
        **progress,
    )


def give_back(session: Session, lease: Lease, *, now: datetime) -> bool:
    """Queue the job again as if this try had not been; for a worker that is asked to stop."""
    changed = _change(
        session,
        lease,
        state=JobState.QUEUED,
        attempts=Job.attempts - 1,
        lease_token=None,
        lease_until=None,
    )
    if changed:
        wake(session, now)
    return changed


def fail(
    session: Session,
    lease: Lease,
    message: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    final: bool = False,
) -> bool:
    """Note a failure: try again later, or dead when ``final`` or out of tries.

    ``message`` is a message id for people. False when another worker has the job.
    """
    job = session.scalar(
        select(Job).where(Job.id == lease.job_id, Job.lease_token == lease.token).with_for_update()
    )
    if job is None:
        return False
    job.lease_token = job.lease_until = None
    if final or job.attempts >= _max_attempts(job.task):
        _bury(job, message, values, now)
    else:
        job.state, job.run_at = JobState.QUEUED, now + backoff(job.attempts)
        job.error, job.error_values = message, dict(values)
        wake(session, job.run_at)
    return True


def _bury(job: Job, message: str, values: Mapping[str, Any], now: datetime) -> None:
    job.state = JobState.DEAD
    job.error, job.error_values = message, dict(values)
    job.unique_key = None
    job.finished_at = now


def _max_attempts(task: str) -> int:
    try:
        return registry.get_task(task).max_attempts
    except KeyError:
        return 1


def _change(session: Session, lease: Lease, **values: Any) -> bool:  # noqa: ANN401
    changed: Any = session.execute(
        update(Job)
        .where(Job.id == lease.job_id, Job.lease_token == lease.token)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)
