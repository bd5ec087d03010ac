"""``lms tenant``: the municipalities of this server."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.catalog.markdown import SLOT_LABELS
from lms.cli.parts import find_tenant, operator
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.tenants import service
from lms.tenants.rules import TenantChange, parse_changes


@click.group()
def tenant() -> None:
    """Municipalities and their settings."""


@tenant.command()
@click.argument("code")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@with_appcontext
def add(code: str, name: str, assignments: tuple[str, ...]) -> None:
    """Make the municipality NAME with the six-digit CODE; KEY=VALUE as for "set"."""
    app = state()
    change = _read((f"name={name}", *assignments))
    with app.db.platform_transaction(reason="add municipality") as session:
        service.found_tenant(session, code, change, actor=operator(0), now=app.clock.now())
    click.echo(gettext("The municipality %(code)s %(name)s is made.", code=code, name=name))
    click.echo(gettext("Let somebody in next: flask --app wsgi lms account add --help"))


@tenant.command("set")
@click.argument("code")
@click.argument("assignments", nargs=-1, required=True, metavar="KEY=VALUE...")
@with_appcontext
def set_(code: str, assignments: tuple[str, ...]) -> None:
    """Change settings of the municipality CODE; an empty VALUE takes one away.

    Keys: name, name_en, hostname, accent (colour such as 0b5a50), contact_desk, contact_phone,
    contact_mail, issuer (on certificates), wareki and scores_in_appraisal (yes or no), and
    slot.NAME for what {{tenant.NAME}} says in course texts.
    """
    app, change, tenant_id = state(), _read(assignments), find_tenant(code)
    with app.db.transaction(tenant_id) as session:
        row = service.change_tenant(session, change, actor=operator(tenant_id), now=app.clock.now())
        name = row.name
    click.echo(gettext("%(code)s %(name)s is changed. Pages show it soon.", code=code, name=name))


@tenant.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print all settings as JSON.")
@with_appcontext
def list_(*, as_json: bool) -> None:
    """Say which municipalities there are."""
    rows = current_app.extensions["lms_tenants"].rows().values()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(filter(None, (row.lg_code, row.name, row.name_en, row.hostname))))
    if not rows:
        click.echo(gettext("There is no municipality yet."), err=True)


def _read(assignments: tuple[str, ...]) -> TenantChange:
    slots = tuple(name for name in SLOT_LABELS if name != "name")
    return parse_changes(assignments, slots=slots)
