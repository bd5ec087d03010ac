"""Opening a module again that somebody has begun: the usual case, in three statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from lms.catalog.models import Course
from lms.core.db.dialect import insert_or_ignore
from lms.core.db.prepared import Prepared
from lms.core.tenancy import tenant_of
from lms.learning.access import CourseFacts, followed_module
from lms.learning.models import Enrolment, Launch, ModuleProgress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class _Version:
    """No more of an enrolment than says which version is followed."""

    course_version_id: int
    completed_at: datetime | None


_BEGUN = Prepared(
    select(
        Course.id,
        Course.public_id,
        Course.open,
        Course.current_version_id,
        Enrolment.course_version_id,
        Enrolment.completed_at,
        Enrolment.id,
        ModuleProgress.module_version_id,
        ModuleProgress.completed_at,
    )
    .join(Enrolment, Enrolment.course_id == Course.id)
    .join(
        ModuleProgress,
        and_(
            ModuleProgress.enrolment_id == Enrolment.id,
            ModuleProgress.module_id == bindparam("module"),
        ),
    )
    .where(Enrolment.employee_id == bindparam("person"), Course.id == bindparam("course"))
)


def open_again(
    session: Session,
    launch_id: str,
    *,
    course_id: int,
    module_id: int,
    employee_id: int,
    opened_at: datetime,
) -> bool:
    """Open a module that somebody has begun in the version they are on.

    Args:
        session: the caller's transaction, with the person's clock locked.
        launch_id: public id of the new launch.
        course_id: of the module.
        module_id: the module.
        employee_id: the learner.
        opened_at: by the server's clock.

    Returns:
        False when there is more to do and nothing was done: the module was not begun yet, or the
        person moves on to another version of it (``open_module``).
    """
    row = _BEGUN.first(session, person=employee_id, course=course_id, module=module_id)
    if row is None:
        return False
    enrolment_id, stands_at, completed_at = row[6:]
    followed = followed_module(session, CourseFacts(*row[:4]), _Version(*row[4:6]), module_id)
    if followed is None or (completed_at is None and stands_at != followed):
        return False
    launch = {
        "tenant_id": tenant_of(session),
        "public_id": launch_id,
        "enrolment_id": enrolment_id,
        "module_id": module_id,
        "module_version_id": followed,
        "opened_at": opened_at,
    }
    return insert_or_ignore(session, Launch, [launch], ("public_id",)) == 1
