"""All rows of the people report, part by part, as a file has them.

A prefecture asks twenty courses of 45,000 people. What is said of a person or a course is read
once and not with each of its rows, moments are written by the database, and rows are taken in
parts, so a file costs little more than its SELECT and needs no more memory when it is longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from lms.assignments.models import Assignment
from lms.catalog.models import Course, CourseVersionModule
from lms.core.db.dialect import MinuteInJapan
from lms.core.i18n import gettext as _
from lms.core.i18n import localized
from lms.core.tenancy import select_rows
from lms.kernel.tables import Cell
from lms.learning.models import Enrolment
from lms.people.access import post_valid
from lms.people.models import Employee, OrgUnit, Post
from lms.people.queries import employed
from lms.reports.duties import (
    ORDERS_OF_PEOPLE,
    conditions,
    joined,
    people_conditions,
    people_order,
    row_order,
    state_column,
)
from lms.reports.filters import STATE_LABELS

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.reports.filters import ReportFilter

Batches = Iterator[list[Sequence[Cell]]]
BATCH = 2000
"""Rows that are in memory at a time."""
PEOPLE = 1000
"""People whose duties are sorted at a time."""


def duty_batches(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> Batches:
    """The cells of every row of the filter in its order, part by part and column by column.

    In an order of people their duties are read a thousand people at a time, because the
    embedded database sorts in memory. Any other order is sorted as a whole; it takes some 12 MiB
    for 100,000 rows. A session that only reads sees one state of the database, so every duty
    finds its person. ``unit_path`` is empty or the chosen unit's.
    """
    people, keys = _people(session, actor, wanted, unit_path=unit_path, today=today)
    courses = _courses(session)
    labels = {state: _(label) for state, label in STATE_LABELS.items()}
    columns: Any = select(
        Post.id,
        Assignment.course_id,
        Assignment.effective_due_on,
        state_column(today),
        func.coalesce(Enrolment.modules_completed, 0),
        Enrolment.modules_total,
        Enrolment.score,
        MinuteInJapan(Enrolment.started_at),
        MinuteInJapan(Enrolment.completed_at),
        Assignment.assigned_by,
    )
    statement = joined(columns, today).where(
        *conditions(actor, wanted, unit_path=unit_path, today=today)
    )
    statement = statement.order_by(*row_order(wanted, today))
    for some in _parts(keys, wanted):
        rows = select_rows(session, statement.where(*some), batch=BATCH)
        for part in rows.partitions():
            posts, course_ids, due, states, done, totals, *rest = zip(*part, strict=True)
            titles, sizes = zip(*map(courses.__getitem__, course_ids), strict=True)
            yield [
                *zip(*map(people.__getitem__, posts), strict=True),
                titles,
                due,
                list(map(labels.__getitem__, states)),
                done,
                # Who has not begun has all modules of the course ahead.
                [s if t is None else t for t, s in zip(totals, sizes, strict=True)],
                *rest,
            ]


def _parts(keys: list[int], wanted: ReportFilter) -> Iterator[list[ColumnElement[bool]]]:
    """The conditions of one statement after another, which together give the rows in order."""
    if wanted.sort not in ORDERS_OF_PEOPLE:
        yield []
        return
    for start in range(0, len(keys), PEOPLE):
        yield [Assignment.employee_id.in_(keys[start : start + PEOPLE])]


def _people(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> tuple[dict[int, tuple[Cell, ...]], list[int]]:
    """Number, name, kana, unit and rank by key of the primary post; the people's keys in order."""
    rows: Any = session.execute(
        select(
            Post.id,
            Employee.id,
            Employee.staff_no,
            Employee.name,
            Employee.name_kana,
            OrgUnit.name,
            OrgUnit.name_en,
            Employee.rank,
        )
        .join(Employee, and_(Employee.id == Post.employee_id, Post.primary, post_valid(today)))
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(
            employed(today),
            *people_conditions(actor, wanted, unit_path=unit_path, today=today),
        )
        .order_by(*(people_order(wanted) if wanted.sort in ORDERS_OF_PEOPLE else ()))
    )
    people: dict[int, tuple[Cell, ...]] = {}
    keys: dict[int, None] = {}
    for post, employee, number, name, kana, unit, unit_en, rank in rows:
        people[post] = number, name, kana, localized(unit, unit_en), rank
        keys[employee] = None
    return people, list(keys)


def _courses(session: Session) -> dict[int, tuple[str, int]]:
    """Title and number of modules of every course."""
    rows: Any = session.execute(
        select(Course.id, Course.title, Course.title_en, func.count(CourseVersionModule.id))
        .outerjoin(
            CourseVersionModule, CourseVersionModule.course_version_id == Course.current_version_id
        )
        .group_by(Course.id, Course.title, Course.title_en)
    )
    return {key: (localized(title, title_en), size) for key, title, title_en, size in rows}
