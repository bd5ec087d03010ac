"""Who may see which course: the rule as a predicate and the rule as a filter are one rule."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.catalog.access import can_see_course, courses_seen_by
from lms.catalog.models import Course
from lms.core.access import Actor, Grant, Role
from lms.core.tenancy import LIBRARY_TENANT_ID
from tests.factories import PUBLISHED, make_course


@pytest.fixture
def courses(database, cast):
    """A live, an empty and a retired course of the library and of both municipalities."""
    for tenant_id in (LIBRARY_TENANT_ID, cast.aoba, cast.midorikawa):
        make_course(database, "live", tenant_id=tenant_id)
        make_course(database, "empty", tenant_id=tenant_id, modules=())
        retired = make_course(database, "retired", tenant_id=tenant_id)
        with database.transaction(tenant_id) as session:
            session.get_one(Course, retired.id).retired_at = PUBLISHED


@pytest.mark.usefixtures("courses")
@pytest.mark.parametrize("role", Role)
def test_the_predicate_and_the_filter_agree(database, cast, role):
    actor = Actor(tenant_id=cast.aoba, account_id=1, grants=(Grant(role),))
    with database.platform_session(reason="test", read_only=True) as session:
        everything = session.scalars(select(Course)).all()
        seen = session.scalars(select(Course).where(courses_seen_by(actor))).all()
        assert len(everything) == 9
        assert {(c.tenant_id, c.slug) for c in seen} >= {
            (LIBRARY_TENANT_ID, "live"),
            (cast.aoba, "live"),
        }
        assert set(seen) == {course for course in everything if can_see_course(actor, course)}
