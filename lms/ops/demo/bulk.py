"""Histories in bulk: what a share of the people did in a course, as rows that agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, insert, literal, select

from lms.assessment.models import Attempt, AttemptState, Grade
from lms.catalog.models import Slide
from lms.core.db.dialect import insert_or_ignore
from lms.core.db.types import json_type
from lms.core.tenancy import tenant_of
from lms.kernel.ids import public_id
from lms.learning.models import Enrolment, ModuleProgress, SlideProgress

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

SLIDES = 4
QUESTIONS = 10
PASS_MARK = 80
COMPLETED, STARTED = 0.55, 0.2
"""Shares of the duties; the rest was never opened."""


@dataclass(frozen=True, slots=True)
class Published:
    """A course of the load with the keys that its histories refer to."""

    course_id: int
    course_version_id: int
    module_id: int
    module_version_id: int
    quiz_id: int
    quiz_version_id: int
    questions: tuple[tuple[int, int, str, str], ...]
    """Of each question: key, position (from 1), the right and a wrong option."""


def add_histories(
    session: Session, made: Published, people: Sequence[int], rng: random.Random, now: datetime
) -> int:
    """Histories of a share of the people in one course; returns how many completed it.

    ``people`` are keys in ascending order and may be a part of all; ``finish_histories`` follows
    once for the course.
    """
    tenant_id = tenant_of(session)
    enrolments: list[dict[str, Any]] = []
    attempts: list[dict[str, Any]] = []
    progresses: dict[int, dict[str, Any]] = {}
    for key in people:
        lot = rng.random()
        if lot > COMPLETED + STARTED:
            continue
        passed = lot < COMPLETED
        begin = now - timedelta(minutes=rng.randrange(60, 40_000))
        end = begin + timedelta(minutes=9)
        points = rng.randrange(QUESTIONS * PASS_MARK // 100, QUESTIONS + 1)
        score = points * 100.0 / QUESTIONS if passed else None
        enrolments.append(
            {
                "tenant_id": tenant_id,
                "public_id": public_id(),
                "employee_id": key,
                "course_id": made.course_id,
                "course_version_id": made.course_version_id,
                "enrolled_at": begin,
                "started_at": begin,
                "completed_at": end if passed else None,
                "score": score,
                "modules_completed": int(passed),
                "modules_total": 1,
            }
        )
        progresses[key] = _progress(made, begin, end, score, rng)
        if passed:
            attempts.append(_attempt(made, key, points, begin, end, rng))
    insert_or_ignore(session, Enrolment, enrolments, ("tenant_id", "employee_id", "course_id"))
    enrolled = session.execute(
        select(Enrolment.id, Enrolment.employee_id).where(
            Enrolment.course_id == made.course_id,
            Enrolment.employee_id.between(people[0], people[-1]),
        )
    )
    insert_rows(
        session,
        ModuleProgress,
        [progresses[key] | {"tenant_id": tenant_id, "enrolment_id": row} for row, key in enrolled],
    )
    insert_rows(session, Attempt, [each | {"tenant_id": tenant_id} for each in attempts])
    return len(attempts)


def finish_histories(session: Session, made: Published) -> None:
    """Viewing histories and grades of everybody in one course; the database makes the rows."""
    _add_slides(session, made, tenant_of(session))
    _add_grades(session, made, tenant_of(session))


def _progress(
    made: Published, begin: datetime, end: datetime, score: float | None, rng: random.Random
) -> dict[str, object]:
    seen = SLIDES if score is not None else rng.randrange(1, SLIDES)
    return {
        "module_id": made.module_id,
        "module_version_id": made.module_version_id,
        "slide_key": f"s{seen}",
        "slides_seen": seen,
        "slides_total": SLIDES,
        "seconds": 45.0 * seen,
        "score": score,
        "attempts": int(score is not None),
        "started_at": begin,
        "last_at": end,
        "passed_at": end if score is not None else None,
        "completed_at": end if score is not None else None,
    }


def _attempt(
    made: Published, key: int, points: int, begin: datetime, end: datetime, rng: random.Random
) -> dict[str, object]:
    return {
        "public_id": public_id(),
        "employee_id": key,
        "quiz_id": made.quiz_id,
        "quiz_version_id": made.quiz_version_id,
        "number": 1,
        "state": AttemptState.SUBMITTED,
        "seed": rng.randrange(QUESTIONS),
        "question_ids": [question[0] for question in made.questions],
        "started_at": begin,
        "submitted_at": end,
        "points": float(points),
        "max_points": QUESTIONS,
        "score": points * 100.0 / QUESTIONS,
        "passed": True,
    }


def _add_slides(session: Session, made: Published, tenant_id: int) -> None:
    """The viewing history, as far as each person came."""
    row = ModuleProgress
    source = (
        select(
            literal(tenant_id),
            row.enrolment_id,
            row.module_id,
            Slide.key,
            row.started_at,
            row.last_at,
            literal(45.0),
            literal(1),
            literal(True),  # noqa: FBT003 - a value of a column
        )
        .join(Slide, Slide.module_version_id == row.module_version_id)
        .where(
            row.tenant_id == tenant_id,
            # Leads to the rows of this course past those of all others.
            row.enrolment_id.in_(
                select(Enrolment.id).where(
                    Enrolment.tenant_id == tenant_id, Enrolment.course_id == made.course_id
                )
            ),
            row.module_id == made.module_id,
            Slide.position <= row.slides_seen,
        )
    )
    columns = ["tenant_id", "enrolment_id", "module_id", "slide_key", "first_seen_at"]
    columns += ["last_seen_at", "seconds", "times", "ended"]
    session.connection().execute(insert(SlideProgress).from_select(columns, source))


def _add_grades(session: Session, made: Published, tenant_id: int) -> None:
    """One graded answer for each question of each attempt, as many right ones as it has points.

    The ten positions give ten different remainders, so exactly ``points`` of them are below it.
    """
    columns = ["tenant_id", "attempt_id", "question_id", "response", "points", "max_points"]
    columns += ["correct", "graded_at"]
    for question_id, position, right, wrong in made.questions:
        good = (Attempt.seed + position) % QUESTIONS < Attempt.points
        source = select(
            literal(tenant_id),
            Attempt.id,
            literal(question_id),
            case(
                (good, literal(right, json_type())),
                else_=literal(wrong, json_type()),
            ),
            case((good, 1.0), else_=0.0),
            literal(1),
            good,
            Attempt.submitted_at,
        ).where(
            Attempt.tenant_id == tenant_id,
            Attempt.quiz_id == made.quiz_id,
            Attempt.quiz_version_id == made.quiz_version_id,
        )
        session.connection().execute(insert(Grade).from_select(columns, source))


def insert_rows(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of this municipality without the unit of work, which is made for few."""
    session.info["guard"](model, rows)
    if rows:
        session.connection().execute(insert(model), list(rows))
