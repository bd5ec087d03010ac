"""Writes of the assessment slice.

Attempts are here; publishing is in ``publishing`` and answers inside slides are in ``checks``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Float, Integer, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from lms.assessment import drawing, grading, responses, rules
from lms.assessment.access import is_own
from lms.assessment.checks import answer_check, answer_survey
from lms.assessment.events import AttemptGraded
from lms.assessment.grants import remaining_attempts
from lms.assessment.models import Answer, Attempt, AttemptState, Grade
from lms.assessment.publishing import create_quiz, publish_quiz_version
from lms.assessment.queries import graded_scores, latest_answers
from lms.assessment.questions import (
    StoredVersion,
    find_question,
    find_version,
    questions_by_id,
    questions_of,
)
from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.db.dialect import insert_or_ignore
from lms.core.db.prepared import Prepared
from lms.core.db.types import TextEnum, UtcDateTime
from lms.core.events import emit
from lms.core.tenancy import tenant_of
from lms.kernel.clock import JST
from lms.kernel.messages import N_
from lms.kernel.result import ConflictError, DomainError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.assessment.responses import Response
    from lms.assessment.values import QuizPolicy
    from lms.core.access import Actor

__all__ = [
    "AttemptResult",
    "SavedAnswer",
    "answer_check",
    "answer_survey",
    "close_expired",
    "create_quiz",
    "publish_quiz_version",
    "save_answer",
    "start_attempt",
    "submit",
]

SEED_BITS = 31
"""A seed fits into a column of four bytes."""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """A saved answer. ``revision`` counts the changes of this answer; 0: nothing to save yet."""

    saved_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What an attempt came to. ``already`` says that it had been graded before this call."""

    attempt_id: int
    points: float
    max_points: int
    score: float
    passed: bool
    already: bool


def start_attempt(
    session: Session, quiz_version_id: int, *, actor: Actor, now: datetime, seed: int | None = None
) -> Attempt:
    """Return the open attempt of this person, or start one.

    An open attempt whose time ran out is graded first; where that was the last one allowed it is
    returned (its state says that it is submitted).

    Args:
        session: the caller's transaction.
        quiz_version_id: the version a new attempt uses; an open one keeps its own.
        actor: the learner.
        now: by the server's clock.
        seed: draws and shuffles; random when None.

    Raises:
        ForbiddenError: the actor is no member of staff.
        NotFoundError: there is no such quiz.
        DomainError: every attempt is used up, or the quiz has no question.
    """
    if actor.employee_id is None:
        raise ForbiddenError("attempt")
    version = find_version(session, quiz_version_id)
    previous = list(
        session.scalars(
            select(Attempt)
            .where(Attempt.employee_id == actor.employee_id, Attempt.quiz_id == version.quiz_id)
            .order_by(Attempt.number)
        )
    )
    running = next((each for each in previous if each.state is AttemptState.OPEN), None)
    if running is not None:
        if not rules.is_over(running.deadline_at, now):
            return running
        submit(session, running, actor=actor, now=now)
    policy = version.policy
    if remaining_attempts(session, policy, version.quiz_id, actor.employee_id, len(previous)) == 0:
        if running is not None:
            return running
        raise DomainError("attempt.none-left", N_("You have used all attempts of this quiz."))
    return _new_attempt(session, version, previous, actor.employee_id, now, seed)


def _new_attempt(
    session: Session,
    version: StoredVersion,
    previous: Sequence[Attempt],
    employee_id: int,
    now: datetime,
    seed: int | None,
) -> Attempt:
    policy = version.policy
    pool = {q.code: q for q in questions_of(session, version.id) if q.graded}
    if not pool:
        raise DomainError("quiz.empty", N_("This quiz has no questions yet."))
    seen_ids = {each for attempt in previous for each in attempt.question_ids}
    seen = {q.code for q in pool.values() if q.id in seen_ids}
    chosen_seed = secrets.randbits(SEED_BITS) if seed is None else seed
    drawn = drawing.draw(
        list(pool), policy.draw, seed=chosen_seed, shuffle=policy.shuffle, seen=seen
    )
    number = len(previous) + 1
    row = {
        "tenant_id": tenant_of(session),
        "employee_id": employee_id,
        "quiz_id": version.quiz_id,
        "quiz_version_id": version.id,
        "number": number,
        "seed": chosen_seed,
        "question_ids": [pool[code].id for code in drawn],
        "started_at": now,
        "deadline_at": rules.deadline(policy, now),
        "max_points": sum(pool[code].points for code in drawn),
    }
    # Whoever comes second at the same moment gets the attempt of the first.
    insert_or_ignore(session, Attempt, [row], ("tenant_id", "employee_id", "quiz_id", "number"))
    return session.scalars(
        select(Attempt).where(
            Attempt.employee_id == employee_id,
            Attempt.quiz_id == version.quiz_id,
            Attempt.number == number,
        )
    ).one()


