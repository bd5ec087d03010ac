"""The courses as one person sees them: by tier, with what is done and what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.catalog.queries import TierRow, list_courses, list_tiers
from lms.learning.access import Asked, asked_courses
from lms.learning.queries import CourseProgress, CourseState, enrolments

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class ShelfCourse:
    """A course on the shelf; ``asked`` is None where it is taken of one's own will."""

    progress: CourseProgress
    asked: Asked | None
    days: int | None
    """Days left until it is due, negative when late; None without a due date or when completed."""

    @property
    def is_late(self) -> bool:
        """Whether it was due and is not completed."""
        return self.days is not None and self.days < 0

    @property
    def state(self) -> str:
        """A state of ``ui/status.html``."""
        return "overdue" if self.is_late else self.progress.state.value


@dataclass(frozen=True, slots=True)
class Shelf:
    """A tier with its courses in order."""

    tier: TierRow
    courses: tuple[ShelfCourse, ...]
    current: bool
    """Whether it is the tier this person is trained for."""

    @property
    def count(self) -> int:
        """Courses on the shelf."""
        return len(self.courses)

    @property
    def done(self) -> int:
        """Courses completed."""
        return sum(each.progress.state is CourseState.COMPLETED for each in self.courses)


def shelves(session: Session, actor: Actor, *, today: date, search: str = "") -> tuple[Shelf, ...]:
    """Every course this person may take, by tier; four statements, whatever the number.

    That is what is open to everybody, what they were asked to take, and what they have begun.
    """
    employee_id = actor.employee_id or 0
    asked = asked_courses(session, employee_id, today)
    mine = enrolments(session, employee_id)
    found: dict[str, list[ShelfCourse]] = {}
    for course in list_courses(session, actor, search=search):
        if course.open or course.id in asked or course.id in mine:
            progress = CourseProgress(course, mine.get(course.id))
            found.setdefault(course.tier, []).append(
                _shelf_course(progress, asked.get(course.id), today)
            )
    return tuple(
        Shelf(tier, tuple(found.get(tier.code, ())), current=tier.code == actor.tier)
        for tier in list_tiers(session)
    )


def _shelf_course(progress: CourseProgress, asked: Asked | None, today: date) -> ShelfCourse:
    open_duty = asked is not None and progress.state is not CourseState.COMPLETED
    return ShelfCourse(
        progress, asked, (asked.due_on - today).days if asked and open_duty else None
    )


def duties(shelves: tuple[Shelf, ...]) -> tuple[ShelfCourse, ...]:
    """What was asked and is not completed, the most urgent first."""
    wanted = [
        (each.days, each) for shelf in shelves for each in shelf.courses if each.days is not None
    ]
    return tuple(each for _, each in sorted(wanted, key=lambda pair: pair[0]))
