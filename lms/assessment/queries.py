"""Reads of the assessment slice. Every function returns frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, literal, select

from lms.assessment import drawing, pages, rules
from lms.assessment.checks import check_result
from lms.assessment.grants import list_grants, remaining_attempts
from lms.assessment.models import (
    Answer,
    Attempt,
    AttemptState,
    Grade,
    Question,
    QuizVersion,
    SurveyResponse,
)
from lms.assessment.questions import (
    StoredQuestion,
    StoredVersion,
    find_version,
    questions_by_id,
    questions_of,
)
from lms.core.db.prepared import Prepared

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from lms.assessment.responses import Response
    from lms.assessment.values import QuizPolicy

__all__ = [
    "OfficialScore",
    "attempt_page",
    "check_questions",
    "graded_scores",
    "latest_answers",
    "list_attempts",
    "official_score",
    "result_page",
    "start_page",
]


@dataclass(frozen=True, slots=True)
class OfficialScore:
    """What counts of all attempts of one person. ``score`` is a percentage."""

    score: float
    passed: bool
    attempts: int


def start_page(
    session: Session, quiz_version_id: int, employee_id: int, *, now: datetime
) -> pages.StartPage:
    """The rules of a quiz and what this person did so far.

    Raises:
        NotFoundError: there is no such quiz.
    """
    version = find_version(session, quiz_version_id)
    policy = version.policy
    attempts = list_attempts(session, version.quiz_id, employee_id)
    size = sum(question.graded for question in questions_of(session, version.id))
    running = next((each for each in attempts if each.is_open), None)
    graded = [each for each in attempts if not each.is_open]
    grants = list_grants(session, version.quiz_id, employee_id) if policy.attempts else ()
    left = rules.attempts_left(policy, len(attempts), len(grants))
    return pages.StartPage(
        policy=policy,
        questions=min(policy.draw or size, size),
        attempts=attempts,
        running=running,
        expired=running is not None and rules.is_over(running.deadline_at, now),
        left=left,
        allowed=policy.attempts + len(grants),
        granted=grants[-1] if grants and left else None,
        official=rules.official_score([each.score or 0.0 for each in graded], policy.grade),
        passed=any(each.passed for each in graded),
    )


def list_attempts(session: Session, quiz_id: int, employee_id: int) -> tuple[pages.AttemptRow, ...]:
    """Every attempt of a person at a quiz, from the first to the last."""
    rows = _ATTEMPTS.all(session, employee_id=employee_id, quiz_id=quiz_id)
    return tuple(pages.AttemptRow(*row) for row in rows)


_ATTEMPTS = Prepared(
    select(
        Attempt.public_id,
        Attempt.number,
        Attempt.started_at,
        Attempt.submitted_at,
        Attempt.deadline_at,
        Attempt.points,
        Attempt.max_points,
        Attempt.score,
        Attempt.passed,
    )
    .where(Attempt.employee_id == bindparam("employee_id"), Attempt.quiz_id == bindparam("quiz_id"))
    .order_by(Attempt.number)
)


def official_score(session: Session, quiz_id: int, employee_id: int) -> OfficialScore | None:
    """The score that counts by the newest rules of the quiz; None before the first result."""
    graded = [each for each in list_attempts(session, quiz_id, employee_id) if not each.is_open]
    raw = session.scalar(
        select(QuizVersion.policy)
        .where(QuizVersion.quiz_id == quiz_id)
        .order_by(QuizVersion.number.desc())
        .limit(1)
    )
    if raw is None or not graded:
        return None
    policy = rules.parse_policy(raw)
    score = rules.official_score([each.score or 0.0 for each in graded], policy.grade)
    return OfficialScore(score or 0.0, any(each.passed for each in graded), len(graded))


def attempt_page(
    session: Session, attempt: Attempt, locale: str, *, now: datetime
) -> pages.AttemptPage:
    """An open attempt with its questions and the answers saved so far; never a key."""
    policy = find_version(session, attempt.quiz_version_id).policy
    questions = questions_by_id(session, attempt.quiz_version_id, attempt.question_ids)
    answers: dict[int, tuple[Any, int, datetime]] = {
        row[0]: (row[1], row[2], row[3]) for row in _ANSWERS.all(session, attempt_id=attempt.id)
    }
    return pages.AttemptPage(
        public_id=attempt.public_id,
        number=attempt.number,
        started_at=attempt.started_at,
        deadline_at=attempt.deadline_at,
        expired=rules.is_over(attempt.deadline_at, now),
        questions=tuple(
            _question_row(questions[key], number, attempt, policy, locale, answers.get(key))
            for number, key in enumerate(attempt.question_ids, start=1)
        ),
    )


def latest_answers(session: Session, attempt_id: int) -> dict[int, Response]:
    """What was answered last to each question of an attempt, by the key of the question."""
    return {row[0]: row[1] for row in _ANSWERS.all(session, attempt_id=attempt_id)}


def graded_scores(session: Session, employee_id: int, quiz_id: int) -> list[float]:
    """The scores of somebody's graded attempts at a quiz, in the order they were started."""
    return _SCORES.scalars(session, employee_id=employee_id, quiz_id=quiz_id)


