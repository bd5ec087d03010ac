"""Enrolling, recording and completing: counted once, never back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.catalog.source import CompletionPolicy
from lms.core import events
from lms.core.audit import AuditAction, AuditEntry
from lms.kernel.ids import public_id
from lms.kernel.result import DomainError, ForbiddenError, NotFoundError
from lms.learning import rules, service
from lms.learning.access import install_admission
from lms.learning.events import CourseCompleted, ModuleCompleted
from lms.learning.models import (
    Enrolment,
    Launch,
    ModuleProgress,
    ProgressEvent,
    SlideProgress,
)
from lms.learning.opening import Ticket, open_module
from lms.learning.rules import Beat, BeatKind
from tests.factories import make_course, module_source


class Student:
    """Somebody who opened the first module of a course through the services."""

    def __init__(self, database, person, made, now, index=0):
        self.database, self.person, self.made = database, person, made
        with database.transaction(person.tenant_id) as session:
            self.ticket = Ticket(public_id(), made.id, made.modules[index].id, now)
            open_module(session, self.ticket, employee_id=person.employee_id, now=now)
            self.launch = self.ticket.launch_id

    def send(self, now, *beats):
        with self.database.transaction(self.person.tenant_id) as session:
            return service.take_beats(
                session, self.ticket, beats, actor=self.person.actor(), now=now
            )

    def rows(self, model):
        with self.database.session(self.person.tenant_id, read_only=True) as session:
            return list(session.scalars(select(model).order_by(model.id)))

    @property
    def progress(self):
        return self.rows(ModuleProgress)[0]


@pytest.fixture
def heard(app):
    """Every completion that was told, in order; the product's own listeners stay."""
    told = []
    table = dict(events._listeners)
    for kind in (ModuleCompleted, CourseCompleted):
        table[kind] = (*table.get(kind, ()), lambda _s, event: told.append(event))
    before = dict(events._listeners)
    events.connect(table)
    yield told
    events.connect(before)


def seconds(number):
    return timedelta(seconds=number)


class TestEnrolling:
    def test_twice_is_once(self, database, cast, course, clock):
        for _ in range(2):
            Student(database, cast.aoki, course, clock.now())
        student = Student(database, cast.aoki, course, clock.now())
        assert len(student.rows(Enrolment)) == 1
        assert student.rows(Enrolment)[0].modules_total == 1

    def test_a_closed_course_needs_somebody_who_asks(self, database, cast, clock):
        closed = make_course(database, "closed", open_to_all=False)
        with pytest.raises(ForbiddenError):
            Student(database, cast.aoki, closed, clock.now())
        install_admission(lambda _session, _employee_id, _today: {closed.id: None})
        try:
            Student(database, cast.aoki, closed, clock.now())
        finally:
            from lms.wiring import _asked_courses

            install_admission(_asked_courses)

    def test_a_launch_of_somebody_else_is_not_found(self, database, cast, course, clock):
        theirs = Student(database, cast.ueda, course, clock.now())
        with (
            database.transaction(cast.aoki.tenant_id) as session,
            pytest.raises(NotFoundError),
        ):
            service.take_beats(
                session,
                theirs.ticket,
                [Beat(1, "s1", BeatKind.SLIDE)],
                actor=cast.aoki.actor(),
                now=clock.now(),
            )
        assert theirs.rows(ProgressEvent) == []


