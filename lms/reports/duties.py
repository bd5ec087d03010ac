"""What a row of the people reports is: a person and a course that was asked, as SQL.

Pages, department numbers and files are made from these parts, so they can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from lms.assignments.models import Assignment
from lms.assignments.rules import DutyState
from lms.catalog.models import Course, CourseVersionModule, Tier
from lms.core.access import Permission
from lms.core.i18n import current_locale, localized
from lms.kernel.text import search_key
from lms.learning.models import Enrolment
from lms.people.access import post_valid, seen_by
from lms.people.models import Employee, OrgUnit, Post
from lms.people.queries import employed, on_leave
from lms.reports.filters import SOON_DAYS, ReportFilter

if TYPE_CHECKING:
    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One person's duty of one course, today."""

    employee_public_id: str
    staff_no: str
    name: str
    name_kana: str
    unit_path: str
    unit_name_ja: str
    unit_name_en: str
    course_title_ja: str
    course_title_en: str
    due_on: date
    state: DutyState
    modules_completed: int
    modules_total: int
    score: float | None
    completed_at: datetime | None

    @property
    def unit_name(self) -> str:
        return localized(self.unit_name_ja, self.unit_name_en)

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)


def row_columns(today: date) -> tuple[Any, ...]:
    """The columns of a ``DutyRow`` in its order."""
    return (
        Employee.public_id,
        Employee.staff_no,
        Employee.name,
        Employee.name_kana,
        OrgUnit.path,
        OrgUnit.name,
        OrgUnit.name_en,
        Course.title,
        Course.title_en,
        Assignment.effective_due_on,
        state_column(today),
        func.coalesce(Enrolment.modules_completed, 0),
        func.coalesce(Enrolment.modules_total, _modules_of_course()),
        Enrolment.score,
        Enrolment.completed_at,
    )


def _modules_of_course() -> ScalarSelect[int]:
    """What those who have not begun have before them."""
    return (
        select(func.count())
        .select_from(CourseVersionModule)
        .where(CourseVersionModule.course_version_id == Course.current_version_id)
        .correlate(Course)
        .scalar_subquery()
    )


def state_column(today: date) -> ColumnElement[str]:
    """``assignments.rules.duty_state`` as SQL; a test compares both over the same people."""
    return case(
        (Enrolment.completed_at.is_not(None), literal(DutyState.COMPLETED.value)),
        (on_leave(today), literal(DutyState.OUT_OF_SCOPE.value)),
        (Assignment.effective_due_on < today, literal(DutyState.OVERDUE.value)),
        (Enrolment.started_at.is_not(None), literal(DutyState.IN_PROGRESS.value)),
        else_=literal(DutyState.NOT_STARTED.value),
    )


def due_soon(today: date) -> ColumnElement[bool]:
    """Whether a duty is open and due within ``SOON_DAYS``; one that is overdue is not."""
    return and_(
        state_column(today).in_([DutyState.NOT_STARTED.value, DutyState.IN_PROGRESS.value]),
        Assignment.effective_due_on <= today + timedelta(days=SOON_DAYS),
    )


def joined(
    statement: Select[Any],
    today: date,
    *,
    courses: bool = True,
    units: bool = True,
    enrolments: bool = True,
) -> Select[Any]:
    """Join a selection of duty columns to people and their primary unit.

    ``counting`` says which of the joined duties are rows of a report.

    Args:
        statement: what is selected.
        today: the day the report is about.
        courses: join the course too; without it nothing of it may be selected.
        units: join the unit too and not only the post in it.
        enrolments: join what the person did in the course too.
    """
    statement = (
        statement.select_from(Assignment)
        .join(Employee, Employee.id == Assignment.employee_id)
        .join(Post, and_(Post.employee_id == Employee.id, Post.primary, post_valid(today)))
    )
    if units:
        statement = statement.join(OrgUnit, OrgUnit.id == Post.unit_id)
    if courses:
        statement = statement.join(Course, Course.id == Assignment.course_id)
    if enrolments:
        statement = statement.outerjoin(
            Enrolment,
            and_(
                Enrolment.employee_id == Assignment.employee_id,
                Enrolment.course_id == Assignment.course_id,
            ),
        )
    return statement


