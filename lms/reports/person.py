"""One person's record as HR and heads see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assignments.queries import Duty, duties
from lms.assignments.rules import duty_state
from lms.catalog.queries import courses_by_id
from lms.core.i18n import localized
from lms.learning.queries import CourseProgress, my_courses
from lms.people.access import post_valid
from lms.people.models import Employee, LeavePeriod, OrgUnit, Post
from lms.people.queries import excludes_on

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a person today."""

    unit_name_ja: str
    unit_name_en: str
    primary: bool
    is_head: bool

    @property
    def unit_name(self) -> str:
        return localized(self.unit_name_ja, self.unit_name_en)


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Head card of the person page. Whether somebody is away is said, why is not (LV-7)."""

    public_id: str
    staff_no: str
    name: str
    name_kana: str
    rank: str
    job_type: str
    employment_type: str
    mail: str
    posts: tuple[PostRow, ...]
    absent: bool


def person_card(session: Session, person: Employee, *, on: date) -> PersonCard:
    """The card of one person; two statements."""
    rows: Any = session.execute(
        select(OrgUnit.name, OrgUnit.name_en, Post.primary, Post.is_head)
        .join(Post, Post.unit_id == OrgUnit.id)
        .where(Post.employee_id == person.id, post_valid(on))
        .order_by(Post.primary.desc(), OrgUnit.sort_key)
    )
    posts = tuple(PostRow(*row) for row in rows)
    absent = session.scalar(
        select(LeavePeriod.id).where(LeavePeriod.employee_id == person.id, excludes_on(on)).limit(1)
    )
    return PersonCard(
        public_id=person.public_id,
        staff_no=person.staff_no,
        name=person.name,
        name_kana=person.name_kana,
        rank=person.rank,
        job_type=person.job_type,
        employment_type=person.employment_type.value,
        mail=person.mail,
        posts=posts,
        absent=absent is not None,
    )


@dataclass(frozen=True, slots=True)
class PersonCourse:
    """A course somebody takes or was asked to take."""

    progress: CourseProgress
    duty: Duty | None
    state: str
    """Of the duty where there is one, which can be overdue or out of scope; else of the course."""


def person_courses(session: Session, person: Employee, *, on: date) -> tuple[PersonCourse, ...]:
    """The courses of one person: asked and not begun by due date, then what was done last."""
    asked = {duty.course_id: duty for duty in duties(session, person.id, on)}
    begun = my_courses(session, person.id)
    waiting = set(asked) - {each.course.id for each in begun}
    rows = courses_by_id(session, list(waiting)) if waiting else {}
    due = sorted(rows.values(), key=lambda course: (asked[course.id].due_on, course.id))
    courses = (*(CourseProgress(course, None) for course in due), *begun)
    return tuple(_with_duty(each, asked.get(each.course.id), on) for each in courses)


def _with_duty(progress: CourseProgress, duty: Duty | None, on: date) -> PersonCourse:
    if duty is None:
        return PersonCourse(progress, None, progress.state)
    row = progress.enrolment
    state = duty_state(
        started=row is not None and row.started_at is not None,
        completed=row is not None and row.completed_at is not None,
        due_on=duty.due_on,
        absent=duty.absent,
        today=on,
    )
    return PersonCourse(progress, duty, state)
