"""Results of a module for those who made it: numbers of the municipality, no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.assessment.statistics import answer_statistics
from lms.catalog.access import access_module
from lms.catalog.queries import course_outline
from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.web.respond import page
from lms.core.web.session import actor, db, now
from lms.kernel.clock import jst_date
from lms.kernel.result import NotFoundError
from lms.reports.module_results import module_results
from lms.reports.views import reports

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@reports.page("/author/modules/<module_id>/results", allow=Permission.COURSE_EDIT)
def module_page(module_id: str) -> ResponseReturnValue:
    """Slides by how they are seen, questions and surveys by how they are answered."""
    course, row = access_module(db(), actor(), module_id)
    outline = course_outline(db(), course.current_version_id or 0)
    module = next((m for m in outline if m.module_id == row.id), None)
    if module is None:
        raise NotFoundError(module_id)
    locale = current_locale()
    quizzes = [quiz for quiz in (module.checks_quiz_id, module.final_quiz_id) if quiz]
    return page(
        "reports/module_results.html",
        module=module,
        course=course,
        results=module_results(db(), module, locale=locale),
        answers=answer_statistics(db(), quizzes, locale=locale),
        today=jst_date(now()),
    )
