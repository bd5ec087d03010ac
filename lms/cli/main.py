"""The group ``lms`` and its commands, each imported when it is asked for."""

from __future__ import annotations

import shutil
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError, OperationalError

from lms.cli.language import of_the_disk, spoken, translated
from lms.core.db import dialect, schema
from lms.core.i18n import gettext, set_locale
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

COMMANDS = {
    "account": "lms.cli.accounts:account",
    "backup": "lms.cli.operating:backup",
    "content": "lms.cli.content:content",
    "crew": "lms.cli.serve:crew",
    "db": "lms.cli.database:db",
    "doctor": "lms.cli.operating:doctor",
    "i18n": "lms.cli.i18n:i18n",
    "jobs": "lms.cli.jobs:jobs",
    "people": "lms.cli.people:people",
    "rebuild": "lms.cli.operating:rebuild",
    "report": "lms.cli.operating:report",
    "restore": "lms.cli.operating:restore",
    "seed": "lms.cli.seed:seed",
    "serve": "lms.cli.serve:serve",
    "start": "lms.cli.start:start",
    "tenant": "lms.cli.tenants:tenant",
    "verify": "lms.cli.operating:verify",
    "web": "lms.cli.serve:web",
}
"""Name to ``module:function``; each is imported when it is used."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> click.Context:
        """Speak the server's first language from here on, in the help too."""
        script = extra.get("obj") or (parent and parent.find_object(ScriptInfo))
        if isinstance(script, ScriptInfo):
            set_locale(script.load_app().extensions["lms"].settings.language)
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        found: click.Command = getattr(import_module(module), function)
        return translated(found)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = copy(self)
        shown.help = gettext(self.help) if self.help else None
        super(LazyGroup, shown).format_help_text(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; what an operator can mend ends in a sentence that says how."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise click.ClickException(spoken(error)) from error
        except OSError as error:
            reason = of_the_disk(error)
            if not reason:
                raise
            raise click.ClickException(reason) from error
        except DBAPIError as error:
            app = ctx.ensure_object(ScriptInfo).load_app().extensions["lms"]
            reason = _explain(error, app.db.engine, app.settings.home)
            if not reason:
                raise
            raise click.ClickException(reason) from error


def _explain(error: DBAPIError, engine: Engine, home: Path) -> str:
    """What an operator can do about the error; empty when it is a fault of the program."""
    if dialect.tells_no_room(error.orig):
        return gettext(
            "The disk of %(home)s does not take it (%(why)s; %(free)s MB are free there). Make "
            "room, then try again.",
            home=home,
            why=error.orig,
            free=f"{shutil.disk_usage(home).free // 1_000_000:,}",
        )
    try:
        problem = schema.outdated(engine)
    except DBAPIError as deeper:
        if dialect.tells_damage(deeper.orig):
            return gettext(schema.DAMAGED, why=deeper.orig)
        return gettext("The database does not answer: %(why)s", why=deeper.orig)
    if dialect.tells_damage(error.orig):
        return gettext(schema.DAMAGED, why=error.orig)
    if not problem and isinstance(error, OperationalError):
        return gettext("The database refused: %(why)s", why=error.orig)
    return problem


@click.group(cls=LazyGroup)
def lms() -> None:
    """Everything an operator does: database, content, jobs and the server."""
