"""Reads about people and units as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from lms.core.i18n import localized
from lms.people.access import post_valid, seen_by, units_seen_by
from lms.people.models import Employee, LeavePeriod, OrgUnit, Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Session

    from lms.core.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its place in the tree."""

    id: int
    public_id: str
    parent_id: int | None
    code: str
    name_ja: str
    name_en: str
    level: int
    path: str

    @property
    def name(self) -> str:
        return localized(self.name_ja, self.name_en)


def unit_valid(on: date) -> ColumnElement[bool]:
    """A filter on ``OrgUnit``: exists on a day."""
    return and_(OrgUnit.valid_from <= on, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to > on))


def codes_free_from(session: Session) -> dict[str, date]:
    """Every code that a unit has or had, and the first day on which another one may have it.

    A code names one unit at a time (OR-1), and towns give that of a closed one to another.
    """
    free: dict[str, date] = {}
    for code, valid_to in session.execute(select(OrgUnit.code, OrgUnit.valid_to)).tuples():
        free[code] = max(free.get(code, date.min), valid_to or date.max)
    return free


def employed(on: date) -> ColumnElement[bool]:
    """A filter on ``Employee``: belongs to the municipality on a day."""
    return and_(Employee.joined_on <= on, or_(Employee.left_on.is_(None), Employee.left_on > on))


def on_leave(on: date) -> ColumnElement[bool]:
    """A filter on ``Employee``: a leave that excludes from obligations covers a day (LV-1).

    A list that is made once, because few people are away and reports ask it for every duty.
    """
    return Employee.id.in_(select(LeavePeriod.employee_id).where(excludes_on(on)))


def excludes_on(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """A filter on ``LeavePeriod``: excludes from obligations, and covers a day (LV-1)."""
    return and_(
        LeavePeriod.excludes,
        LeavePeriod.valid_from <= on,
        or_(LeavePeriod.valid_to.is_(None), LeavePeriod.valid_to > on),
    )


def has_post_under(paths: Sequence[str], on: date) -> ColumnElement[bool]:
    """A filter on ``Employee``: any post, primary or concurrent, in the subtrees (OR-3)."""
    if not paths:
        return false()
    return exists(
        select(Post.id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(
            Post.employee_id == Employee.id,
            post_valid(on),
            or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths)),
        )
    )


def list_units(
    session: Session, actor: Actor, permission: Permission, *, on: date
) -> tuple[UnitRow, ...]:
    """The units of the actor's scope in tree order; one statement."""
    rows: Any = session.execute(
        select(
            OrgUnit.id,
            OrgUnit.public_id,
            OrgUnit.parent_id,
            OrgUnit.code,
            OrgUnit.name,
            OrgUnit.name_en,
            OrgUnit.level,
            OrgUnit.path,
        )
        .where(units_seen_by(actor, permission), unit_valid(on))
        .order_by(OrgUnit.sort_key, OrgUnit.code, OrgUnit.id)
    )
    return tuple(UnitRow(*row) for row in rows)


def count_people(session: Session, condition: ColumnElement[bool], *, on: date) -> int:
    """How many employed people fulfil a condition on ``Employee``."""
    return session.scalar(select(func.count(Employee.id)).where(employed(on), condition)) or 0


def find_by_staff_numbers(
    session: Session,
    actor: Actor,
    permission: Permission,
    staff_numbers: Sequence[str],
    *,
    on: date,
) -> dict[str, str]:
    """Staff number to public id of people in scope; unknown numbers are missing."""
    if not staff_numbers:
        return {}
    rows = session.execute(
        select(Employee.staff_no, Employee.public_id).where(
            Employee.staff_no.in_(staff_numbers), employed(on), seen_by(actor, permission, on)
        )
    )
    return {row[0]: row[1] for row in rows}
