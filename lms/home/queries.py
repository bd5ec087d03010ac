"""What somebody sees first, and what they have done so far, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.catalog.queries import ModuleRow, course_outline
from lms.core.i18n import current_locale
from lms.learning import rules
from lms.learning.catalogue import Shelf, ShelfCourse, duties, shelves
from lms.learning.queries import CourseState, LastCourse, ModuleProgressRow, last_course
from lms.learning.slides import SlideFace, slide_face

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class ResumeRow:
    """Where to go on: a module and the slide on which somebody stopped."""

    course: ShelfCourse
    module: ModuleRow
    progress: ModuleProgressRow | None
    face: SlideFace | None

    @property
    def number(self) -> int:
        """The slide they are on, from 1."""
        return self.face.number if self.face else 1

    @property
    def seen(self) -> int:
        """Slides seen so far."""
        return min(self.progress.slides_seen, self.module.slide_count) if self.progress else 0

    @property
    def minutes_left(self) -> int:
        """About how long the slides take that are not seen yet; at least a minute."""
        left = rules.minutes_left(self.module.minutes, self.seen, self.module.slide_count)
        return max(left, 1)

    @property
    def only_quiz(self) -> bool:
        """Whether every slide is seen and the quiz is what is left."""
        return (
            self.progress is not None
            and self.progress.passed_at is None
            and self.module.final_quiz_version_id is not None
            and self.seen >= self.module.slide_count
        )


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page: go on, what is due, the tiers, and one suggestion when nothing waits."""

    resume: ResumeRow | None
    duties: tuple[ShelfCourse, ...]
    shelves: tuple[Shelf, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is no course at all."""
        return not any(shelf.courses for shelf in self.shelves)

    @property
    def late(self) -> int:
        """Duties whose date has passed."""
        return sum(duty.is_late for duty in self.duties)

    @property
    def suggestion(self) -> ShelfCourse | None:
        """A course not begun yet: of one's own tier first, then from the lowest tier up."""
        ordered = sorted(self.shelves, key=lambda shelf: not shelf.current)
        fresh = (
            course
            for shelf in ordered
            for course in shelf.courses
            if course.progress.state is CourseState.NOT_STARTED
        )
        return next(fresh, None)


def home_page(session: Session, actor: Actor, *, today: date) -> HomePage:
    """Everything on the first page; at most ten statements."""
    found = shelves(session, actor, today=today)
    return HomePage(resume=_resume(session, actor, found), duties=duties(found), shelves=found)


def _resume(session: Session, actor: Actor, found: tuple[Shelf, ...]) -> ResumeRow | None:
    last = last_course(session, actor.employee_id or 0)
    if last is None or last.course_version_id is None:
        return None
    courses = {c.progress.course.id: c for shelf in found for c in shelf.courses}
    course = courses.get(last.course_id)
    if course is None:
        return None
    module = _open_module(course_outline(session, last.course_version_id), last)
    if module is None:
        return None
    row = last.progress.get(module.module_id)
    face = slide_face(
        session, module.module_version_id, row.slide_key if row else "", current_locale()
    )
    return ResumeRow(course, module, row, face)


def _open_module(modules: tuple[ModuleRow, ...], last: LastCourse) -> ModuleRow | None:
    """The module somebody was in, or the first that is not completed when that one is."""
    done = last.progress
    open_ones = [
        module
        for module in modules
        if module.module_id not in done or done[module.module_id].completed_at is None
    ]
    here = [module for module in open_ones if module.module_id == last.module_id]
    return next(iter(here or open_ones), None)
