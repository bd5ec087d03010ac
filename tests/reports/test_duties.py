"""The rows of the people report: the SQL against the rules, for every filter, order and scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from lms.core.access import Actor, Grant, Role
from lms.core.i18n import use_locale
from lms.kernel.text import search_key
from lms.people.models import LeavePeriod, OrgUnit
from lms.reports import overview
from lms.reports.filters import SOON_DAYS, SORTS, ReportFilter
from lms.reports.listing import find_page
from tests.reports.population import MODULES, TODAY, expected_rows, populate

OPEN = {"not_started", "in_progress", "overdue"}
FILTERS = {
    "everything": {},
    "a course": {"course": "course-2"},
    "a unit and what is below": {"unit": "90"},
    "a section": {"unit": "901"},
    "searched": {"search": "今野"},
    "searched by a variant": {"search": "吉子"},
    "found by nobody": {"search": "100%"},
    "a tier": {"tier": "dx-leader"},
    "an employment": {"employment": "fiscal-year"},
    "open": {"state": "open"},
    "soon": {"state": "soon"},
    "not started": {"state": "not_started"},
    "in progress": {"state": "in_progress"},
    "completed": {"state": "completed"},
    "overdue": {"state": "overdue"},
    "out of scope": {"state": "out_of_scope"},
    "several": {"state": "open", "course": "course-1", "unit": "90", "employment": "regular"},
    "several people": {"tier": "expert", "unit": "90", "search": "77"},
}


@pytest.fixture
def populated(database, cast):
    populate(database, cast.aoba)
    with use_locale("ja"), database.session(cast.aoba, read_only=True) as session:
        yield session


def _hr(cast, *grants):
    return Actor(
        tenant_id=cast.aoba,
        account_id=cast.ono.account_id,
        employee_id=cast.ono.employee_id,
        name="小野",
        grants=grants or (Grant(Role.HR),),
    )


def _wanted(session, values):
    """The filter as an address has it, and the path of its unit."""
    path = ""
    if "unit" in values:
        path = session.scalars(select(OrgUnit.path).where(OrgUnit.code == values["unit"])).one()
    course = values.get("course", "")
    if course:
        rows = expected_rows(session)
        course = next(r.course.public_id for r in rows if r.course.slug == course)
    return ReportFilter(**{**values, "course": course}), path


def _fits(row, values, path):
    person, wanted = row.employee, values.get("state", "")
    soon = row.duty.effective_due_on <= TODAY + timedelta(days=SOON_DAYS)
    states = {
        "": True,
        "open": row.state in OPEN,
        "soon": row.state in {"not_started", "in_progress"} and soon,
    }
    return (
        row.unit.path.startswith(path)
        and values.get("course", row.course.slug) == row.course.slug
        and values.get("tier", row.tier) == row.tier
        and values.get("employment", person.employment_type) == person.employment_type
        and search_key(values.get("search", "")) in person.search_key
        and states.get(wanted, row.state == wanted)
    )


def _key(row):
    return row.staff_no, row.course_title_ja, row.state.value


def _keys(rows):
    return sorted((r.employee.staff_no, r.course.title, r.state) for r in rows)


def test_the_population_has_what_can_go_wrong(populated):
    rows = expected_rows(populated)
    assert len(rows) > 25
    assert {row.state for row in rows} == OPEN | {"completed", "out_of_scope"}
    found = [r.duty.course_id for r in rows]
    assert len(set(found)) == 3
    # Some leaves leave obligations as they are.
    away = populated.scalars(
        select(LeavePeriod.employee_id).where(
            ~LeavePeriod.excludes,
            LeavePeriod.valid_from <= TODAY,
            LeavePeriod.valid_to.is_(None) | (LeavePeriod.valid_to > TODAY),
        )
    ).all()
    assert {row.state for row in rows if row.employee.id in away} - {"completed"}


@pytest.mark.parametrize("sort", ["unit", "due"])
@pytest.mark.parametrize("values", FILTERS.values(), ids=FILTERS.keys())
def test_the_rows_are_those_of_the_rules(populated, cast, values, sort):
    wanted, path = _wanted(populated, {**values, "sort": sort, "size": 25})
    expected = [row for row in expected_rows(populated) if _fits(row, values, path)]
    found, pages, page = [], [], 0
    while not page or pages[-1].rows:
        page += 1
        shown = find_page(
            populated,
            _hr(cast),
            replace(wanted, page=page),
            unit_path=path,
            today=TODAY,
        )
        pages.append(shown)
        found += shown.rows
    assert sorted(map(_key, found)) == _keys(expected)
    assert {shown.total for shown in pages} == {len(expected)}
    assert all(len(shown.rows) == 25 for shown in pages[:-2])


def test_a_row_says_what_is_stored(populated, cast):
    shown = find_page(populated, _hr(cast), ReportFilter(size=200), unit_path="", today=TODAY)
    expected = {(r.employee.staff_no, r.course.title): r for r in expected_rows(populated)}
    assert len(shown.rows) == len(expected)
    for row in shown.rows:
        other = expected[row.staff_no, row.course_title_ja]
        taken = other.enrolment
        assert row.employee_public_id == other.employee.public_id
        assert (row.name, row.name_kana) == (other.employee.name, other.employee.name_kana)
        assert row.unit_name_ja == other.unit.name
        assert row.due_on == other.duty.effective_due_on
        assert row.score == (taken.score if taken else None)
        assert row.completed_at == (taken.completed_at if taken else None)
        assert row.modules_total == (taken.modules_total if taken else MODULES)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_the_rows_are_in_order(populated, cast, sort, descending):
    wanted = ReportFilter(sort=sort, descending=descending, size=200)
    rows = find_page(populated, _hr(cast), wanted, unit_path="", today=TODAY).rows
    key = {
        "unit": lambda r: r.unit_path,
        "name": lambda r: r.name_kana.encode(),
        "staff_no": lambda r: r.staff_no,
        "course": lambda r: r.course_title_ja.encode(),
        "due": lambda r: r.due_on,
        "state": lambda r: r.state.value,
        "score": lambda r: -1.0 if r.score is None else r.score,
        "completed": lambda r: (r.completed_at is None, r.completed_at or 0),
    }[sort]
    values = [key(row) for row in rows]
    if sort == "unit":
        # Units are ordered by the tree, which paths of keys do not show: each must be in one run.
        runs = [one for one, following in pairwise([*values, None]) if one != following]
        assert len(runs) == len(set(runs))
    else:
        assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_one_another(populated, cast, sort):
    actor, whole = _hr(cast), ReportFilter(sort=sort, size=200)
    rows = find_page(populated, actor, whole, unit_path="", today=TODAY).rows
    pages = [
        find_page(
            populated, actor, ReportFilter(sort=sort, size=25, page=n), unit_path="", today=TODAY
        ).rows
        for n in range(1, len(rows) // 25 + 2)
    ]
    assert [row for page in pages for row in page] == list(rows)


@pytest.mark.parametrize("values", [{}, {"state": "open"}], ids=["all", "open"])
def test_heads_see_the_people_of_their_units(populated, cast, values):
    paths = {u.code: u.path for u in populated.scalars(select(OrgUnit))}
    head = _hr(cast, Grant(Role.UNIT_HEAD, paths["90"]), Grant(Role.UNIT_HEAD, paths["92"]))
    expected = [
        row
        for row in expected_rows(populated)
        if any(path.startswith((paths["90"], paths["92"])) for path in row.paths)
        and _fits(row, values, "")
    ]
    wanted = ReportFilter(size=200, **values)
    shown = find_page(populated, head, wanted, unit_path="", today=TODAY)
    assert expected
    assert sorted(map(_key, shown.rows)) == _keys(expected)
    assert shown.total == len(expected)
    numbers = overview.total(
        overview.numbers_by_path(populated, head, wanted, unit_path="", today=TODAY).values()
    )
    assert numbers.assigned == len(expected)


@pytest.mark.parametrize("values", FILTERS.values(), ids=FILTERS.keys())
def test_numbers_of_departments_are_those_of_the_rows(populated, cast, values):
    wanted, path = _wanted(populated, values)
    expected = [row for row in expected_rows(populated) if _fits(row, values, path)]
    found = overview.numbers_by_path(populated, _hr(cast), wanted, unit_path=path, today=TODAY)
    assert found.keys() == {row.unit.path for row in expected}
    for unit, numbers in found.items():
        rows = [row for row in expected if row.unit.path == unit]
        states = [row.state for row in rows]
        scores = [r.enrolment.score for r in rows if r.enrolment and r.enrolment.score is not None]
        assert numbers.assigned == len(rows)
        assert numbers.out_of_scope == states.count("out_of_scope")
        assert numbers.completed == states.count("completed")
        assert numbers.overdue == states.count("overdue")
        assert numbers.started == sum(
            bool(row.enrolment and row.enrolment.started_at) for row in rows
        )
        assert numbers.soon == sum(_fits(row, {"state": "soon"}, "") for row in rows)
        assert numbers.score_sum == pytest.approx(sum(scores))
        assert numbers.scored == len(scores)
