"""``lms jobs``: background work."""

from __future__ import annotations

import logging
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from lms import wiring
from lms.cli.parts import runtime
from lms.jobs import worker
from lms.ops.crew import run_copies


@click.group()
def jobs() -> None:
    """Background work."""


@jobs.command()
@click.option("--lease-seconds", default=30, show_default=True, type=click.IntRange(2),
              help="A worker silent for this long loses its job to another.")  # fmt: skip
@with_appcontext
def work(lease_seconds: int) -> None:
    """Do background work until a signal comes (``lms serve`` starts these by itself)."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    directory = current_app.extensions["lms_tenants"]
    parts = runtime(timedelta(seconds=lease_seconds))
    run_copies(
        parts.settings.job_workers, lambda: worker.work(parts, wiring.SCHEDULE, directory.ids)
    )
