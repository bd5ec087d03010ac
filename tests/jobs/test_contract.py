"""What every engine promises; the suite runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from sqlalchemy import select

from lms.core.access import system_actor
from lms.jobs import leasing, registry, running, service
from lms.jobs.models import Job, JobState
from lms.jobs.registry import JobStoppedError
from lms.jobs.running import drain, run_next


def load(database, tenant_id, job_id):
    with database.session(tenant_id, read_only=True) as session:
        return session.get(Job, job_id)


def claim(runtime, now):
    with runtime.database.platform_transaction(reason="test") as session:
        leasing.reclaim(session, now=now)
        return leasing.claim(session, now=now)


def test_a_job_exists_only_when_its_transaction_commits(database, cast, clock, runtime, tasks):
    with database.session(cast.aoba) as session:
        service.enqueue(session, "tests.note", {}, actor=system_actor(cast.aoba), now=clock.now())
        session.rollback()
    assert drain(runtime) == 0
    assert tasks == []


def test_a_job_is_done_once_and_leaves_its_result(database, cast, put, runtime, tasks):
    key = put("tests.note", word="花")
    assert drain(runtime) == 1
    assert drain(runtime) == 0
    job = load(database, cast.aoba, key)
    assert (job.state, job.result["word"], tasks) == (JobState.DONE, "花", [(cast.aoba, "花")])
    assert (job.step, job.done_count, job.total_count) == ("noting", 1, 2)
    assert job.lease_token is None


def test_urgent_work_goes_first_and_promotion_counts(database, cast, put, runtime, tasks):
    put("tests.note", word="later", priority=service.BACKGROUND, unique_key="later")
    put("tests.note", word="normal")
    put("tests.note", word="urgent", priority=service.FRONT)
    with database.transaction(cast.aoba) as session:
        assert service.promote(session, "later", priority=1)
        assert not service.promote(session, "unknown")
    drain(runtime)
    assert [word for _, word in tasks] == ["later", "urgent", "normal"]


def test_one_open_job_for_a_key_and_a_new_one_after_its_end(cast, put, runtime, tasks):
    first = put("tests.note", word="a", unique_key="k")
    assert put("tests.note", word="b", unique_key="k", priority=1) == first
    other = put("tests.note", word="c", tenant=cast.midorikawa, unique_key="k")
    assert other != first
    drain(runtime)
    assert put("tests.note", word="d", unique_key="k") not in {first, other}
    drain(runtime)
    assert sorted(word for _, word in tasks) == ["a", "c", "d"]


def test_a_failure_is_tried_again_later_and_is_dead_in_the_end(
    database, cast, clock, put, runtime, tasks
):
    key = put("tests.crash")
    assert drain(runtime) == 1
    job = load(database, cast.aoba, key)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert "reference" in job.error_values
    clock.move(seconds=11)
    assert drain(runtime) == 1
    clock.move(seconds=41)
    assert drain(runtime) == 1
    job = load(database, cast.aoba, key)
    assert (job.state, len(tasks)) == (JobState.DEAD, 3)
    assert "Traceback" not in job.error
    clock.move(hours=5)
    assert drain(runtime) == 0


def test_a_refusal_is_final_at_once(database, cast, put, runtime):
    key = put("tests.refuse")
    drain(runtime)
    job = load(database, cast.aoba, key)
    assert (job.state, job.attempts, job.error_values) == (JobState.DEAD, 1, {"seconds": 7})


def test_a_poison_job_blocks_nobody(put, runtime, tasks):
    put("tests.crash", priority=1)
    put("tests.unknown", priority=2)
    put("tests.note", word="fine")
    drain(runtime)
    assert tasks[-1][1] == "fine"


def test_another_worker_is_called_for_what_one_left_behind(database, cast, clock, put, runtime):
    """The one that is there may be busy for long."""
    put("tests.note")
    assert claim(runtime, clock.now())
    for seconds, called in ((1, False), (leasing.LEASE.total_seconds(), True)):
        clock.move(seconds=seconds)
        with database.platform_session(reason="test", read_only=True) as session:
            assert leasing.nobody_comes(session, now=clock.now()) is called


def test_a_vanished_worker_s_job_is_done_by_another(database, cast, clock, put, runtime, tasks):
    key = put("tests.note", word="x")
    assert claim(runtime, clock.now()) is not None  # A worker takes it and is never seen again.
    assert drain(runtime) == 0
    clock.move(seconds=31)
    assert drain(runtime) == 1
    job = load(database, cast.aoba, key)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_kills_its_process_stops_after_its_tries(database, cast, clock, put, runtime):
    key = put("tests.crash")
    for _ in range(3):
        assert claim(runtime, clock.now()) is not None
        clock.move(seconds=31)
    assert claim(runtime, clock.now()) is None
    job = load(database, cast.aoba, key)
    assert (job.state, job.error) == (JobState.DEAD, leasing.VANISHED)


def test_a_worker_that_wakes_after_its_lease_changes_nothing(
    database, cast, clock, put, runtime, tasks
):
    key = put("tests.note", word="x")
    frozen = claim(runtime, clock.now())
    clock.move(seconds=31)
    drain(runtime)
    with database.platform_transaction(reason="test") as session:
        until = clock.now() + timedelta(minutes=1)
        assert not leasing.renew(session, frozen, until=until)
        assert not leasing.finish(session, frozen, {"word": "old"}, now=clock.now())
        assert not leasing.fail(session, frozen, "old", {}, now=clock.now())
        assert not leasing.give_back(session, frozen, now=clock.now())
        assert not leasing.holds(session, frozen)
    job = load(database, cast.aoba, key)
    assert (job.state, job.result["word"], len(tasks)) == (JobState.DONE, "x", 1)


def test_a_fenced_transaction_writes_nothing_after_the_lease(database, cast, clock, put, runtime):
    key = put("tests.fenced")
    seen = []

    @registry.task("tests.fenced")
    def fenced(context):
        if not seen:
            seen.append("first")
            clock.move(seconds=31)
            drain(runtime)
            with context.transaction() as session:
                session.get(Job, key).step = "written by the frozen worker"
        seen.append("end")
        return {"by": "second"}

    drain(runtime)
    job = load(database, cast.aoba, key)
    assert seen == ["first", "end"]
    assert (job.state, job.step, job.result) == (JobState.DONE, "", {"by": "second"})


def test_municipalities_take_turns(cast, clock, put, runtime, tasks):
    for number in range(5):
        put("tests.note", word=f"a{number}")
    put("tests.note", word="m", tenant=cast.midorikawa)
    stopping = threading.Event()
    for _ in range(3):
        clock.move(seconds=1)
        run_next(runtime, stopping)
    assert "m" in [word for _, word in tasks[:2]]


def test_progress_is_written_while_the_task_runs(database, cast, put, runtime, monkeypatch):
    key = put("tests.slow")
    seen = []

    @registry.task("tests.slow")
    def slow(context):
        context.progress("Drawing", 3, 20)
        until = time.monotonic() + 60
        while not seen and time.monotonic() < until:
            time.sleep(0.02)
            job = load(database, cast.aoba, key)
            if job.done_count:
                seen.append((job.step, job.done_count, job.total_count, job.state))

    monkeypatch.setattr(running, "_TICK", 0.05)
    drain(runtime)
    assert seen == [("Drawing", 3, 20, JobState.RUNNING)]


def test_a_worker_that_must_stop_gives_the_job_back(database, cast, put, runtime, monkeypatch):
    key = put("tests.patient")
    stopping = threading.Event()

    @registry.task("tests.patient")
    def patient(context):
        stopping.set()
        context.progress("more", 1, 2)

    assert run_next(runtime, stopping)
    job = load(database, cast.aoba, key)
    assert (job.state, job.attempts, job.lease_token) == (JobState.QUEUED, 0, None)


def test_background_work_makes_way_for_urgent_work(
    database, cast, clock, put, runtime, tasks, monkeypatch
):
    key = put("tests.long", priority=service.BACKGROUND)

    @registry.task("tests.long")
    def long(context):
        if "long" not in tasks:
            tasks.append("long")
            put("tests.note", word="urgent", priority=service.FRONT)
            clock.move(seconds=2)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                context.progress("piece", 1, 2)
                time.sleep(0.02)
        tasks.append("long ended")

    monkeypatch.setattr(running, "_TICK", 0.05)
    drain(runtime)
    assert tasks == ["long", (cast.aoba, "urgent"), "long ended"]
    assert load(database, cast.aoba, key).attempts == 1


def test_a_task_that_does_not_end_is_given_up(database, cast, put, runtime, monkeypatch):
    key = put("tests.endless")
    given_up = threading.Event()

    @registry.task("tests.endless", timeout=0)
    def endless(context):
        given_up.wait(60)
        with context.transaction() as session:
            session.get(Job, key).step = "too late"

    monkeypatch.setattr(running, "_TICK", 0.05)
    run_next(runtime, threading.Event(), given_up.set)
    job = load(database, cast.aoba, key)
    assert (job.state, job.step, job.error) == (JobState.QUEUED, "", running.TOO_SLOW)


def test_a_dead_job_can_be_started_again(database, cast, clock, put, runtime):
    key = put("tests.refuse")
    drain(runtime)
    with database.transaction(cast.aoba) as session:
        service.start_again(session, session.get(Job, key), now=clock.now())
    with database.session(cast.aoba, read_only=True) as session:
        found = session.scalar(select(Job))
        assert (found.state, found.attempts, found.error) == (JobState.QUEUED, 0, "")


def test_stopped_error_passes_a_task_s_own_error_handling():
    assert not issubclass(JobStoppedError, Exception)
