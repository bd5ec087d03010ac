"""Lengths of time as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable


def clock_format(seconds: float) -> str:
    """Return a length as ``6:05``, or ``1:06:05`` from one hour on; parts of seconds are cut."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"


def about(seconds: float, *, translate: Callable[[str], str] = str) -> str:
    """Return a length as ``about 6 min`` (約6分), rounded up to whole minutes, at least one.

    Args:
        seconds: the length.
        translate: gives message ids in the reader's language.
    """
    minutes = max(1, -int(-seconds // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return translate(N_("about %(minutes)s min")) % {"minutes": minutes}
    if not rest:
        return translate(N_("about %(hours)s h")) % {"hours": hours}
    return translate(N_("about %(hours)s h %(minutes)s min")) % {"hours": hours, "minutes": rest}


def iso_duration(seconds: float) -> str:
    """Return an ISO 8601 duration such as ``PT6M5S``, for ``<time datetime>`` and exchange."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "H"), (minutes, "M"), (rest, "S")]
    text = "".join(f"{value}{unit}" for value, unit in parts if value)
    return f"PT{text or '0S'}"
