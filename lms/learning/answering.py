"""Answers to the questions and survey items inside the slides, and what they change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.assessment import responses
from lms.assessment import service as assessment
from lms.assessment.questions import find_question
from lms.catalog.models import ModuleVersion
from lms.kernel.result import NotFoundError
from lms.learning import service
from lms.learning.rules import Tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from lms.assessment.responses import Response
    from lms.core.access import Actor
    from lms.learning.opening import Ticket


@dataclass(frozen=True, slots=True)
class Answered:
    """What the learner is told. ``correct`` is None for a survey item; ``retry``: once more."""

    correct: bool | None
    points: float
    feedback_html: str
    retry: bool
    saved_at: datetime
    ticks: tuple[Tick, ...]
    completed: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer that is stored; a survey item is only kept, never marked."""

    saved_at: datetime
    correct: bool | None = None
    points: float = 0.0
    feedback_html: str = ""


def answer(
    session: Session,
    ticket: Ticket,
    question_code: str,
    read: Callable[[str], Response] | Response,
    *,
    actor: Actor,
    now: datetime,
) -> Answered:
    """Keep an answer given inside a slide, mark it, and bring the progress up to date.

    Args:
        session: the caller's transaction.
        ticket: the page on which it was given.
        question_code: the author's id of the question.
        read: the response with the option ids shown, or a function that takes it out of a form
            once the kind of the question is known.
        actor: the learner.
        now: by the server's clock.

    Raises:
        NotFoundError: the module has no such question, or the ticket is not the actor's.
        DomainError: the answer is empty or does not fit the question.
    """
    place, _opened = service.reach(session, ticket, actor=actor, now=now)
    checks_id = session.scalar(
        select(ModuleVersion.checks_quiz_version_id).where(
            ModuleVersion.id == place.launch_version_id
        )
    )
    question = find_question(session, checks_id, question_code) if checks_id is not None else None
    if question is None or checks_id is None:
        raise NotFoundError(question_code)
    response = read(responses.shape_of(question.kind)) if callable(read) else read
    if question.graded:
        marked = assessment.answer_check(
            session, checks_id, question_code, response, actor=actor, now=now
        )
        kept = _Kept(marked.saved_at, marked.correct, marked.points, marked.feedback_html)
    else:
        kept = _Kept(
            assessment.answer_survey(
                session, checks_id, question_code, response, actor=actor, now=now
            )
        )
    result = service.count_answers(session, place, actor=actor, now=now)
    return Answered(
        correct=kept.correct,
        points=kept.points,
        feedback_html=kept.feedback_html,
        retry=kept.correct is False,
        saved_at=kept.saved_at,
        ticks=result.ticks,
        completed=result.completed,
    )
