"""Numbers by department: one grouped statement, rolled up along the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from lms.assignments.models import Assignment
from lms.assignments.rules import DutyState
from lms.learning.models import Enrolment
from lms.people.models import OrgUnit
from lms.people.queries import UnitRow
from lms.reports.duties import conditions, due_soon, joined, state_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.reports.filters import ReportFilter


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts of duties. In scope are all that are not excused by leave (LV-2)."""

    assigned: int = 0
    out_of_scope: int = 0
    started: int = 0
    """Begun, whether finished or not."""
    completed: int = 0
    overdue: int = 0
    soon: int = 0
    """Not completed and due within fourteen days."""
    score_sum: float = 0.0
    scored: int = 0

    @property
    def in_scope(self) -> int:
        return self.assigned - self.out_of_scope

    @property
    def rate(self) -> float | None:
        """Completed of those in scope, 0 to 1."""
        return self.completed / self.in_scope if self.in_scope else None

    @property
    def average(self) -> float | None:
        """Mean score (0 to 100) of those who have one."""
        return self.score_sum / self.scored if self.scored else None

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(
            self.assigned + other.assigned,
            self.out_of_scope + other.out_of_scope,
            self.started + other.started,
            self.completed + other.completed,
            self.overdue + other.overdue,
            self.soon + other.soon,
            self.score_sum + other.score_sum,
            self.scored + other.scored,
        )


@dataclass(frozen=True, slots=True)
class UnitNumbers:
    """A unit with everything below it."""

    unit: UnitRow
    numbers: Numbers
    has_children: bool


def numbers_by_path(
    session: Session, actor: Actor, wanted: ReportFilter, *, unit_path: str, today: date
) -> dict[str, Numbers]:
    """Counts of the duties of people whose primary unit has this path; one statement."""
    state = state_column(today)

    def count(*states: DutyState) -> Any:  # noqa: ANN401 - an SQL expression
        return func.sum(case((state.in_([s.value for s in states]), 1), else_=0))

    statement = (
        joined(
            select(
                OrgUnit.path,
                func.count(Assignment.id),
                count(DutyState.OUT_OF_SCOPE),
                func.sum(case((Enrolment.started_at.is_not(None), 1), else_=0)),
                count(DutyState.COMPLETED),
                count(DutyState.OVERDUE),
                func.sum(case((due_soon(today), 1), else_=0)),
                func.coalesce(func.sum(Enrolment.score), 0.0),
                func.count(Enrolment.score),
            ),
            today,
            courses=False,
        )
        .where(*conditions(actor, wanted, unit_path=unit_path, today=today))
        .group_by(OrgUnit.path)
    )
    return {row[0]: Numbers(*row[1:]) for row in session.execute(statement)}


def total(numbers: Iterable[Numbers]) -> Numbers:
    """The sum of all."""
    return sum(numbers, Numbers())


def roll_up(
    units: Sequence[UnitRow], numbers: dict[str, Numbers], parent: UnitRow | None
) -> tuple[UnitNumbers, ...]:
    """The units directly below ``parent`` (or the topmost visible ones), each with its subtree.

    People who belong to ``parent`` itself and to no unit below are a row of their own.
    """
    known = {unit.id for unit in units}
    if parent is None:
        children = [u for u in units if u.parent_id not in known]
    else:
        children = [u for u in units if u.parent_id == parent.id]
    rows = [
        UnitNumbers(
            unit,
            total(n for path, n in numbers.items() if path.startswith(unit.path)),
            any(other.parent_id == unit.id for other in units),
        )
        for unit in children
    ]
    if parent is not None and children and parent.path in numbers:
        rows.insert(0, UnitNumbers(parent, numbers[parent.path], has_children=False))
    return tuple(rows)
