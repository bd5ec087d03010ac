"""The certificates of one person are found without reading everybody's."""

from __future__ import annotations

import pytest

from lms.certification import queries


@pytest.mark.sqlite
def test_the_certificates_of_one_person_are_found_by_an_index(database, cast, statements):
    with database.session(cast.aoba, read_only=True) as session:
        with statements(most=2) as asked:
            assert queries.certificates_of(session, 1) == ()
            assert queries.find_newest(session, 1, 1) is None
        assert len(asked) == 2
        for statement in asked:
            values = (1,) * statement.count("?")
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            assert "ix_certificate_employee" in str(plan.all())
