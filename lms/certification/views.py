"""Pages of certificates: one's own document and the public check."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import request

from lms.certification import queries, service
from lms.certification.access import access_certificate
from lms.certification.forms import IssueAgainForm, RevokeForm
from lms.certification.rules import CertificateState
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import UNPROCESSABLE, download, page, redirect_with
from lms.core.web.session import actor, after_response, db, now, show_as_page_of
from lms.core.web.slice import Slice
from lms.core.web.state import state
from lms.jobs.service import FRONT
from lms.kernel.clock import jst_date
from lms.kernel.result import DomainError, ForbiddenError, NotFoundError
from lms.people.service import log_view

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.certification.models import Certificate
    from lms.core.web.forms import BaseForm

certification = Slice("certification", __name__)


@certification.page("/certificates/<public_id>", allow=Permission.COURSE_LEARN)
def show(public_id: str) -> ResponseReturnValue:
    """A certificate with its number, state and document."""
    found = access_certificate(db(), actor(), public_id, on=jst_date(now()))
    _log(found)
    return _shown(found)


def _shown(
    found: Certificate, form: BaseForm | None = None, status: int = 200
) -> ResponseReturnValue:
    mine = found.employee_id == actor().employee_id
    may_decide = actor().can(Permission.CERTIFICATE_REVOKE) and not mine
    valid = None
    if found.revoked_at is not None:
        newest = queries.find_newest(db(), found.employee_id, found.course_id)
        valid = newest if newest and newest.state is CertificateState.VALID else None
    if form is None:
        form = IssueAgainForm() if found.revoked_at is not None else RevokeForm()
    return page(
        "certification/show.html",
        status,
        certificate=found,
        mine=mine,
        valid=valid,
        form=form if may_decide and valid is None else None,
    )


def _of_somebody_else(public_id: str) -> Certificate:
    """A certificate about which this person may decide; nobody decides about their own."""
    found = access_certificate(
        db(),
        actor(),
        public_id,
        on=jst_date(now()),
        permission=Permission.CERTIFICATE_REVOKE,
    )
    if found.employee_id == actor().employee_id:
        raise ForbiddenError(public_id)
    return found


@certification.page(
    "/certificates/<public_id>/revoke", allow=Permission.CERTIFICATE_REVOKE, methods=("POST",)
)
def revoke(public_id: str) -> ResponseReturnValue:
    """Revoke a certificate of somebody else that was issued in error; the reason is kept."""
    found = _of_somebody_else(public_id)
    form: Any = RevokeForm.from_request()
    if not form.validate():
        return _shown(found, form, UNPROCESSABLE)
    service.revoke(db(), found, form.reason.data.strip(), actor=actor(), now=now())
    return redirect_with(
        _("The certificate was revoked. Its page for verifying says so from now on."),
        "certification.show",
        public_id=public_id,
    )


@certification.page(
    "/certificates/<public_id>/again", allow=Permission.CERTIFICATE_REVOKE, methods=("POST",)
)
def issue_again(public_id: str) -> ResponseReturnValue:
    """Issue a new certificate for one of somebody else that was revoked in error."""
    found = _of_somebody_else(public_id)
    form: Any = IssueAgainForm.from_request()
    if not form.validate():
        return _shown(found, form, UNPROCESSABLE)
    issued = service.issue_again(db(), found, form.reason.data.strip(), actor=actor(), now=now())
    return redirect_with(
        _("A new certificate was issued. The revoked one stays revoked."),
        "certification.show",
        public_id=issued.public_id,
    )


@certification.page("/certificates/<public_id>.pdf", allow=Permission.COURSE_LEARN)
def document(public_id: str) -> ResponseReturnValue:
    """The PDF, with ``?lang=en`` its English edition.

    Where it is not made yet, or was revoked, the page says so.
    """
    found = access_certificate(db(), actor(), public_id, on=jst_date(now()))
    english = request.args.get("lang") == "en"
    digest = found.pdf_en_sha if english else found.pdf_sha
    is_there = bool(digest) and state().files.exists(digest)
    if found.revoked_at is not None or not is_there:
        return redirect_with("", "certification.show", public_id=public_id)
    _log(found)
    name = f"{found.number}{'-en' if english else ''}.pdf"
    return download(state().files.get(digest), name, "application/pdf")


@certification.page(
    "/certificates/<public_id>/render", allow=Permission.COURSE_LEARN, methods=("POST",)
)
def make_document(public_id: str) -> ResponseReturnValue:
    """Have the PDF made (again) before other background work; none is made of a revoked one."""
    found = access_certificate(db(), actor(), public_id, on=jst_date(now()))
    if found.revoked_at is not None:
        return redirect_with("", "certification.show", public_id=public_id)
    service.request_document(db(), found, actor=actor(), now=now(), priority=FRONT)
    return redirect_with(
        _("It is made before all other background work."),
        "certification.show",
        kind="info",
        public_id=public_id,
    )


def _log(found: Certificate) -> None:
    """Keep who looked at whose certificate; looking at one's own is no news."""
    if found.employee_id == actor().employee_id:
        return
    what = f"certificate {found.number}"
    after_response(
        partial(log_view, actor=actor(), employee_id=found.employee_id, what=what, now=now())
    )


@certification.page("/verify", allow=Permission.PUBLIC)
def verify() -> ResponseReturnValue:
    """The public check by number; says whether it is valid, but not whose it is.

    It is a search: a number that leads to nothing is an answer (200) and no failure, and a
    mistyped one says no more about what exists than an unknown one.
    """
    number = request.args.get("number", "").strip()
    found, error = _find_by_number(number) if number else (None, "")
    return page("certification/verify.html", number=number, certificate=found, error=error)


def _find_by_number(number: str) -> tuple[queries.PublicCertificate | None, str]:
    """The certificate, or why there is none."""
    try:
        with state().db.platform_session(reason="verify certificate", read_only=True) as session:
            found = queries.find_public(session, number=number)
    except DomainError as error:
        return None, _(error.message, **error.values)
    if found is None:
        return None, _(
            "There is no certificate with this number. Compare it with the certificate. If it is "
            "right, ask the municipality that issued it."
        )
    show_as_page_of(found.tenant_id)
    return found, ""


@certification.page("/verify/<token>", allow=Permission.PUBLIC)
def verify_token(token: str) -> ResponseReturnValue:
    """The public check by QR code, which whoever holds the paper can read."""
    with state().db.platform_session(reason="verify certificate", read_only=True) as session:
        found = queries.find_public(session, token=token)
    if found is None:
        raise NotFoundError(token)
    show_as_page_of(found.tenant_id)
    return page("certification/verified.html", certificate=found)
