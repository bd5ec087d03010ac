"""Writes about people and the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from lms.core import audit
from lms.core.audit import AuditAction
from lms.kernel.result import DomainError
from lms.kernel.text import search_key
from lms.people.models import Employee, LeavePeriod, OrgUnit, Post, RoleGrant

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor, Role
    from lms.people.models import EmploymentType, LeaveKind


def create_unit(
    session: Session,
    code: str,
    name: str,
    *,
    parent: OrgUnit | None,
    valid_from: date,
    name_en: str = "",
) -> OrgUnit:
    """A new unit below ``parent``; its path is complete on return.

    Raises:
        DomainError: another unit has the code on that day or later (OR-1).
    """
    same = (OrgUnit.code == code, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to > valid_from))
    if session.scalar(select(OrgUnit.id).where(*same).limit(1)) is not None:
        raise DomainError("unit.code", "The department %(unit)s is there already.", unit=code)
    unit = OrgUnit(
        code=code,
        name=name,
        name_en=name_en,
        parent_id=parent.id if parent else None,
        level=parent.level + 1 if parent else 1,
        path="",
        sort_key=code,
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()  # The path holds the unit's own key.
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def create_employee(  # noqa: PLR0913 - the facts of a person
    session: Session,
    staff_no: str,
    name: str,
    name_kana: str,
    *,
    unit: OrgUnit,
    joined_on: date,
    mail: str = "",
    rank: str = "",
    rank_order: int = 99,
    job_type: str = "",
    employment_type: EmploymentType | None = None,
    tier: str = "general",
    is_head: bool = False,
) -> Employee:
    """A new employee with a primary post from the day of joining."""
    person = Employee(
        staff_no=staff_no,
        name=name,
        name_kana=name_kana,
        search_key=search_key(f"{name} {name_kana} {staff_no}"),
        mail=mail,
        rank=rank,
        rank_order=rank_order,
        job_type=job_type,
        tier=tier,
        joined_on=joined_on,
    )
    if employment_type is not None:
        person.employment_type = employment_type
    session.add(person)
    session.flush()  # The post needs the employee's key.
    add_post(session, person, unit, valid_from=joined_on, is_head=is_head)
    return person


def add_post(
    session: Session,
    person: Employee,
    unit: OrgUnit,
    *,
    valid_from: date,
    primary: bool = True,
    is_head: bool = False,
) -> Post:
    """A post of a person in a unit; ``primary=False`` for 兼務."""
    post = Post(
        employee_id=person.id,
        unit_id=unit.id,
        primary=primary,
        is_head=is_head,
        valid_from=valid_from,
    )
    session.add(post)
    return post


def add_leave(
    session: Session, person: Employee, kind: LeaveKind, valid_from: date, valid_to: date | None
) -> LeavePeriod:
    """A leave that takes the person out of scope while it lasts."""
    leave = LeavePeriod(employee_id=person.id, kind=kind, valid_from=valid_from, valid_to=valid_to)
    session.add(leave)
    return leave


def grant_role(
    session: Session,
    person: Employee,
    role: Role,
    *,
    unit: OrgUnit | None = None,
    valid_from: date,
    actor: Actor,
) -> RoleGrant:
    """Give a person a role, perhaps limited to a unit subtree; leaves an audit row."""
    grant = RoleGrant(
        employee_id=person.id, role=role, unit_id=unit.id if unit else None, valid_from=valid_from
    )
    session.add(grant)
    audit.record(
        session,
        actor,
        AuditAction.ROLE_GRANTED,
        person,
        {"role": role.value, "unit": unit.code if unit else None},
        subject_employee_id=person.id,
    )
    return grant


def end_grant(
    session: Session,
    grant: RoleGrant,
    person: Employee,
    *,
    valid_to: date,
    actor: Actor,
    now: datetime,
) -> None:
    """End a role of a person; ``valid_to`` is the first day without it. Leaves an audit row."""
    grant.valid_to = valid_to
    unit = session.scalar(select(OrgUnit.code).where(OrgUnit.id == grant.unit_id))
    audit.record(
        session,
        actor,
        AuditAction.ROLE_REVOKED,
        person,
        {"role": grant.role.value, "unit": unit},
        subject_employee_id=person.id,
        now=now,
    )


def log_view(session: Session, *, actor: Actor, employee_id: int, what: str, now: datetime) -> None:
    """Remember that somebody looked at another person's record (AC-2)."""
    audit.record(
        session,
        actor,
        AuditAction.PERSON_VIEWED,
        f"employee:{employee_id}",
        {"page": what},
        subject_employee_id=employee_id,
        now=now,
    )
