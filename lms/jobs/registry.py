"""Background tasks by name, and what a running task may use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.orm import Session

from lms.core.db.engine import Database
from lms.core.i18n import gettext
from lms.core.settings import Settings
from lms.core.storage import FileStore
from lms.kernel.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class JobStoppedError(BaseException):
    """The worker lost the job or is asked to stop; raised inside a task, caught by the runner.

    It is no ``Exception``, so that a task's own error handling lets it through.
    """


class ProgressSink(Protocol):
    """Where a task reports how far it is.

    Reporting costs nothing: the figures are written at most twice a second. It may raise
    ``JobStoppedError`` (the server stops, or background work makes way for something urgent), so
    a task calls it between two pieces of work.
    """

    def __call__(self, step: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a task is given. It opens short transactions itself, so that nobody waits for it.

    A task is done at least once, so it must be safe to run again from the start. Nothing slow
    belongs inside ``transaction()``.
    """

    database: Database
    files: FileStore
    settings: Settings
    clock: Clock
    tenant_id: int
    job_public_id: str
    account_id: int | None
    progress: ProgressSink
    fence: Callable[[Session], None] | None = None
    """Refuses writes of a worker whose job was given to somebody else."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A write session that commits on leaving.

        Raises:
            JobStoppedError: another worker has taken the job over; nothing is written.
        """
        with self.database.transaction(self.tenant_id) as session:
            if self.fence is not None:
                self.fence(session)
            yield session

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
    title: str


_tasks: dict[str, Task] = {}
_loaders: list[Callable[[], None]] = []


def task(
    name: str, *, timeout: int = 600, max_attempts: int = 5, title: str = ""
) -> Callable[[Callable[..., dict[str, Any] | None]], Callable[..., dict[str, Any] | None]]:
    """Register ``function(context, **args)``; what it returns becomes the job's result.

    A result with ``url`` (a path of this site) says where people see what came of it.

    Args:
        name: ``slice.verb``.
        timeout: seconds after which the worker gives the job to somebody else.
        max_attempts: tries before the job is dead and a person must look.
        title: what people read on the job's page (an English message id).
    """

    def register(
        function: Callable[..., dict[str, Any] | None],
    ) -> Callable[..., dict[str, Any] | None]:
        _tasks[name] = Task(name, function, timeout, max_attempts, title)
        return function

    return register


def get_task(name: str) -> Task:
    """The task of this name.

    Raises:
        KeyError: nothing is registered under it.
    """
    return _tasks[name]


def install_loader(load: Callable[[], None]) -> None:
    """Say how every task can be made known; a web process needs it for titles only."""
    _loaders[:] = [load]


def task_title(name: str) -> str:
    """What people read for a task, in their language."""
    if name not in _tasks:
        for load in _loaders:
            load()
    found = _tasks.get(name)
    return gettext(found.title if found is not None and found.title else "Background work")


def task_names() -> list[str]:
    """Every registered name, sorted."""
    return sorted(_tasks)
