"""``lms seed``: the demo municipality."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.cli.parts import ProgressLine
from lms.core.db import dialect
from lms.core.web.state import state
from lms.kernel.result import DomainError
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
    app, line = state(), ProgressLine("demo")
    try:
        seeding.seed_demo(
            app.db,
            now=app.clock.now(),
            password=password,
            argon2_memory_kib=app.settings.argon2_memory_kib,
            progress=line,
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
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
    app, line = state(), ProgressLine("load")
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
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    finally:
        line.end()
    dialect.refresh_statistics(app.db.engine)
    click.echo(
        f"{made.employees:,} employees, {made.courses:,} courses, {made.completed:,} completions.\n"
        f"  0000001 is HR, 0000002 trainer, 0000003 administrator, 0000004 auditor.\n"
        f"  Password of all of them: {password}"
    )


def sign_in_lines(password: str = "") -> str:
    """The sign-ins of the demo, one role a line."""
    lines = [f"  {s.staff_no}  {s.name}  {s.role}" for s in seeding.sign_ins()]
    if password:
        lines.append(f"  Password of all of them: {password}")
    return "\n".join(lines)
