"""Campaigns: ask an audience to take a course by a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.assignments.models import Assignment, Campaign
from lms.assignments.queries import absences_of, audience_filter, resolve_audience
from lms.assignments.rules import effective_due, first_due
from lms.core import audit
from lms.core.audit import AuditAction
from lms.jobs import service as jobs
from lms.kernel.clock import jst_date
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.people.models import Employee
from lms.people.queries import employed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from lms.catalog.models import Course
    from lms.core.access import Actor

APPLY_TASK = "assignments.apply"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign is for: unit subtrees, single people, or everybody in the actor's scope."""

    units: tuple[str, ...] = ()
    employees: tuple[str, ...] = ()
    everybody: bool = False

    def to_json(self) -> dict[str, Any]:
        """The stored mapping (public ids)."""
        return {
            "units": list(self.units),
            "employees": list(self.employees),
            "everybody": self.everybody,
        }


def create_campaign(
    session: Session,
    course: Course,
    audience: Audience,
    due_on: date,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Ask an audience to take a course; the single duties are written by a job.

    Raises:
        DomainError: nobody is in the audience, or the date is past.
    """
    today = jst_date(now)
    if due_on < today:
        raise DomainError("campaign.past", N_("Choose a due date from today on."), "due_on")
    resolved = resolve_audience(session, actor, audience.to_json(), on=today)
    if resolved.count == 0:
        raise DomainError(
            "campaign.nobody",
            N_("Nobody is in this selection. Choose a department or people."),
            "units",
        )
    campaign = Campaign(
        course_id=course.id,
        audience=resolved.audience,
        due_on=due_on,
        reason=reason,
        created_at=now,
        created_by=actor.name,
    )
    session.add(campaign)
    session.flush()  # The job names the campaign's public id.
    audit.record(
        session,
        actor,
        AuditAction.ASSIGNMENT_CREATED,
        campaign,
        {"course": course.slug, "due_on": due_on.isoformat(), "people": resolved.count},
        now=now,
    )
    jobs.enqueue(
        session,
        APPLY_TASK,
        {"campaign": campaign.public_id},
        actor=actor,
        now=now,
        priority=jobs.FRONT,
        unique_key=f"campaign:{campaign.public_id}",
        subject=course.title,
    )
    return campaign


def apply_campaign(
    session: Session,
    campaign: Campaign,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _n: None,
) -> int:
    """Write the duties that are missing; returns how many. Safe to run again (AS-1)."""
    if campaign.cancelled_at is not None:
        return 0
    today = jst_date(now)
    has = select(Assignment.employee_id).where(Assignment.campaign_id == campaign.id)
    rows = session.execute(
        select(Employee.id, Employee.joined_on)
        .where(employed(today), audience_filter(campaign.audience, on=today))
        .where(Employee.id.not_in(has))
        .order_by(Employee.id)
    ).all()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        session.add_all(
            Assignment(
                campaign_id=campaign.id,
                employee_id=employee_id,
                course_id=campaign.course_id,
                due_on=first_due(campaign.due_on, joined_on),
                effective_due_on=first_due(campaign.due_on, joined_on),
                assigned_at=now,
                assigned_by=campaign.created_by,
            )
            for employee_id, joined_on in batch
        )
        session.flush()  # Keeps memory small for 45,000 people.
        progress(start + len(batch))
    refresh_due_dates(session, campaign, today=today)
    return len(rows)


def refresh_due_dates(session: Session, campaign: Campaign, *, today: date) -> int:
    """Move the due dates of people who were away (LV-3); returns how many moved."""
    open_duties = (Assignment.campaign_id == campaign.id, Assignment.cancelled_at.is_(None))
    absences = absences_of(session, select(Assignment.employee_id).where(*open_duties))
    moved = 0
    for duty in session.scalars(
        select(Assignment).where(*open_duties, Assignment.employee_id.in_(absences))
    ):
        due = effective_due(duty.due_on, absences[duty.employee_id], today)
        moved += due != duty.effective_due_on
        duty.effective_due_on = due
    return moved


def cancel_campaign(
    session: Session, campaign: Campaign, *, actor: Actor, now: datetime
) -> Campaign:
    """Take a campaign back: its duties end, what people did stays."""
    campaign.cancelled_at = now
    session.execute(
        update(Assignment)
        .where(Assignment.campaign_id == campaign.id, Assignment.cancelled_at.is_(None))
        .values(cancelled_at=now)
    )
    audit.record(session, actor, AuditAction.ASSIGNMENT_CANCELLED, campaign, {}, now=now)
    return campaign
