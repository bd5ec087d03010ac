"""Copies of a process that has loaded the application; they share its memory while they only read.

Two processes that each load the application hold everything twice: classes, statements, messages.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import subprocess
from functools import partial
from typing import TYPE_CHECKING, cast

from lms.ops.supervision import Supervisor, die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PATIENCE = 15.0
"""Seconds, fewer than this process gets itself."""

_LIBC = ctypes.CDLL(None)
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""Of ``mallopt(3)``."""

_OWN_BLOCK = 1024 * 1024
"""Bytes from which a block of memory is asked of the system by itself."""


class Fork:
    """A copy of this process that does ``work`` and ends with it.

    Only a process without other threads may be copied: their locks would stay locked forever.
    """

    _context = multiprocessing.get_context("fork")

    def __init__(self, work: Callable[[], None]) -> None:
        self._process = self._context.Process(target=_begin, args=(work, os.getpid()))
        # A signal to a copy that is not ready yet would be taken for this process and get lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        self._process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.pid = cast("int", self._process.pid)
        """Its number, which is also that of its group."""

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code.

        Raises:
            subprocess.TimeoutExpired: it lasts.
        """
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code


def _begin(work: Callable[[], None], parent: int) -> None:
    os.setsid()
    die_with_parent()
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if os.getppid() == parent:
        work()


def run_crew(
    work: Mapping[str, Callable[[], None]],
    *,
    on_call: Mapping[str, Callable[[], None]] | None = None,
    wanted: Callable[[], bool] = lambda: False,
) -> None:
    """Do each work in a copy of this process, kept running until SIGTERM or SIGINT comes.

    Args:
        work: what each copy does until SIGTERM comes, by its name in the log.
        on_call: what is done only when it is wanted, until its copy exits with ``WENT``.
        wanted: whether one of these shall begin that does not run.
    """
    prepare()
    starts = {name: partial(Fork, each) for name, each in work.items()}
    waiting = {name: partial(Fork, each) for name, each in (on_call or {}).items()}
    Supervisor(starts, patience=_PATIENCE, on_call=waiting, wanted=wanted).run_until_signal()


def prepare() -> None:
    """Make this process one whose copies share what they can and give back what they used.

    The garbage collector is kept off what is there, for it would write on every page of it. And
    the block of 19 MiB in which a password is checked goes back to the system each time: glibc
    would raise its limit for such blocks after the first and keep the memory in every process. One
    heap is enough for threads that take turns; each of its own would keep what it once needed.
    """
    gc.collect()
    gc.freeze()
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_MMAP_THRESHOLD, _OWN_BLOCK)
        _LIBC.mallopt(_M_ARENA_MAX, 1)
