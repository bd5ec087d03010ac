"""Writing the duties of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assignments.models import Campaign
from lms.assignments.service import APPLY_TASK, apply_campaign
from lms.jobs.registry import task
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from lms.jobs.registry import JobContext


@task(APPLY_TASK, timeout=300, title=N_("Assign a course"))
def apply(context: JobContext, campaign: str) -> dict[str, Any]:
    """Write what is missing; run again, it only adds people who have come since."""
    with context.transaction() as session:
        row = session.scalars(select(Campaign).where(Campaign.public_id == campaign)).one()
        count = apply_campaign(session, row, now=context.now())
    context.progress("assign", count, count)
    return {"people": count}


@task("assignments.reconcile", timeout=900, title=N_("Check who has to take what"))
def reconcile(context: JobContext) -> dict[str, Any]:
    """Every day: new people get the duty of open campaigns, returners get their new date."""
    with context.reader() as session:
        keys = session.scalars(
            select(Campaign.id).where(Campaign.cancelled_at.is_(None)).order_by(Campaign.id)
        ).all()
    added = 0
    for key in keys:
        # One short transaction for each campaign, so that learners never wait for all of them.
        with context.transaction() as session:
            added += apply_campaign(session, session.get_one(Campaign, key), now=context.now())
    return {"people": added}
