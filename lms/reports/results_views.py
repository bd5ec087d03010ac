"""Results of a module for those who made it: numbers of the municipality, no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from lms.assessment.statistics import answer_statistics
from lms.catalog.access import access_module
from lms.catalog.queries import course_outline
from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.i18n import gettext as _
from lms.core.web.respond import page
from lms.core.web.session import actor, db, now
from lms.kernel.clock import jst_date
from lms.kernel.result import NotFoundError
from lms.reports.module_results import module_results
from lms.reports.tables import answers_table
from lms.reports.views import hand_over, reports

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@reports.page("/author/modules/<module_id>/results", allow=Permission.COURSE_EDIT)
def module_page(module_id: str) -> ResponseReturnValue:
    """Slides by how they are seen, questions and surveys by how they are answered.

    All answers can be taken away as a file by whoever may see this page.
    """
    course, row = access_module(db(), actor(), module_id)
    outline = course_outline(db(), course.current_version_id or 0)
    module = next((m for m in outline if m.module_id == row.id), None)
    if module is None:
        raise NotFoundError(module_id)
    locale = current_locale()
    quizzes = [quiz for quiz in (module.checks_quiz_id, module.final_quiz_id) if quiz]
    if form := request.args.get("format", ""):
        answers = answer_statistics(db(), quizzes, locale=locale, texts=None)
        title = _("Answers: %(module)s", module=module.title)
        table = answers_table(answers, title=title, as_of=jst_date(now()))
        return hand_over(table, form, module_id, {Permission.COURSE_EDIT})
    return page(
        "reports/module_results.html",
        module=module,
        course=course,
        results=module_results(db(), module, locale=locale),
        answers=answer_statistics(db(), quizzes, locale=locale),
        today=jst_date(now()),
    )
