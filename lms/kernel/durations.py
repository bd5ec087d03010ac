"""Lengths of time as people read them."""

from __future__ import annotations


def clock_format(seconds: float) -> str:
    """Return a length as ``6:05``, or ``1:06:05`` from one hour on; parts of seconds are cut."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"
