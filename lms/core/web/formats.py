"""How dates, numbers and durations are shown; one filter each."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import g
from markupsafe import Markup, escape

from lms.core.i18n import current_locale
from lms.core.web.session import tenant
from lms.kernel.clock import JST
from lms.kernel.durations import clock_format
from lms.kernel.text import parts_of
from lms.kernel.wareki import wareki_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WEEKDAYS = "月火水木金土日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day(value: date | datetime) -> date:
    return value.astimezone(JST).date() if isinstance(value, datetime) else value


def wareki_wanted() -> bool:
    """Whether the municipality of this request counts years by era."""
    return g.get("lms_tenant_id") is not None and tenant().wareki


def date_text(value: date | datetime | None) -> str:
    """A date: 2026年4月1日(水), 令和8年4月1日(水) where the tenant wants it, or 1 Apr 2026."""
    if value is None:
        return ""
    day = _day(value)
    if current_locale() == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    year = wareki_year(day) if wareki_wanted() else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def short_date(value: date | datetime | None) -> str:
    """A date for tables: 2026/04/01; in English as everywhere else, 1 Apr 2026."""
    if value is None or current_locale() == "en":
        return date_text(value)
    return _day(value).strftime("%Y/%m/%d")


def datetime_text(value: datetime | None) -> str:
    """Date and time in Japan."""
    return "" if value is None else f"{short_date(value)} {time_text(value)}"


def time_text(value: datetime | None) -> str:
    """The time of day in Japan: 10:42."""
    return "" if value is None else value.astimezone(JST).strftime("%H:%M")


def number(value: float | None) -> str:
    """A number with thousands separators; whole numbers without decimals."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """A fraction (0 to 1) as a percentage; a dash when there is nothing to divide."""
    return score(None if value is None else value * 100)


def score(value: float | None) -> str:
    """A score, which is a percentage (0 to 100): 75%, 66.7%; a dash where there is none."""
    return "—" if value is None else f"{number(round(value, 1))}%"


def duration(seconds: float | None) -> str:
    """A length of time in words: 約6分, 45秒, 1時間20分."""
    if seconds is None:
        return ""
    ja = current_locale() == "ja"
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole}秒" if ja else f"{whole} s"
    minutes = max(1, round(whole / 60))
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"約{minutes}分" if ja else f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if ja:
        return f"{hours}時間{rest}分" if rest else f"{hours}時間"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def running_time(seconds: float) -> str:
    """The length of a recording to the second, as a clock counts: 1分12秒, 45秒, 1 min 12 s."""
    minutes, rest = divmod(int(seconds), 60)
    if current_locale() == "ja":
        return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def clock_text(seconds: float | None) -> str:
    """A position in a recording, or time spent: 1:05."""
    return clock_format(seconds or 0)


@lru_cache(maxsize=2048, typed=True)
def heading(text: str) -> Markup:
    """A title that breaks where a reader would: behind its label, then between whole words.

    Browsers keep a phrase together, and break a phrase that is longer than the line anywhere.
    """
    title = escape(text)
    label, colon, name = title.partition(": ")
    if not name:
        return _breakable(title)
    return Markup('{}{}<span class="ui-whole">{}</span>').format(label, colon, _breakable(name))


def _breakable(title: Markup) -> Markup:
    """Escaped text whose long words may be broken between their parts."""
    return Markup("<wbr>".join(parts_of(title)))  # noqa: S704 - escaped already


def file_size(size: int) -> str:
    """Bytes in words: 1.5 MB."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"


def listed(items: Iterable[str]) -> str:
    """Some names one after the other, with the comma of the language of the page."""
    return (", " if current_locale() == "en" else "、").join(items)


FILTERS: dict[str, Callable[..., Any]] = {
    "date": date_text,
    "short_date": short_date,
    "datetime": datetime_text,
    "time": time_text,
    "number": number,
    "percent": percent,
    "score": score,
    "duration": duration,
    "running_time": running_time,
    "clock": clock_text,
    "filesize": file_size,
    "heading": heading,
    "listed": listed,
}
