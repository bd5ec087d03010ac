"""Who may take which course, and loading what somebody learns in one call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import and_, bindparam, select

from lms.catalog.access import prepared_twice
from lms.catalog.models import Course, CourseVersionModule, Module, Tier
from lms.catalog.queries import ModuleRow, TierRow, course_outline
from lms.core.access import Permission
from lms.core.db.prepared import Prepared
from lms.kernel.result import NotFoundError
from lms.learning.models import Enrolment
from lms.learning.queries import ENROLMENT_COLUMNS, EnrolmentRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody was asked to take a course: until when, by whom and why."""

    due_on: date
    asked_by: str
    reason: str = ""


class AskedCourses(Protocol):
    """Who knows which courses a person was asked to take; a question to the slices above."""

    def __call__(self, session: Session, employee_id: int, today: date) -> Mapping[int, Asked]:
        """What this person was asked to take, by course."""
        ...


_sources: list[AskedCourses] = []

ANY_DAY = date(2000, 1, 1)
"""The day moves due dates only; whether somebody was asked at all does not depend on it."""


def install_admission(*sources: AskedCourses) -> None:
    """Say who knows of assignments; called once by the wiring."""
    _sources[:] = sources


def asked_courses(session: Session, employee_id: int, today: date) -> dict[int, Asked]:
    """What somebody was asked to take by course, open to everybody or not."""
    found: dict[int, Asked] = {}
    for source in _sources:
        found |= source(session, employee_id, today)
    return found


class AnyCourse(Protocol):
    """What the rules here ask of a course: a row, or what a ``TakenCourse`` copies of it."""

    @property
    def id(self) -> int: ...
    @property
    def public_id(self) -> str: ...
    @property
    def open(self) -> bool: ...
    @property
    def current_version_id(self) -> int | None: ...


class AnyEnrolment(Protocol):
    """What the rules here ask of an enrolment."""

    @property
    def course_version_id(self) -> int: ...
    @property
    def completed_at(self) -> datetime | None: ...


def may_enrol(session: Session, course: AnyCourse, employee_id: int) -> bool:
    """Whether a person may enrol: the course is open to everybody, or they were asked to."""
    return course.open or course.id in asked_courses(session, employee_id, ANY_DAY)


@dataclass(frozen=True, slots=True)
class TakenCourse:
    """A course as the pages of those who take it name it."""

    id: int
    public_id: str
    tenant_id: int
    title: str
    title_en: str
    summary: str
    summary_en: str
    objective: str
    objective_en: str
    open: bool
    prerequisites: list[str]
    certificate: bool
    certificate_title: str
    certificate_title_en: str
    current_version_id: int | None


@dataclass(frozen=True, slots=True)
class LearnerCourse:
    """A course as one person takes it: the version they are on, and its modules in order."""

    course: TakenCourse
    tier: TierRow
    enrolment: EnrolmentRow | None
    version_id: int
    modules: tuple[ModuleRow, ...]


@dataclass(frozen=True, slots=True)
class LearnerModule:
    """A module of a course as one person takes it."""

    course: TakenCourse
    enrolment: EnrolmentRow | None
    module: ModuleRow
    modules: tuple[ModuleRow, ...]

    @property
    def following(self) -> ModuleRow | None:
        """The module after this one."""
        later = [m for m in self.modules if m.position > self.module.position]
        return later[0] if later else None


def followed_version(course: AnyCourse, enrolment: AnyEnrolment | None) -> int:
    """The course version somebody is on: the current one, or the one they completed (ADR 0005).

    Raises:
        NotFoundError: nothing of the course is published.
    """
    if enrolment is not None and enrolment.completed_at is not None:
        return enrolment.course_version_id
    if course.current_version_id is None:
        raise NotFoundError(course.public_id)
    return course.current_version_id


