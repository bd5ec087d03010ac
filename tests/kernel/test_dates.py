"""Fiscal years, eras and open days (domain study B-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.kernel import wareki, workdays
from lms.kernel.clock import FixedClock, SystemClock, fiscal_year, jst_date
from lms.kernel.durations import clock_format


def test_the_fiscal_year_follows_the_japanese_date() -> None:
    before = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
    assert fiscal_year(jst_date(before)) == 2025
    assert fiscal_year(jst_date(before + timedelta(minutes=1))) == 2026


def test_clocks_give_aware_moments() -> None:
    assert SystemClock().now().tzinfo is UTC
    clock = FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
    clock.move(hours=2)
    assert clock.now().hour == 2


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 4, 1), "令和8年4月1日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1868, 1, 24), "1868年1月24日"),
    ],
)
def test_a_day_is_shown_in_its_era(day: date, text: str) -> None:
    assert wareki.format_date(day) == text


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (2026, "令和8年度"),
        (2020, "令和2年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
    ],
)
def test_fiscal_years_have_era_names(year: int, label: str) -> None:
    assert wareki.format_fiscal_year(year) == label


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), False),
        (date(2026, 5, 6), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 4), True),
    ],
)
def test_open_days(day: date, *, is_open: bool) -> None:
    assert workdays.is_open_day(day) is is_open


def test_deadlines_move_to_open_days() -> None:
    assert workdays.next_open_day(date(2026, 5, 2)) == date(2026, 5, 7)
    assert workdays.next_open_day(date(2026, 5, 7)) == date(2026, 5, 7)
    own = {date(2026, 5, 7)}
    assert workdays.next_open_day(date(2026, 5, 2), closed=own) == date(2026, 5, 8)


def test_a_calendar_without_open_days_is_an_error() -> None:
    always = {date(2026, 1, 1) + timedelta(days=number) for number in range(500)}
    with pytest.raises(ValueError, match="400 days"):
        workdays.next_open_day(date(2026, 1, 1), closed=always)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (59.9, "0:59"),
        (365, "6:05"),
        (3600, "1:00:00"),
        (3965, "1:06:05"),
    ],
)
def test_lengths_of_time(seconds: float, text: str) -> None:
    assert clock_format(seconds) == text
