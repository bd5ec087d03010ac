"""Certificates are found by an index, however many the municipality has."""

from __future__ import annotations

import pytest

from lms.catalog.models import Course
from lms.certification import queries, service
from lms.core.access import Role
from tests.factories import make_course

PERSON, SERIES = "ix_certificate_employee", "ix_certificate_series"


def indexes(session, asked):
    """The indexes by which SQLite answers the questions to certificates, one for each question."""
    found = []
    for statement in asked:
        if statement.startswith("SELECT") and "FROM certificate" in statement:
            plan = f"EXPLAIN QUERY PLAN {statement}"
            values = (1,) * statement.count("?")
            row = session.connection().exec_driver_sql(plan, values).first()
            found.append(next((each for each in (PERSON, SERIES) if each in row[3]), row[3]))
    return found


@pytest.mark.sqlite
def test_the_certificates_of_one_person_are_found_by_an_index(database, cast, statements):
    with database.session(cast.aoba, read_only=True) as session:
        with statements(most=2) as asked:
            assert queries.certificates_of(session, 1) == ()
            assert queries.find_newest(session, 1, 1) is None
        assert indexes(session, asked) == [PERSON, PERSON]


@pytest.mark.sqlite
def test_a_certificate_is_numbered_by_an_index(database, cast, clock, statements):
    """It happens while nobody else can write."""
    made = make_course(database)
    with database.transaction(cast.aoba) as session:
        course, actor = session.get_one(Course, made.id), cast.ono.actor(Role.HR)
        facts = {"employee_id": cast.aoki.employee_id, "score": 90.0, "now": clock.now()}
        with statements(most=20) as asked:
            service.issue(session, course=course, actor=actor, **facts)
        assert indexes(session, asked) == [PERSON, SERIES]
