"""Pure decisions about duties: effective due dates, derived states, days left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

GRACE = timedelta(days=30)
"""Time for people who join or return after a campaign began (AS-2, LV-3)."""


class DutyState(StrEnum):
    """What a duty looks like today; derived, never stored (B-7)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    OVERDUE = "overdue"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave that excludes from obligations; half-open."""

    valid_from: date
    valid_to: date | None


def first_due(campaign_due: date, joined_on: date) -> date:
    """The due date of somebody who may have joined after the campaign began (AS-2)."""
    return max(campaign_due, joined_on + GRACE)


def effective_due(due_on: date, absences: tuple[Absence, ...], today: date) -> date:
    """The due date after leave: the clock stops while somebody is away (LV-3).

    A leave that has ended and that touched the time before the due date gives thirty days from
    the return. Repeated leaves are counted from the base date.
    """
    due = due_on
    for absence in sorted(absences, key=lambda a: a.valid_from):
        ended = absence.valid_to is not None and absence.valid_to <= today
        if ended and absence.valid_to is not None and absence.valid_from < due:
            due = max(due, absence.valid_to + GRACE)
    return due


def is_absent(absences: tuple[Absence, ...], today: date) -> bool:
    """Whether a leave covers today."""
    return any(
        a.valid_from <= today and (a.valid_to is None or today < a.valid_to) for a in absences
    )


def duty_state(
    *, started: bool, completed: bool, due_on: date, absent: bool, today: date
) -> DutyState:
    """The state of a duty today. Completed wins; who is away is out of scope; then the date."""
    if completed:
        return DutyState.COMPLETED
    if absent:
        return DutyState.OUT_OF_SCOPE
    if today > due_on:
        return DutyState.OVERDUE
    return DutyState.IN_PROGRESS if started else DutyState.NOT_STARTED
