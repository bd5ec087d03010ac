"""Who may take which course, and loading what somebody learns in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from lms.catalog.access import access_course
from lms.catalog.models import Course
from lms.catalog.queries import ModuleRow, course_outline
from lms.core.access import Permission
from lms.kernel.result import NotFoundError
from lms.learning.models import Enrolment

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


class AskedCourses(Protocol):
    """Who knows which courses somebody was asked to take; a question to the slices above."""

    def __call__(self, session: Session, employee_id: int) -> Collection[int]:
        """The keys of the courses this person has been asked to take."""
        ...


_sources: list[AskedCourses] = []


def install_admission(*sources: AskedCourses) -> None:
    """Say who knows of assignments; called once by the wiring."""
    _sources[:] = sources


def asked_courses(session: Session, employee_id: int) -> frozenset[int]:
    """The keys of the courses somebody was asked to take, open to everybody or not."""
    return frozenset(course for source in _sources for course in source(session, employee_id))


def may_enrol(session: Session, course: Course, employee_id: int) -> bool:
    """Whether a person may enrol: the course is open to everybody, or they were asked to."""
    return course.open or course.id in asked_courses(session, employee_id)


@dataclass(frozen=True, slots=True)
class LearnerCourse:
    """A course as one person takes it: the version they are on, and its modules in order."""

    course: Course
    enrolment: Enrolment | None
    version_id: int
    modules: tuple[ModuleRow, ...]


@dataclass(frozen=True, slots=True)
class LearnerModule:
    """A module of a course as one person takes it."""

    course: Course
    enrolment: Enrolment | None
    module: ModuleRow
    modules: tuple[ModuleRow, ...]

    @property
    def following(self) -> ModuleRow | None:
        """The module after this one."""
        later = [m for m in self.modules if m.position > self.module.position]
        return later[0] if later else None


def followed_version(course: Course, enrolment: Enrolment | None) -> int:
    """The course version somebody is on: the current one, or the one they completed (ADR 0005).

    Raises:
        NotFoundError: nothing of the course is published.
    """
    if enrolment is not None and enrolment.completed_at is not None:
        return enrolment.course_version_id
    if course.current_version_id is None:
        raise NotFoundError(course.public_id)
    return course.current_version_id


def access_learning(session: Session, actor: Actor, course_public_id: str) -> LearnerCourse:
    """Load a course for somebody who takes it or may start at once; at most four statements.

    Raises:
        NotFoundError: there is none, or this person may not take it.
    """
    course = access_course(session, actor, course_public_id, Permission.COURSE_LEARN)
    employee_id = actor.employee_id
    if employee_id is None:
        raise NotFoundError(course_public_id)
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.employee_id == employee_id, Enrolment.course_id == course.id
        )
    )
    own_course = actor.can(Permission.COURSE_EDIT) and course.tenant_id == actor.tenant_id
    if enrolment is None and not own_course and not may_enrol(session, course, employee_id):
        raise NotFoundError(course_public_id)
    version_id = followed_version(course, enrolment)
    return LearnerCourse(course, enrolment, version_id, course_outline(session, version_id))


def access_module(
    session: Session, actor: Actor, course_public_id: str, module_public_id: str
) -> LearnerModule:
    """Load a module for somebody who takes its course; at most four statements.

    Raises:
        NotFoundError: the course has no such module, or this person may not take it.
    """
    found = access_learning(session, actor, course_public_id)
    for module in found.modules:
        if module.public_id == module_public_id:
            return LearnerModule(found.course, found.enrolment, module, found.modules)
    raise NotFoundError(module_public_id)
