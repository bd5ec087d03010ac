"""Who may see whom: the rule as a predicate and the rule as a filter are one rule."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.access import Actor, Grant, Permission, Role
from lms.people.access import can_see, seen_by
from lms.people.models import Employee, OrgUnit, Post
from tests.cast import HIRED

PERMISSIONS = (Permission.PERSON_VIEW, Permission.REPORT_VIEW, Permission.ANSWERS_VIEW)


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit", ["", "04", "0401", "02"])
def test_the_predicate_and_the_filter_agree(database, cast, permission, role, unit):
    with database.session(cast.aoba, read_only=True) as session:
        path = session.scalar(select(OrgUnit.path).where(OrgUnit.code == unit)) or ""
        actor = Actor(
            tenant_id=cast.aoba,
            account_id=cast.kimura.account_id,
            employee_id=cast.kimura.employee_id,
            grants=(Grant(Role.EMPLOYEE), Grant(role, path)),
        )
        places: dict[int, tuple[str, ...]] = {}
        for employee_id, place in session.execute(
            select(Post.employee_id, OrgUnit.path).join(OrgUnit, OrgUnit.id == Post.unit_id)
        ):
            places[employee_id] = (*places.get(employee_id, ()), place)
        seen = set(session.scalars(select(Employee.id).where(seen_by(actor, permission, HIRED))))
        assert cast.kimura.employee_id in seen
        assert seen == {
            key for key, paths in places.items() if can_see(actor, permission, key, paths)
        }
