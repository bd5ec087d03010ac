"""Japanese eras: showing dates and fiscal years as 和暦, and reading every form files contain.

ISO dates are stored; eras are for display and for import and export only (FY-2, FY-3). The eras
and their first days are those of the government orders; the calendar is Gregorian since 1873.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from lms.kernel.messages import N_
from lms.kernel.result import DomainError


@dataclass(frozen=True, slots=True)
class Era:
    """One era: ``first`` is its first day; the era ends on the day before the next one."""

    name: str
    letter: str
    first: date

    def year_of(self, day: date) -> int:
        """Return the year within this era; 1 is 元年."""
        return day.year - self.first.year + 1


ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
"""Latest first."""

FIRST_FISCAL_YEAR_OF_REIWA = 2019
"""The government called all of fiscal year 2019 令和元年度, although April 2019 was 平成31年."""

_ERA_NAMES = {name: era for era in ERAS for name in (era.name, era.letter, era.letter.lower())}
_ERA_PATTERN = "|".join(_ERA_NAMES)
_YEAR = rf"(?:(?P<era>{_ERA_PATTERN})\s*(?P<era_year>元|0?[1-9]|[1-9]\d)|(?P<year>[12]\d{{3}}))"
_DATE = re.compile(
    rf"{_YEAR}(?:\s*年\s*|[./-])(?P<month>\d{{1,2}})(?:\s*月\s*|[./-])(?P<day>\d{{1,2}})\s*日?",
    re.ASCII,
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_YEAR_ONLY = re.compile(rf"{_YEAR}\s*(?:年度?)?", re.ASCII)
_LONGEST = 40
"""No form of a date has more characters; longer texts are cut before patterns see them."""

_TIME_OF_DAY = re.compile(r"[T\s]+0{1,2}:00(?::00)?$", re.ASCII)


class EraDateError(DomainError):
    """A date names an era that did not exist on that day.

    ``suggestion`` is the day that was probably meant; it counts only after somebody confirmed it.
    """

    def __init__(self, value: str, suggestion: date, field: str | None = None) -> None:
        super().__init__(
            "date.era",
            N_("“%(value)s” does not exist; in that era it would be %(suggestion)s."),
            field,
            value=value,
            suggestion=format_date(suggestion),
        )
        self.suggestion = suggestion


def era_of(day: date) -> Era | None:
    """Return the era of a day, or None before 明治."""
    return next((era for era in ERAS if day >= era.first), None)


def format_date(day: date) -> str:
    """Return a day as ``令和8年4月1日``; the first year of an era is 元年."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{era.name}{_year_word(era.year_of(day))}年{day.month}月{day.day}日"


def format_short(day: date) -> str:
    """Return a day as ``R8.4.1``, as personnel systems write it."""
    era = era_of(day)
    if era is None:
        return f"{day.year}.{day.month}.{day.day}"
    return f"{era.letter}{era.year_of(day)}.{day.month}.{day.day}"


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


def parse_date(text: str, *, field: str | None = None) -> date:
    """Read a date in any of the forms files contain (FY-3).

    Accepted, also in full-width characters: ``令和8年4月1日``, ``令和元年5月1日``, ``R8.4.1``,
    ``R08.04.01``, ``H31/4/30``, ``2026/4/1``, ``2026-04-01``, ``2026年4月1日``, ``20260401``, each
    also followed by midnight as spreadsheets write it (``2026/04/01 00:00:00``).

    Args:
        text: what was found.
        field: the form field for the error.

    Raises:
        EraDateError: the era did not exist on that day (平成31年5月1日); it carries a suggestion.
        DomainError: ``date.empty``, ``date.format`` or ``date.impossible`` (2026-02-30).
    """
    shown = text.strip()[:_LONGEST]
    normal = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text.strip()[: _LONGEST + 1]))
    if not normal:
        raise DomainError("date.empty", N_("A date is missing."), field)
    match = _DATE.fullmatch(normal) or _COMPACT.fullmatch(normal)
    if match is None or len(normal) > _LONGEST:
        raise DomainError(
            "date.format",
            N_("“%(value)s” is not a date. Write it like 令和8年4月1日, R8.4.1 or 2026-04-01."),
            field,
            value=shown,
        )
    groups = match.groupdict()
    era = _ERA_NAMES[groups["era"]] if groups.get("era") else None
    year = _gregorian_year(groups, era)
    try:
        day = date(year, int(groups["month"]), int(groups["day"]))
    except ValueError:
        raise DomainError(
            "date.impossible",
            N_("“%(value)s”: there is no such day in the calendar."),
            field,
            value=shown,
        ) from None
    if era is not None and era_of(day) is not era:
        raise EraDateError(shown, day, field)
    return day


def parse_year(text: str, *, field: str | None = None) -> int:
    """Read a year or fiscal year as its Gregorian number.

    Accepted: ``令和8年度``, ``令和元年``, ``R8``, ``2026年度``, ``2026``, also full-width.

    Raises:
        DomainError: ``year.format`` when it is none of these.
    """
    match = _YEAR_ONLY.fullmatch(unicodedata.normalize("NFKC", text.strip()[:_LONGEST]))
    if match is None:
        raise DomainError(
            "year.format",
            N_("“%(value)s” is not a year. Write it like 令和8年度 or 2026."),
            field,
            value=text.strip()[:40],
        )
    groups = match.groupdict()
    return _gregorian_year(groups, _ERA_NAMES[groups["era"]] if groups["era"] else None)


def _gregorian_year(groups: dict[str, str | None], era: Era | None) -> int:
    if era is None:
        return int(groups["year"] or 0)
    word = groups["era_year"] or ""
    return era.first.year + (1 if word == "元" else int(word)) - 1
