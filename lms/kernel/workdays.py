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
    for _ in range(_LONGEST_SEARCH):
        if is_open_day(day, closed=closed):
            return day
        day += _ONE_DAY
    message = "more than 400 days in a row are closed"
    raise ValueError(message)
