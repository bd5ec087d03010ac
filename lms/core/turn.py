"""The threads of a web process take turns: one computes, and who waits steps aside.

Python runs one thread at a time, but left to itself it changes between them anywhere: a thread
that asks the database gives way at every statement and gets Python back only after five
milliseconds, with SQLite's write lock in its hands. So a request has the turn from its beginning
to its end, except where it waits (for the disk, for PostgreSQL, for the rest of an upload) or works
long without needing anybody (a password, a workbook): there it steps aside, and others go on.

Threads that never took a turn (workers, commands, tests) step aside for nobody.

A turn is for speed; what must not happen at once has locks of its own. So if whoever has the turn
waits for a lock of somebody who was aside, that one goes on without the turn after a while.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds for which somebody who was aside waits for the turn; far more than a request computes."""


class _Turn:
    """A lock that is handed on in order; Python's own may be taken by whoever comes just then."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self.begun: deque[threading.Lock] = deque()
        """Those who were aside. They go first, for they are nearer to their end."""
        self.new: deque[threading.Lock] = deque()

    def take(self, queue: deque[threading.Lock], patience: float = -1) -> bool:
        """Wait for the turn, at most ``patience`` seconds if given; whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            queue.append(mine)
        if mine.acquire(timeout=patience):  # ``give`` hands the turn over.
            return True
        with self._guard:
            if mine in queue:
                queue.remove(mine)
                return False
        return True  # It was handed over at the last moment.

    def give(self) -> None:
        with self._guard:
            queue = self.begun or self.new
            if queue:
                queue.popleft().release()
            else:
                self._taken = False


_turn = _Turn()
_mine = threading.local()


@contextmanager
def take_turn() -> Iterator[None]:
    """Wait for the turn and have it inside the block; a thread takes it once."""
    _turn.take(_turn.new)
    _mine.has = True
    try:
        yield
    finally:
        if _mine.has:
            _mine.has = False
            _turn.give()


@contextmanager
def step_aside() -> Iterator[None]:
    """Let others have the turn while this block waits, and have it again afterwards.

    The block must not use what other threads change without a lock of its own, and whoever waits
    for another lock inside gives that back before the turn is waited for.
    """
    if not getattr(_mine, "has", False):
        yield
        return
    _mine.has = False
    _turn.give()
    try:
        yield
    finally:
        _mine.has = _turn.take(_turn.begun, PATIENCE)
        if not _mine.has:
            _log.warning("No turn came for %s s; this request goes on without it.", PATIENCE)
