"""Whose certificate may be seen: one's own, and those of people in scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.certification.models import Certificate
from lms.core.access import Permission
from lms.kernel.result import NotFoundError
from lms.people.access import seen_by
from lms.people.models import Employee

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def access_certificate(
    session: Session,
    actor: Actor,
    public_id: str,
    *,
    on: date,
    permission: Permission = Permission.PERSON_VIEW,
) -> Certificate:
    """Load a certificate the actor may see, or use ``permission`` on.

    Raises:
        NotFoundError: there is none, or it belongs to somebody out of scope.
    """
    found = session.scalar(
        select(Certificate)
        .join(Employee, Employee.id == Certificate.employee_id)
        .where(
            Certificate.public_id == public_id,
            seen_by(actor, permission, on),
        )
    )
    if found is None:
        raise NotFoundError(public_id)
    return found