_SCORES = Prepared(
    select(func.coalesce(Attempt.score, 0.0))
    .where(
        Attempt.employee_id == bindparam("employee_id"),
        Attempt.quiz_id == bindparam("quiz_id"),
        Attempt.state == AttemptState.SUBMITTED,
    )
    .order_by(Attempt.number)
)
_ANSWERS = Prepared(
    select(Answer.question_id, Answer.response, Answer.revision, Answer.saved_at)
    .where(Answer.attempt_id == bindparam("attempt_id"))
    .order_by(Answer.revision)
)


def _question_row(
    question: StoredQuestion,
    number: int,
    attempt: Attempt,
    policy: QuizPolicy,
    locale: str,
    answer: tuple[Any, int, datetime] | None,
) -> pages.QuestionRow:
    response, revision, saved_at = answer or (None, 0, None)
    return pages.question_row(
        question,
        number=number,
        seed=attempt.seed,
        shuffle=policy.shuffle,
        locale=locale,
        response=response,
        revision=revision,
        saved_at=saved_at,
    )


def result_page(
    session: Session, attempt: Attempt, locale: str, *, reveal: bool = False
) -> pages.ResultPage:
    """A graded attempt; keys only where its owner may see them.

    Args:
        session: any session of the municipality.
        attempt: graded already.
        locale: ``ja`` or ``en``.
        reveal: show everything, for staff who may see answers of other people.
    """
    version = find_version(session, attempt.quiz_version_id)
    policy = version.policy
    attempts = list_attempts(session, attempt.quiz_id, attempt.employee_id)
    graded = [each for each in attempts if not each.is_open]
    has_passed = any(each.passed for each in graded)
    answering = len(graded) < len(attempts)
    taken = attempt.quiz_id, attempt.employee_id
    disclosed = (
        rules.Disclosure.KEYS
        if reveal
        else rules.disclosure(policy.feedback, has_passed=has_passed, answering=answering)
    )
    return pages.ResultPage(
        attempt=_attempt_row(attempt),
        policy=policy,
        disclosure=disclosed,
        answering=answering,
        reviews=_reviews(session, attempt, policy, locale, disclosed),
        questions=len(attempt.question_ids),
        left=remaining_attempts(session, policy, *taken, len(attempts)),
        official=rules.official_score([each.score or 0.0 for each in graded], policy.grade),
        graded_attempts=len(graded),
        has_passed=has_passed,
    )


def _reviews(
    session: Session,
    attempt: Attempt,
    policy: QuizPolicy,
    locale: str,
    disclosed: rules.Disclosure,
) -> tuple[pages.ReviewRow, ...]:
    if disclosed < rules.Disclosure.VERDICTS:
        return ()
    questions = questions_by_id(session, attempt.quiz_version_id, attempt.question_ids)
    grades = {row[0]: (row[1], row[2]) for row in _GRADES.all(session, attempt_id=attempt.id)}
    return tuple(
        pages.review_row(
            questions[key],
            number=number,
            seed=attempt.seed,
            shuffle=policy.shuffle,
            locale=locale,
            response=grades[key][0],
            points=grades[key][1],
            disclosure=disclosed,
        )
        for number, key in enumerate(attempt.question_ids, start=1)
        if key in grades
    )


