"""``lms start``: what ``make run`` does once the machine is set up."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.cli.content import BUNDLED, publish_courses
from lms.cli.language import spoken
from lms.cli.parts import ProgressLine, runtime
from lms.cli.seed import sign_in_lines
from lms.core.db import dialect, schema
from lms.core.i18n import gettext
from lms.core.web.state import AppState, state
from lms.kernel.result import DomainError
from lms.ops import serving
from lms.ops.demo import decks, seeding

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@with_appcontext
def start() -> None:
    """Bring the data up to date, make the demo in an empty home, and serve."""
    app = state()
    # The demo takes minutes; nobody should wait for them to hear that the port is taken.
    serving.check_port(app.settings)
    serving.check_alone(app.settings)
    schema.upgrade(app.db.engine)
    _load_courses(app)
    if not current_app.extensions["lms_tenants"].rows():
        _seed(app)
    if seeding.demo_exists(app.db):
        _import_decks(app)
    serving.serve(app.settings, app.db, announcement=_announcement(app))


def _load_courses(app: AppState) -> None:
    stamp = app.settings.home / "courses.stamp"
    wanted = _fingerprint(BUNDLED)
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    click.echo(gettext("Loading the bundled courses …"), err=True)
    publish_courses(app, BUNDLED)
    stamp.write_text(wanted, encoding="ascii")


def _fingerprint(root: Path) -> str:
    """Changes with any file below ``root``; reads no contents, so that a start takes seconds."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(
                f"{path.relative_to(root)} {facts.st_size} {facts.st_mtime_ns}\n".encode()
            )
    return digest.hexdigest()


def _seed(app: AppState) -> None:
    line = ProgressLine(gettext("Making the demo municipality 青葉市"))
    seeding.seed_demo(
        app.db,
        now=app.clock.now(),
        argon2_memory_kib=app.settings.argon2_memory_kib,
        progress=line,
    )
    dialect.refresh_statistics(app.db.engine)
    line.end()


def _import_decks(app: AppState) -> None:
    parts = runtime()
    tenant_id = seeding.demo_tenant_id(app.db)
    missing = decks.decks_missing(parts, tenant_id)
    if not missing:
        return
    lines: list[ProgressLine] = []

    def show(name: str) -> ProgressLine:
        lines.append(ProgressLine(gettext("Importing %(file)s", file=name)))
        return lines[-1]

    try:
        with serving.workers_at_hand(app.settings):
            queued = decks.queue_decks(parts, tenant_id, missing)
            decks.publish_decks(parts, tenant_id, queued, show)
    except DomainError as error:
        # The product serves without them; the trainer sees the failed import and why.
        click.echo(gettext("A sample deck was not imported: %(why)s", why=spoken(error)), err=True)
    finally:
        for line in lines:
            line.end()


def _announcement(app: AppState) -> str:
    address = f"{app.settings.effective_base_url}/"
    lines = ["", gettext("The product is ready: %(address)s", address=address)]
    if seeding.demo_exists(app.db):
        lines += [gettext("Sign in to 青葉市 as"), sign_in_lines(seeding.DEMO_PASSWORD)]
    home = app.settings.home
    lines.append(gettext("Data lives in %(home)s. Stop with Ctrl+C.", home=home))
    return "\n".join(lines)
