"""Who may see and write an attempt: its owner, nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from lms.assessment.models import Attempt
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def is_own(actor: Actor, attempt: Attempt) -> bool:
    """Whether the actor is the person who takes this attempt."""
    return actor.employee_id is not None and actor.employee_id == attempt.employee_id


def access_attempt(session: Session, actor: Actor, public_id: str, quiz_id: int | None) -> Attempt:
    """Load an own attempt of a quiz by its public id.

    Raises:
        NotFoundError: there is none, it belongs to another quiz, or to somebody else.
    """
    values = {"public_id": public_id, "quiz_id": quiz_id, "employee_id": actor.employee_id}
    attempt: Attempt | None = session.scalar(_OWN_ATTEMPT, values)
    if attempt is None or not is_own(actor, attempt):
        raise NotFoundError(public_id)
    return attempt


_OWN_ATTEMPT = select(Attempt).where(
    Attempt.public_id == bindparam("public_id"),
    Attempt.quiz_id == bindparam("quiz_id"),
    Attempt.employee_id == bindparam("employee_id"),
)
