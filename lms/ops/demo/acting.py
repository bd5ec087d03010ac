"""People of made-up municipalities as the services know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core.access import Actor, Grant, Role
from lms.core.tenancy import tenant_of
from lms.identity.models import Account
from lms.people.models import Employee

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


PEOPLE = select(Employee.id, Account.id, Employee.name, Employee.staff_no).join(
    Account, Account.employee_id == Employee.id
)
"""Everybody with an account, as ``PersonRow`` takes them."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What an actor is made from."""

    employee_id: int
    account_id: int
    name: str
    staff_no: str


def as_actor(tenant_id: int, person: PersonRow, *roles: Role) -> Actor:
    """A person as the services know them, with these roles in the whole municipality."""
    return Actor(
        tenant_id=tenant_id,
        account_id=person.account_id,
        employee_id=person.employee_id,
        name=person.name,
        staff_no=person.staff_no,
        grants=tuple(Grant(role) for role in (Role.EMPLOYEE, *roles)),
    )


def actor_of(session: Session, staff_no: str, role: Role) -> Actor:
    """The employee with this staff number, who also has a role in the whole municipality."""
    row = session.execute(PEOPLE.where(Employee.staff_no == staff_no)).one()
    return as_actor(tenant_of(session), PersonRow(*row), role)
