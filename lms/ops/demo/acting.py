"""People of made-up municipalities as the services know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core.access import Actor, Grant, Role
from lms.core.tenancy import tenant_of
from lms.identity.models import Account
from lms.people.models import Employee

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def actor_of(session: Session, staff_no: str, role: Role) -> Actor:
    """The employee with this staff number, who also has a role in the whole municipality."""
    employee_id, name, account_id = session.execute(
        select(Employee.id, Employee.name, Account.id)
        .join(Account, Account.employee_id == Employee.id)
        .where(Employee.staff_no == staff_no)
    ).one()
    return Actor(
        tenant_id=tenant_of(session),
        account_id=account_id,
        employee_id=employee_id,
        name=name,
        staff_no=staff_no,
        grants=(Grant(Role.EMPLOYEE), Grant(role)),
    )
