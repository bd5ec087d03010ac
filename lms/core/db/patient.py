"""A PostgreSQL connection that lets other requests go on while the database works."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.waiting import Ready, Wait

from lms.core.turn import step_aside

if TYPE_CHECKING:
    from collections.abc import Generator

_Value = TypeVar("_Value")

SOON = 2
"""Milliseconds for which an answer is waited for in turn.

Most come within one, and changing threads for each of a dozen statements costs more than that
(``tests/bench/RESULTS.md``).
"""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for the database aside (``lms.core.turn``) when it does not answer soon."""

    reads_only = False
    """Set where nothing can be written through it."""

    patient = False
    """Set when somebody gets it from the pool.

    Before that SQLAlchemy asks the first connection about the server, under a lock for which
    others would wait in their turn.
    """

    def rollback(self) -> None:
        """Like the driver's own, but statements that were prepared stay prepared.

        The driver forgets them all at a rollback, which is how reading ends; the database would
        plan every statement anew, and that takes it longer than the answer.
        """
        if self.reads_only and self.info.transaction_status == pq.TransactionStatus.INTRANS:
            self.commit()
        else:
            super().rollback()

    def wait(
        self,
        gen: Generator[Wait, Ready | int, _Value],
        *args: Any,  # noqa: ANN401 - the driver's
        **options: Any,  # noqa: ANN401
    ) -> _Value:
        """Like the driver's own, which every statement goes through."""
        if self.patient:
            gen = _aside(gen, self.pgconn.socket)
        return super().wait(gen, *args, **options)


def _aside(
    waiting: Generator[Wait, Ready | int, _Value], socket: int
) -> Generator[Wait, Ready | int, _Value]:
    """The same generator, but what it waits for is waited for aside when it takes long."""
    try:
        state = next(waiting)
        while True:
            if _is_soon(socket, state):
                ready = yield state
            else:
                with step_aside():
                    ready = yield state
            state = waiting.send(ready)
    except StopIteration as end:
        value: _Value = end.value
        return value


def _is_soon(socket: int, state: Wait) -> bool:
    poll = select.poll()
    reads = select.POLLIN if state & Wait.R else 0
    poll.register(socket, reads | (select.POLLOUT if state & Wait.W else 0))
    return bool(poll.poll(SOON))