def save_answer(
    session: Session,
    attempt: Attempt,
    question_code: str,
    response: Response,
    *,
    actor: Actor,
    now: datetime,
    based_on: int | None = None,
) -> SavedAnswer:
    """Save an answer of an open attempt; the same answer again changes nothing.

    Args:
        session: the caller's transaction.
        attempt: from ``access_attempt``.
        question_code: a question drawn for this attempt.
        response: with the option ids shown to the learner; empty takes the answer back.
        actor: the owner of the attempt.
        now: by the server's clock.
        based_on: the revision the sender knew. A newer one refuses the answer, so that a message
            that was held up on the way cannot undo a later one. None: the last one counts.

    Raises:
        NotFoundError: the attempt is not the actor's, or the question was not drawn for it.
        DomainError: it was handed in, its time is up, or the response does not fit the question.
        ConflictError: the answer was changed elsewhere.
    """
    _lock(session, attempt, actor)
    if attempt.state is not AttemptState.OPEN:
        raise DomainError(
            "attempt.closed", N_("This quiz has already been handed in. The answer was not saved.")
        )
    if attempt.deadline_at is not None and rules.is_over(attempt.deadline_at, now):
        raise DomainError(
            "attempt.late",
            N_("The time ended at %(time)s. Answers saved until then are marked; this one is not."),
            time=attempt.deadline_at.astimezone(JST).strftime("%H:%M"),
        )
    question = find_question(session, attempt.quiz_version_id, question_code)
    if question is None or question.id not in attempt.question_ids:
        raise NotFoundError(question_code)
    given = drawing.stored_response(response, question.ids, seed=attempt.seed, code=question.code)
    latest = session.scalar(
        select(Answer)
        .where(Answer.attempt_id == attempt.id, Answer.question_id == question.id)
        .order_by(Answer.revision.desc())
        .limit(1)
    )
    # What is there already is not refused: older versions kept numbers that cannot be read.
    if latest is not None and latest.response == given:
        return SavedAnswer(latest.saved_at, latest.revision)
    stored = responses.checked(question.kind, question.body, given)
    if latest is None and not stored:
        return SavedAnswer(now, 0)
    if latest is not None and latest.response == stored:
        return SavedAnswer(latest.saved_at, latest.revision)
    revision = latest.revision if latest is not None else 0
    if based_on is not None and based_on < revision:
        raise ConflictError(
            "answer.stale",
            N_("This question was answered in another window. Please open it again."),
        )
    session.add(
        Answer(
            attempt_id=attempt.id,
            question_id=question.id,
            revision=revision + 1,
            response=stored,
            saved_at=now,
        )
    )
    return SavedAnswer(now, revision + 1)


def submit(session: Session, attempt: Attempt, *, actor: Actor, now: datetime) -> AttemptResult:
    """Hand in an attempt: it is graded exactly once, a repeat returns the first result.

    After the deadline the answers saved until then are graded, and the deadline is the time of
    handing in.

    Raises:
        NotFoundError: the attempt is not the actor's.
    """
    _lock(session, attempt, actor)
    if attempt.state is AttemptState.SUBMITTED:
        return _result(attempt, already=True)
    return _grade(session, attempt, actor=actor, now=now)


