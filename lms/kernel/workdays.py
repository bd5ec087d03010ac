"""Days on which a town hall is open (FY-6). ``jpholiday`` is imported here only.

Closed are Saturdays, Sundays, national holidays (including substitute ones) and 29 December to
3 January. A municipality adds its own days, since its closed days are set by its ordinance.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import jpholiday

if TYPE_CHECKING:
    from collections.abc import Collection

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_LONGEST_SEARCH = 400


def holiday_name(day: date) -> str:
    """Return the Japanese name of a national holiday, or an empty text."""
    return jpholiday.is_holiday_name(day) or ""


def is_open_day(day: date, *, closed: Collection[date] = ()) -> bool:
    """Tell whether the town hall is open; ``closed`` holds the municipality's further days."""
    in_new_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)  # noqa: PLR2004 - 29 December to 3 January
    if day.weekday() >= _SATURDAY or in_new_year or day in closed:
        return False
    return not jpholiday.is_holiday(day)


def next_open_day(day: date, *, closed: Collection[date] = ()) -> date:
    """Return ``day`` itself when open, else the first open day after it (deadlines).

    Raises:
        ValueError: more than 400 days in a row are closed.
    """
    return _search(day, _ONE_DAY, closed)


def previous_open_day(day: date, *, closed: Collection[date] = ()) -> date:
    """Return ``day`` itself when open, else the last open day before it (cancellation limits).

    Raises:
        ValueError: more than 400 days in a row are closed.
    """
    return _search(day, -_ONE_DAY, closed)


def open_days_before(day: date, count: int, *, closed: Collection[date] = ()) -> date:
    """Return the day that lies ``count`` open days before ``day`` (three working days earlier)."""
    result = day
    for _ in range(count):
        result = _search(result - _ONE_DAY, -_ONE_DAY, closed)
    return result


def _search(day: date, step: timedelta, closed: Collection[date]) -> date:
    for _ in range(_LONGEST_SEARCH):
        if is_open_day(day, closed=closed):
            return day
        day += step
    message = "more than 400 days in a row are closed"
    raise ValueError(message)
