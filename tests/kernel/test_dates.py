"""Fiscal years, eras and open days (domain study B-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel import wareki, workdays
from lms.kernel.clock import FixedClock, SystemClock, fiscal_year, fiscal_year_range, jst_date
from lms.kernel.durations import about, clock_format, iso_duration
from lms.kernel.result import DomainError


def test_the_fiscal_year_follows_the_japanese_date() -> None:
    before = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
    assert fiscal_year(jst_date(before)) == 2025
    assert fiscal_year(jst_date(before + timedelta(minutes=1))) == 2026


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_a_day_lies_in_its_fiscal_year(day: date) -> None:
    first, after = fiscal_year_range(fiscal_year(day))
    assert first <= day < after


def test_clocks_give_aware_moments() -> None:
    assert SystemClock().now().tzinfo is UTC
    clock = FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
    clock.move(hours=2)
    assert clock.now().hour == 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("R8.4.1", date(2026, 4, 1)),
        ("R08.04.01", date(2026, 4, 1)),
        ("r8/4/1", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和　８年　４月　１日", date(2026, 4, 1)),
        ("㋿8年4月1日", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("T15-12-24", date(1926, 12, 24)),
        ("M45.7.29", date(1912, 7, 29)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026-04-01", date(2026, 4, 1)),
        ("2026.4.1", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        ("２０２６／４／１", date(2026, 4, 1)),
        ("2026/04/01 0:00:00", date(2026, 4, 1)),
        ("2026-04-01T00:00:00", date(2026, 4, 1)),
    ],
)
def test_dates_in_files_are_read(text: str, day: date) -> None:
    assert wareki.parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date.empty"),
        ("　", "date.empty"),
        ("春", "date.format"),
        ("令和8年", "date.format"),
        ("R0.4.1", "date.format"),
        ("26/4/1", "date.format"),
        ("2026-04-01 10:30", "date.format"),
        ("2026-02-30", "date.impossible"),
        ("20261301", "date.impossible"),
        ("R8.4.31", "date.impossible"),
        ("平成31年5月1日", "date.era"),
        ("令和元年4月30日", "date.era"),
        ("昭和99年1月1日", "date.era"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        wareki.parse_date(text, field="joined_on")
    assert (caught.value.code, caught.value.field) == (code, "joined_on")


def test_a_date_of_the_wrong_era_carries_a_suggestion() -> None:
    with pytest.raises(wareki.EraDateError) as caught:
        wareki.parse_date("平成31年5月1日")
    assert caught.value.suggestion == date(2019, 5, 1)
    assert "令和元年5月1日" in str(caught.value)


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31)))
def test_formatted_dates_are_read_back(day: date) -> None:
    assert wareki.parse_date(wareki.format_date(day)) == day
    assert wareki.parse_date(wareki.format_short(day)) == day


@given(st.text(alphabet="令和平成元年月日RH0123456789/.- 　", max_size=14))
def test_only_domain_errors_are_raised(text: str) -> None:
    for parse in (wareki.parse_date, wareki.parse_year):
        try:
            parse(text)
        except DomainError:
            continue


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
    assert wareki.parse_year(label) == year


def test_years_are_read() -> None:
    for text in ("令和元年", "R1", "2019", "２０１９年度", "令和元年度", "平成31年"):
        assert wareki.parse_year(text) == 2019
    with pytest.raises(DomainError, match="is not a year"):
        wareki.parse_year("来年度")


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
    assert workdays.previous_open_day(date(2027, 1, 3)) == date(2026, 12, 28)
    assert workdays.open_days_before(date(2026, 5, 7), 2) == date(2026, 4, 30)
    own = {date(2026, 5, 7)}
    assert workdays.next_open_day(date(2026, 5, 2), closed=own) == date(2026, 5, 8)
    assert workdays.holiday_name(date(2026, 11, 23)) == "勤労感謝の日"
    assert workdays.holiday_name(date(2026, 11, 24)) == ""


def test_a_calendar_without_open_days_is_an_error() -> None:
    always = {date(2026, 1, 1) + timedelta(days=number) for number in range(500)}
    with pytest.raises(ValueError, match="400 days"):
        workdays.next_open_day(date(2026, 1, 1), closed=always)


@pytest.mark.parametrize(
    ("seconds", "clock", "spoken", "iso"),
    [
        (0, "0:00", "about 1 min", "PT0S"),
        (59.9, "0:59", "about 1 min", "PT59S"),
        (365, "6:05", "about 7 min", "PT6M5S"),
        (3600, "1:00:00", "about 1 h", "PT1H"),
        (3965, "1:06:05", "about 1 h 7 min", "PT1H6M5S"),
    ],
)
def test_lengths_of_time(seconds: float, clock: str, spoken: str, iso: str) -> None:
    assert clock_format(seconds) == clock
    assert about(seconds) == spoken
    assert iso_duration(seconds) == iso
