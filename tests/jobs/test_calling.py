"""A worker on call: rung for by another process, gone after its rest."""

from __future__ import annotations

import os
from threading import Event

import pytest

from lms.jobs import calling, embedded, registry


def test_a_copy_rings_and_is_heard_once() -> None:
    bell = calling.Bell()
    assert not bell.hear()
    pid = os.fork()
    if pid == 0:
        bell.ring()
        os._exit(0)
    os.waitpid(pid, 0)
    assert bell.hear()
    assert not bell.hear()


@pytest.mark.parametrize(("stays", "idle", "worked"), [(True, False, True), (False, True, True)])
def test_who_stays_rests_only_after_work(
    monkeypatch: pytest.MonkeyPatch, *, stays: bool, idle: bool, worked: bool
) -> None:
    moment = 100.0
    monkeypatch.setattr(calling, "monotonic", lambda: moment)
    rest = calling.Rest(stays=stays, seconds=60)
    moment = 200.0
    assert rest.is_over is idle
    rest.begin()
    assert not rest.is_over
    moment = 261.0
    assert rest.is_over is worked


def test_a_rest_is_not_over_in_the_middle_of_work() -> None:
    """On PostgreSQL another thread asks while a job runs."""
    rest = calling.Rest(stays=False, seconds=-1)
    assert rest.is_over
    with rest.interrupted():
        assert not rest.is_over
    assert rest.is_over


@pytest.mark.postgres
def test_a_worker_looks_round_until_its_work_has_ended(put, runtime) -> None:
    from lms.jobs import postgres

    rest, working, looked = calling.Rest(stays=True, seconds=-1), Event(), Event()

    @registry.task("tests.long")
    def long(_context: registry.JobContext) -> dict[str, bool]:
        rest.begin()
        working.set()
        return {"looked": looked.wait(30)}

    def look() -> None:
        if working.is_set():
            looked.set()

    put("tests.long")
    postgres.work(runtime, Event(), beside=look, abandon=lambda: None, rest=rest)
    assert looked.is_set()


class _Counts:
    """Stands for an event that is never set; waiting takes no time."""

    waits = 0

    def is_set(self) -> bool:
        return False

    def wait(self, _seconds: float) -> bool:
        self.waits += 1
        return False


def test_a_worker_goes_when_its_rest_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    due = [True, True, False, False]
    monkeypatch.setattr(embedded, "run_next", lambda *_: due.pop(0))
    rest = calling.Rest(stays=True, seconds=0)
    monkeypatch.setattr(calling, "monotonic", lambda: float(-len(due)))
    stopping = _Counts()
    embedded.work(
        None,  # type: ignore[arg-type]
        stopping,  # type: ignore[arg-type]
        beside=lambda: None,
        abandon=lambda: None,
        rest=rest,
    )
    assert len(due) == 1
    assert stopping.waits == 1
