"""Invented municipalities: the rows agree with one another, whatever made them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.assessment.models import Attempt, Grade
from lms.assignments.models import Assignment
from lms.kernel.result import DomainError
from lms.learning.models import Enrolment, ModuleProgress, SlideProgress
from lms.ops import verifying
from lms.ops.demo import load, seeding, town
from lms.people.models import Employee, Post
from tests.factories import make_course, module_source


@pytest.fixture
def verified(app, database, settings):
    """Checks the whole server and returns a reader of one municipality."""

    def check(tenant_id):
        files = app.extensions["lms"].files
        assert verifying.verify_all(settings, database, files, deep=True) == ()
        return database.session(tenant_id, read_only=True)

    return check


@pytest.mark.sqlite
def test_the_demo_has_histories_that_verify(database, clock, verified, monkeypatch):
    monkeypatch.setattr(seeding, "AT_ONCE", 7)
    make_course(database, modules=(module_source(), module_source("点検", quiz=3)))
    seen = []
    tenant_id = seeding.seed_demo(
        database, now=clock.now(), argon2_memory_kib=64, progress=lambda *step: seen.append(step)
    )
    with verified(tenant_id) as session:
        people = session.scalar(select(func.count(Employee.id)))
        assert people == len(town.people())
        done = session.scalars(select(Enrolment).where(Enrolment.completed_at.is_not(None))).all()
        assert people / 3 < len(done) < people
        assert all(row.modules_completed == 2 and row.score >= 80 for row in done)
        assert session.scalar(select(func.count(Attempt.id))) > len(done)
    assert seen[-1] == ("histories", people, people)


def test_without_courses_nothing_is_made(database, clock):
    with pytest.raises(DomainError, match="Load the courses first"):
        seeding.seed_demo(database, now=clock.now(), argon2_memory_kib=64)
    assert not seeding.demo_exists(database)


def test_load_data_verifies(database, clock, verified, monkeypatch):
    # Parts of five people, so that there are several and one that is not full.
    monkeypatch.setattr(load, "PART", 5)
    made = load.seed_load(
        database,
        employees=47,
        courses=3,
        now=clock.now(),
        password="hanamizuki-2026",
        argon2_memory_kib=64,
    )
    with verified(made.tenant_id) as session:

        def count(model, *where):
            return session.scalar(select(func.count(model.id)).where(*where))

        assert count(Employee) == count(Post) == 47
        assert count(Assignment) == 47 * 3
        heads = session.scalars(
            select(Employee.staff_no)
            .join(Post, Post.employee_id == Employee.id)
            .where(Post.is_head)
        )
        assert sorted(heads) == ["0000001", "0000041"]
        assert count(Enrolment, Enrolment.completed_at.is_not(None)) == made.completed > 0
        assert count(Attempt) == made.completed
        assert count(Grade) == made.completed * 10
        assert count(ModuleProgress) == count(Enrolment) > made.completed
        seen = session.scalar(select(func.sum(ModuleProgress.slides_seen)))
        assert count(SlideProgress) == seen
