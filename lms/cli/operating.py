"""``lms backup``, ``restore``, ``verify``, ``doctor``, ``report``: run by operators."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from lms.catalog.queries import find_course
from lms.cli.parts import ProgressLine, find_tenant, operator
from lms.core.access import Role
from lms.core.i18n import LOCALES, current_locale, gettext, use_locale
from lms.core.web.state import state
from lms.kernel.clock import JST, jst_date
from lms.ops import backup as backups
from lms.ops import doctoring, rebuilding, verifying
from lms.reports import tables
from lms.reports.duty_file import duty_batches
from lms.reports.export import ExportFormat, export
from lms.reports.filters import ReportFilter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command()
@click.argument("target", type=click.Path(path_type=Path), required=False)
@with_appcontext
def backup(target: Path | None) -> None:
    """Write everything of this server to one file (default: a dated file here).

    Settings are not in it: keep settings.toml and the environment apart.
    """
    app = state()
    moment = app.clock.now()
    place = target or Path(f"lms-{moment.astimezone(JST):%Y%m%d-%H%M%S}.tar")
    line = ProgressLine(gettext("Backup"))
    try:
        manifest = backups.make_backup(app.settings, app.db, place, now=moment, progress=line)
    finally:
        line.end()
    click.echo(
        gettext(
            "%(file)s: members %(members)s, bytes %(bytes)s.",
            file=place,
            members=len(manifest.members),
            bytes=f"{place.stat().st_size:,}",
        )
    )
    missing = verifying.count_missing(app.db, app.files)
    if missing:
        raise click.ClickException(
            gettext(
                "Files that the database names, but that are neither in %(home)s nor in the "
                "backup: %(count)s. Is LMS_HOME right? lms verify names them.",
                count=missing,
                home=app.settings.home,
            )
        )


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(source: Path) -> None:
    """Bring an empty LMS_HOME (or database) to the state of a backup."""
    app = state()
    line = ProgressLine(gettext("Restore"))
    try:
        manifest = backups.restore_backup(app.settings, app.db, source, progress=line)
    finally:
        line.end()
    made = datetime.fromisoformat(manifest.made_at).astimezone(JST)
    click.echo(
        gettext(
            "Restored the state of %(moment)s (members: %(members)s).",
            moment=f"{made:%Y-%m-%d %H:%M}",
            members=len(manifest.members),
        )
    )


@click.command()
@click.option("--deep", is_flag=True, help="Read every file and compare its digest.")
@with_appcontext
def verify(*, deep: bool) -> None:
    """Check that rows and files agree and that the audit log is whole; exit 1 if not."""
    app = state()
    line = ProgressLine(gettext("Check"))
    findings = verifying.verify_all(app.settings, app.db, app.files, deep=deep, progress=line)
    line.end()
    for finding in findings:
        click.echo(f"{gettext(finding.check)}: {finding.detail}")
    if findings:
        click.echo(gettext("Findings: %(count)s.", count=len(findings)))
        sys.exit(1)
    click.echo(gettext("Nothing was found."))


@click.command()
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@click.option("--person", default="", help="Staff number of the only person it is done for.")
@with_appcontext
def rebuild(tenant: str, person: str) -> None:
    """Make progress and viewing history again from what was recorded, when they are wrong."""
    app, tenant_id = state(), find_tenant(tenant)
    line = ProgressLine(gettext("Progress"))
    try:
        count = rebuilding.rebuild_progress(
            app.db, tenant_id, staff_no=person, now=app.clock.now(), progress=line
        )
    finally:
        line.end()
    click.echo(gettext("Enrolments made again: %(count)s.", count=count))


@click.command()
@with_appcontext
def doctor() -> None:
    """Say what this machine can do, what is switched off, and what to install for it."""
    app = state()
    checks = doctoring.examine(app.settings, app.db, now=app.clock.now())
    for check in checks:
        mark = "ok" if check.good else "NO"
        click.echo(f"{mark}  {gettext(check.name)}: {check.detail}")
    if not all(check.good for check in checks):
        sys.exit(1)


@click.group()
def report() -> None:
    """Reports as files."""


@report.command()
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@click.option("--course", default="", help="Slug or public id of one course.")
@click.option(
    "--format", "form", type=click.Choice([form.value for form in ExportFormat]), default="csv"
)
@click.option("--locale", type=click.Choice(LOCALES), help="Language (default: the server's).")
@with_appcontext
def completion(tenant: str, course: str, form: str, locale: str | None) -> None:
    """Who has to take what and how far they are, to standard output."""
    app = state()
    tenant_id = find_tenant(tenant)
    today = jst_date(app.clock.now())
    actor = operator(tenant_id, Role.AUDITOR)
    with (
        use_locale(locale or current_locale()),
        app.db.session(tenant_id, read_only=True) as session,
    ):
        wanted = ReportFilter(course=_course_id(session, course))
        rows = duty_batches(session, actor, wanted, unit_path="", today=today)
        title = gettext("Learning status by person")
        table = tables.people_table(rows, title=title, as_of=today)
        written = export(table, ExportFormat(form))
    with written.source:
        shutil.copyfileobj(written.source, sys.stdout.buffer)


def _course_id(session: Session, name: str) -> str:
    """The public id of the course that is meant; empty if none is named.

    Raises:
        click.UsageError: there is no such course.
    """
    found = find_course(session, name) if name else ""
    if found is None:
        raise click.UsageError(gettext("There is no course “%(name)s”.", name=name))
    return found
