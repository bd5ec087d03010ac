"""The one query behind every people report: a row for each person and course that was asked.

Screen, CSV and XLSX use the same statement, so they can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment
from lms.assignments.rules import DutyState
from lms.catalog.models import Course, Tier
from lms.core.access import Permission
from lms.core.i18n import current_locale, localized
from lms.kernel.text import search_key
from lms.learning.models import Enrolment
from lms.people.access import post_valid, seen_by
from lms.people.models import Employee, OrgUnit, Post
from lms.people.queries import employed, on_leave
from lms.reports.filters import SOON_DAYS, ReportFilter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One person's duty of one course, today."""

    employee_public_id: str
    staff_no: str
    name: str
    name_kana: str
    rank: str
    unit_path: str
    unit_name_ja: str
    unit_name_en: str
    course_public_id: str
    course_title_ja: str
    course_title_en: str
    due_on: date
    state: DutyState
    modules_completed: int
    modules_total: int
    score: float | None
    started_at: datetime | None
    completed_at: datetime | None
    assigned_by: str

    @property
    def unit_name(self) -> str:
        return localized(self.unit_name_ja, self.unit_name_en)

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)


def state_column(today: date) -> ColumnElement[str]:
    """``assignments.rules.duty_state`` as SQL; a test compares both over the same people."""
    return case(
        (Enrolment.completed_at.is_not(None), literal(DutyState.COMPLETED.value)),
        (on_leave(today), literal(DutyState.OUT_OF_SCOPE.value)),
        (Assignment.effective_due_on < today, literal(DutyState.OVERDUE.value)),
        (Enrolment.started_at.is_not(None), literal(DutyState.IN_PROGRESS.value)),
        else_=literal(DutyState.NOT_STARTED.value),
    )


def joined(statement: Select[Any], today: date) -> Select[Any]:
    """Join a selection of duty columns to people, their primary unit, course and enrolment."""
    return (
        statement.select_from(Assignment)
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Post, and_(Post.employee_id == Employee.id, Post.primary, post_valid(today)))
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.employee_id == Assignment.employee_id,
                Enrolment.course_id == Assignment.course_id,
            ),
        )
        .where(Assignment.cancelled_at.is_(None), employed(today), ~_repeated())
    )


def _repeated() -> ColumnElement[bool]:
    """Whether an earlier due duty of the same person and course exists; that one counts."""
    earlier = aliased(Assignment)
    return (
        select(earlier.id)
        .where(
            earlier.employee_id == Assignment.employee_id,
            earlier.course_id == Assignment.course_id,
            earlier.cancelled_at.is_(None),
            (earlier.effective_due_on < Assignment.effective_due_on)
            | (
                (earlier.effective_due_on == Assignment.effective_due_on)
                & (earlier.id < Assignment.id)
            ),
        )
        .exists()
    )


def conditions(
    actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> list[ColumnElement[bool]]:
    """Scope of the actor and the chosen filters; ``unit_path`` is the chosen unit's, or empty."""
    found = [seen_by(actor, Permission.REPORT_VIEW, today)]
    if unit_path:
        found.append(OrgUnit.path.startswith(unit_path, autoescape=True))
    if wanted.course:
        found.append(Course.public_id == wanted.course)
    if wanted.search:
        found.append(Employee.search_key.contains(search_key(wanted.search), autoescape=True))
    if wanted.tier:
        found.append(Course.tier_id.in_(select(Tier.id).where(Tier.code == wanted.tier)))
    if wanted.employment:
        found.append(Employee.employment_type == wanted.employment)
    state = state_column(today)
    if wanted.state == "open":
        found.append(
            state.in_(
                [s.value for s in (DutyState.NOT_STARTED, DutyState.IN_PROGRESS, DutyState.OVERDUE)]
            )
        )
    elif wanted.state == "soon":
        found.append(state.in_([DutyState.NOT_STARTED.value, DutyState.IN_PROGRESS.value]))
        found.append(Assignment.effective_due_on <= today + timedelta(days=SOON_DAYS))
    elif wanted.state:
        found.append(state == wanted.state)
    return found


def list_duties(
    session: Session,
    actor: Actor,
    wanted: ReportFilter,
    *,
    unit_path: str,
    today: date,
    everything: bool = False,
) -> tuple[DutyRow, ...]:
    """The rows of one page, or all of them for an export; one statement."""
    statement = joined(select(*_columns(today)), today).where(
        *conditions(actor, wanted, unit_path=unit_path, today=today)
    )
    statement = statement.order_by(*_order(wanted, today))
    if not everything:
        statement = statement.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return tuple(_row(row) for row in session.execute(statement))


def count_duties(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> int:
    """How many rows the filter has; one statement."""
    statement = joined(select(func.count(Assignment.id)), today).where(
        *conditions(actor, wanted, unit_path=unit_path, today=today)
    )
    return session.scalar(statement) or 0


def _columns(today: date) -> tuple[Any, ...]:
    return (
        Employee.public_id,
        Employee.staff_no,
        Employee.name,
        Employee.name_kana,
        Employee.rank,
        OrgUnit.path,
        OrgUnit.name,
        OrgUnit.name_en,
        Course.public_id,
        Course.title,
        Course.title_en,
        Assignment.effective_due_on,
        state_column(today),
        func.coalesce(Enrolment.modules_completed, 0),
        func.coalesce(Enrolment.modules_total, 0),
        Enrolment.score,
        Enrolment.started_at,
        Enrolment.completed_at,
        Assignment.assigned_by,
    )


def _row(row: Any) -> DutyRow:  # noqa: ANN401 - a result row
    values = list(row)
    values[12] = DutyState(values[12])
    return DutyRow(*values)


def _order(wanted: ReportFilter, today: date) -> list[Any]:
    title = Course.title_en if current_locale() == "en" else Course.title
    columns: dict[str, list[Any]] = {
        "unit": [OrgUnit.sort_key, OrgUnit.code],
        "name": [Employee.name_kana],
        "staff_no": [Employee.staff_no],
        "course": [title],
        "due": [Assignment.effective_due_on],
        "state": [state_column(today)],
        "score": [func.coalesce(Enrolment.score, -1.0)],
        "completed": [Enrolment.completed_at.is_(None), Enrolment.completed_at],
    }
    chosen = columns[wanted.sort]
    ordered = [c.desc() for c in chosen] if wanted.descending else chosen
    return [*ordered, Employee.name_kana, Employee.id, Course.position, Assignment.id]
