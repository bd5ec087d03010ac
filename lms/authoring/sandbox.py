"""Runs a parser of untrusted files where it can neither see nor reach anything.

Two cages. ``isolate=True`` is bubblewrap: no network, an empty file system with a read-only
``/usr`` and one writable job folder, no environment, own process space. ``isolate=False`` only
limits memory, time and file size; it is for our own parsers written in safe languages when the
machine forbids namespaces. LibreOffice is never run without the first one.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import lms
from lms.core.priority import lower_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lms.authoring.limits import Limits

JOB = Path("/job")
"""Where the job folder appears inside the cage."""

_SELF_TEST_SECONDS = 10
_TAIL = 4000
_TMPFS_BYTES = 512 * 1024 * 1024
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64")
_SYSTEM_FILES = ("/etc/fonts", "/etc/alternatives", "/etc/libreoffice", "/etc/ld.so.cache")
_SYSTEM_CACHES = ("/var/cache/fontconfig",)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended. ``tail`` is the end of what it wrote to standard error."""

    status: int
    timed_out: bool
    tail: str

    @property
    def good(self) -> bool:
        """Whether the child ended by itself with status 0."""
        return self.status == 0 and not self.timed_out


def cage_command(job: Path, readable: Sequence[Path], environment: Mapping[str, str]) -> list[str]:
    """Give the bubblewrap command line up to the program to run.

    Args:
        job: the only folder that is writable; appears as ``/job``.
        readable: further paths, visible read-only at the same place.
        environment: the complete environment of the child.
    """
    # A named user namespace keeps root's capabilities away even where the worker runs as root.
    command = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"]
    # ``run`` begins a session without a terminal; another one would get back its priority.
    command += ["--die-with-parent", "--clearenv", "--cap-drop", "ALL"]
    command += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for name in _SYSTEM_LINKS:
        path = Path("/", name)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    for file in (*_SYSTEM_FILES, *_SYSTEM_CACHES):
        command += ["--ro-bind-try", file, file]
    command += ["--size", str(_TMPFS_BYTES), "--tmpfs", "/tmp"]  # noqa: S108 - inside the cage
    for path in readable:
        command += ["--ro-bind", str(path), str(path)]
    command += ["--bind", str(job), str(JOB), "--chdir", str(JOB)]
    for name, value in environment.items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def isolation_works() -> bool:
    """Tell whether this machine lets us build the cage; a success is remembered."""
    if not shutil.which("bwrap") or not shutil.which("prlimit"):
        return False
    try:
        _prove_isolation()
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@functools.cache
def _prove_isolation() -> None:
    """Build an empty cage. Exceptions are not cached: a busy minute must not switch imports off."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*cage_command(Path(folder), (), {"PATH": "/usr/bin"}), "/usr/bin/true"]
        subprocess.run(  # noqa: S603 - fixed command
            command, capture_output=True, timeout=_SELF_TEST_SECONDS, check=True
        )


def run(
    command: Sequence[str],
    *,
    job: Path,
    limits: Limits,
    seconds: int,
    readable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    isolate: bool = True,
    on_line: Callable[[str], None] | None = None,
) -> Outcome:
    """Run ``command`` under limits and wait; nothing of it is left running afterwards.

    Args:
        command: program and arguments, with paths as seen inside the cage.
        job: folder shared with the child (``/job`` when isolated).
        limits: memory, file size and process count.
        seconds: wall clock after which the whole process group is killed; CPU time is bounded
            to twice that, for children with two busy threads.
        readable: further read-only paths.
        environment: variables of the child; nothing is inherited.
        isolate: build the bubblewrap cage (raises ``FileNotFoundError`` without bubblewrap).
        on_line: called with each line the child writes to standard output.
    """
    variables = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **(environment or {})}
    bounded = [
        "prlimit",
        f"--as={limits.memory}",
        f"--cpu={seconds * 2}",
        f"--fsize={limits.file_bytes}",
        f"--nproc={limits.processes}",
        "--core=0",
        "--",
    ]
    if isolate:
        bounded += cage_command(job, readable, variables)
    process = subprocess.Popen(  # noqa: S603 - fixed programs, file names of our own making
        [*bounded, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=job,
        env=variables,
        start_new_session=True,
        text=True,
        errors="replace",
    )
    lower_session(process.pid)
    late = threading.Event()
    watchdog = threading.Timer(seconds, _stop, (process, late))
    watchdog.start()
    tail: list[str] = []
    reader = threading.Thread(target=_keep_tail, args=(process, tail), daemon=True)
    reader.start()
    try:
        for line in process.stdout or ():
            if on_line:
                on_line(line.rstrip("\n"))
        status = process.wait()
    finally:
        watchdog.cancel()
        # Also on success: a grandchild outside the cage must not outlive its job.
        _kill_group(process)
        process.wait()
        reader.join(timeout=10)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
    return Outcome(status, late.is_set(), "".join(tail)[-_TAIL:])


def python_command(module: str, *arguments: str) -> list[str]:
    """Give the command that runs one of our modules in a child, with this interpreter."""
    return [sys.executable, "-P", "-m", module, *arguments]


def python_environment() -> dict[str, str]:
    """Give the environment in which :func:`python_command` finds this very package."""
    return {"PYTHONPATH": str(_package().parent), "PYTHONDONTWRITEBYTECODE": "1"}


def python_paths() -> list[Path]:
    """Give the folders a Python child must see: interpreter, libraries and this package."""
    places = (Path(sys.prefix), Path(sys.base_prefix), _package())
    usr = Path("/usr")
    return [place for place in dict.fromkeys(places) if not place.is_relative_to(usr)]


def _package() -> Path:
    return Path(lms.__path__[0]).resolve()


def _keep_tail(process: subprocess.Popen[str], tail: list[str]) -> None:
    with contextlib.suppress(ValueError):  # The stream is closed when the child was killed.
        for line in process.stderr or ():
            tail.append(line)
            del tail[:-40]


def _stop(process: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    _kill_group(process)


def _kill_group(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
