"""Who may see which employee: the rule as a predicate and as a SQL filter, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from lms.kernel.result import NotFoundError
from lms.people.models import Employee, OrgUnit, Post
from lms.people.rules import in_subtree

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.core.access import Actor, Permission


def can_see(
    actor: Actor, permission: Permission, employee_id: int, unit_paths: tuple[str, ...]
) -> bool:
    """Whether the actor may use ``permission`` on an employee with posts in these units."""
    if employee_id == actor.employee_id:
        return True
    scope = actor.scope(permission)
    return scope is None or any(in_subtree(path, scope) for path in unit_paths)


def seen_by(actor: Actor, permission: Permission, on: date) -> ColumnElement[bool]:
    """The same rule as a filter on ``Employee``, over posts valid on a day."""
    scope = actor.scope(permission)
    if scope is None:
        return true()
    own = Employee.id == actor.employee_id if actor.employee_id is not None else false()
    if not scope:
        return own
    inside = exists(
        select(Post.id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(
            Post.employee_id == Employee.id,
            post_valid(on),
            or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in scope)),
        )
    )
    return or_(own, inside)


def units_seen_by(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """A filter on ``OrgUnit``: the subtrees in which the actor has the permission."""
    scope = actor.scope(permission)
    if scope is None:
        return true()
    if not scope:
        return false()
    return or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in scope))


def post_valid(on: date) -> ColumnElement[bool]:
    """A filter on ``Post``: valid on a day."""
    return and_(Post.valid_from <= on, or_(Post.valid_to.is_(None), Post.valid_to > on))


def access_employee(
    session: Session, actor: Actor, public_id: str, permission: Permission, *, on: date
) -> Employee:
    """Load an employee the actor may see.

    Raises:
        NotFoundError: there is none, or the actor may not know.
    """
    found = session.scalar(
        select(Employee).where(Employee.public_id == public_id, seen_by(actor, permission, on))
    )
    if found is None:
        raise NotFoundError(public_id)
    return found


def access_unit(session: Session, actor: Actor, public_id: str, permission: Permission) -> OrgUnit:
    """Load a unit in the actor's scope.

    Raises:
        NotFoundError: there is none, or it is out of scope.
    """
    found = session.scalar(
        select(OrgUnit).where(OrgUnit.public_id == public_id, units_seen_by(actor, permission))
    )
    if found is None:
        raise NotFoundError(public_id)
    return found