def followed_module(
    session: Session, course: AnyCourse, enrolment: AnyEnrolment | None, module_id: int
) -> int | None:
    """The version of a module in the course version somebody is on; None: it has no such module.

    Raises what ``followed_version`` raises.
    """
    version_id = followed_version(course, enrolment)
    row = _FOLLOWED.first(session, version=version_id, module=module_id)
    return None if row is None else row[0]


_FOLLOWED = Prepared(
    select(CourseVersionModule.module_version_id).where(
        CourseVersionModule.course_version_id == bindparam("version"),
        CourseVersionModule.module_id == bindparam("module"),
    )
)


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """No more of a course than the rules ask."""

    id: int
    public_id: str
    open: bool
    current_version_id: int | None


def closed_module(session: Session, quiz_id: int) -> tuple[int, CourseFacts] | None:
    """The key of the module that a quiz closes, and its course."""
    row = _CLOSED.first(session, quiz=quiz_id)
    return None if row is None else (row[0], CourseFacts(*row[1:]))


_CLOSED = Prepared(
    select(Module.id, Course.id, Course.public_id, Course.open, Course.current_version_id)
    .join(Course, Course.id == Module.course_id)
    .where(Module.final_quiz_id == bindparam("quiz"))
)


def course_owner(session: Session, course_id: int) -> int:
    """The municipality, or the library, that a course belongs to.

    Raises:
        NotFoundError: it cannot be seen from here.
    """
    row = _OWNER.first(session, course=course_id)
    if row is None:
        raise NotFoundError(str(course_id))
    return int(row[0])


_OWNER = Prepared(select(Course.tenant_id).where(Course.id == bindparam("course")))


def access_learning(session: Session, actor: Actor, course_public_id: str) -> LearnerCourse:
    """Load a course for somebody who takes it or may start at once; at most three statements.

    Raises:
        NotFoundError: there is none, or this person may not take it.
    """
    employee_id, edits = actor.employee_id, actor.can(Permission.COURSE_EDIT)
    row = _TAKEN[edits].first(session, employee_id=employee_id, public_id=course_public_id)
    if row is None or employee_id is None:
        raise NotFoundError(course_public_id)
    cells = iter(row)
    tier = TierRow(*islice(cells, len(_TIER_COLUMNS)))
    course = TakenCourse(*islice(cells, len(_COURSE_COLUMNS)))
    taken = tuple(cells)
    enrolment = None if taken[0] is None else EnrolmentRow(*taken)
    own_course = edits and course.tenant_id == actor.tenant_id
    if enrolment is None and not own_course and not may_enrol(session, course, employee_id):
        raise NotFoundError(course_public_id)
    version_id = followed_version(course, enrolment)
    return LearnerCourse(course, tier, enrolment, version_id, course_outline(session, version_id))


_TIER_COLUMNS = (Tier.code, Tier.title, Tier.title_en)
_COURSE_COLUMNS = (
    Course.id,
    Course.public_id,
    Course.tenant_id,
    Course.title,
    Course.title_en,
    Course.summary,
    Course.summary_en,
    Course.objective,
    Course.objective_en,
    Course.open,
    Course.prerequisites,
    Course.certificate,
    Course.certificate_title,
    Course.certificate_title_en,
    Course.current_version_id,
)

_TAKEN = prepared_twice(
    lambda seen: (
        select(*_TIER_COLUMNS, *_COURSE_COLUMNS, *ENROLMENT_COLUMNS)
        .join(Tier, Tier.id == Course.tier_id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.course_id == Course.id, Enrolment.employee_id == bindparam("employee_id")
            ),
        )
        .where(Course.public_id == bindparam("public_id"), seen)
    )
)


def access_module(
    session: Session, actor: Actor, course_public_id: str, module_public_id: str
) -> LearnerModule:
    """Load a module for somebody who takes its course; at most three statements.

    Raises:
        NotFoundError: the course has no such module, or this person may not take it.
    """
    found = access_learning(session, actor, course_public_id)
    for module in found.modules:
        if module.public_id == module_public_id:
            return LearnerModule(found.course, found.enrolment, module, found.modules)
    raise NotFoundError(module_public_id)
