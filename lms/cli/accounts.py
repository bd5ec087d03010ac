"""``lms account``: single people, what they may do, and their passwords."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from lms.cli.parts import find_tenant, operator
from lms.cli.people import list_faults
from lms.core.access import Role
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.identity import admission, standing
from lms.identity.stafflist import StaffListError, read_person

if TYPE_CHECKING:
    from lms.identity.admission import HandedOut
    from lms.identity.standing import Standing

_TYPED = {
    "staff_no": "STAFF_NO",
    "name": "NAME",
    "kana": "--kana",
    "unit": "--unit",
    "unit_name": "--unit-name",
    "mail": "--mail",
}
"""The words of ``account add`` under the keys of the columns of a list."""
GIVEN_ROLES = [role.value for role in Role if role is not Role.EMPLOYEE]


@click.group()
def account() -> None:
    """Single people, what they may do, and their passwords."""


@account.command()
@click.argument("staff_no")
@click.argument("name")
@click.option("--kana", required=True, help="Reading of the name in katakana.")
@click.option("--unit", required=True, help="Code of the department.")
@click.option("--unit-name", default="", help="Name of the department, where it is to be made.")
@click.option("--mail", default="", help="Mail address, which can be used to sign in.")
@click.option("--role", "roles", multiple=True, type=click.Choice(GIVEN_ROLES),
              help="What the person may do besides learning; may be repeated.")  # fmt: skip
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@click.option("--password-stdin", is_flag=True,
              help="Read the first password from standard input.")  # fmt: skip
@with_appcontext
def add(  # noqa: PLR0913 - the facts of a person
    staff_no: str,
    name: str,
    kana: str,
    unit: str,
    unit_name: str,
    mail: str,
    roles: tuple[str, ...],
    tenant: str,
    *,
    password_stdin: bool,
) -> None:
    """Make the employee NAME with the number STAFF_NO and say the first password, once."""
    app, tenant_id = state(), find_tenant(tenant)
    cells = {"staff_no": staff_no, "name": name, "kana": kana, "unit": unit, "mail": mail}
    try:
        line = read_person(cells | {"unit_name": unit_name}, _TYPED)
    except StaffListError as error:
        raise click.ClickException(list_faults(error)) from error
    line = replace(line, roles=tuple(map(Role, roles)))
    password = _typed_password() if password_stdin else ""
    with app.db.transaction(tenant_id) as session:
        made = admission.admit(
            session,
            line,
            unit_name=unit_name.strip(),
            password=password,
            memory_kib=app.settings.argon2_memory_kib,
            actor=operator(tenant_id),
            now=app.clock.now(),
        )
    click.echo(gettext("%(number)s %(name)s can sign in.", number=made.staff_no, name=made.name))
    _say_password(made, told=password_stdin)


@account.command()
@click.argument("staff_no")
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def password(staff_no: str, tenant: str, *, password_stdin: bool) -> None:
    """Give STAFF_NO another password, say it once, and end every sign-in of that person."""
    app, tenant_id = state(), find_tenant(tenant)
    typed = _typed_password() if password_stdin else ""
    with app.db.transaction(tenant_id) as session:
        made = admission.reset_password(
            session,
            staff_no,
            password=typed,
            memory_kib=app.settings.argon2_memory_kib,
            actor=operator(tenant_id),
            now=app.clock.now(),
        )
    click.echo(
        gettext("%(number)s %(name)s has another password.", number=staff_no, name=made.name)
    )
    _say_password(made, told=password_stdin)
    if made.disabled:
        _say_disabled()


@account.command()
@click.argument("staff_no")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(GIVEN_ROLES))
@click.option("--unit", default="", help="Department of a unit-head (default: the person's own).")
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@with_appcontext
def grant(staff_no: str, roles: tuple[str, ...], unit: str, tenant: str) -> None:
    """Let STAFF_NO do more: give ROLES besides learning, from today."""
    app, tenant_id = state(), find_tenant(tenant)
    with app.db.transaction(tenant_id) as session:
        now_so = standing.give_roles(
            session,
            staff_no,
            [Role(role) for role in roles],
            unit_code=unit,
            actor=operator(tenant_id),
            now=app.clock.now(),
        )
    _say_standing(now_so)


@account.command()
@click.argument("staff_no")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(GIVEN_ROLES))
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@with_appcontext
def revoke(staff_no: str, roles: tuple[str, ...], tenant: str) -> None:
    """Take ROLES away from STAFF_NO; it holds from the next page on."""
    app, tenant_id = state(), find_tenant(tenant)
    with app.db.transaction(tenant_id) as session:
        now_so = standing.take_roles(
            session,
            staff_no,
            [Role(role) for role in roles],
            actor=operator(tenant_id),
            now=app.clock.now(),
        )
    _say_standing(now_so)


@account.command()
@click.argument("staff_no")
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@with_appcontext
def disable(staff_no: str, tenant: str) -> None:
    """Let STAFF_NO in no more and end every sign-in; what was learned stays."""
    app, tenant_id = state(), find_tenant(tenant)
    with app.db.transaction(tenant_id) as session:
        now_so = standing.disable(session, staff_no, actor=operator(tenant_id), now=app.clock.now())
    _say_standing(now_so)


@account.command()
@click.argument("staff_no")
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@with_appcontext
def enable(staff_no: str, tenant: str) -> None:
    """Let STAFF_NO in again, with the password and the roles of before."""
    app, tenant_id = state(), find_tenant(tenant)
    with app.db.transaction(tenant_id) as session:
        now_so = standing.enable(session, staff_no, actor=operator(tenant_id), now=app.clock.now())
    click.echo(
        gettext("%(number)s %(name)s can sign in.", number=now_so.staff_no, name=now_so.name)
    )
    _say_standing(now_so)


def _say_standing(person: Standing) -> None:
    who = {"number": person.staff_no, "name": person.name}
    roles = ", ".join(person.roles) or gettext("none besides learning")
    click.echo(gettext("%(number)s %(name)s has these roles: %(roles)s", roles=roles, **who))
    if person.disabled:
        _say_disabled()


def _say_disabled() -> None:
    click.echo(gettext("The account is disabled: nobody can sign in with it."))


def _typed_password() -> str:
    """The first line of standard input.

    Raises:
        click.UsageError: it is empty.
    """
    typed = sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise click.UsageError(gettext("Standard input holds no password."))
    return typed


def _say_password(made: HandedOut, *, told: bool) -> None:
    if not told:
        click.echo(
            gettext(
                "Password (shown only now, to be changed at the first sign-in): %(password)s",
                password=made.password,
            )
        )