def close_expired(session: Session, *, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Grade open attempts whose time ran out and that nobody came back to; returns how many."""
    expired = session.scalars(
        select(Attempt)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline_at < now)
        .order_by(Attempt.id)
        .limit(limit)
        .with_for_update()
    )
    return sum(not _grade(session, each, actor=actor, now=now).already for each in list(expired))


def _lock(session: Session, attempt: Attempt, actor: Actor) -> None:
    """Let one writer at a time change an attempt, and see what the one before has done."""
    if not is_own(actor, attempt):
        raise NotFoundError(attempt.public_id)
    state = _LOCK.scalars(session, attempt=attempt.id)
    if state != [attempt.state]:
        session.refresh(attempt)


_LOCK = Prepared(select(Attempt.state).where(Attempt.id == bindparam("attempt")).with_for_update())


def _grade(session: Session, attempt: Attempt, *, actor: Actor, now: datetime) -> AttemptResult:
    policy = find_version(session, attempt.quiz_version_id).policy
    questions = questions_by_id(session, attempt.quiz_version_id, attempt.question_ids)
    answers = latest_answers(session, attempt.id)
    shares = {
        key: grading.share(q.kind, q.key, answers.get(key), q.body.units)
        for key, q in questions.items()
    }
    outcome = rules.outcome(
        shares, {key: q.points for key, q in questions.items()}, policy.pass_mark
    )
    closed_at = min(now, attempt.deadline_at) if attempt.deadline_at else now
    result: dict[str, object] = {
        "state": AttemptState.SUBMITTED,
        "submitted_at": closed_at,
        "points": float(outcome.points),
        "max_points": outcome.max_points,
        "score": outcome.score,
        "passed": outcome.passed,
    }
    if not _HAND_IN.change(session, attempt=attempt.id, **result):
        session.refresh(attempt)
        return _result(attempt, already=True)
    for name, value in result.items():
        set_committed_value(attempt, name, value)
    grades = [
        {
            "tenant_id": attempt.tenant_id,
            "attempt_id": attempt.id,
            "question_id": key,
            "response": answers.get(key),
            "points": float(shares[key] * question.points),
            "max_points": question.points,
            "correct": shares[key] == Fraction(1),
            "graded_at": now,
        }
        for key, question in questions.items()
    ]
    insert_or_ignore(session, Grade, grades, ("tenant_id", "attempt_id", "question_id"))
    _announce(session, attempt, policy, actor=actor, now=now)
    return _result(attempt, already=False)


_HAND_IN = Prepared(
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"), Attempt.state == AttemptState.OPEN)
    .values(
        state=bindparam("state", type_=TextEnum(AttemptState)),
        submitted_at=bindparam("submitted_at", type_=UtcDateTime),
        points=bindparam("points", type_=Float),
        max_points=bindparam("max_points", type_=Integer),
        score=bindparam("score", type_=Float),
        passed=bindparam("passed", type_=Boolean),
    )
)
"""Only an open attempt can be handed in, so whoever comes second finds none."""


def _announce(
    session: Session, attempt: Attempt, policy: QuizPolicy, *, actor: Actor, now: datetime
) -> None:
    scores = graded_scores(session, attempt.employee_id, attempt.quiz_id)
    score, passed = attempt.score or 0.0, bool(attempt.passed)
    audit.record(
        session,
        actor,
        AuditAction.QUIZ_GRADED,
        attempt,
        {"score": score, "passed": passed, "number": attempt.number},
        subject_employee_id=attempt.employee_id,
        now=now,
    )
    emit(
        session,
        AttemptGraded(
            tenant_id=attempt.tenant_id,
            employee_id=attempt.employee_id,
            quiz_id=attempt.quiz_id,
            quiz_version_id=attempt.quiz_version_id,
            attempt_id=attempt.id,
            score=score,
            passed=passed,
            at=attempt.submitted_at or now,
            official_score=rules.official_score(scores, policy.grade) or 0.0,
            attempts=len(scores),
        ),
    )


def _result(attempt: Attempt, *, already: bool) -> AttemptResult:
    return AttemptResult(
        attempt_id=attempt.id,
        points=attempt.points or 0.0,
        max_points=attempt.max_points,
        score=attempt.score or 0.0,
        passed=bool(attempt.passed),
        already=already,
    )
