"""Pages of HR, heads and auditors: numbers by department, people, one person, questions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from sqlalchemy import select

from lms.assessment.statistics import answer_statistics
from lms.catalog import queries as catalog
from lms.certification.queries import certificates_of
from lms.core import audit
from lms.core.access import Permission
from lms.core.audit import AuditAction
from lms.core.i18n import current_locale
from lms.core.i18n import gettext as _
from lms.core.web.respond import download_file, page
from lms.core.web.session import actor, after_response, db, now
from lms.core.web.slice import Slice
from lms.kernel.clock import jst_date
from lms.kernel.result import NotFoundError
from lms.learning import queries as learning
from lms.people.access import access_employee, access_unit, seen_by
from lms.people.models import Employee
from lms.people.queries import has_post_under, list_units
from lms.people.service import log_view
from lms.reports import overview as numbers
from lms.reports import person as persons
from lms.reports import tables
from lms.reports.attempts import granted_attempts, used_up
from lms.reports.chosen import find_chosen
from lms.reports.duty_file import duty_batches
from lms.reports.export import ExportFormat, export
from lms.reports.filters import CHOICES, EMPLOYMENT_LABELS, PageOf, ReportFilter, read_filter
from lms.reports.listing import find_page
from lms.reports.paging import filter_chips, page_links, sort_columns

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from flask.typing import ResponseReturnValue

    from lms.kernel.tables import LongTable, Table
    from lms.people.queries import UnitRow

reports = Slice("reports", __name__)


def _today() -> date:
    return jst_date(now())


def _unit(wanted: ReportFilter, units: tuple[UnitRow, ...]) -> UnitRow | None:
    """The chosen unit; one that is out of scope does not exist."""
    if not wanted.unit:
        return None
    found = next((unit for unit in units if unit.public_id == wanted.unit), None)
    if found is None:
        raise NotFoundError(wanted.unit)
    return found


def _crumbs(
    wanted: ReportFilter, unit: UnitRow | None, units: tuple[UnitRow, ...]
) -> list[dict[str, str]]:
    """The way down to the chosen unit through what the actor may see."""
    known = {u.id: u for u in units}
    trail: list[dict[str, str]] = []
    while unit is not None:
        trail.insert(0, {"label": unit.name, "url": f"?{wanted.query(unit=unit.public_id)}"})
        unit = known.get(unit.parent_id) if unit.parent_id is not None else None
    return [{"label": _("All departments"), "url": f"?{wanted.query(unit='')}"}, *trail]


@reports.page("/hr", allow=Permission.REPORT_VIEW)
def overview() -> ResponseReturnValue:
    """Four numbers that open their list, and the departments with a way down."""
    today, wanted = _today(), read_filter(request.args)
    units = list_units(db(), actor(), Permission.REPORT_VIEW, on=today)
    unit = _unit(wanted, units)
    path = unit.path if unit else ""
    found = numbers.numbers_by_path(db(), actor(), wanted, unit_path=path, today=today)
    rows = numbers.roll_up(units, found, unit)
    total = numbers.total(found.values())
    form = request.args.get("format", "")
    if form:
        table = tables.overview_table(rows, total, title=_("Completion by department"), as_of=today)
        return hand_over(table, form, wanted.query())
    return page(
        "reports/overview.html",
        wanted=wanted,
        rows=rows,
        total=total,
        unit=unit,
        crumbs=_crumbs(wanted, unit, units) if unit else [],
        courses=catalog.list_courses(db(), actor()),
        today=today,
        note=tables.scope_note(total),
    )


@reports.page("/hr/people", allow=Permission.REPORT_VIEW)
def people() -> ResponseReturnValue:
    """Who has to take what, and how far they are; the same rows as a file."""
    today, wanted = _today(), read_filter(request.args)
    units = list_units(db(), actor(), Permission.REPORT_VIEW, on=today)
    unit = _unit(wanted, units)
    path = unit.path if unit else ""
    form = request.args.get("format", "")
    if form:
        title = _("Learning status by person")
        rows = duty_batches(db(), actor(), wanted, unit_path=path, today=today)
        return hand_over(tables.people_table(rows, title=title, as_of=today), form, wanted.query())
    found = find_page(db(), actor(), wanted, unit_path=path, today=today)
    shown = PageOf(found.total, wanted.page, wanted.size)
    if wanted.page > shown.pages:
        # Kept addresses outlive the rows they showed; an empty page would say that there are none.
        return redirect(f"{url_for('reports.people')}?{wanted.query(page=shown.pages)}")
    courses = catalog.list_courses(db(), actor())
    return page(
        "reports/people.html",
        wanted=wanted,
        rows=found.rows,
        shown=shown,
        units=units,
        courses=courses,
        states=CHOICES,
        employments=EMPLOYMENT_LABELS,
        chips=filter_chips(wanted, units=units, courses=courses, tiers=_tiers(wanted)),
        columns=sort_columns(wanted),
        links=page_links(wanted, shown),
        today=today,
    )


def _tiers(wanted: ReportFilter) -> dict[str, str]:
    """Titles by code, where a tier was asked for at all."""
    return {tier.code: tier.title for tier in catalog.list_tiers(db())} if wanted.tier else {}


@reports.page("/hr/people/<public_id>", allow=Permission.PERSON_VIEW)
def person(public_id: str) -> ResponseReturnValue:
    """One person: courses, scores, certificates; the look is logged and shown to the person."""
    today = _today()
    found = access_employee(db(), actor(), public_id, Permission.PERSON_VIEW, on=today)
    _log(found, "record")
    return page(
        "reports/person.html",
        card=persons.person_card(db(), found, on=today),
        courses=persons.person_courses(db(), found, on=today),
        certificates=certificates_of(db(), found.id),
        used_up=used_up(db(), found.id),
        granted=granted_attempts(db(), found.id),
        may_grant=actor().can(Permission.ATTEMPT_GRANT) and found.id != actor().employee_id,
        today=today,
    )


@reports.page("/hr/people/<public_id>/history/<course_id>", allow=Permission.PERSON_VIEW)
def history(public_id: str, course_id: str) -> ResponseReturnValue:
    """閲覧履歴: what a person saw of a course, slide by slide."""
    found = access_employee(db(), actor(), public_id, Permission.PERSON_VIEW, on=_today())
    course = next(
        (c for c in catalog.list_courses(db(), actor()) if c.public_id == course_id), None
    )
    if course is None:
        raise NotFoundError(course_id)
    _log(found, f"history of {course.slug}")
    modules = catalog.course_outline(db(), course.current_version_id or 0)
    return page(
        "reports/history.html",
        person=found,
        course=course,
        modules={module.module_id: module for module in modules},
        views=learning.page_history(db(), found.id, course.id, current_locale()),
    )


@reports.page("/hr/questions", allow=Permission.REPORT_VIEW)
def questions() -> ResponseReturnValue:
    """Correct rate by question of one module, as chart and table, for people in scope."""
    today, wanted = _today(), read_filter(request.args)
    courses = catalog.list_courses(db(), actor())
    path = ""
    if wanted.unit:
        path = access_unit(db(), actor(), wanted.unit, Permission.REPORT_VIEW).path
    scope = select(Employee.id).where(seen_by(actor(), Permission.REPORT_VIEW, today))
    if path:
        scope = scope.where(has_post_under([path], today))
    chosen = find_chosen(
        db(),
        courses,
        course_id=wanted.course,
        module_id=request.args.get("module", ""),
        employees=scope,
    )
    count = partial(
        answer_statistics, db(), chosen.quiz_ids, employees=scope, locale=current_locale()
    )
    form = request.args.get("format", "")
    if form and chosen.module and request.args.get("table") == "answers":
        title = _("Answers: %(module)s", module=chosen.module.title)
        # What surveys said is for those who made the module.
        listed = replace(count(texts=None), surveys=())
        table = tables.answers_table(listed, title=title, as_of=today)
        needed = {Permission.REPORT_EXPORT, Permission.ANSWERS_VIEW}
        return hand_over(table, form, f"{wanted.query()}&table=answers", needed)
    found = count().questions
    if form and chosen.module:
        title = _("Correct rate by question: %(module)s", module=chosen.module.title)
        return hand_over(
            tables.questions_table(found, title=title, as_of=today), form, wanted.query()
        )
    return page(
        "reports/questions.html",
        wanted=wanted,
        courses=courses,
        course=chosen.course,
        modules=chosen.modules,
        module=chosen.module,
        questions=found,
        may_see_answers=actor().can(Permission.ANSWERS_VIEW),
        today=today,
    )


def _log(found: Employee, what: str) -> None:
    """Keep who looked at whose record; looking at one's own is no news."""
    if found.id == actor().employee_id:
        return
    after_response(partial(log_view, actor=actor(), employee_id=found.id, what=what, now=now()))


def hand_over(
    table: Table | LongTable,
    form: str,
    query: str,
    needed: AbstractSet[Permission] = frozenset({Permission.REPORT_EXPORT}),
) -> ResponseReturnValue:
    """Hand a table over as a file and leave an audit row with its query and number of rows."""
    if not needed <= actor().permissions or form not in set(ExportFormat):
        raise NotFoundError(form)
    written = export(table, ExportFormat(form))
    after_response(
        lambda session: audit.record(
            session,
            actor(),
            AuditAction.REPORT_EXPORTED,
            table.title,
            {"filter": query, "rows": written.rows, "format": form},
            now=now(),
        )
    )
    return download_file(written.source, written.file_name, written.media_type)
