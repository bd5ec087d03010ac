"""Writes of answers inside slides: checks, marked at once, and surveys, never marked.

A person has one attempt at the checks of a module. It stays open across versions and holds a
grade for the first answer to each question, which is the one that counts; later answers are kept
as revisions and marked for learning only. A survey item keeps its first response as well, so a
repeated request changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.assessment import drawing, grading, responses
from lms.assessment.analysis import chosen
from lms.assessment.grading import Verdict
from lms.assessment.models import Answer, Attempt, Grade, Question, QuizVersion, SurveyResponse
from lms.assessment.questions import StoredQuestion, find_question, stored
from lms.core.db.dialect import insert_or_ignore
from lms.core.i18n import current_locale
from lms.core.tenancy import tenant_of
from lms.kernel.messages import N_
from lms.kernel.result import DomainError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from lms.assessment.responses import Response
    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A marked answer inside a slide.

    ``first`` says that this answer is the one that counts. ``explanation_html`` and
    ``comments_html`` (one for each chosen option that has one) are safe HTML.
    """

    correct: bool
    verdict: Verdict
    points: float
    max_points: int
    explanation_html: str
    comments_html: tuple[str, ...]
    first: bool
    saved_at: datetime

    @property
    def feedback_html(self) -> str:
        """Comments on the chosen options, then the explanation."""
        return "".join((*self.comments_html, self.explanation_html))


def answer_check(
    session: Session,
    quiz_version_id: int,
    question_code: str,
    response: Response,
    *,
    actor: Actor,
    now: datetime,
) -> CheckResult:
    """Mark an answer to a question inside a slide.

    Args:
        session: the caller's transaction.
        quiz_version_id: the checks of the module version that is shown.
        question_code: the author's id of the question.
        response: with the option ids shown to the learner.
        actor: the learner.
        now: by the server's clock.

    Raises:
        ForbiddenError: the actor is no member of staff.
        NotFoundError: the module has no such question.
        DomainError: the answer is empty or does not fit the question.
    """
    question, quiz_id, employee_id = _asked(session, quiz_version_id, question_code, actor)
    if not question.graded:
        raise NotFoundError(question_code)
    seed = drawing.check_seed(employee_id, quiz_id)
    given = _given(question, response, seed)
    if not given:
        raise DomainError("answer.empty", N_("Please answer the question first."), "answer")
    attempt = _checks_attempt(session, quiz_id, quiz_version_id, employee_id, seed, now)
    earned = grading.share(question.kind, question.key, given, question.body.units)
    first = _count_once(session, attempt, question, given, earned, now)
    revision = session.scalar(
        select(func.coalesce(func.max(Answer.revision), 0)).where(
            Answer.attempt_id == attempt.id, Answer.question_id == question.id
        )
    )
    session.add(
        Answer(
            attempt_id=attempt.id,
            question_id=question.id,
            revision=(revision or 0) + 1,
            response=given,
            saved_at=now,
        )
    )
    return check_result(question, given, earned, first=first, saved_at=now)


def answer_survey(
    session: Session,
    quiz_version_id: int,
    question_code: str,
    response: Response,
    *,
    actor: Actor,
    now: datetime,
) -> datetime:
    """Keep the response to a survey item; returns when it was kept (the first time, if repeated).

    An empty response to a voluntary item is kept too: the person has gone past it.

    Raises:
        ForbiddenError: the actor is no member of staff.
        NotFoundError: the module has no such item.
        DomainError: the response does not fit, or is empty although it is required.
    """
    question, quiz_id, employee_id = _asked(session, quiz_version_id, question_code, actor)
    if question.graded:
        raise NotFoundError(question_code)
    given = _given(question, response, drawing.check_seed(employee_id, quiz_id))
    if not given and question.body.required:
        raise DomainError("answer.empty", N_("Please answer the question first."), "answer")
    row = {
        "tenant_id": tenant_of(session),
        "employee_id": employee_id,
        "question_id": question.id,
        "response": given,
        "answered_at": now,
    }
    if insert_or_ignore(
        session, SurveyResponse, [row], ("tenant_id", "employee_id", "question_id")
    ):
        return now
    return session.scalars(
        select(SurveyResponse.answered_at).where(
            SurveyResponse.employee_id == employee_id, SurveyResponse.question_id == question.id
        )
    ).one()


def check_result(
    question: StoredQuestion,
    response: Response,
    earned: Fraction | float,
    *,
    first: bool,
    saved_at: datetime,
    locale: str = "",
) -> CheckResult:
    """What a learner is told about an answer; ``earned`` is a share of the points (0 to 1)."""
    key, language = question.key, locale or current_locale()
    comments = (key.comment(language, option) for option in chosen(response))
    return CheckResult(
        correct=earned >= 1,
        verdict=grading.verdict(earned, response),
        points=float(earned * question.points),
        max_points=question.points,
        explanation_html=key.explain(language),
        comments_html=tuple(comment for comment in comments if comment),
        first=first,
        saved_at=saved_at,
    )


def _asked(
    session: Session, quiz_version_id: int, code: str, actor: Actor
) -> tuple[StoredQuestion, int, int]:
    if actor.employee_id is None:
        raise ForbiddenError("answer")
    quiz_id = session.scalar(select(QuizVersion.quiz_id).where(QuizVersion.id == quiz_version_id))
    question = find_question(session, quiz_version_id, code)
    if quiz_id is None or question is None:
        raise NotFoundError(code)
    return question, quiz_id, actor.employee_id


def _given(question: StoredQuestion, response: Response, seed: int) -> Response:
    translated = drawing.stored_response(response, question.ids, seed=seed, code=question.code)
    return responses.checked(question.kind, question.body, translated)


def _checks_attempt(
    session: Session, quiz_id: int, version_id: int, employee_id: int, seed: int, now: datetime
) -> Attempt:
    """The one attempt of a person at these checks, locked so that revisions follow each other."""
    mine = (
        select(Attempt)
        .where(Attempt.employee_id == employee_id, Attempt.quiz_id == quiz_id, Attempt.number == 1)
        .with_for_update()
    )
    found = session.scalar(mine)
    if found is not None:
        return found
    row = {
        "tenant_id": tenant_of(session),
        "employee_id": employee_id,
        "quiz_id": quiz_id,
        "quiz_version_id": version_id,
        "number": 1,
        "seed": seed,
        "question_ids": [],
        "started_at": now,
        "max_points": 0,
    }
    insert_or_ignore(session, Attempt, [row], ("tenant_id", "employee_id", "quiz_id", "number"))
    return session.scalars(mine).one()


def _count_once(
    session: Session,
    attempt: Attempt,
    question: StoredQuestion,
    given: Response,
    earned: Fraction,
    now: datetime,
) -> bool:
    """Keep the grade of a first answer; False where this question was answered before."""
    earlier = session.scalars(
        select(Question)
        .join(Grade, Grade.question_id == Question.id)
        .where(Grade.attempt_id == attempt.id, Question.code == question.code)
    )
    if any(question.is_same(stored(row)) for row in earlier):
        return False
    row = {
        "tenant_id": tenant_of(session),
        "attempt_id": attempt.id,
        "question_id": question.id,
        "response": given,
        "points": float(earned * question.points),
        "max_points": question.points,
        "correct": earned == 1,
        "graded_at": now,
    }
    return bool(insert_or_ignore(session, Grade, [row], ("tenant_id", "attempt_id", "question_id")))
