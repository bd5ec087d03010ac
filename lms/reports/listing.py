"""One page of the people report and the number of all rows, in two or three statements.

Nobody reads 20,000 rows to show 50. In an order of people the first statement counts the duties
of each person, which is enough to know whose duties the page shows; in any other order the page's
keys are found first, and the rest of the columns are read for them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from lms.assignments.models import Assignment
from lms.assignments.rules import DutyState
from lms.people.access import post_valid
from lms.people.models import Employee, OrgUnit, Post
from lms.people.queries import employed
from lms.reports import duties
from lms.reports.duties import DutyRow, conditions, joined, row_columns, row_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.reports.filters import ReportFilter


@dataclass(frozen=True, slots=True)
class DutyPage:
    """The rows of one page, and how many the filter has on all pages."""

    rows: tuple[DutyRow, ...]
    total: int


def find_page(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> DutyPage:
    """The page ``wanted.page`` of the rows in the actor's scope; ``unit_path`` may be empty."""
    if wanted.sort in duties.ORDERS_OF_PEOPLE and not wanted.state:
        return _page_of_people(session, actor, wanted, unit_path=unit_path, today=today)
    return _page_of_duties(session, actor, wanted, unit_path=unit_path, today=today)


def _page_of_people(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> DutyPage:
    people = _people(actor, wanted, unit_path=unit_path, today=today)
    posts: Any = session.execute(people.order_by(*duties.people_order(wanted))).all()
    first = (wanted.page - 1) * wanted.size
    shown, before = _posts_of_page(posts, first, wanted.size)
    total = sum(number for _post, _employee, number in posts)
    if not shown:
        return DutyPage((), total)
    statement = (
        joined(select(*row_columns(today)), today)
        .where(
            # The keys of the people lead to their duties by an index, those of the posts do not.
            Assignment.employee_id.in_([employee for _post, employee in shown]),
            Post.id.in_([post for post, _employee in shown]),
            *duties.counting(today),
            *duties.course_conditions(wanted),
        )
        .order_by(*row_order(wanted, today))
        .limit(wanted.size)
        .offset(first - before)
    )
    return DutyPage(_rows(session.execute(statement)), total)


def _people(actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date) -> Select[Any]:
    """Primary post, key and number of duties of each person; states are not looked at."""
    counted = (
        select(
            Assignment.employee_id,
            # A duty that is asked twice counts once.
            func.count(Assignment.course_id.distinct()).label("number"),
        )
        .where(Assignment.cancelled_at.is_(None), *duties.course_conditions(wanted))
        .group_by(Assignment.employee_id)
        .subquery()
    )
    columns: Any = select(Post.id, Employee.id, counted.c.number)
    narrowed: Select[Any] = (
        columns.join(
            Employee, and_(Post.employee_id == Employee.id, Post.primary, post_valid(today))
        )
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .join(counted, counted.c.employee_id == Employee.id)
        .where(
            employed(today),
            *duties.people_conditions(actor, wanted, unit_path=unit_path, today=today),
        )
    )
    return narrowed


def _posts_of_page(
    posts: Sequence[tuple[int, int, int]], first: int, size: int
) -> tuple[list[tuple[int, int]], int]:
    """The posts and people whose duties the page shows, and how many rows come before theirs."""
    shown: list[tuple[int, int]] = []
    before = passed = 0
    for post, employee, number in posts:
        if passed >= first + size:
            break
        if passed + number > first:
            if not shown:
                before = passed
            shown.append((post, employee))
        passed += number
    return shown, before


def _page_of_duties(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> DutyPage:
    order = row_order(wanted, today)
    # How many rows there are comes with each key where a state decides it, because asking for it
    # by itself would be as dear again.
    counting = [func.count().over()] if wanted.state else []
    columns: Any = select(Assignment.id, *counting)
    keys = (
        joined(
            columns,
            today,
            units=bool(unit_path) or wanted.sort == "unit",
            enrolments=bool(wanted.state) or wanted.sort in duties.ORDERS_BY_ENROLMENT,
        )
        .where(*conditions(actor, wanted, unit_path=unit_path, today=today))
        .order_by(*order)
    )
    first = (wanted.page - 1) * wanted.size
    found = session.execute(keys.limit(wanted.size).offset(first)).all()
    if not wanted.state:
        people = _people(actor, wanted, unit_path=unit_path, today=today).subquery()
        # PostgreSQL adds up whole numbers as decimals.
        total = int(session.scalar(select(func.sum(people.c.number))) or 0)
    else:
        # A page behind the last one does not say how many rows there are.
        counted = found or (session.execute(keys.limit(1)).all() if first else [])
        total = counted[0][1] if counted else 0
    if not found:
        return DutyPage((), total)
    statement = (
        joined(select(*row_columns(today)), today)
        .where(Assignment.id.in_([row[0] for row in found]))
        .order_by(*order)
    )
    return DutyPage(_rows(session.execute(statement)), total)


def _rows(found: Iterable[Any]) -> tuple[DutyRow, ...]:
    return tuple(map(_row, found))


def _row(found: Any) -> DutyRow:  # noqa: ANN401 - a result row
    values = list(found)
    values[10] = DutyState(values[10])
    return DutyRow(*values)
