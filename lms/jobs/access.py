"""Who may see a job: the person who asked for it, and who may see all of the municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, select, true

from lms.core.access import Actor, Permission
from lms.jobs.models import Job
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def may_see(actor: Actor, job: Job) -> bool:
    """Whether the actor may see the job (of their own municipality)."""
    if actor.tenant_id != job.tenant_id or actor.is_anonymous:
        return False
    return actor.can(Permission.JOB_VIEW) or job.account_id == actor.account_id


def visible_jobs(actor: Actor) -> ColumnElement[bool]:
    """The same as a condition on ``Job``."""
    if actor.is_anonymous:
        return false()
    own = Job.tenant_id == actor.tenant_id
    if actor.can(Permission.JOB_VIEW):
        return own & true()
    return own & (Job.account_id == actor.account_id)


def access_job(session: Session, actor: Actor, public_id: str) -> Job:
    """Load a job the actor may see.

    Raises:
        NotFoundError: it does not exist or the actor may not know of it.
    """
    job = session.scalar(select(Job).where(Job.public_id == public_id, visible_jobs(actor)))
    if job is None:
        raise NotFoundError(public_id)
    return job
