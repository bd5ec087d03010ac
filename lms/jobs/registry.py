"""Background tasks by name, and what a running task may use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from lms.core.db.engine import Database
from lms.core.settings import Settings
from lms.core.storage import FileStore
from lms.kernel.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.orm import Session



class ProgressSink(Protocol):
    """Where a task reports how far it is."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a task is given. It opens short transactions itself, so that nobody waits for it.

    A task is done at least once, so it must be safe to run again from the start.
    """

    database: Database
    files: FileStore
    settings: Settings
    clock: Clock
    tenant_id: int
    job_public_id: str
    account_id: int | None
    progress: ProgressSink

    def transaction(self) -> AbstractContextManager[Session]:
        """A write session that commits on leaving."""
        return self.database.transaction(self.tenant_id)

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """A read-only session."""
        with self.database.session(self.tenant_id, read_only=True) as session:
            yield session

    def now(self) -> datetime:
        """The current moment by the server's clock."""
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Task:
    """A registered task."""

    name: str
    function: Callable[..., dict[str, Any] | None]
    timeout: int
    max_attempts: int


_tasks: dict[str, Task] = {}


def task(
    name: str, *, timeout: int = 600, max_attempts: int = 5
) -> Callable[
    [Callable[..., dict[str, Any] | None]], Callable[..., dict[str, Any] | None]
]:
    """Register ``function(context, **args)``; what it returns becomes the job's result.

    Args:
        name: ``slice.verb``.
        timeout: seconds after which the worker gives the job to somebody else.
        max_attempts: tries before the job is dead and a person must look.
    """

    def register(
        function: Callable[..., dict[str, Any] | None],
    ) -> Callable[..., dict[str, Any] | None]:
        _tasks[name] = Task(name, function, timeout, max_attempts)
        return function

    return register


def get_task(name: str) -> Task:
    """The task of this name.

    Raises:
        KeyError: nothing is registered under it.
    """
    return _tasks[name]


def task_names() -> list[str]:
    """Every registered name, sorted."""
    return sorted(_tasks)
