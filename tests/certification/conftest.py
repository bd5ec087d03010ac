"""A certificate of 青木, as the completion of a course issues it."""

from __future__ import annotations

import pytest

from lms.catalog.models import Course
from lms.certification import service
from lms.core.access import Role
from tests.factories import make_course


@pytest.fixture
def certificate(database, cast, clock):
    """A certificate of 青木: its number and the secret of its QR code."""
    made = make_course(database, title="情報セキュリティ基礎")
    with database.transaction(cast.aoba) as session:
        course = session.get_one(Course, made.id)
        actor = cast.ono.actor(Role.HR)
        found = service.issue(
            session,
            employee_id=cast.aoki.employee_id,
            course=course,
            score=90.0,
            actor=actor,
            now=clock.now(),
        )
        return found.number, found.public_id
