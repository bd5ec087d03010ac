"""The certificate as a document: plain data for the template, and the QR code."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno

from lms.core.i18n import current_locale, localized
from lms.core.web.formats import date_text
from lms.kernel.wareki import format_date

if TYPE_CHECKING:
    from lms.certification.models import Certificate

LONG_NAME = 12
"""Names with more characters are set smaller, so that they stay on one line."""


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """Everything the printed page shows, in the language ``lang``.

    The name and the issuer stand as they are stored. ``course_title_lang`` is the language of the
    course's title, and ``other_title`` is the title in the other language where there is one.
    """

    lang: str
    number: str
    name: str
    long_name: bool
    title: str
    course_title: str
    course_title_lang: str
    other_title: str
    issued_on: str
    issuer: str
    verify_url: str
    accent: str


def document_of(certificate: Certificate, *, base_url: str, accent: str) -> CertificateDocument:
    """The page of one certificate in the language of this context; Japanese dates in 和暦."""
    ja, en = certificate.course_title, certificate.course_title_en
    lang = current_locale()
    day = certificate.issued_on
    return CertificateDocument(
        lang=lang,
        number=certificate.number,
        name=certificate.employee_name,
        long_name=len(certificate.employee_name) > LONG_NAME,
        title=localized(certificate.title, certificate.title_en),
        course_title=localized(ja, en),
        course_title_lang=lang if en else "ja",
        other_title=(ja if lang == "en" else en) if en else "",
        issued_on=format_date(day) if lang == "ja" else date_text(day),
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
