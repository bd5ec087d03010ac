"""Child processes that are kept running: started, watched, started again, stopped cleanly.

``python -m lms.ops.supervision PLAN`` is the process that stays while the product serves. It
imports nothing but the standard library, so it needs a tenth of the memory of a web process.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("lms.serve")

WENT = 64
"""Exit code of a process that has nothing more to do, which is no fault."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # Opened here, because little is safe between fork and exec.
_HEALTHY = 10.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_TICK = 0.25


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A process to keep running."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the supervising process is to do.

    ``announcement`` is printed once, when ``GET /health/live`` on the address answers.
    """

    children: tuple[ChildSpec, ...]
    folder: str
    host: str
    port: int
    announcement: str = ""

    def to_json(self) -> str:
        """The plan as an argument for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read what ``to_json`` wrote."""
        values = json.loads(text)
        children = tuple(ChildSpec(**child) for child in values.pop("children"))
        return cls(children=children, **values)


class Running(Protocol):
    """A process that was started; what ``subprocess.Popen`` offers of it is enough."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its group."""
        ...

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        ...

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code; ``subprocess.TimeoutExpired`` if it lasts."""
        ...


def die_with_parent() -> None:
    """Have this process get SIGTERM when the one that started it ends (prctl(2)).

    A supervisor that is killed with SIGKILL must not leave servers behind.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def run_command(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> Running:
    """Start a command that ends when this process ends."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env=dict(environ),
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - it only makes one system call
    )


class _Child:
    """One process and the times that decide when it is started again."""

    def __init__(
        self, name: str, start: Callable[[], Running], wanted: Callable[[], bool] | None
    ) -> None:
        self._name, self._start, self._wanted = name, start, wanted
        self.process: Running | None = None
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
            self._end_group(self.process.pid)
            self.process = None
            lived = moment - self._started
            if code == WENT:
                # It may come back at once.
                self._pause, self._next_start = _FIRST_PAUSE, moment
                log.debug("%s went after %.0f s", self._name, lived)
                return
            self._pause = _FIRST_PAUSE if lived > _HEALTHY else min(self._pause * 2, _LONGEST_PAUSE)
            self._next_start = moment + self._pause
            log.warning(
                "%s ended with code %s after %.0f s; starting it again in %.1f s",
                self._name, code, lived, self._pause,
            )  # fmt: skip
        if moment >= self._next_start and (self._wanted is None or self._wanted()):
            self._started = moment
            self.process = self._start()

    @staticmethod
    def _end_group(leader: int) -> None:
        # What a killed process left behind would go on answering on the same port.
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)

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
            log.warning("%s did not stop in time and is killed", self._name)
            self._end_group(self.process.pid)
            self.process.wait()


class Supervisor:
    """Keeps children running until ``stop`` is called.

    Args:
        starts: the name of each child and what starts it.
        patience: seconds they get to stop.
        on_call: further children, each started only when ``wanted`` says so.
        wanted: asked for each of them that does not run, until it says no.
    """

    def __init__(
        self,
        starts: Mapping[str, Callable[[], Running]],
        *,
        patience: float = 20.0,
        on_call: Mapping[str, Callable[[], Running]] | None = None,
        wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._children = [_Child(name, start, None) for name, start in starts.items()]
        self._children += [_Child(name, start, wanted) for name, start in (on_call or {}).items()]
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

    def run_until_signal(self) -> None:
        """The same, but SIGTERM and SIGINT stop it; only for the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.run()


def commands(
    specs: Sequence[ChildSpec], environ: Mapping[str, str], folder: Path
) -> dict[str, Callable[[], Running]]:
    """What a supervisor needs to run these commands in that folder."""
    return {spec.name: partial(run_command, spec.command, environ, folder) for spec in specs}


def supervise(plan: Plan) -> None:
    """Carry out a plan until SIGTERM or SIGINT comes."""
    supervisor = Supervisor(commands(plan.children, os.environ, Path(plan.folder)))
    threading.Thread(target=_announce, args=(plan, supervisor), name="ready", daemon=True).start()
    supervisor.run_until_signal()


def _announce(plan: Plan, supervisor: Supervisor) -> None:
    pause = threading.Event()
    while not supervisor.is_stopping:
        if _answers(plan.host, plan.port):
            sys.stdout.write(plan.announcement + "\n")
            sys.stdout.flush()
            return
        pause.wait(_TICK)


def _answers(host: str, port: int) -> bool:
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((own, port), timeout=5) as link:
            link.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
            # Python's own client would take three megabytes of this process for one line.
            return link.makefile("rb").readline().split()[1:2] == [b"200"]
    except OSError:
        return False


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    supervise(Plan.from_json(sys.argv[1]))