class TestRecording:
    def test_a_repeated_beat_counts_once(self, database, cast, course, clock):
        student = Student(database, cast.aoki, course, clock.now())
        for _ in range(100):
            clock.move(seconds=1)
            answer = student.send(clock.now(), Beat(1, "s1", BeatKind.BEAT, seconds=5))
            assert answer.acked_seq == 1
        assert len(student.rows(ProgressEvent)) == 1
        assert student.progress.seconds == 5

    def test_part_of_a_batch_may_be_known(self, database, cast, course, clock):
        student = Student(database, cast.aoki, course, clock.now())
        clock.move(seconds=60)
        student.send(clock.now(), Beat(2, "s1", BeatKind.BEAT, seconds=5))
        student.send(
            clock.now(),
            *(Beat(seq, "s1", BeatKind.BEAT, seconds=5) for seq in (1, 2, 3)),
        )
        assert sorted(e.seq for e in student.rows(ProgressEvent)) == [1, 2, 3]
        assert student.rows(SlideProgress)[0].seconds == student.progress.seconds == 15

    def test_time_is_at_most_the_servers_and_ten_seconds(self, database, cast, course, clock):
        student = Student(database, cast.aoki, course, clock.now())
        clock.move(seconds=30)
        student.send(clock.now(), Beat(1, "s1", BeatKind.BEAT, seconds=3600))
        assert student.progress.seconds == 40

    def test_two_windows_share_one_clock(self, database, cast, rich_course, clock):
        windows = [Student(database, cast.aoki, rich_course, clock.now(), i) for i in (0, 0, 1)]
        for seq in range(1, 41):
            clock.move(seconds=15)
            for window in windows:
                window.send(clock.now(), Beat(seq, "s1", BeatKind.BEAT, seconds=15))
        total = sum(row.seconds for row in windows[0].rows(ModuleProgress))
        assert 600 <= total <= 610

    def test_another_person_has_another_clock(self, database, cast, course, clock):
        people = [Student(database, who, course, clock.now()) for who in (cast.aoki, cast.ueda)]
        clock.move(seconds=60)
        for student in people:
            student.send(clock.now(), Beat(1, "s1", BeatKind.BEAT, seconds=60))
        assert sorted(row.seconds for row in people[0].rows(ModuleProgress)) == [60, 60]

    def test_resume_is_where_the_person_was_last(self, database, cast, course, clock):
        student = Student(database, cast.aoki, course, clock.now())
        start = clock.now()
        clock.move(seconds=90)
        student.send(
            clock.now(),
            Beat(2, "s2", BeatKind.BEAT, position=12.5, at=start + seconds(60)),
            Beat(1, "s1", BeatKind.SLIDE, at=start + seconds(5)),
        )
        assert (student.progress.slide_key, student.progress.position) == ("s2", 12.5)

    def test_beats_that_waited_on_another_computer_do_not_take_the_place_away(
        self, database, cast, course, clock
    ):
        laptop = Student(database, cast.aoki, course, clock.now())
        left_at = clock.now() + seconds(30)
        clock.move(hours=1)
        phone = Student(database, cast.aoki, course, clock.now())
        phone.send(clock.now(), Beat(1, "s3", BeatKind.BEAT, position=4, at=clock.now()))
        clock.move(minutes=5)
        laptop.send(clock.now(), Beat(1, "s1", BeatKind.BEAT, position=9, at=left_at))
        assert (laptop.progress.slide_key, laptop.progress.position) == ("s3", 4)
        assert laptop.progress.slides_seen == 2

    def test_a_slide_the_module_does_not_have_is_refused(self, database, cast, course, clock):
        student = Student(database, cast.aoki, course, clock.now())
        with pytest.raises(DomainError) as refused:
            student.send(
                clock.now(),
                Beat(1, "s1", BeatKind.SLIDE),
                Beat(2, "made-up", BeatKind.SLIDE),
            )
        assert refused.value.code == "beat.slide"
        assert student.rows(ProgressEvent) == []

    def test_a_beat_takes_few_statements(self, database, cast, course, clock, statements):
        student = Student(database, cast.aoki, course, clock.now())
        student.send(clock.now(), Beat(1, "s1", BeatKind.SLIDE))
        clock.move(seconds=15)
        with statements(most=6):
            student.send(clock.now(), Beat(2, "s1", BeatKind.BEAT, seconds=15))


