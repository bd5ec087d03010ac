"""``lms i18n``: the message catalogues."""

from __future__ import annotations

import click

from lms.core.i18n import gettext
from lms.core.settings import ROOT
from lms.ops import messages


@click.group()
def i18n() -> None:
    """Message catalogues."""


@i18n.command()
def check() -> None:
    """Exit with 1 when a message has no Japanese, is unused or has other placeholders."""
    findings = messages.check(ROOT)
    for line in findings:
        click.echo(line, err=True)
    if findings:
        raise click.ClickException(
            gettext("Findings in the message catalogues: %(count)s.", count=len(findings))
        )
    click.echo(gettext("Every message has its Japanese."))
