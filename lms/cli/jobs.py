"""``lms jobs``: background work."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms import wiring
from lms.cli.parts import runtime
from lms.core.web.state import state
from lms.jobs import worker
from lms.ops import serving
from lms.ops.crew import run_copies

if TYPE_CHECKING:
    from collections.abc import Callable


def make_worker(lease: timedelta = timedelta(seconds=30)) -> Callable[[], None]:
    """What a worker does until a signal comes; everything it needs is loaded by now.

    Args:
        lease: a worker silent for this long loses its job to another.
    """
    directory = current_app.extensions["lms_tenants"]
    parts = runtime(lease)

    def do() -> None:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
        worker.work(parts, wiring.SCHEDULE, directory.ids)

    return do


@click.group()
def jobs() -> None:
    """Background work."""


@jobs.command()
@click.option("--lease-seconds", default=30, show_default=True, type=click.IntRange(2),
              help="A worker silent for this long loses its job to another.")  # fmt: skip
@with_appcontext
def work(lease_seconds: int) -> None:
    """Do background work until a signal comes (``lms serve`` starts these by itself)."""
    serving.check_workers(state().settings)
    run_copies(state().settings.job_workers, make_worker(timedelta(seconds=lease_seconds)))
