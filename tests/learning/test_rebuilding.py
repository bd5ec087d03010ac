"""The projections are only that: made again from the events they are the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lms.assessment import service as assessment
from lms.assessment.questions import questions_by_id
from lms.core.access import system_actor
from lms.core.audit import AuditAction, AuditEntry
from lms.learning.models import Enrolment, ModuleProgress, SlideProgress
from lms.learning.rebuilding import rebuild
from lms.learning.rules import Beat, BeatKind
from tests.factories import make_course, module_source
from tests.learning.test_service import Student

LEFT_OUT = {"id", "public_id"}


def picture(database, tenant_id):
    """Every projected row without its keys."""
    with database.session(tenant_id, read_only=True) as session:
        found = []
        for model in (SlideProgress, ModuleProgress, Enrolment):
            for row in session.scalars(select(model)):
                names = [c.key for c in model.__mapper__.columns if c.key not in LEFT_OUT]
                found.append((model.__name__, {name: _plain(getattr(row, name)) for name in names}))
    return sorted(found, key=repr)


def _plain(value):
    return round(value, 3) if isinstance(value, float) else value


def lose_and_rebuild(database, tenant_id):
    """Empty the projections as if they were lost, and make them again."""
    with database.transaction(tenant_id) as session:
        session.execute(delete(SlideProgress))
        session.execute(delete(ModuleProgress))
        for enrolment in session.scalars(select(Enrolment)):
            enrolment.completed_at = enrolment.score = None
            enrolment.modules_completed, enrolment.snapshot = 0, {}
    with database.transaction(tenant_id) as session:
        for enrolment in session.scalars(select(Enrolment)):
            rebuild(session, enrolment, actor=system_actor(tenant_id))


def take_quiz(database, person, made, index, now, *, right):
    actor = person.actor()
    with database.transaction(person.tenant_id) as session:
        version_id = made.modules[index].version_id
        from lms.catalog.models import ModuleVersion

        quiz_version = session.get_one(ModuleVersion, version_id).final_quiz_version_id
        attempt = assessment.start_attempt(session, quiz_version, actor=actor, now=now)
        for question in questions_by_id(
            session, attempt.quiz_version_id, attempt.question_ids
        ).values():
            from lms.assessment import drawing

            chosen = question.key.right[0] if right else question.body.options[-1]
            shown = drawing.shown_response(
                chosen, question.ids, seed=attempt.seed, code=question.code
            )
            assessment.save_answer(session, attempt, question.code, shown, actor=actor, now=now)
        assessment.submit(session, attempt, actor=actor, now=now + timedelta(seconds=30))


beats = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(1, 12),
        st.sampled_from(["s1", "s2", "s3"]),
        st.sampled_from(list(BeatKind)),
        st.floats(0, 30),
        st.integers(0, 40),
        st.none() | st.integers(-100, 100),
    ),
    max_size=25,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(beats)
def test_any_history_rebuilds_to_the_same(database, cast, clock, course_for_history, history):
    made, person = course_for_history()
    windows = [Student(database, person, made, clock.now(), index) for index in (0, 1, 0)]
    for which, seq, slide, kind, seconds, pause, client in history:
        clock.move(seconds=pause)
        at = None if client is None else clock.now() + timedelta(seconds=client)
        beat = Beat(seq, slide, kind, position=seconds, seconds=seconds, at=at)
        windows[which].send(clock.now(), beat)
    before = picture(database, cast.aoba)
    lose_and_rebuild(database, cast.aoba)
    assert picture(database, cast.aoba) == before


@pytest.fixture
def course_for_history(database, cast):
    """A fresh course of two modules for each example, so that examples do not meet."""
    numbers = iter(range(1000))

    def fresh():
        slug = f"history-{next(numbers)}"
        modules = (module_source(quiz=0), module_source("二つ目", quiz=0))
        return make_course(database, slug, modules=modules), cast.aoki

    return fresh


def test_a_completed_course_with_a_quiz_rebuilds_to_the_same(database, cast, clock):
    made = make_course(database, "quizzed", modules=(module_source(), module_source("二つ目")))
    for index in (0, 1):
        student = Student(database, cast.aoki, made, clock.now(), index)
        clock.move(seconds=60)
        student.send(clock.now(), *(Beat(n, f"s{n}", BeatKind.SLIDE, 0, 10) for n in (1, 2, 3)))
        clock.move(minutes=2)
        take_quiz(database, cast.aoki, made, index, clock.now(), right=False)
        clock.move(minutes=2)
        take_quiz(database, cast.aoki, made, index, clock.now(), right=True)
        clock.move(minutes=5)
    before = picture(database, cast.aoba)
    completed = next(row for name, row in before if name == "Enrolment")
    assert completed["completed_at"] is not None
    assert completed["score"] == 100.0
    lose_and_rebuild(database, cast.aoba)
    assert picture(database, cast.aoba) == before


def test_a_later_worse_attempt_takes_neither_pass_nor_completion_away(database, cast, clock):
    made = make_course(database, "once", modules=(module_source(),))
    student = Student(database, cast.aoki, made, clock.now())
    student.send(clock.now(), *(Beat(n, f"s{n}", BeatKind.SLIDE) for n in (1, 2, 3)))
    take_quiz(database, cast.aoki, made, 0, clock.now(), right=True)
    before = student.progress
    clock.move(days=1)
    take_quiz(database, cast.aoki, made, 0, clock.now(), right=False)
    after = student.progress
    assert (after.passed_at, after.completed_at) == (before.passed_at, before.completed_at)
    assert (after.score, after.attempts) == (100.0, 2)


def test_an_operator_has_wrong_progress_made_again(app, database, cast, clock):
    from lms.cli.main import lms

    made = make_course(database, "wrong", modules=(module_source(quiz=0),))
    for person in (cast.aoki, cast.ueda):
        student = Student(database, person, made, clock.now())
        student.send(clock.now(), *(Beat(n, f"s{n}", BeatKind.SLIDE, 0, 9) for n in (1, 2)))
    before = picture(database, cast.aoba)
    with database.transaction(cast.aoba) as session:
        for enrolment in session.scalars(select(Enrolment)):
            enrolment.modules_completed = 5
        for row in session.scalars(select(SlideProgress)):
            row.seconds = 9_999
    run = app.test_cli_runner().invoke
    assert "受講が2件あります。lms rebuild で作り直せます" in run(lms, ["verify"]).output
    place = ["--tenant", "012025"]
    unknown = run(lms, ["rebuild", *place, "--person", "nobody"])
    assert (unknown.exit_code, "nobody" in unknown.stderr) == (1, True)
    one = run(lms, ["rebuild", *place, "--person", cast.aoki.staff_no])
    assert "受講1件を作り直しました" in one.output, one.stderr
    assert "受講が1件あります" in run(lms, ["verify"]).output
    assert run(lms, ["rebuild", *place]).exit_code == 0
    assert run(lms, ["verify"]).exit_code == 0
    assert picture(database, cast.aoba) == before
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.PROGRESS_REBUILT)
        )
        assert [row.changes["enrolments"] for row in rows] == [1, 2]


def test_a_history_from_elsewhere_is_kept(database, cast, clock):
    made = make_course(database, "brought", modules=(module_source(quiz=0),))
    student = Student(database, cast.aoki, made, clock.now())
    student.send(clock.now(), Beat(1, "s1", BeatKind.SLIDE, 0, 9))
    other = make_course(database, "other", modules=(module_source(quiz=0),)).modules[0]
    with database.transaction(cast.aoba) as session:
        enrolment = session.scalars(select(Enrolment)).one()
        session.add(
            SlideProgress(
                enrolment_id=enrolment.id, module_id=other.id, slide_key="s1", seconds=77,
                first_seen_at=clock.now(), last_seen_at=clock.now(),
            )
        )  # fmt: skip
    with database.transaction(cast.aoba) as session:
        rebuild(session, session.scalars(select(Enrolment)).one(), actor=student.person.actor())
    with database.session(cast.aoba, read_only=True) as session:
        assert {row.seconds for row in session.scalars(select(SlideProgress))} == {9, 77}
