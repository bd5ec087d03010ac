"""Making the projections of a municipality again, when ``verify`` found that they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core import audit
from lms.core.access import system_actor
from lms.core.audit import AuditAction
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.learning.models import Enrolment
from lms.learning.rebuilding import rebuild
from lms.people.models import Employee

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lms.core.db.engine import Database


def rebuild_progress(
    database: Database,
    tenant_id: int,
    *,
    staff_no: str = "",
    now: datetime,
    progress: Callable[[str, int, int], None],
) -> int:
    """Make progress and viewing history again from the events, one enrolment a transaction.

    Learners may go on meanwhile. Returns how many enrolments there were.

    Args:
        database: where it happens.
        tenant_id: the municipality.
        staff_no: only this person; everybody where it is empty.
        now: for the audit row.
        progress: hears how far it is.

    Raises:
        DomainError: nobody has this staff number.
    """
    wanted = select(Enrolment.id).order_by(Enrolment.id)
    with database.session(tenant_id, read_only=True) as session:
        if staff_no:
            person = session.scalar(select(Employee.id).where(Employee.staff_no == staff_no))
            if person is None:
                raise DomainError(
                    "people.unknown", N_("Nobody has the staff number %(number)s."), number=staff_no
                )
            wanted = wanted.where(Enrolment.employee_id == person)
        found = session.scalars(wanted).all()
    actor = system_actor(tenant_id)
    for done, enrolment_id in enumerate(found, start=1):
        with database.transaction(tenant_id) as session:
            rebuild(session, session.get_one(Enrolment, enrolment_id), actor=actor)
        progress(N_("enrolments"), done, len(found))
    with database.transaction(tenant_id) as session:
        audit.record(
            session,
            actor,
            AuditAction.PROGRESS_REBUILT,
            f"person:{staff_no}" if staff_no else "everybody",
            {"enrolments": len(found)},
            now=now,
        )
    return len(found)
