"""Where somebody stands in a module, counted from what other rows say (slides, answers, tests)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer, bindparam, select

from lms.assessment.models import (
    Attempt,
    AttemptState,
    Grade,
    Question,
    QuizVersion,
    SurveyResponse,
)
from lms.assessment.questions import questions_of
from lms.assessment.rules import official_score, parse_policy
from lms.catalog.models import ModuleVersion
from lms.core.db.prepared import Prepared
from lms.learning import rules
from lms.learning.projections import slide_keys
from lms.learning.queries import seen_slides

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.learning.models import ModuleProgress


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers inside the slides of a module: code of the question to when, and whether right."""

    checks: dict[str, tuple[datetime, bool]]
    surveys: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class Tests:
    """The quiz at the end: official score, graded attempts, and when it was first passed."""

    score: float | None
    attempts: int
    passed_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What of a module version somebody has done, named like the columns of ``ModuleProgress``."""

    slides_total: int
    slides_seen: int
    checks_total: int
    checks_answered: int
    checks_correct: int
    surveys_total: int
    surveys_answered: int
    """Required items only, as in ``surveys_total``."""


def count(session: Session, progress: ModuleProgress, *, employee_id: int) -> None:
    """Bring the counts of a progress row in step with the module version it is on."""
    counts = counts_of(
        session,
        progress.module_version_id,
        progress.enrolment_id,
        progress.module_id,
        employee_id=employee_id,
    )
    for name in Counts.__slots__:
        setattr(progress, name, getattr(counts, name))


def counts_of(
    session: Session,
    module_version_id: int,
    enrolment_id: int,
    module_id: int,
    *,
    employee_id: int,
) -> Counts:
    """Count what somebody has done of a module version."""
    slides = slide_keys(session, module_version_id)
    (checks_id,) = _CHECKS.scalars(session, version=module_version_id)
    questions = questions_of(session, checks_id) if checks_id is not None else ()
    checks = {question.code for question in questions if question.graded}
    surveys = {q.code for q in questions if not q.graded and q.body.required}
    given = answers_of(session, checks_id, employee_id)
    return Counts(
        slides_total=len(slides),
        slides_seen=len(slides & seen_slides(session, enrolment_id, module_id)),
        checks_total=len(checks),
        checks_answered=len(checks & given.checks.keys()),
        checks_correct=sum(given.checks[code][1] for code in checks & given.checks.keys()),
        surveys_total=len(surveys),
        surveys_answered=len(surveys & given.surveys.keys()),
    )


_CHECKS = Prepared(
    select(ModuleVersion.checks_quiz_version_id).where(ModuleVersion.id == bindparam("version"))
)


def answers_of(session: Session, checks_version_id: int | None, employee_id: int) -> Answers:
    """What somebody answered inside the slides, in this or an earlier version of the checks."""
    if checks_version_id is None:
        return Answers({}, {})
    row = _QUIZ_OF.first(session, version=checks_version_id)
    if row is None:
        return Answers({}, {})
    graded = _GRADED.all(session, person=employee_id, quiz=row[0])
    # A question that was changed may be answered again: the first answer gives the time, the
    # last one says whether it is right.
    checks: dict[str, tuple[datetime, bool]] = {}
    for code, at, correct in graded:
        checks[code] = (at, checks[code][1] if code in checks else correct)
    surveys = _SURVEYED.all(session, person=employee_id, quiz=row[0])
    return Answers(checks, {row[0]: row[1] for row in surveys})


_QUIZ_OF = Prepared(
    select(QuizVersion.quiz_id).where(QuizVersion.id == bindparam("version", type_=Integer))
)
_GRADED = Prepared(
    select(Question.code, Grade.graded_at, Grade.correct)
    .join(Grade, Grade.question_id == Question.id)
    .join(Attempt, Attempt.id == Grade.attempt_id)
    .where(Attempt.employee_id == bindparam("person"), Attempt.quiz_id == bindparam("quiz"))
    .order_by(Grade.graded_at.desc(), Grade.id.desc())
)
_SURVEYED = Prepared(
    select(Question.code, SurveyResponse.answered_at)
    .join(SurveyResponse, SurveyResponse.question_id == Question.id)
    .join(QuizVersion, QuizVersion.id == Question.quiz_version_id)
    .where(
        SurveyResponse.employee_id == bindparam("person"), QuizVersion.quiz_id == bindparam("quiz")
    )
    .order_by(SurveyResponse.answered_at.desc())
)


def tests_of(session: Session, quiz_id: int | None, employee_id: int) -> Tests:
    """The graded attempts of somebody at the quiz of a module, by the policy of the last one."""
    if quiz_id is None:
        return Tests(None, 0, None, None)
    rows = session.execute(
        select(Attempt.score, Attempt.passed, Attempt.submitted_at, QuizVersion.policy)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(
            Attempt.employee_id == employee_id,
            Attempt.quiz_id == quiz_id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.number)
    ).all()
    if not rows:
        return Tests(None, 0, None, None)
    moments = [row[2] for row in rows if row[2] is not None]
    passes = [row[2] for row in rows if row[1] and row[2] is not None]
    return Tests(
        score=official_score([row[0] or 0.0 for row in rows], parse_policy(rows[-1][3]).grade),
        attempts=len(rows),
        passed_at=min(passes, default=None),
        last_at=max(moments, default=None),
    )


def ticks(session: Session, progress: ModuleProgress) -> tuple[rules.Tick, ...]:
    """The rules of the module version a progress row is on, with what is done of each."""
    ((completion, policy),) = _RULES.all(session, version=progress.module_version_id)
    return rules.module_ticks(rules.completion_policy(completion), state_of(progress, policy))


_RULES = Prepared(
    select(ModuleVersion.completion, QuizVersion.policy)
    .outerjoin(QuizVersion, QuizVersion.id == ModuleVersion.final_quiz_version_id)
    .where(ModuleVersion.id == bindparam("version"))
)


def state_of(progress: ModuleProgress, quiz_policy: dict[str, object] | None) -> rules.ModuleState:
    """The pure state of a stored row; ``quiz_policy`` is None where the module has no quiz."""
    return rules.ModuleState(
        slides_seen=progress.slides_seen,
        slides_total=progress.slides_total,
        checks_answered=progress.checks_answered,
        checks_total=progress.checks_total,
        surveys_answered=progress.surveys_answered,
        surveys_total=progress.surveys_total,
        has_quiz=quiz_policy is not None,
        pass_mark=parse_policy(quiz_policy).pass_mark if quiz_policy is not None else 0,
        passed=progress.passed_at is not None,
        score=progress.score,
    )
