"""Let people in: departments, employees, their accounts and roles, as an operator does at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from lms.core import audit
from lms.core.access import Role
from lms.core.audit import AuditAction
from lms.identity.models import SignInFailure
from lms.identity.names import Names, key_of
from lms.identity.passwords import hash_password, make_password
from lms.identity.rules import check_password
from lms.identity.service import create_account, replace_password
from lms.identity.stafflist import StaffListError
from lms.identity.standing import find_account
from lms.kernel.clock import jst_date
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.kernel.text import search_key
from lms.people.models import Employee, OrgUnit
from lms.people.queries import codes_free_from, unit_valid
from lms.people.service import create_employee, create_unit, grant_role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor
    from lms.identity.stafflist import Fault, Sheet, StaffLine, UnitLine


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A password that somebody has to be told; it is kept nowhere."""

    staff_no: str
    name: str
    password: str
    disabled: bool = False
    """Whether nobody can sign in with it, because the account is closed."""


def admit(
    session: Session,
    line: StaffLine,
    *,
    unit_name: str = "",
    password: str = "",
    memory_kib: int,
    actor: Actor,
    now: datetime,
) -> HandedOut:
    """A new employee with an account and roles.

    Args:
        session: of the municipality.
        line: who it is; the department is made where ``unit_name`` is given and it is missing.
        unit_name: name of a new department.
        password: the first password; made here if empty.
        memory_kib: memory of the password hash.
        actor: who does it.
        now: the moment of it.

    Raises:
        DomainError: the staff number or mail address is taken, there is no such department, or
            the password is too simple.
    """
    today = jst_date(now)
    names = (line.staff_no, line.mail)
    # SQLite leaves capitals like É as they are.
    keys = {*names, *map(key_of, names)} - {""}
    either = or_(func.lower(Employee.staff_no).in_(keys), func.lower(Employee.mail).in_(keys))
    others = session.execute(select(Employee.staff_no, Employee.mail).where(either)).tuples()
    for clash in Names(others).clashes(line.staff_no, line.mail):
        raise DomainError(f"people.{clash.kind}", clash.message, None, **clash.values)
    if password:
        check_password(password, staff_no=line.staff_no)
    given = password or make_password()
    unit = _units(session, today).get(line.unit)
    if unit is None and unit_name:
        unit = _add_unit(session, line.unit, unit_name, None, from_day=today, actor=actor, now=now)
    if unit is None:
        raise DomainError(
            "people.unit",
            "There is no department %(unit)s. Give its name too (--unit-name), and it is made.",
            unit=line.unit,
        )
    _add_person(session, line, unit, hash_password(given, memory_kib=memory_kib), actor, now)
    return HandedOut(line.staff_no, line.name, given)


def reset_password(
    session: Session,
    staff_no: str,
    *,
    password: str = "",
    memory_kib: int,
    actor: Actor,
    now: datetime,
) -> HandedOut:
    """Give somebody another password; it ends every sign-in and forgets failed attempts.

    Raises:
        DomainError: nobody has this staff number, or the password is too simple.
    """
    person, account = find_account(session, staff_no)
    if password:
        check_password(password, staff_no=staff_no)
    given = password or make_password()
    hashed = hash_password(given, memory_kib=memory_kib)
    replace_password(session, account.id, hashed, subject=person.id, actor=actor, now=now)
    names = [search_key(name) for name in (person.staff_no, person.mail) if name]
    session.execute(delete(SignInFailure).where(SignInFailure.name_key.in_(names)))
    return HandedOut(person.staff_no, person.name, given, account.disabled_at is not None)


