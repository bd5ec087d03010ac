"""Japanese eras: showing dates and fiscal years as 和暦.

ISO dates are stored; eras are for display only (FY-2). The eras and their first days are those of
the government orders; the calendar is Gregorian since 1873.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """One era: ``first`` is its first day; the era ends on the day before the next one."""

    name: str
    first: date

    def year_of(self, day: date) -> int:
        """Return the year within this era; 1 is 元年."""
        return day.year - self.first.year + 1


ERAS = (
    Era("令和", date(2019, 5, 1)),
    Era("平成", date(1989, 1, 8)),
    Era("昭和", date(1926, 12, 25)),
    Era("大正", date(1912, 7, 30)),
    Era("明治", date(1868, 1, 25)),
)
"""Latest first."""

FIRST_FISCAL_YEAR_OF_REIWA = 2019
"""The government called all of fiscal year 2019 令和元年度, although April 2019 was 平成31年."""


def era_of(day: date) -> Era | None:
    """Return the era of a day, or None before 明治."""
    return next((era for era in ERAS if day >= era.first), None)


def wareki_year(day: date) -> str:
    """Return the year of a day as ``令和8年``; the first year of an era is 元年."""
    era = era_of(day)
    return f"{day.year}年" if era is None else f"{era.name}{_year_word(era.year_of(day))}年"


def format_date(day: date) -> str:
    """Return a day as ``令和8年4月1日``."""
    return f"{wareki_year(day)}{day.month}月{day.day}日"


def format_fiscal_year(year: int) -> str:
    """Return a fiscal year (the calendar year of its April) as ``令和8年度`` (FY-2)."""
    first = date(year, 4, 1)
    if year == FIRST_FISCAL_YEAR_OF_REIWA:
        return f"{ERAS[0].name}元年度"
    era = era_of(first)
    if era is None:
        return f"{year}年度"
    return f"{era.name}{_year_word(era.year_of(first))}年度"


def _year_word(year: int) -> str:
    return "元" if year == 1 else str(year)
