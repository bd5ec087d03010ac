"""When a worker is called and when it goes.

One worker is always there. The others are called when work waits for one, and every worker that
has worked goes after a rest: with it goes the memory that speech and pictures needed.
"""

from __future__ import annotations

import mmap
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REST = 60.0
"""Seconds without work after which a worker goes; a person who tries again meets a warm one."""


class Bell:
    """A byte that a process and its copies share: who is busy rings it when more work waits.

    It has no lock, because a process that is killed would leave it locked.
    """

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def ring(self) -> None:
        """Ask for one more worker."""
        self._byte[0] = 1

    def hear(self) -> bool:
        """Whether it rang since the last time."""
        rang = self._byte[0] == 1
        self._byte[0] = 0
        return rang


class Rest:
    """How long a worker has had nothing to do.

    Args:
        stays: the worker that is always there; it goes only after it has worked, and a fresh one
            takes its place.
        seconds: how long it may last.
    """

    def __init__(self, *, stays: bool, seconds: float = REST) -> None:
        self._seconds = seconds
        self._since: float | None = None if stays else monotonic()
        self._interrupted = False

    def begin(self) -> None:
        """Count from now: a job has ended."""
        self._since = monotonic()

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        """A block that may work, while another thread asks whether the rest is over."""
        self._interrupted = True
        try:
            yield
        finally:
            self._interrupted = False

    @property
    def is_over(self) -> bool:
        """Whether it lasted long enough."""
        if self._interrupted or self._since is None:
            return False
        return monotonic() - self._since > self._seconds
