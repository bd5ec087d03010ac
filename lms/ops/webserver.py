"""The web server: copies of this process that answer requests of the application."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from lms.ops.crew import freeze

if TYPE_CHECKING:
    from lms.core.settings import Settings

BACKLOG = 1024
BACKPRESSURE = 4096
"""Requests one web process takes on; more wait in the socket's queue."""
_KILL_AFTER = 10


def serve_pages(settings: Settings) -> None:
    """Serve ``wsgi:app``, which this process has loaded, until SIGTERM or SIGINT comes.

    One blocking thread a web process was the fastest of all servers and settings measured;
    Granian queues what a process cannot take on yet.
    """
    # Granian copies this process only if Python is set to, as it is by default before 3.14.
    multiprocessing.set_start_method("fork", force=True)
    freeze()
    Granian(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=1,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        http=HTTPModes.http1,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_AFTER,
    ).serve()
