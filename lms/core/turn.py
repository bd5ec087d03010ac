"""The threads of a web process take turns: one computes, and who waits steps aside.

Python runs one thread at a time, but left to itself it changes between them anywhere: a thread
that asks the database gives way at every statement and gets Python back only after five
milliseconds, with SQLite's write lock in its hands. So a request has the turn from its beginning
to its end, except where it waits (for the disk, for PostgreSQL, for the rest of an upload) or works
long without needing anybody (a password, a workbook): there it steps aside, and others go on.

Threads that never took a turn (workers, commands, tests) step aside for nobody.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_turn = threading.Lock()
_mine = threading.local()


@contextmanager
def take_turn() -> Iterator[None]:
    """Wait for the turn and have it inside the block; a thread takes it once."""
    with _turn:
        _mine.has = True
        try:
            yield
        finally:
            _mine.has = False


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
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _mine.has = True
