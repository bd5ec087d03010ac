"""``lms people``: let many people in at once."""

from __future__ import annotations

import csv
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from lms.cli.language import spoken
from lms.cli.parts import ProgressLine, find_tenant, operator
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.identity import admission
from lms.identity.stafflist import StaffListError, read_staff, read_units
from lms.kernel.csvout import guard_formula

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.core.web.state import AppState
    from lms.identity.admission import HandedOut
    from lms.identity.stafflist import Sheet, StaffLine, UnitLine

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


class CommitUnknownError(Exception):
    """A commit failed after everything was written, so nobody knows whether it was made."""


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
    app, tenant_id = state(), find_tenant(tenant)
    with _new_file(passwords) as out:
        try:
            departments = read_units(units.read_bytes(), units.name) if units else None
            people = read_staff(staff.read_bytes(), staff.name)
            again = _let_in(app, tenant_id, departments, people, out)
        except StaffListError as error:
            raise click.ClickException(list_faults(error)) from error
    for sheet in (departments[1] if departments else None, people[1]):
        _say_left_out(sheet)
    click.echo(
        gettext(
            "Departments made: %(units)s. People made: %(people)s. First passwords: %(file)s",
            units=len(departments[0]) if departments else 0,
            people=len(people[0]),
            file=passwords,
        )
    )
    if again:
        click.echo(
            gettext(
                "These codes were those of departments that are closed. New departments have them "
                "now; records of before stay with the old ones: %(codes)s",
                codes=", ".join(again),
            )
        )
    click.echo(
        gettext(
            "Hand the passwords over, then delete that file. "
            "Everybody is asked for another one at the first sign-in."
        )
    )


def _let_in(
    app: AppState,
    tenant_id: int,
    units: tuple[list[UnitLine], Sheet] | None,
    staff: tuple[list[StaffLine], Sheet],
    out: TextIO,
) -> tuple[str, ...]:
    """Make the people of the lists, after their passwords are on the disk.

    Returns the codes of departments that an earlier one had.

    Raises:
        StaffListError: a list has faults.
        CommitUnknownError: the commit failed, but may have been made.
    """
    moment, line = app.clock.now(), ProgressLine(staff[1].file)
    with app.db.session(tenant_id, read_only=True) as session:
        admission.check_lists(session, units, staff, now=moment)
    try:
        made, hashes = admission.make_passwords(
            staff[0], memory_kib=app.settings.argon2_memory_kib, progress=line
        )
    finally:
        line.end()
    # Before the people are there for good, for nobody could tell them their passwords.
    _write_passwords(out, made)
    ready = False
    try:
        with app.db.transaction(tenant_id) as session:
            actor = operator(tenant_id)
            again = admission.load_people(session, units, staff, hashes, actor=actor, now=moment)
            session.flush()  # What the database refuses is refused before the commit.
            ready = True
    except (DBAPIError, KeyboardInterrupt) as error:
        if ready:
            raise CommitUnknownError(getattr(error, "orig", None) or "Ctrl+C") from error
        raise
    return again


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A file only its owner reads, made before any work is done.

    It goes if the block fails, but not when the people whose passwords it holds may be there.

    Raises:
        click.ClickException: it is there already, its folder is not, or nobody knows whether the
            people are there.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(gettext("%(file)s exists already.", file=path)) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise click.ClickException(
            gettext("There is no folder %(folder)s.", folder=path.parent)
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:
            yield out
    except CommitUnknownError as error:
        raise click.ClickException(
            gettext(
                "The people may be there or not, for the database gave no answer: %(why)s. "
                "The first passwords are kept in %(file)s. Load the list again with another file "
                "for passwords: if it says that the staff numbers are taken, the people are there "
                "with those that were kept.",
                why=error,
                file=path,
            )
        ) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_passwords(out: TextIO, passwords: tuple[HandedOut, ...]) -> None:
    rows = csv.writer(out)
    rows.writerow([gettext("Staff number"), gettext("Name"), gettext("Password")])
    for each in passwords:
        rows.writerow(map(guard_formula, (each.staff_no, each.name, each.password)))
    out.flush()
    os.fsync(out.fileno())


def list_faults(error: StaffListError) -> str:
    """What is wrong in a list, a line each."""
    return "\n".join([spoken(error), *(fault.line_in(gettext) for fault in error.faults)])


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
