"""``lms account`` and ``lms people``: let people in."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from lms.cli.language import spoken
from lms.cli.parts import ProgressLine, find_tenant, operator
from lms.core.access import Role
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.identity import admission
from lms.identity.stafflist import (
    Sheet,
    StaffLine,
    StaffListError,
    read_staff,
    read_units,
)

if TYPE_CHECKING:
    from lms.identity.admission import HandedOut

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
GIVEN_ROLES = [role.value for role in Role if role is not Role.EMPLOYEE]


@click.group()
def account() -> None:
    """Single people and their passwords."""


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
    line = StaffLine(0, staff_no, name, kana, unit, mail=mail, roles=tuple(map(Role, roles)))
    password = _typed_password() if password_stdin else ""
    with app.db.transaction(tenant_id) as session:
        made = admission.admit(
            session,
            line,
            unit_name=unit_name,
            password=password,
            memory_kib=app.settings.argon2_memory_kib,
            actor=operator(tenant_id),
            now=app.clock.now(),
        )
    click.echo(gettext("%(number)s %(name)s can sign in.", number=staff_no, name=name))
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
                "Password (shown only now, to be changed after signing in): %(password)s",
                password=made.password,
            )
        )


@click.group()
def people() -> None:
    """Many people at once."""


@people.command("load")
@click.argument("staff", type=FILE)
@click.option("--units", type=FILE, help="Departments that are not there yet, as CSV.")
@click.option("--passwords", type=NEW_FILE, required=True,
              help="New file for everybody's first password, readable only by you.")  # fmt: skip
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@with_appcontext
def load(staff: Path, units: Path | None, passwords: Path, tenant: str) -> None:
    """Make the first staff from the CSV file STAFF; everybody in it, or nobody."""
    app, tenant_id, line = state(), find_tenant(tenant), ProgressLine(staff.name)
    if passwords.exists():
        raise click.ClickException(gettext("%(file)s exists already.", file=passwords))
    written = False
    try:
        departments = read_units(units.read_bytes(), units.name) if units else None
        people = read_staff(staff.read_bytes(), staff.name)
        with app.db.transaction(tenant_id) as session:
            made = admission.load_people(
                session,
                departments,
                people,
                memory_kib=app.settings.argon2_memory_kib,
                actor=operator(tenant_id),
                now=app.clock.now(),
                progress=line,
            )
            # Before the people are there for good, for nobody could tell them their passwords.
            written = True
            _write_passwords(passwords, made.passwords)
    except BaseException as error:
        if written:
            passwords.unlink(missing_ok=True)
        if not isinstance(error, StaffListError):
            raise
        lines = [fault.line_in(gettext) for fault in error.faults]
        raise click.ClickException("\n".join([spoken(error), *lines])) from error
    finally:
        line.end()
    for sheet in (departments[1] if departments else None, people[1]):
        _say_left_out(sheet)
    click.echo(
        gettext(
            "%(units)s departments and %(people)s people are made. First passwords: %(file)s",
            units=made.units,
            people=made.people,
            file=passwords,
        )
    )
    click.echo(
        gettext(
            "Hand the passwords over, then delete that file. "
            "Everybody changes theirs after signing in."
        )
    )


def _write_passwords(path: Path, passwords: tuple[HandedOut, ...]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow([gettext("Staff number"), gettext("Name"), gettext("Password")])
        rows.writerows((each.staff_no, each.name, each.password) for each in passwords)
        out.flush()
        os.fsync(out.fileno())


def _say_left_out(sheet: Sheet | None) -> None:
    if sheet and sheet.left_out:
        click.echo(
            gettext(
                "%(file)s: these columns were left out: %(columns)s",
                file=sheet.file,
                columns=", ".join(sheet.left_out),
            ),
            err=True,
        )
