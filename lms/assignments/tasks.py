"""Writing the duties of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assignments.models import Campaign
from lms.assignments.service import APPLY_TASK, apply_campaign
from lms.jobs.registry import task

if TYPE_CHECKING:
    from lms.jobs.registry import JobContext


@task(APPLY_TASK, timeout=300)
def apply(context: JobContext, campaign: str) -> dict[str, Any]:
    """Write what is missing; run again, it only adds people who have come since."""
    with context.transaction() as session:
        row = session.scalars(select(Campaign).where(Campaign.public_id == campaign)).one()
        count = apply_campaign(session, row, now=context.now())
    context.progress("assign", count, count)
    return {"people": count}
