"""The web server: copies of this process that answer requests of the application."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import socket
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from lms.core.web.templating import compile_templates
from lms.core.web.turns import THREADS
from lms.ops.crew import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from lms.core.settings import Settings

BACKLOG = 1024
CONNECTIONS = 4096
"""Browsers that one web process lets keep a connection open; more wait until others have gone.

Granian calls it backpressure. A browser keeps several, most of the time without a request.
"""
_KILL_AFTER = 10
_ASKED = {
    socket.TCP_KEEPIDLE: 60,
    socket.TCP_KEEPINTVL: 15,
    socket.TCP_KEEPCNT: 4,
}
"""Seconds of silence after which a browser is asked whether it is there, and how often."""
_SWITCH = 0.001
"""Seconds, a fifth of what Python does by itself."""


def serve_pages(app: Flask, settings: Settings) -> None:
    """Serve ``wsgi:app``, which this process has loaded, until SIGTERM or SIGINT comes.

    Its threads take turns (``lms.core.turn``); Granian queues what they cannot take on yet.
    """
    # Granian copies this process only if Python is set to, as it is by default before 3.14.
    multiprocessing.set_start_method("fork", force=True)
    compile_templates(app, settings.language)
    prepare()
    # Who works aside for long (a workbook) gives Python back to those who have the turn.
    sys.setswitchinterval(_SWITCH)
    _allow_files()
    server = _Server(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_AFTER,
    )
    logging.getLogger("_granian").addFilter(server.is_news)
    server.serve(target_loader=lambda _target: _Watched(app, settings.port))


class _Server(MPServer):
    """Granian, which says only what is true."""

    _asked = 0.0
    """When it was asked to stop."""

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the web processes, which finish the requests that are under way."""
        self._asked = monotonic()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]

    def is_news(self, record: logging.LogRecord) -> bool:
        """Whether an operator should read this.

        So many threads are not too many to compute: one of them does. And a process with thousands
        of connections takes longer to end than Granian looks; it was not killed before its time.
        """
        text = record.getMessage()
        early = monotonic() - self._asked < _KILL_AFTER
        return "Python threads" not in text and not (early and "refused to gracefully" in text)


class _Watched:
    """A WSGI application whose browsers are asked whether they are still there.

    A thread waits for the rest of an upload without end. A laptop that was shut meanwhile never
    says so, and a dozen of them would take every thread of the process for good. Granian has no
    setting for it, but a connection has the options of the socket that took it on.
    """

    def __init__(self, application: WSGIApplication, port: int) -> None:
        self._application, self._port = application, port
        self._begun = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer; the first time the sockets are open for sure."""
        if not self._begun:
            self._begun = True
            for each in _sockets(self._port):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for option, value in _ASKED.items():
                    each.setsockopt(socket.IPPROTO_TCP, option, value)
        return self._application(environ, start_response)


def _sockets(port: int) -> Iterator[socket.socket]:
    """The open sockets of this process at the port, whoever made them; those that listen first."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        # Other threads open and close files meanwhile.
        with suppress(OSError):
            if not str(link.readlink()).startswith("socket:"):
                continue
            each = socket.socket(fileno=os.dup(int(link.name)))
            if each.type == socket.SOCK_STREAM and each.getsockname()[1:2] == (port,):
                found.append(each)
            else:
                each.close()
    found.sort(key=lambda each: not each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    for each in found:
        with each:
            yield each


def _allow_files() -> None:
    """Let this process and its copies open as many files as they may; each browser is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
