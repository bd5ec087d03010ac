"""Reports as files: exactly the rows of the view, typed, guarded, and in parts."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms.core.access import Role, system_actor
from lms.core.audit import AuditAction, AuditEntry
from lms.core.i18n import gettext, use_locale
from lms.core.web import respond
from lms.kernel.tables import Column, Kind, Table, cell_text
from lms.people.models import Employee, OrgUnit
from lms.people.service import grant_role
from lms.reports import duty_file
from lms.reports.export import ExportFormat, export
from lms.reports.filters import STATE_LABELS
from tests.reports.population import LONG_AGO, MODULES, expected_rows, populate


@pytest.fixture
def browser(database, cast, visitor, monkeypatch):
    populate(database, cast.aoba)
    # Few rows and people at a time, so that every file of these tests has many parts.
    monkeypatch.setattr(duty_file, "BATCH", 3)
    monkeypatch.setattr(duty_file, "PEOPLE", 7)
    return visitor(cast.ono)


def _cells(row):
    """The cells of a row, told by the rules and without any SQL; moments as text."""
    taken, person = row.enrolment, row.employee
    with use_locale("ja"):
        state = gettext(STATE_LABELS[row.state])
    return (
        person.staff_no,
        person.name,
        person.name_kana,
        row.unit.name,
        person.rank,
        row.course.title,
        row.duty.effective_due_on,
        state,
        taken.modules_completed if taken else 0,
        taken.modules_total if taken else MODULES,
        taken.score if taken else None,
        cell_text(taken.started_at if taken else None, Kind.DATETIME),
        cell_text(taken.completed_at if taken else None, Kind.DATETIME),
        row.duty.assigned_by,
    )


def _texts(cells):
    """The same as a CSV file says it."""

    def text(cell):
        if isinstance(cell, str):
            return f"'{cell}" if cell.startswith(("=", "-")) else cell
        return cell_text(cell, Kind.DATE if isinstance(cell, date) else Kind.FLOAT)

    return tuple(map(text, cells))


def _expected(database, cast, wanted=lambda _row: True):
    with database.session(cast.aoba, read_only=True) as session:
        return [_cells(row) for row in expected_rows(session) if wanted(row)]


def _rows(answer, encoding="utf-8-sig"):
    assert answer.status_code == 200
    text = answer.get_data().decode(encoding)
    return [tuple(line) for line in csv.reader(io.StringIO(text, newline=""))][1:]


@pytest.mark.parametrize("sort", ["unit", "staff_no", "course", "due", "score", "completed"])
def test_csv_has_every_row_that_the_rules_make(browser, database, cast, sort):
    found = _rows(browser.get(f"/hr/people?format=csv&sort={sort}"))
    expected = _expected(database, cast)
    assert len(found) > 3 * 9
    assert sorted(found) == sorted(map(_texts, expected))
    assert any(name.startswith("'=1+2") for _number, name, *_rest in found)


@pytest.mark.parametrize("query", ["sort=unit", "sort=due&descending=1", "sort=score&state=open"])
def test_a_file_has_the_order_of_the_page(browser, query):
    page = browser.visit(f"/hr/people?size=200&{query}")
    shown = [
        (row.th.span.get_text(), row.find_all("td")[1].get_text())
        for row in page.find("table", id="people").tbody.find_all("tr")
    ]
    found = _rows(browser.get(f"/hr/people?format=csv&{query}"))
    assert [(row[0], row[5]) for row in found] == shown


def test_a_file_has_what_the_filters_leave(browser, database, cast):
    with database.session(cast.aoba, read_only=True) as session:
        unit = session.scalars(select(OrgUnit).where(OrgUnit.code == "90")).one()
    found = _rows(browser.get(f"/hr/people?format=csv&unit={unit.public_id}&state=completed"))
    expected = _expected(
        database,
        cast,
        lambda row: row.unit.path.startswith(unit.path) and row.state == "completed",
    )
    assert expected
    assert sorted(found) == sorted(map(_texts, expected))


def test_cp932_replaces_what_it_lacks(browser, database, cast):
    found = _rows(browser.get("/hr/people?format=cp932"), "cp932")
    expected = [
        tuple(text.replace("𠮷", "〓") for text in _texts(cells))
        for cells in _expected(database, cast)
    ]
    assert any("髙橋 〓子" in row for row in found)
    answer = browser.get("/hr/people?format=cp932")
    assert answer.headers["Content-Type"] == "text/csv; charset=Windows-31J"
    assert sorted(found) == sorted(expected)


def test_xlsx_has_typed_cells(browser, database, cast):
    data = browser.get("/hr/people?format=xlsx").get_data()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = [tuple(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    assert rows[1][0] == date(2026, 11, 16)
    assert rows[3][:2] == ("職員番号", "氏名")

    def typed(cells):
        moments = [datetime.fromisoformat(text) if text else "" for text in cells[11:13]]
        score = "" if cells[10] is None else pytest.approx(cells[10])
        return (*cells[:10], score, *moments, cells[13])

    expected = {(c[0], c[5]): typed(c) for c in _expected(database, cast)}
    found = {(row[0], row[5]): row for row in rows[4:]}
    assert found == expected
    assert {type(row[6]) for row in rows[4:]} == {date}
    assert all(b"<f>" not in part for part in _parts(data))


def _parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [book.read(name) for name in book.namelist()]


@pytest.mark.parametrize("form", ["csv", "cp932", "xlsx"])
def test_an_export_is_kept_in_the_audit_log(browser, database, cast, form):
    browser.get(f"/hr/people?format={form}&state=open")
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.REPORT_EXPORTED)
        ).all()
    expected = _expected(
        database, cast, lambda row: row.state in {"not_started", "in_progress", "overdue"}
    )
    assert [row.changes for row in rows] == [
        {"filter": "state=open", "rows": len(expected), "format": form}
    ]


def test_a_head_takes_the_own_unit_away_only(browser, database, cast, visitor):
    with database.transaction(cast.aoba) as session:
        unit = session.scalars(select(OrgUnit).where(OrgUnit.code == "91")).one()
        path = unit.path
        head = session.get_one(Employee, cast.aoki.employee_id)
        actor = system_actor(cast.aoba)
        grant_role(session, head, Role.UNIT_HEAD, unit=unit, valid_from=LONG_AGO, actor=actor)
    found = _rows(visitor(cast.aoki).get("/hr/people?format=csv"))
    expected = _expected(
        database, cast, lambda row: any(other.startswith(path) for other in row.paths)
    )
    assert expected
    assert sorted(found) == sorted(map(_texts, expected))


def test_a_neighbour_has_no_row_in_it(browser, database, cast):
    populate(database, cast.midorikawa, prefix="8")
    found = _rows(browser.get("/hr/people?format=csv"))
    assert sorted(found) == sorted(map(_texts, _expected(database, cast)))


def test_a_long_file_is_handed_over_in_parts(browser, monkeypatch):
    whole = browser.get("/hr/people?format=csv")
    monkeypatch.setattr(respond, "AT_ONCE", 100)
    monkeypatch.setattr(respond, "CHUNK", 64)
    answer = browser.get("/hr/people?format=csv")
    assert answer.get_data() == whole.get_data()
    assert answer.headers["Content-Length"] == str(len(whole.get_data()))
    assert answer.headers["Content-Disposition"] == whole.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path", ["/hr", "/hr/people", "/hr/people?sort=score", "/hr/people?format=csv"]
)
def test_more_people_are_no_more_statements(database, cast, visitor, statements, path):
    visits = []
    browser = visitor(cast.ono)
    for seed, people in enumerate((6, 60)):
        populate(database, cast.aoba, people=people, seed=seed, prefix=f"9{seed}")
        browser.get(path)  # The municipality is looked up once and remembered.
        with statements(most=12) as block:
            browser.get(path)
        visits.append(len(block))
    assert visits[0] == visits[1]


@pytest.mark.parametrize(
    ("title", "sheet"),
    [
        ("所属別の修了状況", "所属別の修了状況"),
        ("問題ごとの正答率: [基礎] 支払/収納 'A'", "問題ごとの正答率_ (基礎) 支払_収納 'A"),
        ("𠮷" * 40, "𠮷" * 15),
        ("'", "Report"),
    ],
)
def test_a_sheet_has_the_title_as_far_as_spreadsheets_take_it(title, sheet):
    columns = (Column("name", "氏名", Kind.TEXT, 10),)
    table = Table(title=title, as_of=date(2026, 11, 28), columns=columns, rows=(("青木",),))
    made = export(table, ExportFormat.XLSX)
    assert CalamineWorkbook.from_filelike(io.BytesIO(made.source.read())).sheet_names == [sheet]


def test_two_forms_of_a_table_are_two_names():
    columns = (Column("name", "氏名", Kind.TEXT, 10),)
    table = Table(title="表", as_of=date(2026, 11, 28), columns=columns, rows=(("青木",),))
    names = [export(table, form).file_name for form in ExportFormat]
    assert names == ["表_20261128.csv", "表_20261128_cp932.csv", "表_20261128.xlsx"]
