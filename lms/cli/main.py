"""The group ``lms`` and its commands, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "backup": "lms.cli.operating:backup",
    "content": "lms.cli.content:content",
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
"""Name to ``module:function``; a web process imports none of them."""


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


@click.group(cls=LazyGroup)
def lms() -> None:
    """Everything an operator does: database, content, jobs and the server."""
