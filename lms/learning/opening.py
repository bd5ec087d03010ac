"""Opening a module by statements: enrol on first use, and put the progress on the version followed.

It is the first thing that everybody does in a lesson for all, within the same minute.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, bindparam, func, select, update

from lms.catalog.models import Course, CourseVersionModule
from lms.core.db.dialect import insert_or_ignore
from lms.core.db.prepared import Prepared
from lms.core.db.types import UtcDateTime
from lms.core.tenancy import tenant_of
from lms.kernel.ids import public_id
from lms.kernel.result import ForbiddenError, NotFoundError
from lms.learning import standing
from lms.learning.access import (
    AnyCourse,
    CourseFacts,
    followed_module,
    followed_version,
    may_enrol,
)
from lms.learning.models import Enrolment, Launch, ModuleProgress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Ticket:
    """A page of the player that was shown to somebody; its first message makes the launch."""

    launch_id: str
    course_id: int
    module_id: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where somebody is in a course and one of its modules.

    All but the course is None before they enrol, the last two before they begin the module.
    """

    course: CourseFacts
    enrolment_id: int | None
    course_version_id: int
    completed_at: datetime | None
    """Of the course."""
    started_at: datetime | None
    module_version_id: int | None
    module_completed_at: datetime | None


_STAND = Prepared(
    select(
        Course.id,
        Course.public_id,
        Course.open,
        Course.current_version_id,
        Enrolment.id,
        Enrolment.course_version_id,
        Enrolment.completed_at,
        Enrolment.started_at,
        ModuleProgress.module_version_id,
        ModuleProgress.completed_at,
    )
    .outerjoin(
        Enrolment,
        and_(Enrolment.course_id == Course.id, Enrolment.employee_id == bindparam("person")),
    )
    .outerjoin(
        ModuleProgress,
        and_(
            ModuleProgress.enrolment_id == Enrolment.id,
            ModuleProgress.module_id == bindparam("module"),
        ),
    )
    .where(Course.id == bindparam("course"))
)


def open_module(session: Session, ticket: Ticket, *, employee_id: int, now: datetime) -> None:
    """Make the launch of a ticket, in the version of the module that the person is on.

    Args:
        session: the caller's transaction, with the person's clock locked.
        ticket: of the page that was shown.
        employee_id: the learner, enrolled by this if they are not yet.
        now: by the server's clock.

    Raises:
        NotFoundError: there is no such course or module, or the launch is somebody else's.
        ForbiddenError: the course is not open to everybody and nobody asked this person.
    """
    stand = _find_stand(session, ticket, employee_id)
    if stand.enrolment_id is None:
        enrol(session, stand.course, employee_id=employee_id, now=now)
        stand = _find_stand(session, ticket, employee_id)
    followed = followed_module(session, stand.course, stand, ticket.module_id)
    if followed is None or stand.enrolment_id is None:
        raise NotFoundError(ticket.launch_id)
    launch = {
        "tenant_id": tenant_of(session),
        "public_id": ticket.launch_id,
        "enrolment_id": stand.enrolment_id,
        "module_id": ticket.module_id,
        "module_version_id": followed,
        "opened_at": ticket.opened_at,
    }
    if not insert_or_ignore(session, Launch, [launch], ("public_id",)):
        raise NotFoundError(ticket.launch_id)
    if stand.started_at is None:
        _START.change(session, enrolment=stand.enrolment_id, moment=ticket.opened_at)
    if stand.module_completed_at is None and stand.module_version_id != followed:
        follow(
            session,
            stand.enrolment_id,
            ticket.module_id,
            followed,
            employee_id=employee_id,
            now=ticket.opened_at,
        )


def _find_stand(session: Session, ticket: Ticket, employee_id: int) -> _Stand:
    row = _STAND.first(
        session, person=employee_id, course=ticket.course_id, module=ticket.module_id
    )
    if row is None:
        raise NotFoundError(ticket.launch_id)
    return _Stand(CourseFacts(*row[:4]), *row[4:])


_START = Prepared(
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment"))
    .values(started_at=bindparam("moment", type_=UtcDateTime))
)


def enrol(
    session: Session, course: AnyCourse, *, employee_id: int, now: datetime, admitted: bool = False
) -> None:
    """Enrol a person in a course; nothing happens to somebody who is enrolled already.

    ``admitted`` says that the caller knows the person may take it.

    Raises:
        ForbiddenError: the course is not open to everybody and nobody asked this person.
        NotFoundError: nothing of the course is published.
    """
    if not admitted and not may_enrol(session, course, employee_id):
        raise ForbiddenError(course.public_id)
    version_id = followed_version(course, None)
    row = {
        "public_id": public_id(),
        "tenant_id": tenant_of(session),
        "employee_id": employee_id,
        "course_id": course.id,
        "course_version_id": version_id,
        "enrolled_at": now,
        "modules_total": _MODULES.scalars(session, version=version_id)[0],
    }
    # Two windows may enrol at the same moment; the second one finds the row of the first.
    insert_or_ignore(session, Enrolment, [row], ("tenant_id", "employee_id", "course_id"))


_MODULES = Prepared(
    select(func.count(CourseVersionModule.module_id)).where(
        CourseVersionModule.course_version_id == bindparam("version")
    )
)


def follow(
    session: Session,
    enrolment_id: int,
    module_id: int,
    module_version_id: int,
    *,
    employee_id: int,
    now: datetime,
) -> None:
    """Put somebody's progress in a module on a version, and count what of it is done already.

    The progress begins ``now`` where there is none.
    """
    counts = standing.counts_of(
        session, module_version_id, enrolment_id, module_id, employee_id=employee_id
    )
    row = {
        "tenant_id": tenant_of(session),
        "enrolment_id": enrolment_id,
        "module_id": module_id,
        "module_version_id": module_version_id,
        "started_at": now,
        "last_at": now,
        **asdict(counts),
    }
    keys = ("tenant_id", "enrolment_id", "module_id")
    if not insert_or_ignore(session, ModuleProgress, [row], keys):
        _MOVE.change(
            session,
            enrolment=enrolment_id,
            module=module_id,
            version=module_version_id,
            **asdict(counts),
        )


_MOVE = Prepared(
    update(ModuleProgress)
    .where(
        ModuleProgress.enrolment_id == bindparam("enrolment"),
        ModuleProgress.module_id == bindparam("module"),
    )
    .values(
        module_version_id=bindparam("version", type_=Integer),
        **{name: bindparam(name, type_=Integer) for name in standing.Counts.__slots__},
    )
)