def counting(today: date) -> list[ColumnElement[bool]]:
    """What makes a duty a row: it stands, its person belongs here, and it is asked first."""
    return [Assignment.cancelled_at.is_(None), employed(today), ~_repeated()]


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


def people_conditions(
    actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> list[ColumnElement[bool]]:
    """Scope of the actor and the filters on the person; ``unit_path`` is empty or the unit's."""
    found = [seen_by(actor, Permission.REPORT_VIEW, today)]
    if unit_path:
        found.append(OrgUnit.path.startswith(unit_path, autoescape=True))
    if wanted.search:
        found.append(Employee.search_key.contains(search_key(wanted.search), autoescape=True))
    if wanted.employment:
        found.append(Employee.employment_type == wanted.employment)
    return found


def course_conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    """The filters on the course of an ``Assignment``; the course need not be joined."""
    courses = select(Course.id)
    if wanted.course:
        courses = courses.where(Course.public_id == wanted.course)
    if wanted.tier:
        courses = courses.join(Tier, Tier.id == Course.tier_id).where(Tier.code == wanted.tier)
    return [Assignment.course_id.in_(courses)] if wanted.course or wanted.tier else []


def state_conditions(wanted: ReportFilter, *, today: date) -> list[ColumnElement[bool]]:
    """The filter on the state of a duty; enrolments must be joined where there is one."""
    if not wanted.state:
        return []
    state = state_column(today)
    if wanted.state == "open":
        wanted_states = (DutyState.NOT_STARTED, DutyState.IN_PROGRESS, DutyState.OVERDUE)
        return [state.in_([each.value for each in wanted_states])]
    if wanted.state == "soon":
        return [due_soon(today)]
    return [state == wanted.state]


def conditions(
    actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> list[ColumnElement[bool]]:
    """Everything that makes and narrows the rows of a ``joined`` selection."""
    return [
        *counting(today),
        *people_conditions(actor, wanted, unit_path=unit_path, today=today),
        *course_conditions(wanted),
        *state_conditions(wanted, today=today),
    ]


ORDERS_OF_PEOPLE = frozenset({"unit", "name", "staff_no"})
"""Orders in which all duties of a person follow one another."""

ORDERS_BY_ENROLMENT = frozenset({"state", "score", "completed"})
"""Orders that look at what the person did."""


def people_order(wanted: ReportFilter) -> list[Any]:
    """The order of people, for one of ``ORDERS_OF_PEOPLE``."""
    columns: dict[str, list[Any]] = {
        "unit": [OrgUnit.sort_key, OrgUnit.code],
        "name": [Employee.name_kana],
        "staff_no": [Employee.staff_no],
    }
    return [*_directed(columns[wanted.sort], wanted), Employee.name_kana, Employee.id]


def row_order(wanted: ReportFilter, today: date) -> list[Any]:
    """The order of the rows: by what was chosen, then people by kana, then courses."""
    if wanted.sort in ORDERS_OF_PEOPLE:
        chosen = people_order(wanted)
    else:
        columns: dict[str, list[Any]] = {
            "course": [Course.title_en if current_locale() == "en" else Course.title],
            "due": [Assignment.effective_due_on],
            "state": [state_column(today)],
            "score": [func.coalesce(Enrolment.score, -1.0)],
            "completed": [Enrolment.completed_at.is_(None), Enrolment.completed_at],
        }
        chosen = [*_directed(columns[wanted.sort], wanted), Employee.name_kana, Employee.id]
    return [*chosen, Course.position, Assignment.id]


def _directed(columns: list[Any], wanted: ReportFilter) -> list[Any]:
    return [column.desc() for column in columns] if wanted.descending else columns
