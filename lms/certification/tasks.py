"""Making the PDF of a certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select, update

from lms.certification.documents import document_of, qr_svg
from lms.certification.models import Certificate
from lms.certification.service import RENDER_TASK
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
    """Render one certificate and keep its PDF; a repeat makes the same file again."""
    with context.reader() as session:
        row = session.scalar(select(Certificate).where(Certificate.public_id == certificate))
        if row is None:
            return None
        accent = session.get_one(Tenant, context.tenant_id).accent
        document = document_of(row, base_url=context.settings.effective_base_url, accent=accent)
    digest = context.files.put(certificate_pdf(document, identifier=certificate))
    with context.transaction() as session:
        session.execute(
            update(Certificate).where(Certificate.public_id == certificate).values(pdf_sha=digest)
        )
    return {"sha": digest}


def certificate_pdf(document: CertificateDocument, *, identifier: str) -> bytes:
    """The PDF/UA bytes of a certificate page."""
    env = Environment(
        loader=FileSystemLoader(Path(ROOT) / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    html = env.get_template(TEMPLATE).render(c=document)
    qr = (qr_svg(document.verify_url), "image/svg+xml")
    return render_pdf(html, resources={"qr.svg": qr}, identifier=identifier)
