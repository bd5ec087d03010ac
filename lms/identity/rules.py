"""Pure decisions about passwords, lockout and session lifetime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FREE_FAILURES = 5
"""Typing errors that cost nothing."""
WINDOW = timedelta(minutes=15)
DAILY_FAILURES = 50
SEEN_EVERY = timedelta(minutes=5)
SHARED_IDLE = timedelta(minutes=15)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128


def check_another(password: str, present: str) -> None:
    """Refuse the present password as the new one.

    Raises:
        DomainError: they are the same.
    """
    if password == present:
        raise DomainError(
            "password.same", "Choose another password than the current one.", "password"
        )


def check_password(password: str, *, staff_no: str) -> None:
    """Refuse a password that is easily guessed, or longer than the sign-in form takes.

    Raises:
        DomainError: the text says what a password must be like.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise DomainError(
            "password.length",
            "A password has %(least)s to %(most)s characters.",
            "password",
            least=SHORTEST_PASSWORD,
            most=LONGEST_PASSWORD,
        )
    if staff_no.casefold() in password.casefold() or len(set(password)) < SHORTEST_PASSWORD // 2:
        raise DomainError(
            "password.simple",
            "Choose a password without the staff number and with more different characters.",
            "password",
        )


@dataclass(frozen=True, slots=True)
class Throttle:
    """Whether another attempt is allowed now, and if not, after how many seconds."""

    allowed: bool
    wait_seconds: int = 0


def throttle(failures: Sequence[datetime], now: datetime) -> Throttle:
    """Decide from earlier failures of this account name (newest last).

    Only failures count, never signed-in traffic, because a whole town hall shares one address.
    After five failures in a quarter of an hour each further one doubles the wait, from 15
    seconds up to 15 minutes; after fifty in a day the account waits an hour.
    """
    day = [at for at in failures if now - at < timedelta(days=1)]
    recent = [at for at in day if now - at < WINDOW]
    if len(day) >= DAILY_FAILURES:
        wait = timedelta(hours=1)
    elif len(recent) < FREE_FAILURES:
        return Throttle(allowed=True)
    else:
        wait = min(WINDOW, timedelta(seconds=15 * 2 ** min(len(recent) - FREE_FAILURES, 10)))
    left = day[-1] + wait - now
    if left <= timedelta(0):
        return Throttle(allowed=True)
    return Throttle(allowed=False, wait_seconds=int(left.total_seconds()) + 1)


def session_alive(
    *,
    created_at: datetime,
    seen_at: datetime,
    shared_device: bool,
    now: datetime,
    idle: timedelta,
    absolute: timedelta,
) -> bool:
    """Whether a sign-in still holds: not idle for too long and not older than the limit."""
    allowed_idle = min(idle, SHARED_IDLE) if shared_device else idle
    # The last-seen time is written at most every few minutes, which the limit must not punish.
    return now - seen_at < allowed_idle + SEEN_EVERY and now - created_at < absolute
