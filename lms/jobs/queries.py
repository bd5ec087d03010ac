"""Reads about background work: lists, one job for its page, the backlog for operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.jobs.access import visible_jobs
from lms.jobs.models import Job, JobState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as lists and its page show it."""

    public_id: str
    task: str
    subject: str
    state: JobState
    step: str
    done: int
    total: int
    attempts: int
    error: str
    error_values: Mapping[str, Any]
    result: Mapping[str, Any]
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more without a person."""
        return self.state in {JobState.DONE, JobState.DEAD, JobState.CANCELLED}


def job_row(job: Job) -> JobRow:
    """The frozen row of a loaded job."""
    return JobRow(
        public_id=job.public_id,
        task=job.task,
        subject=job.subject,
        state=job.state,
        step=job.step,
        done=job.done_count,
        total=job.total_count,
        attempts=job.attempts,
        error=job.error,
        error_values=job.error_values,
        result=job.result,
        created_at=job.created_at,
        run_at=job.run_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of the list, newest first; ``total`` counts all pages."""

    rows: tuple[JobRow, ...]
    total: int


def list_jobs(
    session: Session, actor: Actor, *, state: JobState | None = None, page: int = 1
) -> JobPage:
    """Jobs the actor may see, newest first, 50 a page (pages count from 1)."""
    wanted = visible_jobs(actor) & (Job.state == state if state else Job.id.is_not(None))
    total = session.scalar(select(func.count()).select_from(Job).where(wanted)) or 0
    found = session.scalars(
        select(Job)
        .where(wanted)
        .order_by(Job.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return JobPage(tuple(job_row(job) for job in found), total)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work waits; ``oldest`` is when the first of it became due."""

    waiting: int
    running: int
    oldest: datetime | None


def backlog(session: Session, *, now: datetime) -> Backlog:
    """The queue of this session's municipality, or of all in a platform session."""
    due = (Job.state == JobState.QUEUED) & (Job.run_at <= now)
    waiting, oldest = session.execute(
        select(func.count(), func.min(Job.run_at)).select_from(Job).where(due)
    ).one()
    running = session.scalar(
        select(func.count())
        .select_from(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until > now)
    )
    return Backlog(waiting, running or 0, oldest)
