"""Reads about learning as frozen rows. None of them loads anything later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from lms.assessment.questions import find_versions
from lms.catalog.models import Course, CourseVersionModule, Module, Slide
from lms.catalog.queries import CourseRow, ModuleRow, courses_by_id
from lms.core.db.prepared import Prepared
from lms.learning import rules
from lms.learning.models import Enrolment, ModuleProgress, SlideProgress

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


class CourseState(StrEnum):
    """Where a person is in a course, in the words of ``ui/status.html``."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person's enrolment in a course. ``score`` is in percent."""

    id: int
    course_id: int
    course_version_id: int
    enrolled_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    score: float | None
    modules_completed: int
    modules_total: int

    @property
    def state(self) -> CourseState:
        """Not started, in progress or completed."""
        if self.completed_at is not None:
            return CourseState.COMPLETED
        return CourseState.NOT_STARTED if self.started_at is None else CourseState.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class ModuleProgressRow:
    """A person's progress in a module. ``position`` and ``seconds`` are seconds."""

    module_id: int
    module_version_id: int
    slide_key: str
    position: float
    slides_seen: int
    slides_total: int
    seconds: float
    checks_answered: int
    checks_correct: int
    checks_total: int
    surveys_answered: int
    surveys_total: int
    score: float | None
    attempts: int
    started_at: datetime
    last_at: datetime
    passed_at: datetime | None
    completed_at: datetime | None

    @property
    def state(self) -> CourseState:
        """In progress or completed: a row exists from the first opening on."""
        return CourseState.IN_PROGRESS if self.completed_at is None else CourseState.COMPLETED


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """A course with what one person did in it; ``enrolment`` is None before the start."""

    course: CourseRow
    enrolment: EnrolmentRow | None

    @property
    def state(self) -> CourseState:
        """Not started, in progress or completed."""
        return self.enrolment.state if self.enrolment else CourseState.NOT_STARTED

    @property
    def done(self) -> int:
        """Modules completed."""
        return self.enrolment.modules_completed if self.enrolment else 0

    @property
    def total(self) -> int:
        """Modules of the version the person is on."""
        completed = self.enrolment is not None and self.enrolment.completed_at is not None
        return self.enrolment.modules_total if self.enrolment and completed else self.course.modules


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """A module at its place in a course, with the person's progress and the rules as ticks."""

    module: ModuleRow
    progress: ModuleProgressRow | None
    ticks: tuple[rules.Tick, ...]

    @property
    def state(self) -> CourseState:
        """Not started, in progress or completed."""
        return self.progress.state if self.progress else CourseState.NOT_STARTED

    @property
    def slides_seen(self) -> int:
        """Slides seen, never more than the module has."""
        return min(self.progress.slides_seen, self.module.slide_count) if self.progress else 0

    @property
    def minutes_left(self) -> int:
        """About how long the rest of the slides takes."""
        return rules.minutes_left(self.module.minutes, self.slides_seen, self.module.slide_count)


@dataclass(frozen=True, slots=True)
class PageView:
    """One slide in the viewing history (閲覧履歴)."""

    module_id: int
    slide_key: str
    number: int | None
    """Place in the current version; None when the slide is gone."""
    title: str
    first_seen_at: datetime
    last_seen_at: datetime
    seconds: float
    times: int
    ended: bool


ENROLMENT_COLUMNS = (
    Enrolment.id,
    Enrolment.course_id,
    Enrolment.course_version_id,
    Enrolment.enrolled_at,
    Enrolment.started_at,
    Enrolment.completed_at,
    Enrolment.score,
    Enrolment.modules_completed,
    Enrolment.modules_total,
)
"""What an ``EnrolmentRow`` is made of."""

_ENROLMENTS = Prepared(
    select(*ENROLMENT_COLUMNS).where(Enrolment.employee_id == bindparam("employee_id"))
)


