"""Which module a report is about when its reader has not said, or has said only in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.assessment import statistics
from lms.catalog.queries import CourseRow, ModuleRow, course_of_quiz, course_outline

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Chosen:
    """A course with its modules, and one of them; None where there is none to choose."""

    course: CourseRow | None
    modules: tuple[ModuleRow, ...] = ()
    module: ModuleRow | None = None

    @property
    def quiz_ids(self) -> tuple[int, ...]:
        """The quizzes of the module: the one at its end, then the checks inside its slides."""
        if self.module is None:
            return ()
        return tuple(q for q in (self.module.final_quiz_id, self.module.checks_quiz_id) if q)


def find_chosen(
    session: Session,
    courses: tuple[CourseRow, ...],
    *,
    course_id: str,
    module_id: str,
    employees: Select[Any],
) -> Chosen:
    """The module that was named, or the one whose quiz one of these people handed in last.

    Args:
        session: of the municipality.
        courses: what the reader may choose from.
        course_id: public id of a course; empty when none was named.
        module_id: public id of a module; empty when none was named.
        employees: keys of the people in the reader's scope.
    """
    newest = None
    course = next((c for c in courses if c.public_id == course_id), None)
    if course is None:
        newest = statistics.newest_quiz(session, employees)
        of_quiz = course_of_quiz(session, newest) if newest else None
        course = next((c for c in courses if c.id == of_quiz), courses[0] if courses else None)
    if course is None:
        return Chosen(None)
    modules = course_outline(session, course.current_version_id or 0)
    named = next((m for m in modules if m.public_id == module_id), None)
    latest = next((m for m in modules if newest and m.final_quiz_id == newest), None)
    return Chosen(course, modules, named or latest or next(iter(modules), None))
