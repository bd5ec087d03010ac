"""Tasks that only tests know, and a runtime over the test's database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lms.core.access import system_actor
from lms.jobs import registry, service
from lms.jobs.running import Runtime
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

done: list[Any] = []


@pytest.fixture(autouse=True)
def tasks() -> Iterator[list[Any]]:
    """Register the test's tasks; what ran is listed in order."""
    before = dict(registry._tasks)
    done.clear()

    @registry.task("tests.note", title="Note")
    def note(context: registry.JobContext, word: str = "") -> dict[str, Any]:
        context.progress("noting", 1, 2)
        done.append((context.tenant_id, word))
        return {"word": word, "url": "/"}

    @registry.task("tests.crash", max_attempts=3)
    def crash(_context: registry.JobContext) -> None:
        done.append("crash")
        raise OSError("disk on fire")

    @registry.task("tests.refuse", max_attempts=3)
    def refuse(_context: registry.JobContext) -> None:
        raise DomainError("tests.no", "Please wait %(seconds)s seconds.",
                          seconds=7)  # fmt: skip

    yield done
    registry._tasks.clear()
    registry._tasks.update(before)


@pytest.fixture
def runtime(app: Any) -> Runtime:
    state = app.extensions["lms"]
    return Runtime(state.db, state.files, state.settings, state.clock, timedelta(seconds=30))


@pytest.fixture
def put(database: Any, clock: Any, cast: Any) -> Callable[..., int]:
    """``put("tests.note", word="a")`` enqueues in a transaction of its own; returns the key."""

    def enqueue(task: str, *, tenant: int | None = None, priority: int = 100,
                unique_key: str | None = None, **args: Any) -> int:  # fmt: skip
        tenant_id = tenant or cast.aoba
        actor = system_actor(tenant_id)
        options = {"priority": priority, "unique_key": unique_key}
        with database.transaction(tenant_id) as session:
            job = service.enqueue(session, task, args, actor=actor, now=clock.now(), **options)
            return job.id

    return enqueue
