"""What commands need of the application."""

from __future__ import annotations

import os
import pwd
import sys
from typing import TYPE_CHECKING

import click
from flask import current_app

from lms import wiring
from lms.core.access import Actor, Grant, Role
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.jobs.running import Runtime
from lms.jobs.steps import step_text

if TYPE_CHECKING:
    from datetime import timedelta


def find_tenant(code: str) -> int:
    """The municipality with this code; without a code the only one there is.

    Raises:
        click.UsageError: there is no such municipality, or one has to be named.
    """
    rows = list(current_app.extensions["lms_tenants"].rows().values())
    found = [row.id for row in rows if not code or row.lg_code == code]
    if len(found) == 1:
        return int(found[0])
    if not rows:
        raise click.UsageError(
            gettext("There is no municipality yet. Make one: flask --app wsgi lms tenant add")
        )
    known = ", ".join(f"{row.lg_code} {row.name}" for row in rows)
    if code:
        raise click.UsageError(
            gettext(
                "There is no municipality %(code)s. There are: %(known)s.", code=code, known=known
            )
        )
    raise click.UsageError(
        gettext("Name one municipality with --tenant CODE (%(known)s).", known=known)
    )


def operator(tenant_id: int, *roles: Role) -> Actor:
    """Who acts on the command line; the audit log names the user of the machine."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # A container may run as a user that the machine does not know.
        user = str(os.getuid())
    return Actor(
        tenant_id=tenant_id,
        name=f"command line ({user})",
        grants=tuple(Grant(role) for role in roles),
    )


class ProgressLine:
    """One line on the terminal that is written over; in a log file a line for each step.

    ``label`` is in the language of the command line already; steps are message ids.
    """

    def __init__(self, label: str) -> None:
        self._label, self._last = label, ""
        self._live = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int) -> None:
        start = f"{self._label}: {step_text(step)}"
        # Nobody knows beforehand how long some steps are.
        text = f"{start} {done}/{total}" if total else start
        if text == self._last:
            return
        if self._live:
            click.echo(f"\r\033[K{text}", nl=False, err=True)
        elif not self._last.startswith(start):
            click.echo(text, err=True)
        self._last = text

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._last:
            click.echo(err=True)


def runtime(lease: timedelta | None = None) -> Runtime:
    """What background work runs with in this process; every task is known afterwards."""
    wiring.load_tasks()
    app = state()
    parts = Runtime(app.db, app.files, app.settings, app.clock)
    return parts if lease is None else Runtime(app.db, app.files, app.settings, app.clock, lease)
