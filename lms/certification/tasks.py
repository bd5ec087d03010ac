"""Making the PDFs of a certificate: the official form in Japanese, and an English edition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select, update

from lms.certification.documents import document_of, qr_svg
from lms.certification.models import Certificate
from lms.certification.service import RENDER_TASK
from lms.core.i18n import LOCALES, lang_attribute, template_gettext, use_locale
from lms.core.pdf import render_pdf
from lms.core.settings import ROOT
from lms.jobs.registry import task
from lms.kernel.messages import N_
from lms.tenants.models import Tenant

if TYPE_CHECKING:
    from lms.certification.documents import CertificateDocument
    from lms.jobs.registry import JobContext

TEMPLATE = "print/certificate.html"


@task(RENDER_TASK, timeout=120, title=N_("Make the certificate"))
def render(context: JobContext, certificate: str) -> dict[str, Any] | None:
    """Render one certificate and keep its PDFs; a repeat makes the same files again."""
    with context.reader() as session:
        row = session.scalar(select(Certificate).where(Certificate.public_id == certificate))
        if row is None:
            return None
        accent = session.get_one(Tenant, context.tenant_id).accent
        base = context.settings.effective_base_url
        documents = []
        for lang in LOCALES:
            with use_locale(lang):
                documents.append(document_of(row, base_url=base, accent=accent))
    ja, en = (context.files.put(certificate_pdf(each)) for each in documents)
    with context.transaction() as session:
        session.execute(
            update(Certificate)
            .where(Certificate.public_id == certificate)
            .values(pdf_sha=ja, pdf_en_sha=en)
        )
    return {"sha": ja, "sha_en": en}


def certificate_pdf(document: CertificateDocument) -> bytes:
    """The PDF/UA bytes of a certificate page in the language of the document."""
    env = Environment(
        loader=FileSystemLoader(Path(ROOT) / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    with use_locale(document.lang):
        html = env.get_template(TEMPLATE).render(
            c=document, _=template_gettext, lang_attribute=lang_attribute
        )
    qr = (qr_svg(document.verify_url), "image/svg+xml")
    identifier = f"{document.number}-{document.lang}"
    return render_pdf(html, resources={"qr.svg": qr}, identifier=identifier)
