"""The web server: copies of this process that answer requests of the application."""

from __future__ import annotations

import logging
import multiprocessing
import resource
import sys
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from lms.core.web.templating import compile_templates
from lms.core.web.turns import THREADS
from lms.ops.crew import prepare

if TYPE_CHECKING:
    from flask import Flask

    from lms.core.settings import Settings

BACKLOG = 1024
CONNECTIONS = 4096
"""Browsers that one web process lets keep a connection open; more wait until others have gone.

Granian calls it backpressure. A browser keeps several, most of the time without a request.
"""
_KILL_AFTER = 10
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
    server = Granian(
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
    logging.getLogger("_granian").addFilter(_is_news)
    server.serve()


def _is_news(record: logging.LogRecord) -> bool:
    """Keep back the advice that so many threads are too many to compute: one of them does."""
    return "Python threads" not in record.getMessage()


def _allow_files() -> None:
    """Let this process and its copies open as many files as they may; each browser is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
