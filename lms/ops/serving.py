"""One command that runs the product: web server and job workers under one supervisor."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from lms.core.db import schema
from lms.core.settings import ROOT
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.ops.supervision import ChildSpec, Plan, Supervisor, commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.core.db.engine import Database
    from lms.core.settings import Settings

_LMS = (sys.executable, "-m", "flask", "--app", "wsgi", "lms")


class CannotServeError(DomainError):
    """The server cannot start; the text says why and what to do."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__("serve", message, None, **values)


def serve(settings: Settings, database: Database, *, announcement: str = "") -> NoReturn:
    """Become the supervisor of web processes and job workers; it ends at SIGTERM or SIGINT.

    Args:
        settings: where to listen and how many processes.
        database: only asked for its revision; every process opens its own.
        announcement: printed when the server answers.

    Raises:
        CannotServeError: it runs already, the port is taken, or the database is not up to date.
    """
    lock = lock_home(settings)
    _check_database(database)
    check_port(settings)
    database.dispose()
    plan = Plan(children(), str(ROOT), settings.host, settings.port, announcement)
    os.environ.update(LMS_HOME=str(settings.home), LMS_PORT=str(settings.port))
    os.environ.pop("PORT", None)
    os.set_inheritable(lock, True)  # noqa: FBT003 - the function has no keyword
    os.chdir(ROOT)
    command = [sys.executable, "-m", "lms.ops.supervision", plan.to_json()]
    os.execv(sys.executable, command)  # noqa: S606 - this process, with a smaller program


def children() -> tuple[ChildSpec, ...]:
    """The process of which all others are copies, those that serve pages and those that work."""
    return (ChildSpec("crew", [*_LMS, "crew"]),)


def job_workers() -> ChildSpec:
    """The process that does background work, with as many copies as the settings say."""
    return ChildSpec("workers", [*_LMS, "jobs", "work"])


@contextmanager
def workers_at_hand(settings: Settings) -> Iterator[None]:
    """Make sure that background work is done inside the block.

    A server that runs on this home has its workers; otherwise they run as long as the block.

    Raises:
        CannotServeError: the settings say that no worker runs here.
    """
    check_workers(settings)
    try:
        lock = lock_home(settings)
    except CannotServeError:
        yield
        return
    environ = dict(os.environ, LMS_HOME=str(settings.home))
    team = Supervisor(commands([job_workers()], environ, ROOT))
    thread = threading.Thread(target=team.run, name="workers")
    thread.start()
    try:
        yield
    finally:
        team.stop()
        thread.join()
        os.close(lock)


def check_workers(settings: Settings) -> None:
    """Make sure that background work is done on this machine.

    Raises:
        CannotServeError: the settings say that no worker runs here.
    """
    if not settings.job_workers:
        raise CannotServeError(
            N_("LMS_JOB_WORKERS is 0, so nobody does background work here. Set it to 1 or more.")
        )


def lock_home(settings: Settings) -> int:
    """Lock the home folder; two servers on one folder would fight over the jobs.

    Returns the open file that holds the lock, until the process that owns it ends.

    Raises:
        CannotServeError: another server holds it.
    """
    path = settings.home / "serve.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = path.read_text(encoding="ascii").strip()
        os.close(lock)
        raise CannotServeError(
            N_("The product is already running on %(home)s (process %(process)s)."),
            home=settings.home,
            process=owner,
        ) from error
    os.truncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return lock


def check_alone(settings: Settings) -> None:
    """Make sure that no server runs on the home folder, before its data are changed.

    Raises:
        CannotServeError: another server holds it.
    """
    os.close(lock_home(settings))


@contextmanager
def stopped(settings: Settings) -> Iterator[None]:
    """Let no server begin on this home while its database is brought to another revision.

    Servers of other machines, and ``lms web`` and ``lms jobs work``, are not seen.

    Raises:
        DomainError: a server runs; the text says how to stop it.
    """
    try:
        lock = lock_home(settings)
    except CannotServeError as error:
        raise DomainError(
            "serve.running",
            "The product is running on %(home)s (process %(process)s). Stop it first: "
            "systemctl stop for a service, Ctrl+C in its window, or kill %(process)s",
            None,
            **error.values,
        ) from error
    try:
        yield
    finally:
        os.close(lock)


def _check_database(database: Database) -> None:
    problem = schema.outdated(database.reader)
    if problem:
        raise CannotServeError("%(problem)s", problem=problem)


def check_port(settings: Settings) -> None:
    """Make sure that the product could listen.

    Raises:
        CannotServeError: another program has the port, it is not allowed to us, or the host is
            no address of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise CannotServeError(
                    N_(
                        "LMS_HOST %(host)s is not an address of this machine (%(why)s). Use "
                        "127.0.0.1 for this machine alone or 0.0.0.0 for the network."
                    ),
                    host=settings.host,
                    why=error.strerror,
                ) from error
            raise CannotServeError(
                N_(
                    "Port %(port)s on %(host)s cannot be used (%(why)s). "
                    "Choose another one: PORT=%(other)s"
                ),
                port=settings.port,
                host=settings.host,
                why=error.strerror,
                other=settings.port + 1,
            ) from error