class TestCompleting:
    def test_slides_alone_complete_where_nothing_else_is_asked(self, database, cast, clock, heard):
        made = make_course(database, "plain", modules=(module_source(quiz=0),))
        student = Student(database, cast.aoki, made, clock.now())
        first = student.send(clock.now(), *(Beat(n, f"s{n}", BeatKind.SLIDE) for n in (1, 2)))
        assert not first.completed
        assert [(t.kind.value, t.have, t.need) for t in first.ticks] == [("slides", 2, 3)]
        clock.move(seconds=20)
        last = student.send(clock.now(), Beat(3, "s3", BeatKind.SLIDE))
        assert last.completed
        assert [type(event) for event in heard] == [ModuleCompleted, CourseCompleted]
        enrolment = student.rows(Enrolment)[0]
        assert enrolment.completed_at == clock.now()
        assert enrolment.modules_completed == enrolment.modules_total == 1
        assert enrolment.snapshot == {
            "rank": "",
            "employment_type": "regular",
            "tier": "general",
            "unit_code": "0401",
            "unit_name": "市民課",
            "unit": cast.units["0401"][1],
        }

    def test_completion_is_told_once_and_stays(self, database, cast, clock, heard):
        made = make_course(database, "plain", modules=(module_source(quiz=0),))
        student = Student(database, cast.aoki, made, clock.now())
        for seq in range(1, 10):
            clock.move(seconds=20)
            student.send(clock.now(), Beat(seq, f"s{(seq - 1) % 3 + 1}", BeatKind.SLIDE))
        assert len(heard) == 2
        with database.session(cast.aoba, read_only=True) as session:
            actions = session.scalars(
                select(AuditEntry.action).where(
                    AuditEntry.subject_employee_id == cast.aoki.employee_id,
                    AuditEntry.action.in_(
                        [AuditAction.MODULE_COMPLETED, AuditAction.COURSE_COMPLETED]
                    ),
                )
            ).all()
        assert sorted(actions) == [AuditAction.COURSE_COMPLETED, AuditAction.MODULE_COMPLETED]

    def test_a_newer_version_is_followed_until_completion(self, database, cast, clock):
        made = make_course(database, "moving", modules=(module_source(quiz=0, slides=2),))
        student = Student(database, cast.aoki, made, clock.now())
        student.send(clock.now(), Beat(1, "s1", BeatKind.SLIDE))
        longer = make_course(database, "moving", modules=(module_source(quiz=0, slides=3),))
        assert longer.modules[0].id == made.modules[0].id
        # The window that is open keeps what it shows …
        assert student.progress.slides_total == 2
        # … and the next one is on the corrected version, with what was seen before.
        again = Student(database, cast.aoki, longer, clock.now())
        assert (again.progress.slides_seen, again.progress.slides_total) == (1, 3)
        assert not again.send(clock.now(), Beat(1, "s2", BeatKind.SLIDE)).completed
        assert again.send(clock.now(), Beat(2, "s3", BeatKind.SLIDE)).completed
        pinned = again.rows(Enrolment)[0].course_version_id
        make_course(database, "moving", modules=(module_source(quiz=0, slides=4),))
        later = Student(database, cast.aoki, longer, clock.now())
        assert later.progress.completed_at is not None
        assert later.rows(Enrolment)[0].course_version_id == pinned
        assert later.rows(Launch)[-1].module_version_id == longer.modules[0].version_id

    def test_an_open_window_of_an_older_version_may_still_tell_of_its_slides(
        self, database, cast, clock
    ):
        made = make_course(database, "shrinking", modules=(module_source(quiz=0, slides=3),))
        old = Student(database, cast.aoki, made, clock.now())
        make_course(database, "shrinking", modules=(module_source(quiz=0, slides=2),))
        new = Student(database, cast.aoki, made, clock.now())
        assert not old.send(clock.now(), Beat(1, "s3", BeatKind.SLIDE)).completed
        assert new.progress.slides_total == 2
        assert new.progress.slides_seen == 0

    def test_a_policy_without_slides_asks_for_the_quiz_only(self, database, cast, clock):
        policy = CompletionPolicy(slides=False, quiz=True)
        made = make_course(database, "quiz-only", modules=(module_source(completion=policy),))
        student = Student(database, cast.aoki, made, clock.now())
        result = student.send(clock.now(), Beat(1, "s1", BeatKind.SLIDE))
        assert [tick.kind for tick in result.ticks] == [rules.TickKind.QUIZ]
        assert not result.completed
