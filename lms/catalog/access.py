"""Who may see and change which course: predicate and filter side by side."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select

from lms.catalog.models import Course, Module
from lms.core.access import Permission
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.kernel.result import ForbiddenError, NotFoundError

if TYPE_CHECKING:
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
    return courses_seen(*viewpoint(actor))


def viewpoint(actor: Actor) -> tuple[int, bool]:
    """All that the rule asks of an actor: the municipality, and whether they make courses.

    Statements with the filter are made once for each of these.
    """
    return actor.tenant_id, actor.can(Permission.COURSE_EDIT)


@lru_cache(maxsize=512)
def courses_seen(tenant_id: int, edits: bool) -> ColumnElement[bool]:  # noqa: FBT001 - a viewpoint
    """The filter for a viewpoint."""
    owned = Course.tenant_id.in_((tenant_id, LIBRARY_TENANT_ID))
    live = and_(Course.current_version_id.is_not(None), Course.retired_at.is_(None))
    if edits:
        return and_(owned, or_(live, Course.tenant_id == tenant_id))
    return and_(owned, live)


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
