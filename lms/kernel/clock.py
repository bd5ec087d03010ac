"""The clock as an argument, Japanese dates and fiscal years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

JST = timezone(timedelta(hours=9), "JST")


class Clock(Protocol):
    """Tells the time; the only thing tests replace about it."""

    def now(self) -> datetime:
        """The current moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        """Move forward by ``timedelta(**delta)``."""
        self.moment += timedelta(**delta)


def jst_date(moment: datetime) -> date:
    """The calendar date in Japan of an aware moment."""
    return moment.astimezone(JST).date()


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year (April to March) of a calendar date (FY-1)."""
    return day.year if day.month >= 4 else day.year - 1  # noqa: PLR2004 - April
