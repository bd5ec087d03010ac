"""When a module and a course are completed: once, for good, with a snapshot of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from lms.catalog.models import Course, CourseVersionModule
from lms.core import audit
from lms.core.audit import AuditAction
from lms.core.db.prepared import Prepared
from lms.core.events import emit
from lms.core.tenancy import tenant_of
from lms.kernel.clock import jst_date
from lms.learning import rules
from lms.learning.events import CourseCompleted, ModuleCompleted
from lms.learning.models import Enrolment, ModuleProgress
from lms.people.models import Employee, OrgUnit, Post

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def complete_module(
    session: Session, enrolment_id: int, module_id: int, *, actor: Actor, now: datetime
) -> None:
    """Tell that every rule of a module is met (its row says so already), and look at the course."""
    enrolment = session.get_one(Enrolment, enrolment_id)
    audit.record(
        session,
        actor,
        AuditAction.MODULE_COMPLETED,
        enrolment,
        {"module": module_id},
        subject_employee_id=enrolment.employee_id,
        now=now,
    )
    emit(
        session,
        ModuleCompleted(tenant_of(session), enrolment.employee_id, enrolment.id, module_id, at=now),
    )
    settle_course(session, enrolment, actor=actor, now=now)


def settle_course(session: Session, enrolment: Enrolment, *, actor: Actor, now: datetime) -> None:
    """Count the completed modules of the course's current version and its score.

    The course is completed when all of them are; from then on the enrolment keeps that version
    and only its score may still change (a better attempt).
    """
    completed = enrolment.completed_at is not None
    version_id = enrolment.course_version_id
    if not completed:
        version_id = _CURRENT.scalars(session, course=enrolment.course_id)[0] or version_id
    rows = _MODULES.all(session, enrolment=enrolment.id, version=version_id)
    enrolment.course_version_id = version_id
    enrolment.score = rules.course_score(score for _, score in rows)
    enrolment.modules_total = len(rows)
    enrolment.modules_completed = sum(done is not None for done, _ in rows)
    if not completed and rows and enrolment.modules_completed == len(rows):
        _complete_course(session, enrolment, actor=actor, now=now)


_CURRENT = Prepared(select(Course.current_version_id).where(Course.id == bindparam("course")))
_MODULES = Prepared(
    select(ModuleProgress.completed_at, ModuleProgress.score)
    .select_from(CourseVersionModule)
    .outerjoin(
        ModuleProgress,
        and_(
            ModuleProgress.module_id == CourseVersionModule.module_id,
            ModuleProgress.enrolment_id == bindparam("enrolment"),
        ),
    )
    .where(CourseVersionModule.course_version_id == bindparam("version"))
)


def _complete_course(
    session: Session, enrolment: Enrolment, *, actor: Actor, now: datetime
) -> None:
    enrolment.completed_at = now
    enrolment.snapshot = snapshot(session, enrolment.employee_id, jst_date(now))
    audit.record(
        session,
        actor,
        AuditAction.COURSE_COMPLETED,
        enrolment,
        {"course": enrolment.course_id, "score": enrolment.score},
        subject_employee_id=enrolment.employee_id,
        now=now,
    )
    session.flush()  # Whoever hears of it reads the enrolment as it is now.
    emit(
        session,
        CourseCompleted(
            tenant_id=tenant_of(session),
            employee_id=enrolment.employee_id,
            enrolment_id=enrolment.id,
            course_id=enrolment.course_id,
            course_version_id=enrolment.course_version_id,
            at=now,
            score=enrolment.score,
        ),
    )


def snapshot(session: Session, employee_id: int, day: date) -> dict[str, Any]:
    """Unit, rank, employment type and tier of a person on a day, as plain JSON values (OR-7)."""
    row = session.execute(
        select(
            Employee.rank,
            Employee.employment_type,
            Employee.tier,
            OrgUnit.code,
            OrgUnit.name,
            OrgUnit.public_id,
        )
        .outerjoin(
            Post,
            and_(
                Post.employee_id == Employee.id,
                Post.primary.is_(True),
                Post.valid_from <= day,
                or_(Post.valid_to.is_(None), Post.valid_to > day),
            ),
        )
        .outerjoin(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(Employee.id == employee_id)
        .order_by(Post.valid_from.desc())
    ).first()
    if row is None:
        return {}
    return {
        "rank": row[0],
        "employment_type": row[1].value,
        "tier": row[2],
        "unit_code": row[3] or "",
        "unit_name": row[4] or "",
        "unit": row[5] or "",
    }
