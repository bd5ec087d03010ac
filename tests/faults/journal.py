"""What the client was promised, and whether the database keeps it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.assessment.models import Answer, Attempt, AttemptState, Grade, Question
from lms.core.audit import AuditAction, AuditEntry
from lms.learning.models import Launch, ModuleProgress, ProgressEvent, SlideProgress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass
class Journal:
    """Everything the server acknowledged, written down by the client after the answer came.

    The run goes on until each request is acknowledged, so at its end the journal is complete:
    what the database has beyond it was counted twice.
    """

    beats: set[tuple[str, int]] = field(default_factory=set)
    """(public id of the launch, seq)."""
    arrivals: Counter[str] = field(default_factory=Counter)
    """Slide key to how often the client came to it."""
    started: set[str] = field(default_factory=set)
    answers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(attempt, code of the question) to the answers in order."""
    submitted: set[str] = field(default_factory=set)


def check(session: Session, journal: Journal, *, employee_id: int, questions: int) -> list[str]:
    """Compare a journal with the database; returns a sentence for each difference."""
    found = [*_beats(session, journal), *_views(session, journal)]
    found += _attempts(session, journal, employee_id, questions)
    found += _answers(session, journal)
    return found


def _differences(what: str, promised: Counter[object], stored: Counter[object]) -> list[str]:
    lost, extra = promised - stored, stored - promised
    return [f"lost {what}: {key} × {n}" for key, n in lost.items()] + [
        f"counted too often, {what}: {key} × {n}" for key, n in extra.items()
    ]


def _beats(session: Session, journal: Journal) -> list[str]:
    rows = session.execute(
        select(Launch.public_id, ProgressEvent.seq).join(
            ProgressEvent, ProgressEvent.launch_id == Launch.id
        )
    )
    stored: Counter[object] = Counter(tuple(row) for row in rows)
    return _differences("beat", Counter(journal.beats), stored)


def _views(session: Session, journal: Journal) -> list[str]:
    rows = session.execute(select(SlideProgress.slide_key, SlideProgress.times))
    stored: Counter[object] = Counter(dict(rows.all()))
    return _differences("view of slide", Counter(journal.arrivals), stored)


def _attempts(session: Session, journal: Journal, employee_id: int, questions: int) -> list[str]:
    rows = session.execute(
        select(Attempt.public_id, Attempt.state, Attempt.id).where(
            Attempt.employee_id == employee_id
        )
    ).all()
    graded = [row for row in rows if row.state is AttemptState.SUBMITTED]
    found = _differences("attempt", Counter(journal.started), Counter(row[0] for row in rows))
    found += _differences("result", Counter(journal.submitted), Counter(row[0] for row in graded))
    grades = dict(
        session.execute(select(Grade.attempt_id, func.count()).group_by(Grade.attempt_id)).all()
    )
    found += [
        f"{row.public_id} has {grades.get(row.id, 0)} grades"
        for row in graded
        if grades.get(row.id, 0) != questions
    ]
    told = session.scalar(select(func.count()).where(AuditEntry.action == AuditAction.QUIZ_GRADED))
    counted = session.scalar(select(func.sum(ModuleProgress.attempts))) or 0
    if not len(journal.submitted) == told == counted:
        found.append(f"{len(journal.submitted)} results, {told} in the log, {counted} in progress")
    return found


def _answers(session: Session, journal: Journal) -> list[str]:
    rows = session.execute(
        select(Attempt.public_id, Question.code, Answer.response)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Question, Question.id == Answer.question_id)
        .order_by(Answer.revision)
    )
    stored: dict[tuple[str, str], list[str]] = {}
    for attempt, code, response in rows:
        stored.setdefault((attempt, code), []).append(response)
    return [
        f"answers of {key}: promised {journal.answers.get(key)}, stored {stored.get(key)}"
        for key in sorted(journal.answers.keys() | stored.keys())
        if journal.answers.get(key) != stored.get(key)
    ]
