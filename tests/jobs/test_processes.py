"""Real worker processes: woken, killed, stopped, and several at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lms.core.access import system_actor
from lms.core.settings import ROOT
from lms.jobs import service
from lms.jobs.models import Job, JobState
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.core.settings import Settings


class Workers:
    """Starts workers on the test's home and reads their journal."""

    def __init__(self, settings: Settings, database: Any, tenant_id: int) -> None:
        self.settings, self.database, self.tenant_id = settings, database, tenant_id
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, lease: int = 60, *more: str) -> subprocess.Popen[bytes]:
        """Start a worker whose jobs are another one's when it is silent for ``lease`` seconds.

        On a busy machine a worker may well be silent for two of them. With ``crew`` it is a worker
        that stays and another that comes when it is called.
        """
        environ = {
            **os.environ,
            "LMS_HOME": str(self.settings.home),
            "LMS_DATABASE_URL": self.settings.database_url,
        }
        ready = self.journal()["ready"]
        command = [sys.executable, "-m", "tests.jobs.worker_process", str(lease), *more]
        process = subprocess.Popen(command, cwd=ROOT, env=environ)  # noqa: S603
        self.processes.append(process)
        eventually(lambda: self.journal()["ready"] > ready)
        return process

    def journal(self) -> Counter[str]:
        path = self.settings.home / "journal"
        return Counter(path.read_text(encoding="utf-8").splitlines() if path.exists() else [])

    def put(self, task: str, **args: Any) -> int:
        with self.database.transaction(self.tenant_id) as session:
            now = datetime.now(UTC)
            return service.enqueue(
                session, task, args, actor=system_actor(self.tenant_id), now=now
            ).id

    def job(self, key: int) -> Job:
        with self.database.session(self.tenant_id, read_only=True) as session:
            found = session.get(Job, key)
            assert found is not None
            return found


@pytest.fixture
def workers(app, settings, database, cast) -> Iterator[Workers]:
    team = Workers(settings, database, cast.aoba)
    yield team
    for process in team.processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_waiting_worker_is_woken(workers):
    workers.start()
    key = workers.put("tests.mark", word="a")
    eventually(lambda: workers.job(key).state is JobState.DONE)
    assert workers.journal()["mark a"] == 1


def test_work_of_a_killed_worker_is_done_by_the_next(workers):
    first = workers.start(lease=2)
    key = workers.put("tests.hold")
    eventually(lambda: workers.journal()["hold"] == 1)
    first.kill()
    first.wait()
    workers.start()
    eventually(lambda: workers.job(key).state is JobState.DONE)
    assert workers.job(key).attempts == 2
    assert workers.journal()["hold"] == 2


def test_a_worker_told_to_stop_gives_its_job_back(workers):
    process = workers.start()
    key = workers.put("tests.loop")
    eventually(lambda: workers.job(key).done_count > 0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    job = workers.job(key)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_two_workers_do_each_job_once(workers):
    keys = [workers.put("tests.mark", word=str(number)) for number in range(30)]
    workers.start()
    workers.start()
    eventually(lambda: all(workers.job(key).state is JobState.DONE for key in keys))
    assert {workers.journal()[f"mark {number}"] for number in range(30)} == {1}


def test_another_worker_comes_when_work_waits(workers):
    workers.start(60, "crew")
    held = workers.put("tests.hold")
    eventually(lambda: workers.journal()["hold"] == 1)
    key = workers.put("tests.mark", word="beside")
    eventually(lambda: workers.job(key).state is JobState.DONE)
    assert workers.job(held).state is JobState.RUNNING
