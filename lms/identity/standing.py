"""What people who are there may do, as an operator changes it: roles, and whether they come in.

Who administers a municipality is looked up under a lock, because two operators who each take away
one of two administrators would leave none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select

from lms.core import audit
from lms.core.access import Role
from lms.core.audit import AuditAction
from lms.identity.models import Account
from lms.identity.service import set_disabled
from lms.kernel.clock import jst_date
from lms.kernel.result import DomainError
from lms.kernel.text import narrow
from lms.people.access import post_valid
from lms.people.models import Employee, OrgUnit, Post, RoleGrant
from lms.people.queries import employed, unit_valid
from lms.people.service import end_grant, grant_role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """A person after a change: the roles besides learning, and whether the account is closed."""

    staff_no: str
    name: str
    roles: tuple[str, ...]
    disabled: bool


def find_account(session: Session, staff_no: str) -> tuple[Employee, Account]:
    """The person with a staff number, as typed, and the account.

    Raises:
        DomainError: nobody has this staff number.
    """
    found = session.execute(
        select(Employee, Account)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.staff_no.in_({staff_no, narrow(staff_no)}))
    ).first()
    if found is None:
        raise DomainError(
            "people.unknown", "Nobody has the staff number %(number)s.", number=staff_no
        )
    return found[0], found[1]


def give_roles(
    session: Session,
    staff_no: str,
    roles: Sequence[Role],
    *,
    unit_code: str = "",
    actor: Actor,
    now: datetime,
) -> Standing:
    """Let somebody do more from today; all of the roles are given, or none.

    Args:
        session: of the municipality.
        staff_no: whose number it is.
        roles: what to give.
        unit_code: the department of a head; empty means that of the person's primary post.
        actor: who does it.
        now: the moment of it.

    Raises:
        DomainError: nobody has this staff number, the person has a role already, there is no such
            department, or none of the roles is limited to one.
    """
    today = jst_date(now)
    person, account = find_account(session, staff_no)
    if unit_code and Role.UNIT_HEAD not in roles:
        raise DomainError("role.unit", "Only the role unit-head is limited to a department.")
    for role in dict.fromkeys(roles):
        unit = None
        if role is Role.UNIT_HEAD:
            unit = _unit(session, person, unit_code, today)
        of_unit = RoleGrant.unit_id == unit.id if unit else RoleGrant.unit_id.is_(None)
        if _grants(session, person, role, today, of_unit):
            raise DomainError(
                "role.held",
                "%(number)s %(name)s has the role %(role)s already.",
                number=person.staff_no,
                name=person.name,
                role=role.value,
            )
        grant_role(session, person, role, unit=unit, valid_from=today, actor=actor)
    return _standing(session, person, account, today)


def take_roles(
    session: Session, staff_no: str, roles: Sequence[Role], *, actor: Actor, now: datetime
) -> Standing:
    """Take roles away from somebody, for every department; all of them, or none.

    Raises:
        DomainError: nobody has this staff number, the person has not got a role, or nobody would
            administer the municipality any more.
    """
    today = jst_date(now)
    person, account = find_account(session, staff_no)
    if Role.TENANT_ADMIN in roles:
        _check_others_administer(session, person, today)
    for role in dict.fromkeys(roles):
        held = _grants(session, person, role, today)
        if not held:
            raise DomainError(
                "role.missing",
                "%(number)s %(name)s has not got the role %(role)s.",
                number=person.staff_no,
                name=person.name,
                role=role.value,
            )
        for grant in held:
            end_grant(session, grant, person, valid_to=today, actor=actor, now=now)
    return _standing(session, person, account, today)


def disable(session: Session, staff_no: str, *, actor: Actor, now: datetime) -> Standing:
    """Close somebody's account; it ends every sign-in at once.

    Raises:
        DomainError: nobody has this staff number, the account is closed already, or nobody would
            administer the municipality any more.
    """
    person, account = find_account(session, staff_no)
    if account.disabled_at is not None:
        raise DomainError(
            "account.disabled",
            "The account of %(number)s %(name)s is disabled already.",
            number=person.staff_no,
            name=person.name,
        )
    _check_others_administer(session, person, jst_date(now))
    return _set_disabled(session, person, account, now, actor, now)


def enable(session: Session, staff_no: str, *, actor: Actor, now: datetime) -> Standing:
    """Open an account that was closed; the roles and the password are those of before.

    Raises:
        DomainError: nobody has this staff number, or the account is open.
    """
    person, account = find_account(session, staff_no)
    if account.disabled_at is None:
        raise DomainError(
            "account.enabled",
            "The account of %(number)s %(name)s is not disabled.",
            number=person.staff_no,
            name=person.name,
        )
    return _set_disabled(session, person, account, None, actor, now)


def _set_disabled(
    session: Session,
    person: Employee,
    account: Account,
    at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Standing:
    set_disabled(session, account, at)
    audit.record(
        session,
        actor,
        AuditAction.ACCOUNT_DISABLED if at else AuditAction.ACCOUNT_ENABLED,
        f"account:{account.id}",
        subject_employee_id=person.id,
        now=now,
    )
    return _standing(session, person, account, jst_date(now))


def _check_others_administer(session: Session, person: Employee, today: date) -> None:
    """Refuse to take away the last administrator who can sign in (IN-10).

    Raises:
        DomainError: it is this person.
    """
    administrators = set(
        session.scalars(
            select(RoleGrant.employee_id)
            .join(Employee, Employee.id == RoleGrant.employee_id)
            .join(Account, Account.employee_id == Employee.id)
            .where(
                RoleGrant.role == Role.TENANT_ADMIN,
                RoleGrant.unit_id.is_(None),
                RoleGrant.valid_from <= today,
                _not_ended(today),
                Account.disabled_at.is_(None),
                employed(today),
            )
            .order_by(RoleGrant.id)
            .with_for_update(of=(RoleGrant, Account))
        )
    )
    if administrators == {person.id}:
        raise DomainError(
            "role.last",
            "%(number)s %(name)s is the only administrator. Give somebody else the role first: "
            "lms account grant NUMBER tenant-admin",
            number=person.staff_no,
            name=person.name,
        )


def _unit(session: Session, person: Employee, code: str, today: date) -> OrgUnit:
    """The department with this code, or that of the person's primary post.

    Raises:
        DomainError: there is none.
    """
    if code:
        wanted = select(OrgUnit).where(OrgUnit.code == narrow(code))
    else:
        own = and_(Post.employee_id == person.id, Post.primary, post_valid(today))
        wanted = select(OrgUnit).join(Post, Post.unit_id == OrgUnit.id).where(own)
    unit = session.scalars(wanted.where(unit_valid(today))).first()
    if unit is not None:
        return unit
    if code:
        raise DomainError("people.unit", "There is no department %(unit)s.", unit=code)
    raise DomainError(
        "people.no-post",
        "%(number)s %(name)s has no post today. Name the department with --unit.",
        number=person.staff_no,
        name=person.name,
    )


def _grants(
    session: Session, person: Employee, role: Role, today: date, *conditions: ColumnElement[bool]
) -> Sequence[RoleGrant]:
    """The grants of a role to a person that hold or will hold."""
    return session.scalars(
        select(RoleGrant).where(
            RoleGrant.employee_id == person.id,
            RoleGrant.role == role,
            _not_ended(today),
            *conditions,
        )
    ).all()


def _not_ended(today: date) -> ColumnElement[bool]:
    return or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today)


def _standing(session: Session, person: Employee, account: Account, today: date) -> Standing:
    roles = [role.value for role in Role if _grants(session, person, role, today)]
    return Standing(person.staff_no, person.name, tuple(roles), account.disabled_at is not None)
