"""One command that runs the product: web server and job workers under one supervisor."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from lms.core.db import schema
from lms.core.settings import ROOT
from lms.kernel.result import LmsError
from lms.ops.supervision import ChildSpec, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lms.core.db.engine import Database
    from lms.core.settings import Settings

BACKLOG = 1024
BACKPRESSURE = 64
"""Requests one web process takes on; more wait in the socket's queue."""
_PROBE_EVERY = 0.2
_OK = 200


class CannotServeError(LmsError):
    """The server cannot start; the text says why and what to do."""


def serve(
    settings: Settings, database: Database, *, ready: Callable[[], None] = lambda: None
) -> None:
    """Run web processes and job workers until SIGTERM or SIGINT; returns when all have stopped.

    Args:
        settings: where to listen and how many processes.
        database: only asked for its revision; every process opens its own.
        ready: called once when the server answers.

    Raises:
        CannotServeError: it runs already, the port is taken, or the database is not up to date.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with single_instance(settings):
        _check_database(database)
        _check_port(settings)
        database.dispose()  # Connections must not be shared with child processes.
        environ = dict(os.environ, LMS_HOME=str(settings.home), LMS_PORT=str(settings.port))
        environ.pop("PORT", None)
        supervisor = Supervisor(children(settings), environ=environ, folder=ROOT)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        threading.Thread(
            target=_announce, args=(settings, supervisor, ready), name="ready", daemon=True
        ).start()
        supervisor.run()


def children(settings: Settings) -> list[ChildSpec]:
    """The processes of the product.

    One blocking thread a web process was the fastest of all servers and settings measured;
    Granian queues what a process cannot take on yet.
    """
    python = sys.executable
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", settings.host,
        "--port", str(settings.port), "--workers", str(settings.web_workers),
        "--blocking-threads", "1", "--backlog", str(BACKLOG),
        "--backpressure", str(BACKPRESSURE), "--http", "1", "--no-ws", "--no-access-log",
        "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "wsgi:app",
    ]  # fmt: skip
    work = [python, "-m", "flask", "--app", "wsgi", "lms", "jobs", "work"]
    workers = [ChildSpec(f"worker {n}", work) for n in range(1, settings.job_workers + 1)]
    return [ChildSpec("web", web), *workers]


@contextmanager
def single_instance(settings: Settings) -> Iterator[None]:
    """Hold the lock of the home folder; two servers on one folder would fight over the jobs.

    Raises:
        CannotServeError: another server holds it.
    """
    path = settings.home / "serve.lock"
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise CannotServeError(
                f"The product is already running on {settings.home} "
                f"(process {lock.read().strip()})."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _check_database(database: Database) -> None:
    found, wanted = schema.current(database.engine), schema.head()
    if found != wanted:
        raise CannotServeError(
            f"The database is at revision {found}, this release needs {wanted}. "
            "Run: flask --app wsgi lms db upgrade"
        )


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotServeError(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                f"Choose another one: PORT={settings.port + 1}"
            ) from error


def _announce(settings: Settings, supervisor: Supervisor, ready: Callable[[], None]) -> None:
    pause = threading.Event()
    while not supervisor.is_stopping:
        if _answers(settings):
            ready()
            return
        pause.wait(_PROBE_EVERY)


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == _OK
    except OSError:
        return False
    finally:
        connection.close()
