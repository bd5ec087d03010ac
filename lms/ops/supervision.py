"""Child processes that are kept running: started, watched, started again, stopped cleanly."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

log = logging.getLogger("lms.serve")

_PR_SET_PDEATHSIG = 1
_HEALTHY = 10.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_TICK = 0.25


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A process to keep running."""

    name: str
    command: Sequence[str]


class _Child:
    """One process and the times that decide when it is started again."""

    def __init__(self, spec: ChildSpec, environ: Mapping[str, str], folder: Path) -> None:
        self.spec, self._environ, self._folder = spec, environ, folder
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._next_start = 0.0
        self._pause = _FIRST_PAUSE

    def look_after(self) -> None:
        """Start the process when it does not run and its pause is over."""
        moment = monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            lived = moment - self._started
            self._pause = _FIRST_PAUSE if lived > _HEALTHY else min(self._pause * 2, _LONGEST_PAUSE)
            self._next_start = moment + self._pause
            log.warning(
                "%s ended with code %s after %.0f s; starting it again in %.1f s",
                self.spec.name, code, lived, self._pause,
            )  # fmt: skip
        if moment >= self._next_start:
            self._started = moment
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.spec.command,
                cwd=self._folder,
                env=dict(self._environ),
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has no threads yet
            )

    def send(self, number: int) -> None:
        """Send a signal if the process runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, deadline: float) -> None:
        """Wait for the end; kill the process and what it started when ``deadline`` has passed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is killed", self.spec.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    # A supervisor that is killed with SIGKILL must not leave servers behind (prctl(2)).
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps children running until ``stop`` is called.

    Args:
        specs: the processes.
        environ: their environment.
        folder: their working directory.
        patience: seconds they get to stop.
    """

    def __init__(
        self,
        specs: Sequence[ChildSpec],
        *,
        environ: Mapping[str, str],
        folder: Path,
        patience: float = 20.0,
    ) -> None:
        self._children = [_Child(spec, environ, folder) for spec in specs]
        self._patience = patience
        self._stopping = threading.Event()

    def stop(self, *_signal: object) -> None:
        """Ask ``run`` to stop everything and return; usable as a signal handler."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stopping.is_set()

    def run(self) -> None:
        """Start the children and look after them; returns when all have stopped."""
        try:
            while not self._stopping.is_set():
                for child in self._children:
                    child.look_after()
                self._stopping.wait(_TICK)
        finally:
            for child in self._children:
                child.send(signal.SIGTERM)
            deadline = monotonic() + self._patience
            for child in self._children:
                child.wait(deadline)