def make_passwords(
    people: Sequence[StaffLine],
    *,
    memory_kib: int,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> tuple[tuple[HandedOut, ...], tuple[str, ...]]:
    """A password for each person, and its hash.

    That takes half a minute for a thousand people, so nothing is kept open meanwhile.
    """
    made, hashes = [], []
    for done, person in enumerate(people, start=1):
        made.append(HandedOut(person.staff_no, person.name, make_password()))
        hashes.append(hash_password(made[-1].password, memory_kib=memory_kib))
        progress("making passwords", done, len(people))
    return tuple(made), tuple(hashes)


def check_lists(
    session: Session,
    units: tuple[Sequence[UnitLine], Sheet] | None,
    staff: tuple[Sequence[StaffLine], Sheet],
    *,
    now: datetime,
) -> None:
    """Compare lists that were read with each other and with whoever is there already.

    Raises:
        StaffListError: a list has faults.
    """
    today = jst_date(now)
    known = set(_units(session, today))
    faults = []
    if units is not None:
        taken = {code for code, free in codes_free_from(session).items() if free > today}
        faults += _unit_faults(*units, known, taken)
    codes = {*known, *(line.code for line in (units[0] if units else ()))}
    faults += _staff_faults(session, *staff, codes)
    if faults:
        raise StaffListError(faults)


def load_people(
    session: Session,
    units: tuple[Sequence[UnitLine], Sheet] | None,
    staff: tuple[Sequence[StaffLine], Sheet],
    hashes: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """Make departments and people of lists that were read; all of them or none.

    Departments begin with the first of the people, but none before an earlier one with its code
    was closed.

    Args:
        session: of the municipality.
        units: departments, above which there may be others.
        staff: people.
        hashes: of everybody's password, in the order of the people.
        actor: who does it.
        now: the moment of it.

    Returns:
        The codes that an earlier department had.

    Raises:
        StaffListError: a list has faults.
    """
    check_lists(session, units, staff, now=now)
    today = jst_date(now)
    known, people, free = _units(session, today), staff[0], codes_free_from(session)
    first = min((line.joined_on for line in people if line.joined_on), default=today)
    if units is not None:
        for line in _from_the_top(units[0]):
            known[line.code] = _add_unit(
                session,
                line.code,
                line.name,
                known.get(line.parent),
                name_en=line.name_en,
                from_day=max(min(first, today), free.get(line.code, date.min)),
                actor=actor,
                now=now,
            )
    for person, hashed in zip(people, hashes, strict=True):
        _add_person(session, person, known[person.unit], hashed, actor, now)
    return tuple(line.code for line in (units[0] if units else ()) if line.code in free)


def _units(session: Session, today: date) -> dict[str, OrgUnit]:
    return {unit.code: unit for unit in session.scalars(select(OrgUnit).where(unit_valid(today)))}


def _unit_faults(
    lines: Sequence[UnitLine], sheet: Sheet, known: set[str], taken: set[str]
) -> list[Fault]:
    """The faults of a sheet of departments, with those that only show beside the others."""
    parents = {line.code: line.parent for line in lines}
    seen: dict[str, int] = {}
    for line in lines:
        if line.code and line.code in seen:
            why = N_("The department %(unit)s is that of row %(line)s.")
            sheet.fault(line.row, "code", why, unit=line.code, line=seen[line.code])
        elif line.code in taken:
            why = N_("The department %(unit)s is there already.")
            sheet.fault(line.row, "code", why, unit=line.code)
        if line.parent and line.parent not in known | parents.keys():
            sheet.fault(
                line.row, "parent", N_("There is no department %(unit)s."), unit=line.parent
            )
        if _goes_round(line.code, parents):
            sheet.fault(line.row, "parent", N_("The department is above itself."))
        seen.setdefault(line.code, line.row)
    return sheet.in_order()


def _goes_round(code: str, parents: dict[str, str]) -> bool:
    passed = set()
    while code and code not in passed:
        passed.add(code)
        code = parents.get(code, "")
    return bool(code)


def _staff_faults(
    session: Session, lines: Sequence[StaffLine], sheet: Sheet, units: set[str]
) -> list[Fault]:
    """The faults of a sheet of people, with those that only show beside the others."""
    names = Names(session.execute(select(Employee.staff_no, Employee.mail)).tuples())
    for line in lines:
        for clash in names.clashes(line.staff_no, line.mail):
            sheet.fault(line.row, clash.kind, clash.message, **clash.values)
        if line.unit and line.unit not in units:
            sheet.fault(line.row, "unit", N_("There is no department %(unit)s."), unit=line.unit)
        names.take(line.staff_no, line.mail, line.row)
    return sheet.in_order()


def _from_the_top(lines: Sequence[UnitLine]) -> list[UnitLine]:
    """Departments in an order in which each stands after the one above it."""
    by_code = {line.code: line for line in lines}

    def depth(line: UnitLine) -> int:
        above = by_code.get(line.parent)
        return 0 if above is None else depth(above) + 1

    return sorted(lines, key=depth)


def _add_unit(
    session: Session,
    code: str,
    name: str,
    parent: OrgUnit | None,
    *,
    name_en: str = "",
    from_day: date,
    actor: Actor,
    now: datetime,
) -> OrgUnit:
    unit = create_unit(session, code, name, name_en=name_en, parent=parent, valid_from=from_day)
    audit.record(session, actor, AuditAction.UNIT_CREATED, unit, {"code": code}, now=now)
    return unit


def _add_person(
    session: Session,
    line: StaffLine,
    unit: OrgUnit,
    password_hash: str,
    actor: Actor,
    now: datetime,
) -> None:
    joined_on = line.joined_on or jst_date(now)
    person = create_employee(
        session,
        line.staff_no,
        line.name,
        line.kana,
        unit=unit,
        joined_on=joined_on,
        mail=line.mail,
        rank=line.rank,
        job_type=line.job_type,
        employment_type=line.employment,
        tier=line.tier,
        is_head=Role.UNIT_HEAD in line.roles,
    )
    create_account(session, person, password_hash, must_change=True)
    audit.record(
        session,
        actor,
        AuditAction.ACCOUNT_CREATED,
        person,
        {"unit": unit.code},
        subject_employee_id=person.id,
        now=now,
    )
    for role in dict.fromkeys(line.roles):
        limit = unit if role is Role.UNIT_HEAD else None
        grant_role(session, person, role, unit=limit, valid_from=jst_date(now), actor=actor)
