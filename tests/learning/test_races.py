"""Several windows at the same moment, on real connections."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from lms.learning.models import Enrolment, Launch, ModuleProgress, ProgressEvent, SlideProgress

WINDOWS = 8


def at_once(*works):
    """Run every function at the same moment; returns their results, raises what one raised."""
    barrier = threading.Barrier(len(works))
    results, problems = [None] * len(works), []

    def run(number, work):
        barrier.wait()
        try:
            results[number] = work()
        except BaseException as problem:  # noqa: BLE001 - carried to the test
            problems.append(problem)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    return results


def counts(database, tenant_id):
    models = (Enrolment, Launch, ProgressEvent, SlideProgress, ModuleProgress)
    with database.session(tenant_id, read_only=True) as session:
        return [session.scalar(select(func.count()).select_from(model)) for model in models]


def test_the_same_first_beat_from_many_connections_counts_once(learner, database, cast, clock):
    window = learner()
    beat = window.beat("s1", seconds=5)
    clients = [_clone(window) for _ in range(WINDOWS)]
    clock.move(seconds=30)
    answers = at_once(*(lambda c=client: c.send(beat) for client in clients))
    assert [answer["acked_seq"] for answer in answers] == [1] * WINDOWS
    assert counts(database, cast.aoba) == [1, 1, 1, 1, 1]
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalar(select(ModuleProgress.seconds)) == 5


def test_many_windows_at_once_are_one_person_on_one_clock(learner, database, cast, clock):
    windows = [learner() for _ in range(WINDOWS)]
    beats = [window.beat("s1", seconds=60) for window in windows]
    clock.move(seconds=60)
    at_once(*(lambda w=w, b=b: w.send(b) for w, b in zip(windows, beats, strict=True)))
    assert counts(database, cast.aoba) == [1, WINDOWS, WINDOWS, 1, 1]
    with database.session(cast.aoba, read_only=True) as session:
        assert session.scalar(select(ModuleProgress.seconds)) == 70
        assert session.scalar(select(func.sum(ProgressEvent.seconds))) == 70


def test_the_last_slides_seen_at_once_complete_once(learner, database, cast, clock, visitor):
    from tests.factories import make_course, module_source

    plain = make_course(database, "plain", modules=(module_source(quiz=0, slides=WINDOWS),))
    windows = [learner(made=plain) for _ in range(WINDOWS)]
    beats = [
        window.beat(f"s{number}", kind="slide") for number, window in enumerate(windows, start=1)
    ]
    answers = at_once(*(lambda w=w, b=b: w.send(b) for w, b in zip(windows, beats, strict=True)))
    assert sum(answer["completed"] for answer in answers) >= 1
    with database.session(cast.aoba, read_only=True) as session:
        row = session.scalars(select(ModuleProgress)).one()
        assert (row.slides_seen, row.completed_at) == (WINDOWS, clock.now())
        assert session.scalars(select(Enrolment)).one().completed_at == clock.now()


def _clone(window):
    """The same page in another connection of the same browser."""
    from tests.learning.conftest import Learner
    from tests.support.client import Visitor

    browser = Visitor(window.browser.app)
    with window.browser.client.session_transaction() as cookie:
        values = dict(cookie)
    with browser.client.session_transaction() as cookie:
        cookie.update(values)
    return Learner(browser, window.course, window.index, window.launch)
