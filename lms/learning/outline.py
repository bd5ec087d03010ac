"""The page of a course for one learner: its modules, what is done, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from lms.assessment.grants import count_grants
from lms.assessment.questions import find_versions
from lms.assessment.rules import attempts_left
from lms.catalog.access import courses_seen
from lms.catalog.models import Course
from lms.catalog.queries import shown_languages
from lms.core.i18n import localized
from lms.learning.access import Asked, LearnerCourse, TakenCourse, asked_courses
from lms.learning.queries import CourseState, ModuleStanding, course_progress

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A course that should be taken before."""

    title: str
    public_id: str


@dataclass(frozen=True, slots=True)
class FailedQuizzes:
    """Modules whose quiz was not passed: who cannot take it again, and who may by a grant."""

    used_up: frozenset[int] = frozenset()
    granted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """The newest certificate of a course that somebody completed."""

    public_id: str
    number: str
    revoked: bool


class FindProof(Protocol):
    """Who knows of certificates; a question to the slices above."""

    def __call__(self, session: Session, employee_id: int, course_id: int) -> Proof | None:
        """What this person was given for this course."""
        ...


_proofs: list[FindProof] = []


def install_proofs(*sources: FindProof) -> None:
    """Say who knows of certificates; called once by the wiring."""
    _proofs[:] = sources


@dataclass(frozen=True, slots=True)
class CourseView:
    """Everything the page of a course says beside its texts."""

    modules: tuple[ModuleStanding, ...]
    state: CourseState
    score: float | None
    asked: Asked | None
    days: int | None
    prerequisites: tuple[Prerequisite, ...]
    foreign: frozenset[int]
    """Keys of the versions of those modules that are not in the reader's language."""
    failed: FailedQuizzes
    proof: Proof | None = None
    """Only of a course that is completed and certifies."""

    @property
    def next(self) -> ModuleStanding | None:
        """The module to go on with: the one begun last, else the first that is not completed."""
        open_ones = [m for m in self.modules if m.state is not CourseState.COMPLETED]
        begun = [(m.progress.last_at, m) for m in open_ones if m.progress is not None]
        if begun:
            return max(begun, key=lambda pair: pair[0])[1]
        return open_ones[0] if open_ones else None

    @property
    def all_foreign(self) -> bool:
        """Whether no module is in the reader's language, so that it is said once for all."""
        return bool(self.modules) and len(self.foreign) == len(self.modules)

    @property
    def done(self) -> int:
        """Modules completed."""
        return sum(m.state is CourseState.COMPLETED for m in self.modules)

    @property
    def minutes(self) -> int:
        """Minutes of all modules together."""
        return sum(m.module.minutes for m in self.modules)

    @property
    def review_by(self) -> date | None:
        """The earliest review date of the modules (CV-3)."""
        return min((m.module.review_by for m in self.modules if m.module.review_by), default=None)


def course_view(
    session: Session, found: LearnerCourse, *, employee_id: int, today: date, locale: str
) -> CourseView:
    """What one learner sees of a course; at most six statements, two more with a failed quiz.

    A course that is completed takes one more, for its certificate.
    """
    enrolment = found.enrolment
    modules = course_progress(session, enrolment.id if enrolment else None, found.modules)
    completed = enrolment is not None and enrolment.completed_at is not None
    state = CourseState.NOT_STARTED
    if enrolment is not None and enrolment.started_at is not None:
        state = CourseState.COMPLETED if completed else CourseState.IN_PROGRESS
    duties = asked_courses(session, employee_id, today)
    asked = duties.get(found.course.id)
    languages = shown_languages(session, found.modules, locale)
    return CourseView(
        modules=modules,
        state=state,
        score=enrolment.score if enrolment else None,
        asked=asked,
        days=(asked.due_on - today).days if asked and not completed else None,
        prerequisites=_prerequisites(session, found.course, duties.keys()),
        foreign=frozenset(key for key, language in languages.items() if language != locale),
        failed=failed_quizzes(session, modules, employee_id),
        proof=_find_proof(session, employee_id, found.course) if completed else None,
    )


def _find_proof(session: Session, employee_id: int, course: TakenCourse) -> Proof | None:
    if not course.certificate:
        return None
    answers = (ask(session, employee_id, course.id) for ask in _proofs)
    return next((proof for proof in answers if proof is not None), None)


def failed_quizzes(
    session: Session, modules: Collection[ModuleStanding], employee_id: int
) -> FailedQuizzes:
    """Which quizzes have no attempt left, and which only one that was granted.

    At most two statements, and none where nothing was failed.
    """
    failed = {
        each.module.final_quiz_version_id: (each.module.module_id, each.progress.attempts)
        for each in modules
        if each.module.final_quiz_version_id is not None
        and each.progress is not None
        and each.progress.attempts
        and each.progress.passed_at is None
    }
    if not failed:
        return FailedQuizzes()
    granted = count_grants(session, employee_id)
    used_up, allowed = set(), set()
    for key, version in find_versions(session, failed.keys()).items():
        module_id, attempts = failed[key]
        if attempts_left(version.policy, attempts, granted.get(version.quiz_id, 0)) == 0:
            used_up.add(module_id)
        elif attempts_left(version.policy, attempts, 0) == 0:
            allowed.add(module_id)
    return FailedQuizzes(frozenset(used_up), frozenset(allowed))


def _prerequisites(
    session: Session, course: TakenCourse, asked: Collection[int]
) -> tuple[Prerequisite, ...]:
    """The courses to take before this one, of those that the person may open."""
    if not course.prerequisites:
        return ()
    rows = session.execute(
        select(Course.id, Course.slug, Course.title, Course.title_en, Course.public_id, Course.open)
        .where(Course.slug.in_(course.prerequisites), courses_seen(course.tenant_id, edits=False))
        .order_by(Course.tenant_id)
    )
    # The library is the first tenant: what the owner gave the same name takes its place.
    found = {row.slug: row for row in rows}
    named = (found[slug] for slug in course.prerequisites if slug in found)
    return tuple(
        Prerequisite(localized(row.title, row.title_en), row.public_id)
        for row in named
        if row.open or row.id in asked
    )