def enrolments(session: Session, employee_id: int) -> dict[int, EnrolmentRow]:
    """The enrolments of a person by course; one statement."""
    rows = _ENROLMENTS.all(session, employee_id=employee_id)
    return {row[1]: EnrolmentRow(*row) for row in rows}


def my_courses(session: Session, employee_id: int) -> tuple[CourseProgress, ...]:
    """The courses a person is enrolled in, the one they did last first; two statements."""
    found = enrolments(session, employee_id)
    if not found:
        return ()
    courses = courses_by_id(session, list(found))
    pairs = [CourseProgress(courses[key], row) for key, row in found.items() if key in courses]
    return tuple(sorted(pairs, key=_recent, reverse=True))


def _recent(each: CourseProgress) -> datetime:
    row = each.enrolment
    if row is None:
        raise TypeError
    return row.completed_at or row.started_at or row.enrolled_at


_PROGRESS_COLUMNS = (
    ModuleProgress.module_id,
    ModuleProgress.module_version_id,
    ModuleProgress.slide_key,
    ModuleProgress.position,
    ModuleProgress.slides_seen,
    ModuleProgress.slides_total,
    ModuleProgress.seconds,
    ModuleProgress.checks_answered,
    ModuleProgress.checks_correct,
    ModuleProgress.checks_total,
    ModuleProgress.surveys_answered,
    ModuleProgress.surveys_total,
    ModuleProgress.score,
    ModuleProgress.attempts,
    ModuleProgress.started_at,
    ModuleProgress.last_at,
    ModuleProgress.passed_at,
    ModuleProgress.completed_at,
)
_PROGRESS = Prepared(
    select(*_PROGRESS_COLUMNS).where(ModuleProgress.enrolment_id == bindparam("enrolment_id"))
)


def module_progress(session: Session, enrolment_id: int | None) -> dict[int, ModuleProgressRow]:
    """The progress of an enrolment by module; one statement, none without an enrolment."""
    if enrolment_id is None:
        return {}
    rows = _PROGRESS.all(session, enrolment_id=enrolment_id)
    return {row[0]: ModuleProgressRow(*row) for row in rows}


def course_progress(
    session: Session, enrolment_id: int | None, modules: Collection[ModuleRow]
) -> tuple[ModuleStanding, ...]:
    """The modules of a course with progress and ticks; at most two statements."""
    done = module_progress(session, enrolment_id)
    wanted = [m.final_quiz_version_id for m in modules if m.final_quiz_version_id is not None]
    marks = pass_marks(session, wanted)
    return tuple(
        standing(module, done.get(module.module_id), marks.get(module.final_quiz_version_id or 0))
        for module in modules
    )


def standing(
    module: ModuleRow, progress: ModuleProgressRow | None, pass_mark: int | None
) -> ModuleStanding:
    """A module with what is done of its rules; ``pass_mark`` is None where there is no quiz."""
    row = progress
    state = rules.ModuleState(
        slides_seen=row.slides_seen if row else 0,
        slides_total=row.slides_total if row and row.completed_at else module.slide_count,
        checks_answered=row.checks_answered if row else 0,
        checks_total=row.checks_total if row else int(module.checks_quiz_version_id is not None),
        surveys_answered=row.surveys_answered if row else 0,
        surveys_total=row.surveys_total if row else int(module.checks_quiz_version_id is not None),
        has_quiz=pass_mark is not None,
        pass_mark=pass_mark or 0,
        passed=row is not None and row.passed_at is not None,
        score=row.score if row else None,
    )
    policy = rules.completion_policy(module.completion)
    ticks = rules.module_ticks(policy, state)
    if row is not None and row.completed_at is not None:
        # What was completed stays so, whatever a newer version asks.
        ticks = tuple(rules.Tick(t.kind, done=True, have=t.need, need=t.need) for t in ticks)
    return ModuleStanding(module, progress, ticks)


def pass_marks(session: Session, quiz_version_ids: Collection[int]) -> dict[int, int]:
    """Pass marks in percent by quiz version; at most one statement."""
    found = find_versions(session, quiz_version_ids)
    return {key: version.policy.pass_mark for key, version in found.items()}


