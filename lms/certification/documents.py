"""The certificate as a document: plain data for the template, and the QR code."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno

from lms.kernel.wareki import format_date

if TYPE_CHECKING:
    from lms.certification.models import Certificate

LONG_NAME = 12
"""Names with more characters are set smaller, so that they stay on one line."""


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """Everything the printed page shows."""

    number: str
    name: str
    long_name: bool
    title: str
    title_en: str
    course_title: str
    course_title_en: str
    issued_on: str
    issuer: str
    verify_url: str
    accent: str


def document_of(certificate: Certificate, *, base_url: str, accent: str) -> CertificateDocument:
    """The page of one certificate; dates in 和暦."""
    return CertificateDocument(
        number=certificate.number,
        name=certificate.employee_name,
        long_name=len(certificate.employee_name) > LONG_NAME,
        title=certificate.title,
        title_en=certificate.title_en,
        course_title=certificate.course_title,
        course_title_en=certificate.course_title_en,
        issued_on=format_date(certificate.issued_on),
        issuer=certificate.issuer,
        verify_url=f"{base_url.rstrip('/')}/verify/{certificate.public_id}",
        accent=accent or "0017c1",
    )


def qr_svg(text: str) -> bytes:
    """A QR code (ISO/IEC 18004, error correction M) as SVG bytes."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, scale=4, dark="#000", light="#fff", xmldecl=False
    )
    return out.getvalue()
