"""Granting one person one more attempt at a quiz."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.assessment.grants import attempt_standing, grant_attempt
from lms.assessment.queries import list_attempts
from lms.assessment.questions import find_version
from lms.assessment.rules import grant_refusal
from lms.catalog.access import access_module
from lms.catalog.queries import ModuleRow, course_outline
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.i18n import lazy_gettext as _l
from lms.core.web.forms import BaseForm
from lms.core.web.respond import UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, after_response, db, now
from lms.kernel.clock import jst_date
from lms.kernel.result import DomainError, ForbiddenError, NotFoundError
from lms.people.access import access_employee
from lms.people.service import log_view
from lms.reports.views import reports

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.catalog.models import Course
    from lms.people.models import Employee

GRANT = "/hr/people/<public_id>/attempts/<module_id>"
MAX_REASON = 500


class GrantForm(BaseForm):
    """Why somebody may take a quiz once more, and which attempt is meant."""

    number = HiddenField()
    reason = TextAreaField(
        _l("Reason (shown to the person, and kept)"),
        validators=[
            DataRequired(_l("Say why another attempt is granted.")),
            Length(max=MAX_REASON),
        ],
        render_kw={"rows": 2},
    )


def _load(public_id: str, module_id: str) -> tuple[Employee, Course, ModuleRow, int]:
    """Somebody else's module that ends with a quiz, and the key of the quiz's current version."""
    on = jst_date(now())
    found = access_employee(db(), actor(), public_id, Permission.ATTEMPT_GRANT, on=on)
    course, row = access_module(db(), actor(), module_id)
    outline = course_outline(db(), course.current_version_id or 0)
    module = next((each for each in outline if each.module_id == row.id), None)
    if module is None or module.final_quiz_version_id is None:
        raise NotFoundError(module_id)
    if found.id == actor().employee_id:
        raise ForbiddenError(public_id)
    return found, course, module, module.final_quiz_version_id


@reports.page(GRANT, allow=Permission.ATTEMPT_GRANT)
def attempts(public_id: str, module_id: str) -> ResponseReturnValue:
    """The attempts of one person at one quiz, and the way to one more."""
    found, course, module, version_id = _load(public_id, module_id)
    what = f"attempts at {module.slug}"
    after_response(partial(log_view, actor=actor(), employee_id=found.id, what=what, now=now()))
    return _shown(found, course, module, version_id, GrantForm())


@reports.page(GRANT, allow=Permission.ATTEMPT_GRANT, methods=("POST",))
def grant(public_id: str, module_id: str) -> ResponseReturnValue:
    """Grant one more attempt; however often it is sent, it is one."""
    found, course, module, version_id = _load(public_id, module_id)
    form: Any = GrantForm.from_request()
    if not form.sent():
        return _shown(found, course, module, version_id, form, UNPROCESSABLE)
    number = int(form.number.data) if str(form.number.data).isdecimal() else 0
    reason = form.reason.data.strip()
    try:
        new = grant_attempt(db(), version_id, found.id, number, reason, actor=actor(), now=now())
    except DomainError as error:
        form.refuse(error)
        return _shown(found, course, module, version_id, form, UNPROCESSABLE)
    return redirect_with(
        _("One more attempt was granted. The page of the quiz tells the person.")
        if new
        else _("This attempt had been granted already. Nothing was changed."),
        "reports.person",
        kind="success" if new else "info",
        public_id=public_id,
    )


def _shown(
    found: Employee,
    course: Course,
    module: ModuleRow,
    version_id: int,
    form: Any,  # noqa: ANN401 - a GrantForm
    status: int = 200,
) -> ResponseReturnValue:
    version = find_version(db(), version_id)
    standing = attempt_standing(db(), version.quiz_id, found.id)
    form.number.data = form.number.data or str(standing.used + 1)
    refusal = grant_refusal(version.policy, standing)
    return page(
        "reports/attempts.html",
        status,
        person=found,
        course=course,
        module=module,
        policy=version.policy,
        standing=standing,
        attempts=list_attempts(db(), version.quiz_id, found.id),
        refusal=_(refusal) if refusal else "",
        form=form,
    )
