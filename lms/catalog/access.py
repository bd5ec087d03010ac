"""Who may see and change which course: predicate and filter side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select

from lms.catalog.models import Course, Module
from lms.core.access import Permission
from lms.core.db.prepared import OWN_TENANT, Prepared
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import BindParameter, Executable
    from sqlalchemy.orm import Session

    from lms.core.access import Actor


def can_see_course(actor: Actor, course: Course) -> bool:
    """Published courses are seen by everybody of the owner and, from the library, by all."""
    if course.tenant_id not in {actor.tenant_id, LIBRARY_TENANT_ID}:
        return False
    if course.current_version_id is not None and course.retired_at is None:
        return actor.can(Permission.SIGNED_IN)
    return actor.can(Permission.COURSE_EDIT) and course.tenant_id == actor.tenant_id


def courses_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same rule as a filter on ``Course``."""
    return courses_seen(actor.tenant_id, edits=actor.can(Permission.COURSE_EDIT))


def courses_seen(tenant_id: int | BindParameter[int], *, edits: bool) -> ColumnElement[bool]:
    """The rule for somebody of this municipality who makes courses (``edits``) or does not."""
    owned = Course.tenant_id.in_((tenant_id, LIBRARY_TENANT_ID))
    live = and_(Course.current_version_id.is_not(None), Course.retired_at.is_(None))
    if edits:
        return and_(owned, or_(live, Course.tenant_id == tenant_id))
    return and_(owned, live)


def prepared_twice(make: Callable[[ColumnElement[bool]], Executable]) -> dict[bool, Prepared]:
    """A statement on courses with the rule in it, for those who make courses (True) and others."""
    return {edits: Prepared(make(courses_seen(OWN_TENANT, edits=edits))) for edits in (True, False)}


def access_course(
    session: Session, actor: Actor, public_id: str, permission: Permission = Permission.SIGNED_IN
) -> Course:
    """Load a course by its public id.

    Raises:
        NotFoundError: there is none, or the actor may not know.
        ForbiddenError: the actor may see it but not use ``permission`` on it; courses of the
            shared library are changed by nobody in a municipality.
    """
    course = session.scalar(
        select(Course).where(Course.public_id == public_id, courses_seen_by(actor))
    )
    if course is None:
        raise NotFoundError(public_id)
    if permission in {Permission.COURSE_EDIT, Permission.COURSE_PUBLISH} and (
        not actor.can(permission) or course.tenant_id != actor.tenant_id
    ):
        raise ForbiddenError(public_id)
    return course


def access_module(
    session: Session, actor: Actor, public_id: str, permission: Permission = Permission.SIGNED_IN
) -> tuple[Course, Module]:
    """Load a module with its course, authorised through the course.

    Raises:
        NotFoundError: there is none, or the actor may not know.
        ForbiddenError: see ``access_course``.
    """
    row = session.execute(
        select(Course.public_id, Module)
        .join(Module, Module.course_id == Course.id)
        .where(Module.public_id == public_id, courses_seen_by(actor))
    ).first()
    if row is None:
        raise NotFoundError(public_id)
    return access_course(session, actor, row[0], permission), row[1]
