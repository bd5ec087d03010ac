"""How long to wait after a failure, and when a periodic task is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST_WAIT = 10
LONGEST_WAIT = 3600


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failed try: 10 s, 40 s, 160 s, … at most an hour."""
    return timedelta(seconds=min(LONGEST_WAIT, FIRST_WAIT * 4 ** max(0, attempts - 1)))


def next_due(moment: datetime, every: timedelta) -> datetime:
    """The next multiple of ``every`` since 1970 after ``moment`` (UTC).

    Missed times are not made up for: a server that was off for a week does the work once.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + ((moment - epoch) // every + 1) * every
