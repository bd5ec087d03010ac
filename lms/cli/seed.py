"""``lms seed``: the demo municipality."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.cli.parts import ProgressLine
from lms.core.db import dialect
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.ops.demo import load as loading
from lms.ops.demo import seeding


@click.group()
def seed() -> None:
    """Invented data for trying the product out."""


@seed.command()
@click.option("--password", default=seeding.DEMO_PASSWORD, show_default=True)
@with_appcontext
def demo(password: str) -> None:
    """Make the municipality 青葉市 with about 120 people, duties, histories and scores."""
    app, line = state(), ProgressLine(gettext("Making the demo municipality 青葉市"))
    try:
        seeding.seed_demo(
            app.db,
            now=app.clock.now(),
            password=password,
            argon2_memory_kib=app.settings.argon2_memory_kib,
            progress=line,
        )
    finally:
        line.end()
    dialect.refresh_statistics(app.db.engine)
    click.echo(sign_in_lines(password))


@seed.command()
@click.option("--employees", default=1000, show_default=True, type=click.IntRange(4, 200_000))
@click.option("--courses", default=20, show_default=True, type=click.IntRange(1, 500))
@click.option("--password", default=seeding.DEMO_PASSWORD, show_default=True)
@with_appcontext
def load(employees: int, courses: int, password: str) -> None:
    """Make the municipality 大浜市 in bulk: people, courses, duties and histories."""
    app, line = state(), ProgressLine(gettext("Making the municipality 大浜市"))
    try:
        made = loading.seed_load(
            app.db,
            employees=employees,
            courses=courses,
            now=app.clock.now(),
            password=password,
            argon2_memory_kib=app.settings.argon2_memory_kib,
            progress=line,
        )
    finally:
        line.end()
    dialect.refresh_statistics(app.db.engine)
    click.echo(
        gettext(
            "Employees: %(employees)s, courses: %(courses)s, completions: %(completed)s.",
            employees=f"{made.employees:,}",
            courses=f"{made.courses:,}",
            completed=f"{made.completed:,}",
        )
    )
    click.echo(
        "  " + gettext("0000001 is HR, 0000002 trainer, 0000003 administrator, 0000004 auditor.")
    )
    click.echo("  " + gettext("Password of all of them: %(password)s", password=password))


def sign_in_lines(password: str) -> str:
    """The sign-ins of the demo, one role a line."""
    lines = [f"{s.staff_no}  {s.name}  {gettext(s.role)}" for s in seeding.sign_ins()]
    lines.append(gettext("Password of all of them: %(password)s", password=password))
    return "\n".join(f"  {line}" for line in lines)