_GRADES = Prepared(
    select(Grade.question_id, Grade.response, Grade.points).where(
        Grade.attempt_id == bindparam("attempt_id")
    )
)


def check_questions(
    session: Session, quiz_version_id: int | None, employee_id: int, locale: str
) -> dict[str, tuple[pages.CheckQuestion, ...]]:
    """Questions and survey items by slide key, with what this person answered.

    An answer given to an earlier version counts while the question is the same. Three statements,
    none where the module has no checks.
    """
    if quiz_version_id is None:
        return {}
    version = find_version(session, quiz_version_id)
    seed = drawing.check_seed(employee_id, version.quiz_id)
    shuffle = version.policy.shuffle
    answered = _answered(session, version, employee_id)
    found: dict[str, list[pages.CheckQuestion]] = {}
    for number, question in enumerate(questions_of(session, version.id), start=1):
        same = next((a for a in answered.get(question.code, ()) if question.is_same(a[0])), None)
        row = pages.question_row(
            question,
            number=number,
            seed=seed,
            shuffle=shuffle,
            locale=locale,
            response=same[1] if same else None,
        )
        result = None
        if same is not None and question.graded:
            earned = same[2] / question.points if question.points else 1.0
            result = check_result(
                question, same[1], earned, first=True, saved_at=same[3], locale=locale
            )
        at = same[3] if same else None
        found.setdefault(question.slide_key, []).append(pages.CheckQuestion(row, result, at))
    return {slide_key: tuple(rows) for slide_key, rows in found.items()}


def _answered(
    session: Session, version: StoredVersion, employee_id: int
) -> dict[str, list[tuple[StoredQuestion, Any, float, datetime]]]:
    """What counts of a person's answers inside slides, by the author's question id.

    An answer to an earlier version of the checks brings the questions of that version along.
    """
    rows = [
        *_GRADED.all(session, employee_id=employee_id, quiz_id=version.quiz_id),
        *_SURVEYED.all(session, employee_id=employee_id, quiz_id=version.quiz_id),
    ]
    asked = {
        question.id: question
        for version_id in dict.fromkeys(row[1] for row in rows)
        for question in questions_of(session, version_id)
    }
    found: dict[str, list[tuple[StoredQuestion, Any, float, datetime]]] = {}
    for question_id, _version_id, response, points, at in rows:
        question = asked[question_id]
        found.setdefault(question.code, []).append((question, response, points, at))
    return found


# A subquery and not a join: without statistics SQLite would begin with every grade there is.
_GRADED = Prepared(
    select(Question.id, Question.quiz_version_id, Grade.response, Grade.points, Grade.graded_at)
    .join(Grade, Grade.question_id == Question.id)
    .where(
        Grade.attempt_id.in_(
            select(Attempt.id).where(
                Attempt.employee_id == bindparam("employee_id"),
                Attempt.quiz_id == bindparam("quiz_id"),
            )
        )
    )
)
_SURVEYED = Prepared(
    select(
        Question.id,
        Question.quiz_version_id,
        SurveyResponse.response,
        literal(0.0),
        SurveyResponse.answered_at,
    )
    .join(SurveyResponse, SurveyResponse.question_id == Question.id)
    .join(QuizVersion, QuizVersion.id == Question.quiz_version_id)
    .where(
        SurveyResponse.employee_id == bindparam("employee_id"),
        QuizVersion.quiz_id == bindparam("quiz_id"),
    )
)


def _attempt_row(attempt: Attempt) -> pages.AttemptRow:
    return pages.AttemptRow(
        public_id=attempt.public_id,
        number=attempt.number,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        deadline_at=attempt.deadline_at,
        points=attempt.points,
        max_points=attempt.max_points,
        score=attempt.score,
        passed=attempt.passed,
    )
