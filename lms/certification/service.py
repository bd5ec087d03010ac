"""Issue and revoke certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.catalog.models import Course
from lms.certification import rules
from lms.certification.models import Certificate
from lms.core import audit
from lms.core.access import system_actor
from lms.core.audit import AuditAction
from lms.core.tenancy import tenant_of
from lms.jobs import service as jobs
from lms.kernel.clock import fiscal_year, jst_date
from lms.kernel.ids import certificate_number
from lms.kernel.messages import N_
from lms.kernel.result import ConflictError
from lms.people.models import Employee
from lms.tenants.models import Tenant
from lms.tenants.rules import parse_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.learning.events import CourseCompleted

RENDER_TASK = "certification.render"


def on_course_completed(session: Session, event: CourseCompleted) -> None:
    """Issue the certificate a completed course earns (listener)."""
    course = session.get_one(Course, event.course_id)
    if not rules.eligible(course_certifies=course.certificate, completed_at=event.at).allowed:
        return
    issue(
        session,
        employee_id=event.employee_id,
        course=course,
        score=event.score,
        actor=system_actor(event.tenant_id),
        now=event.at,
    )


def issue(
    session: Session,
    *,
    employee_id: int,
    course: Course,
    score: float | None,
    actor: Actor,
    now: datetime,
) -> Certificate:
    """Issue the certificate of a course to a person; the one issued before is returned as it is.

    A revoked one counts too: only somebody who says why issues another (``issue_again``).
    """
    found = session.scalar(
        select(Certificate)
        .where(Certificate.employee_id == employee_id, Certificate.course_id == course.id)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    if found is not None:
        return found
    tenant = _lock_series(session)
    facts = _Facts(employee_id, course, completed_at=now, score=score)
    return _make(session, tenant, facts, actor=actor, now=now)


def issue_again(
    session: Session, revoked: Certificate, reason: str, *, actor: Actor, now: datetime
) -> Certificate:
    """Issue a new certificate, with a number of its own, for one that was revoked in error.

    The revoked one stays as it is, and verifies as revoked.

    Args:
        session: the caller's transaction.
        revoked: from ``access_certificate``.
        reason: kept, and shown to the person.
        actor: who does it; not the person.
        now: the moment of it.

    Raises:
        ConflictError: it is not revoked, or the person has a valid one of the course.
    """
    tenant = _lock_series(session)
    session.refresh(revoked, with_for_update=True)
    valid = session.scalar(
        select(Certificate.number).where(
            Certificate.employee_id == revoked.employee_id,
            Certificate.course_id == revoked.course_id,
            Certificate.revoked_at.is_(None),
        )
    )
    if valid is not None:
        raise ConflictError(
            "certificate.valid",
            N_("The valid certificate of this course is %(number)s."),
            number=valid,
        )
    facts = _Facts(
        revoked.employee_id,
        session.get_one(Course, revoked.course_id),
        completed_at=revoked.completed_at,
        score=revoked.score,
        replaces=revoked.number,
        reason=reason,
    )
    return _make(session, tenant, facts, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a certificate says beside the words of its day; a reason where it replaces another."""

    employee_id: int
    course: Course
    completed_at: datetime
    score: float | None
    replaces: str = ""
    reason: str = ""


def _lock_series(session: Session) -> Tenant:
    """The municipality, locked, so that two certificates at once get different serials."""
    wanted = select(Tenant).where(Tenant.id == tenant_of(session)).with_for_update()
    return session.scalars(wanted).one()


def _make(
    session: Session, tenant: Tenant, facts: _Facts, *, actor: Actor, now: datetime
) -> Certificate:
    employee_id, course = facts.employee_id, facts.course
    person = session.get_one(Employee, employee_id)
    year = fiscal_year(jst_date(now))
    series = rules.series(tenant.lg_code, course.code, course.id)
    last = session.scalar(
        select(func.max(Certificate.serial)).where(
            Certificate.fiscal_year == year, Certificate.course_id == course.id
        )
    )
    serial = (last or 0) + 1
    certificate = Certificate(
        number=certificate_number(year, series, serial),
        serial=serial,
        fiscal_year=year,
        employee_id=employee_id,
        course_id=course.id,
        employee_name=person.name,
        title=course.certificate_title or f"{course.title} 修了証書",
        title_en=course.certificate_title_en or f"Certificate: {course.title_en or course.title}",
        course_title=course.title,
        course_title_en=course.title_en,
        issuer=parse_settings(tenant.settings).issuer or tenant.name,
        issued_on=jst_date(now),
        completed_at=facts.completed_at,
        score=facts.score,
        replaces=facts.replaces,
        issued_reason=facts.reason,
    )
    session.add(certificate)
    session.flush()  # The rendering job names the certificate's public id.
    audit.record(
        session,
        actor,
        AuditAction.CERTIFICATE_ISSUED,
        certificate,
        {"number": certificate.number, "course": course.slug}
        | ({"replaces": facts.replaces, "reason": facts.reason} if facts.replaces else {}),
        subject_employee_id=employee_id,
        now=now,
    )
    request_document(session, certificate, actor=actor, now=now)
    return certificate


def request_document(
    session: Session,
    certificate: Certificate,
    *,
    actor: Actor,
    now: datetime,
    priority: int = jobs.NORMAL,
) -> None:
    """Have the PDF made in the background."""
    jobs.enqueue(
        session,
        RENDER_TASK,
        {"certificate": certificate.public_id},
        actor=actor,
        now=now,
        priority=priority,
        unique_key=f"certificate:{certificate.public_id}",
        subject=certificate.number,
    )


def revoke(
    session: Session, certificate: Certificate, reason: str, *, actor: Actor, now: datetime
) -> Certificate:
    """Revoke a certificate for a reason; it stays and verifies as revoked.

    Raises:
        ConflictError: it is revoked already; the first reason stays.
    """
    # Locked and read again, so that of two colleagues at once the second is told.
    session.refresh(certificate, with_for_update=True)
    if certificate.revoked_at is not None:
        raise ConflictError("certificate.revoked", "This certificate was revoked.")
    certificate.revoked_at = now
    certificate.revoked_reason = reason
    audit.record(
        session,
        actor,
        AuditAction.CERTIFICATE_REVOKED,
        certificate,
        {"number": certificate.number, "reason": reason},
        subject_employee_id=certificate.employee_id,
        now=now,
    )
    return certificate
