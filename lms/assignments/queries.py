"""Reads about campaigns and duties as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, or_, select, true

from lms.assignments.models import Assignment, Campaign
from lms.assignments.rules import Absence
from lms.catalog.models import Course
from lms.core.access import Permission
from lms.core.db.prepared import Prepared
from lms.core.i18n import gettext, localized, ngettext
from lms.learning.models import Enrolment
from lms.people.access import seen_by, units_seen_by
from lms.people.models import Employee, LeavePeriod, OrgUnit
from lms.people.queries import count_people, excludes_on, has_post_under
from lms.people.rules import topmost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """A course one person must take: until when, asked by whom, and why."""

    course_id: int
    due_on: date
    """Effective: leave has moved it (LV-3)."""
    absent: bool
    assigned_by: str
    assigned_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResolvedAudience:
    """An audience within the actor's scope: stored form and number of people today."""

    audience: dict[str, Any]
    count: int


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with its numbers."""

    public_id: str
    course_public_id: str
    course_title_ja: str
    course_title_en: str
    due_on: date
    reason: str
    created_by: str
    created_at: datetime
    cancelled_at: datetime | None
    people: int
    completed: int

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)


def resolve_audience(
    session: Session, actor: Actor, audience: Mapping[str, Any], *, on: date
) -> ResolvedAudience:
    """Keep what lies in the actor's scope; units become paths, people become keys.

    Whoever may ask a part of the municipality cannot reach beyond it: ``everybody`` means
    everybody in scope.
    """
    permission = Permission.ASSIGNMENT_EDIT
    scope = actor.scope(permission)
    stored: dict[str, Any] = {"paths": [], "employee_ids": [], "everybody": False}
    if audience.get("everybody"):
        stored["everybody"] = scope is None
        stored["paths"] = [] if scope is None else list(topmost(scope))
    else:
        paths = session.scalars(
            select(OrgUnit.path).where(
                OrgUnit.public_id.in_(audience.get("units", [])), units_seen_by(actor, permission)
            )
        )
        stored["paths"] = list(topmost(paths))
        stored["employee_ids"] = sorted(
            session.scalars(
                select(Employee.id).where(
                    Employee.public_id.in_(audience.get("employees", [])),
                    seen_by(actor, permission, on),
                )
            )
        )
    return ResolvedAudience(stored, count_people(session, audience_filter(stored, on=on), on=on))


def audience_filter(audience: Mapping[str, Any], *, on: date) -> ColumnElement[bool]:
    """A stored audience as a filter on ``Employee``."""
    if audience.get("everybody"):
        return true()
    return or_(
        has_post_under(audience.get("paths", []), on),
        Employee.id.in_(audience.get("employee_ids", [])),
    )


def audience_names(session: Session, audience: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom a stored audience means, for people: units by name, then single people by number."""
    if audience.get("everybody"):
        return (gettext("Everybody"),)
    units = session.execute(
        select(OrgUnit.name, OrgUnit.name_en)
        .where(OrgUnit.path.in_(audience.get("paths", [])))
        .order_by(OrgUnit.path)
    )
    names = [localized(name, english) for name, english in units]
    single = len(audience.get("employee_ids", []))
    if single:
        names.append(ngettext("%(num)s person by number", "%(num)s people by number", single))
    return tuple(names)


_ABSENT = (
    select(LeavePeriod.id)
    .where(
        LeavePeriod.employee_id == bindparam("employee_id"),
        excludes_on(bindparam("today", type_=Date)),
    )
    .exists()
)
_DUTIES = Prepared(
    select(
        Assignment.course_id,
        Assignment.effective_due_on,
        _ABSENT,
        Assignment.assigned_by,
        Assignment.assigned_at,
        Campaign.reason,
    )
    .join(Campaign, Campaign.id == Assignment.campaign_id)
    .where(Assignment.employee_id == bindparam("employee_id"), Assignment.cancelled_at.is_(None))
    .order_by(Assignment.effective_due_on, Assignment.id)
)


def duties(session: Session, employee_id: int, today: date) -> tuple[Duty, ...]:
    """The open duties of a person by course, earliest date of each; one statement."""
    found: dict[int, Duty] = {}
    for row in _DUTIES.all(session, employee_id=employee_id, today=today):
        found.setdefault(row[0], Duty(*row))
    return tuple(found.values())


def absences_of(session: Session, employee_ids: Select[Any]) -> dict[int, tuple[Absence, ...]]:
    """The excluding leaves of the people in a subquery of keys; one statement."""
    found: dict[int, list[Absence]] = {}
    rows = session.execute(
        select(LeavePeriod.employee_id, LeavePeriod.valid_from, LeavePeriod.valid_to)
        .where(LeavePeriod.excludes, LeavePeriod.employee_id.in_(employee_ids))
        .order_by(LeavePeriod.valid_from)
    )
    for employee_id, valid_from, valid_to in rows:
        found.setdefault(employee_id, []).append(Absence(valid_from, valid_to))
    return {key: tuple(value) for key, value in found.items()}


def list_campaigns(
    session: Session, *, only: int | None = None, limit: int = 100
) -> tuple[CampaignRow, ...]:
    """Campaigns, newest first, with people and completions; one statement. ``only``: one key."""
    done = func.sum(case((Enrolment.completed_at.is_not(None), 1), else_=0))
    rows: Any = session.execute(
        select(
            Campaign.public_id,
            Course.public_id,
            Course.title,
            Course.title_en,
            Campaign.due_on,
            Campaign.reason,
            Campaign.created_by,
            Campaign.created_at,
            Campaign.cancelled_at,
            func.count(Assignment.id),
            func.coalesce(done, 0),
        )
        .join(Course, Course.id == Campaign.course_id)
        .outerjoin(Assignment, Assignment.campaign_id == Campaign.id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.employee_id == Assignment.employee_id,
                Enrolment.course_id == Assignment.course_id,
            ),
        )
        .where(true() if only is None else Campaign.id == only)
        .group_by(Campaign.id, Course.id)
        .order_by(Campaign.id.desc())
        .limit(limit)
    )
    return tuple(CampaignRow(*row) for row in rows)
