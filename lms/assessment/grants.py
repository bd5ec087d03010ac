"""Attempts beyond what a quiz allows, granted to one person at a time.

A grant names the attempt it allows: however often and by whomever it is sent, it counts once.
Nothing of an attempt is changed by it, and a grant itself is never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from lms.assessment import rules
from lms.assessment.models import Attempt, AttemptGrant, AttemptState
from lms.assessment.pages import GrantRow
from lms.assessment.questions import find_version
from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.db.prepared import Prepared
from lms.core.tenancy import tenant_of
from lms.kernel.messages import N_
from lms.kernel.result import ConflictError, DomainError, ForbiddenError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.assessment.values import QuizPolicy
    from lms.core.access import Actor


def list_grants(session: Session, quiz_id: int, employee_id: int) -> tuple[GrantRow, ...]:
    """Every attempt that somebody was granted at a quiz, in order."""
    rows = _GRANTS.all(session, employee_id=employee_id, quiz_id=quiz_id)
    return tuple(GrantRow(*row) for row in rows)


_GRANTS = Prepared(
    select(
        AttemptGrant.number, AttemptGrant.reason, AttemptGrant.granted_by, AttemptGrant.granted_at
    )
    .where(
        AttemptGrant.employee_id == bindparam("employee_id"),
        AttemptGrant.quiz_id == bindparam("quiz_id"),
    )
    .order_by(AttemptGrant.number)
)


def count_grants(session: Session, employee_id: int) -> dict[int, int]:
    """How many attempts somebody was granted, by quiz; one statement."""
    return {row[0]: row[1] for row in _COUNTS.all(session, employee_id=employee_id)}


_COUNTS = Prepared(
    select(AttemptGrant.quiz_id, func.count(AttemptGrant.id))
    .where(AttemptGrant.employee_id == bindparam("employee_id"))
    .group_by(AttemptGrant.quiz_id)
)


def remaining_attempts(
    session: Session, policy: QuizPolicy, quiz_id: int, employee_id: int, used: int
) -> int | None:
    """How many more attempts somebody may start; None, and no statement, without a limit."""
    if not policy.attempts:
        return None
    granted = count_grants(session, employee_id).get(quiz_id, 0)
    return rules.attempts_left(policy, used, granted)


def attempt_standing(session: Session, quiz_id: int, employee_id: int) -> rules.AttemptStanding:
    """What somebody has done at a quiz so far; two statements."""
    attempts = session.execute(
        select(Attempt.state, Attempt.passed).where(
            Attempt.employee_id == employee_id, Attempt.quiz_id == quiz_id
        )
    ).all()
    return rules.AttemptStanding(
        used=len(attempts),
        granted=count_grants(session, employee_id).get(quiz_id, 0),
        answering=any(state is AttemptState.OPEN for state, _passed in attempts),
        passed=any(passed for _state, passed in attempts),
    )


def grant_attempt(
    session: Session,
    quiz_version_id: int,
    employee_id: int,
    number: int,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Allow somebody one more attempt; returns whether it is new (it may be granted already).

    Args:
        session: the caller's transaction.
        quiz_version_id: the version whose rules hold now.
        employee_id: who may take the quiz once more.
        number: the attempt that is meant, counted from 1.
        reason: kept, and shown to the person.
        actor: from the personnel section.
        now: by the server's clock.

    Raises:
        ForbiddenError: somebody means to grant themselves one.
        NotFoundError: there is no such quiz.
        DomainError: this person does not need another attempt.
        ConflictError: another attempt has been taken meanwhile.
    """
    if employee_id == actor.employee_id:
        raise ForbiddenError("attempt")
    version = find_version(session, quiz_version_id)
    # Of two colleagues at once, the second finds what the first has granted.
    _LOCK.all(session, employee_id=employee_id, quiz_id=version.quiz_id)
    if any(each.number == number for each in list_grants(session, version.quiz_id, employee_id)):
        return False
    standing = attempt_standing(session, version.quiz_id, employee_id)
    if refusal := rules.grant_refusal(version.policy, standing):
        raise DomainError("attempt.not-needed", refusal)
    if number != standing.used + 1:
        raise ConflictError(
            "attempt.stale",
            N_("Something has changed meanwhile. Please look at the attempts again."),
        )
    grant = AttemptGrant(
        tenant_id=tenant_of(session),
        employee_id=employee_id,
        quiz_id=version.quiz_id,
        number=number,
        reason=reason,
        granted_by=actor.name,
        granted_at=now,
    )
    session.add(grant)
    session.flush()  # The audit row names the grant by its public id.
    audit.record(
        session,
        actor,
        AuditAction.ATTEMPT_GRANTED,
        grant,
        {"quiz": version.quiz_id, "number": number, "reason": reason},
        subject_employee_id=employee_id,
        now=now,
    )
    return True


_LOCK = Prepared(
    select(Attempt.id)
    .where(Attempt.employee_id == bindparam("employee_id"), Attempt.quiz_id == bindparam("quiz_id"))
    .order_by(Attempt.id)
    .with_for_update()
)
