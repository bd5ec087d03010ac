"""The language of the command line: the server's first language, ``LMS_LANGUAGE``."""

from __future__ import annotations

import errno
from copy import copy
from inspect import cleandoc
from typing import TYPE_CHECKING, TypeVar

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from lms.core.i18n import gettext, plural_text

if TYPE_CHECKING:
    from lms.kernel.result import DomainError

C = TypeVar("C", bound=click.Command)

_REFUSED = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
}
"""What a disk answers that an operator can do something about; a stick takes no large file."""

# Click asks Python's gettext, which wants compiled catalogues on disk; ours are read as they are.
for _part in (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
):
    for _name, _ours in (("_", gettext), ("ngettext", plural_text)):
        if hasattr(_part, _name):
            setattr(_part, _name, _ours)


def spoken(error: DomainError) -> str:
    """What an operator is told of an error, in the language of the command line."""
    return gettext(error.message, **error.values)


def of_the_disk(error: OSError) -> str:
    """What an operator is told of a full or closed disk; empty for any other error."""
    if error.errno not in _REFUSED:
        return ""
    return gettext(
        "The disk does not take it (%(why)s). Make room there or allow writing, or choose another "
        "place, then try again.",
        why=f"{error.filename}: {error.strerror}" if error.filename else error.strerror,
    )


def translated(command: C) -> C:
    """A copy of a command whose help is in the language of the command line."""
    made = copy(command)
    made.help = gettext(cleandoc(command.help)) if command.help else None
    made.params = [_parameter(each) for each in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translated(each) for name, each in made.commands.items()}
    return made


def _parameter(parameter: click.Parameter) -> click.Parameter:
    made = copy(parameter)
    if isinstance(made, click.Option):
        made.help = gettext(made.help) if made.help else None
        made.prompt = gettext(made.prompt) if made.prompt else None
    return made
