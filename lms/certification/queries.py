"""Reads about certificates as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.certification.models import Certificate
from lms.certification.rules import CertificateState, state_of
from lms.core.i18n import localized
from lms.kernel.ids import parse_certificate_number

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate of a person."""

    public_id: str
    number: str
    course_id: int
    employee_id: int
    employee_name: str
    title_ja: str
    title_en: str
    course_title_ja: str
    course_title_en: str
    issuer: str
    issued_on: date
    fiscal_year: int
    pdf_sha: str
    revoked_at: datetime | None

    @property
    def title(self) -> str:
        return localized(self.title_ja, self.title_en)

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)

    @property
    def state(self) -> CertificateState:
        return state_of(self.revoked_at)


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """What anybody may learn about a certificate. The name only with the secret of its QR code."""

    tenant_id: int
    number: str
    state: CertificateState
    course_title_ja: str
    course_title_en: str
    issuer: str
    issued_on: date
    employee_name: str | None

    @property
    def course_title(self) -> str:
        return localized(self.course_title_ja, self.course_title_en)


def _rows() -> Any:  # noqa: ANN401 - a SELECT of many columns
    return select(
        Certificate.public_id,
        Certificate.number,
        Certificate.course_id,
        Certificate.employee_id,
        Certificate.employee_name,
        Certificate.title,
        Certificate.title_en,
        Certificate.course_title,
        Certificate.course_title_en,
        Certificate.issuer,
        Certificate.issued_on,
        Certificate.fiscal_year,
        Certificate.pdf_sha,
        Certificate.revoked_at,
    )


def find_newest(session: Session, employee_id: int, course_id: int) -> CertificateRow | None:
    """The newest certificate of a person for a course: if one is valid it is this one.

    A new one is issued only where those before it are revoked.
    """
    row = session.execute(
        _rows()
        .where(Certificate.employee_id == employee_id, Certificate.course_id == course_id)
        .order_by(Certificate.id.desc())
        .limit(1)
    ).first()
    return None if row is None else CertificateRow(*row)


def certificates_of(session: Session, employee_id: int) -> tuple[CertificateRow, ...]:
    """The certificates of a person, newest first; one statement."""
    rows = session.execute(
        _rows().where(Certificate.employee_id == employee_id).order_by(Certificate.id.desc())
    )
    return tuple(CertificateRow(*row) for row in rows)


def find_public(session: Session, *, token: str = "", number: str = "") -> PublicCertificate | None:
    """What the verify page may say (platform session, read-only).

    ``token`` is the secret in the QR code; ``number`` is printed and could be guessed, so it
    does not lead to a name.

    Raises:
        DomainError: ``number`` is not written like a certificate number.
    """
    if token:
        condition = Certificate.public_id == token
    else:
        condition = Certificate.number == str(parse_certificate_number(number, field="number"))
    row = session.execute(_rows().add_columns(Certificate.tenant_id).where(condition)).first()
    if row is None:
        return None
    *values, tenant_id = row
    found = CertificateRow(*values)
    return PublicCertificate(
        tenant_id=tenant_id,
        number=found.number,
        state=found.state,
        course_title_ja=found.course_title_ja,
        course_title_en=found.course_title_en,
        issuer=found.issuer,
        issued_on=found.issued_on,
        employee_name=found.employee_name if token else None,
    )
