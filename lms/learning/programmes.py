"""Programmes as one person sees them: the way, what is done of it, and what it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.catalog.programmes import DocumentRow, ProgrammeRow, list_documents, list_programmes
from lms.core.access import Permission
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import NotFoundError
from lms.learning.catalogue import ShelfCourse
from lms.learning.queries import CourseState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.learning.catalogue import Shelf


@dataclass(frozen=True, slots=True)
class ProgrammeStep:
    """A course at its place in the programme."""

    shelf: ShelfCourse
    required: bool


@dataclass(frozen=True, slots=True)
class ProgrammePath:
    """A programme with its courses as this person stands in them."""

    programme: ProgrammeRow
    steps: tuple[ProgrammeStep, ...]
    before: tuple[ProgrammeRow, ...]
    """Programmes that come before it."""
    required_total: int
    """Required courses, those included that this person cannot take now."""
    electives_total: int

    @property
    def required(self) -> tuple[ProgrammeStep, ...]:
        return tuple(step for step in self.steps if step.required)

    @property
    def electives(self) -> tuple[ProgrammeStep, ...]:
        return tuple(step for step in self.steps if not step.required)

    @property
    def wanted(self) -> int:
        """How many of the electives are to be chosen."""
        return min(self.programme.choose, self.electives_total)

    @property
    def closed(self) -> int:
        """Courses it still takes that are not open to this person, or not written yet."""
        electives = max(0, self.wanted - len(self.electives))
        return self.required_total - len(self.required) + electives

    @property
    def required_done(self) -> int:
        """How many of the required courses are completed."""
        return _completed(self.required)

    @property
    def electives_done(self) -> int:
        """How many electives are completed; those beyond the number wanted do not count."""
        return min(_completed(self.electives), self.wanted)

    @property
    def total(self) -> int:
        """How many courses complete it, whether they are open or not."""
        return self.required_total + self.wanted

    @property
    def done(self) -> int:
        """How many of them are completed."""
        return self.required_done + self.electives_done

    @property
    def state(self) -> str:
        """A state of ``ui/status.html``."""
        if self.total and self.done == self.total:
            return CourseState.COMPLETED.value
        begun = any(step.shelf.progress.state is not CourseState.NOT_STARTED for step in self.steps)
        return (CourseState.IN_PROGRESS if begun else CourseState.NOT_STARTED).value

    @property
    def online_minutes(self) -> int:
        """Time of the required courses and of as many electives as are wanted, the shortest."""
        required = sum(step.shelf.progress.course.minutes for step in self.required)
        chosen = sorted(step.shelf.progress.course.minutes for step in self.electives)
        return required + sum(chosen[: self.wanted])

    @property
    def next(self) -> ProgrammeStep | None:
        """The first course that is not completed: what was begun, then what is required."""
        open_ones = [
            step
            for step in (*self.required, *(self.electives if self._elective_open else ()))
            if step.shelf.progress.state is not CourseState.COMPLETED
        ]
        return next(
            iter(
                sorted(
                    open_ones,
                    key=lambda step: step.shelf.progress.state is not CourseState.IN_PROGRESS,
                )
            ),
            None,
        )

    @property
    def _elective_open(self) -> bool:
        return _completed(self.electives) < self.wanted


def _completed(steps: tuple[ProgrammeStep, ...]) -> int:
    return sum(step.shelf.progress.state is CourseState.COMPLETED for step in steps)


def programme_paths(session: Session, shelves: tuple[Shelf, ...]) -> tuple[ProgrammePath, ...]:
    """Every programme of which this person may take a course; one statement more.

    ``shelves`` are the courses of the person (``catalogue.shelves``).
    """
    courses = {
        (each.progress.course.tenant_id, each.progress.course.slug): each
        for shelf in shelves
        for each in shelf.courses
    }
    programmes = list_programmes(session)
    known = {programme.slug: programme for programme in programmes}
    paths = (_path(programme, courses, known) for programme in programmes)
    return tuple(path for path in paths if path.steps)


def _path(
    programme: ProgrammeRow,
    courses: Mapping[tuple[int, str], ShelfCourse],
    known: Mapping[str, ProgrammeRow],
) -> ProgrammePath:
    # A municipality may have given a course of its own the name of one in the library.
    named = (
        (courses.get((programme.tenant_id, slug)) or courses.get((LIBRARY_TENANT_ID, slug)), needed)
        for slug, needed in programme.courses
    )
    required = sum(needed for _, needed in programme.courses)
    return ProgrammePath(
        programme,
        tuple(ProgrammeStep(course, needed) for course, needed in named if course is not None),
        tuple(known[slug] for slug in programme.prerequisites if slug in known),
        required_total=required,
        electives_total=len(programme.courses) - required,
    )


def access_programme(session: Session, shelves: tuple[Shelf, ...], slug: str) -> ProgrammePath:
    """One programme by its slug.

    Raises:
        NotFoundError: there is none, or this person may take no course of it.
    """
    for path in programme_paths(session, shelves):
        if path.programme.slug == slug:
            return path
    raise NotFoundError(slug)


def documents_for(session: Session, actor: Actor, path: ProgrammePath) -> tuple[DocumentRow, ...]:
    """The papers of a programme; those for facilitators only for people who make courses."""
    trainer = actor.can(Permission.COURSE_EDIT)
    return list_documents(session, path.programme.id, facilitator=trainer)


def access_document(session: Session, actor: Actor, path: ProgrammePath, slug: str) -> DocumentRow:
    """One paper of a programme.

    Raises:
        NotFoundError: there is none, or it is for facilitators and this person is none.
    """
    for document in documents_for(session, actor, path):
        if document.slug == slug:
            return document
    raise NotFoundError(slug)
