"""The group ``lms`` and its commands, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError, OperationalError

from lms.core.db import schema

if TYPE_CHECKING:
    from sqlalchemy import Engine

COMMANDS = {
    "backup": "lms.cli.operating:backup",
    "content": "lms.cli.content:content",
    "crew": "lms.cli.serve:crew",
    "db": "lms.cli.database:db",
    "doctor": "lms.cli.operating:doctor",
    "i18n": "lms.cli.i18n:i18n",
    "jobs": "lms.cli.jobs:jobs",
    "report": "lms.cli.operating:report",
    "restore": "lms.cli.operating:restore",
    "seed": "lms.cli.seed:seed",
    "serve": "lms.cli.serve:serve",
    "start": "lms.cli.start:start",
    "verify": "lms.cli.operating:verify",
    "web": "lms.cli.serve:web",
}
"""Name to ``module:function``; each is imported when it is used."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        found: click.Command = getattr(import_module(module), function)
        return found

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; trouble with the database ends in a sentence that says what to do."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            app = ctx.ensure_object(ScriptInfo).load_app()
            reason = _explain(error, app.extensions["lms"].db.engine)
            if not reason:
                raise
            raise click.ClickException(reason) from error


def _explain(error: DBAPIError, engine: Engine) -> str:
    """What an operator can do about the error; empty when it is a fault of the program."""
    try:
        problem = schema.outdated(engine)
    except DBAPIError as deeper:
        return f"The database does not answer: {deeper.orig}"
    if not problem and isinstance(error, OperationalError):
        return f"The database refused: {error.orig}"
    return problem


@click.group(cls=LazyGroup)
def lms() -> None:
    """Everything an operator does: database, content, jobs and the server."""
