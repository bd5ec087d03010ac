"""``lms jobs``: background work."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms import wiring
from lms.cli.parts import runtime
from lms.core.web.state import state
from lms.jobs import worker
from lms.jobs.calling import Bell
from lms.ops import serving
from lms.ops.crew import run_crew
from lms.ops.supervision import WENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def run_with_workers(
    others: Mapping[str, Callable[[], None]],
    *,
    workers: int,
    lease: timedelta = timedelta(seconds=30),
) -> None:
    """Keep copies of this process running that work, until a signal comes.

    Everything they need is loaded by now. One worker stays; the others come when they are called.

    Args:
        others: what else is done in a copy, by name.
        workers: how many at most; 0 for none.
        lease: a worker silent for this long loses its job to another.
    """
    directory = current_app.extensions["lms_tenants"]
    bell = Bell()
    parts = replace(runtime(lease), call=bell.ring)

    def do(*, stays: bool) -> None:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
        worker.work(parts, wiring.SCHEDULE, directory.ids, stays=stays)
        sys.exit(WENT)

    works = [
        (f"worker {number}", partial(do, stays=number == 1)) for number in range(1, workers + 1)
    ]
    run_crew({**others, **dict(works[:1])}, on_call=dict(works[1:]), wanted=bell.hear)


@click.group()
def jobs() -> None:
    """Background work."""


@jobs.command()
@click.option("--lease-seconds", default=30, show_default=True, type=click.IntRange(2),
              help="A worker silent for this long loses its job to another.")  # fmt: skip
@with_appcontext
def work(lease_seconds: int) -> None:
    """Do background work until a signal comes (``lms serve`` starts these by itself)."""
    settings = state().settings
    serving.check_workers(settings)
    lease = timedelta(seconds=lease_seconds)
    run_with_workers({}, workers=settings.job_workers, lease=lease)
