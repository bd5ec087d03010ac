"""``lms db``: bring the database to a revision and look at it."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from lms.core.db import schema
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.ops import serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _known_revisions() -> Iterator[None]:
    """Turn what Alembic says about a revision that it does not know into a usage error."""
    from alembic.util import CommandError  # noqa: PLC0415 - only these commands need Alembic

    try:
        yield
    except CommandError as error:
        known = ", ".join(schema.revisions())
        raise click.UsageError(
            gettext("There is no such revision. There are: %(known)s.", known=known)
        ) from error


@click.group()
def db() -> None:
    """Database schema."""


@db.command()
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Migrate up to REVISION (default: the newest), while no server runs on LMS_HOME.

    Stop servers on other machines too, and "lms web" and "lms jobs work": they are not seen.
    """
    engine = state().db.engine
    before = schema.current(engine)
    # Scripts call this before every start; where nothing is to do, a server is no obstacle.
    due = before != schema.head()
    with serving.stopped(state().settings) if due else nullcontext(), _known_revisions():
        schema.upgrade(engine, revision)
    after = schema.current(engine)
    _say_revision(before, after)


@db.command()
@click.argument("revision")
@click.confirmation_option(prompt="Data of later revisions will be lost. Go on?")
@with_appcontext
def downgrade(revision: str) -> None:
    """Migrate down to REVISION (``base`` empties the database), while no server runs on LMS_HOME.

    Stop servers on other machines too, and "lms web" and "lms jobs work": they are not seen.
    """
    engine = state().db.engine
    before = schema.current(engine)
    with serving.stopped(state().settings), _known_revisions():
        schema.downgrade(engine, revision)
    _say_revision(before, schema.current(engine))


def _say_revision(before: str | None, after: str | None) -> None:
    if after is None:
        click.echo(gettext("The database is empty."))
    elif before is None:
        click.echo(gettext("The database was empty. It is at revision %(after)s.", after=after))
    elif before == after:
        click.echo(gettext("The database is at revision %(revision)s.", revision=after))
    else:
        click.echo(
            gettext(
                "The database went from revision %(before)s to %(after)s.",
                before=before,
                after=after,
            )
        )


@db.command()
@with_appcontext
def status() -> None:
    """Say which revision the database is at and which one this release needs."""
    engine = state().db.engine
    values = {"engine": engine.dialect.name, "newest": schema.head()}
    found = schema.current(engine)
    click.echo(
        gettext("%(engine)s: empty, the newest revision is %(newest)s.", **values)
        if found is None
        else gettext(
            "%(engine)s: at revision %(found)s, the newest is %(newest)s.", found=found, **values
        )
    )


@db.command()
@with_appcontext
def check() -> None:
    """Exit with 1 when the database is not at the newest revision or differs from the models."""
    engine = state().db.engine
    problem = schema.outdated(engine)
    if problem:
        raise click.ClickException(problem)
    differences = schema.differences(engine)
    for line in differences:
        click.echo(line, err=True)
    if differences:
        raise click.ClickException(gettext("The database differs from the models."))
    click.echo(
        gettext(
            "The database is at revision %(revision)s and equals the models.",
            revision=schema.head(),
        )
    )


@db.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Write a revision from the difference between models and database (for developers)."""
    number = f"{int(schema.head() or 0) + 1:04}"
    schema.new_revision(state().db.engine, message, number)
    click.echo(gettext("Wrote revision %(revision)s.", revision=number))
