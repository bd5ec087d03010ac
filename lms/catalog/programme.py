"""A programme in memory: which courses lead where, in which order, with which papers.

Pure and frozen, like ``lms.catalog.source``. ``courses/README.md`` describes ``programme.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgrammeCourse:
    """A course at its place in a programme; ``course`` is its id."""

    course: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class ProgrammeDocument:
    """Something to print beside the courses. ``text`` is the Markdown subset of slides.

    ``facilitator`` keeps it from learners: it may tell how an exercise ends.
    """

    id: str
    title: str
    text: str
    title_en: str = ""
    facilitator: bool = False


@dataclass(frozen=True, slots=True)
class ProgrammeSource:
    """A programme as its author wrote it.

    ``tier`` is empty for a programme across tiers. ``choose`` is how many of the elective courses
    are needed. Hours are those beside the courses, whose own time is counted from their modules.
    ``prerequisites`` are ids of programmes.
    """

    id: str
    title: str
    title_en: str
    tier: str = ""
    summary: str = ""
    summary_en: str = ""
    audience: str = ""
    audience_en: str = ""
    yearly: bool = False
    choose: int = 0
    classroom_hours: float = 0.0
    practice_hours: float = 0.0
    prerequisites: tuple[str, ...] = ()
    courses: tuple[ProgrammeCourse, ...] = ()
    documents: tuple[ProgrammeDocument, ...] = ()