@dataclass(frozen=True, slots=True)
class LastCourse:
    """The course somebody worked on last and has not completed, with its modules begun."""

    course_id: int
    course_version_id: int | None
    module_id: int
    """The module they were in last."""
    progress: dict[int, ModuleProgressRow]


def last_course(session: Session, employee_id: int) -> LastCourse | None:
    """Where to go on: the newest activity in a course that is not completed; one statement."""
    rows = _LAST.all(session, employee_id=employee_id)
    if not rows:
        return None
    progress = [ModuleProgressRow(*row[2:]) for row in rows]
    return LastCourse(
        course_id=rows[0][0],
        course_version_id=rows[0][1],
        module_id=progress[0].module_id,
        progress={row.module_id: row for row in progress},
    )


_newest = aliased(ModuleProgress)
_LAST = Prepared(
    select(Enrolment.course_id, Course.current_version_id, *_PROGRESS_COLUMNS)
    .join(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
    .join(Course, Course.id == Enrolment.course_id)
    .where(
        Enrolment.id
        == select(_newest.enrolment_id)
        .join(Enrolment, Enrolment.id == _newest.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.employee_id == bindparam("employee_id"),
            Enrolment.completed_at.is_(None),
            Course.retired_at.is_(None),
        )
        .order_by(_newest.last_at.desc(), _newest.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    .order_by(ModuleProgress.last_at.desc(), ModuleProgress.id.desc())
)


def seen_slides(session: Session, enrolment_id: int, module_id: int) -> frozenset[str]:
    """The slide keys of a module that a person has seen; one statement."""
    return frozenset(_SEEN.scalars(session, enrolment_id=enrolment_id, module_id=module_id))


_SEEN = Prepared(
    select(SlideProgress.slide_key).where(
        SlideProgress.enrolment_id == bindparam("enrolment_id"),
        SlideProgress.module_id == bindparam("module_id"),
    )
)


def learners_of(session: Session, module_ids: Collection[int]) -> dict[int, int]:
    """How many people have begun each module; one statement.

    They are found through the enrolments of the courses: progress has no index by module.
    """
    courses = select(Module.course_id).where(Module.id.in_(module_ids))
    enrolled = select(Enrolment.id).where(Enrolment.course_id.in_(courses))
    rows = session.execute(
        select(ModuleProgress.module_id, func.count())
        .where(ModuleProgress.enrolment_id.in_(enrolled), ModuleProgress.module_id.in_(module_ids))
        .group_by(ModuleProgress.module_id)
    )
    return {module_id: count for module_id, count in rows}  # noqa: C416 - rows are no pairs


def page_history(
    session: Session, employee_id: int, course_id: int, locale: str
) -> tuple[PageView, ...]:
    """Every slide of a course that a person has seen, in the order of the course; one statement."""
    rows = session.execute(
        select(
            SlideProgress.module_id,
            SlideProgress.slide_key,
            Slide.position,
            # The reader's edition of the slide, else its own title; the key where it is gone.
            func.coalesce(
                Slide.content[(locale, "title")].as_string(),
                Slide.title,
                SlideProgress.slide_key,
            ),
            SlideProgress.first_seen_at,
            SlideProgress.last_seen_at,
            SlideProgress.seconds,
            SlideProgress.times,
            SlideProgress.ended,
        )
        .join(Enrolment, Enrolment.id == SlideProgress.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(
            CourseVersionModule,
            (CourseVersionModule.course_version_id == Course.current_version_id)
            & (CourseVersionModule.module_id == SlideProgress.module_id),
        )
        .outerjoin(
            Slide,
            (Slide.module_version_id == CourseVersionModule.module_version_id)
            & (Slide.key == SlideProgress.slide_key),
        )
        .where(Enrolment.employee_id == employee_id, Enrolment.course_id == course_id)
        .order_by(CourseVersionModule.position, Slide.position, SlideProgress.id)
    )
    return tuple(PageView(*row) for row in rows)
