"""The WSGI side of ``lms.core.turn``: a request takes its turn, its body is waited for aside.

A thread that waits for the rest of a body cannot be called back, so some are kept from waiting.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Any

from lms.core.turn import step_aside, take_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 12
"""How many requests one web process has begun at most; all but one of them wait.

The pools of ``lms.core.db.engine`` have a connection for each and some to spare, so nobody who has
the turn waits for one that a thread without it holds.
"""

_SMALL = 65_536
"""Bytes of a body that is read before the turn is taken: forms and messages, not uploads."""

UPLOADS = THREADS - 4
"""How many long bodies one process takes in at once."""

BODIES = THREADS - 2
"""How many threads wait for a body at most; nobody knows beforehand which of them come slowly."""

_PATIENCE = 1.0
"""Seconds in which a place becomes free unless many bodies are slow; most take a millisecond."""


class InTurn:
    """A WSGI application whose requests take turns.

    Args:
        application: answers.
        refuse: answers instead where the threads that are left are needed for pages.
    """

    def __init__(self, application: WSGIApplication, refuse: WSGIApplication) -> None:
        self._application, self._refuse = application, refuse
        self._bodies = 0
        self._left = Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer when it is this request's turn."""
        length = environ.get("CONTENT_LENGTH", "")
        body = environ["wsgi.input"]
        if not (length.isdecimal() or "HTTP_TRANSFER_ENCODING" in environ):
            return self._answer(environ, start_response)
        small = length.isdecimal() and int(length) <= _SMALL
        with self._place(BODIES if small else UPLOADS) as found:
            if not found:
                return self._refuse(environ, start_response)
            if not small:
                environ["wsgi.input"] = _LongBody(body)
                return self._answer(environ, start_response)
            environ["wsgi.input"] = io.BytesIO(body.read(int(length)))
        return self._answer(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with take_turn():
            return self._application(environ, start_response)

    @contextmanager
    def _place(self, most: int) -> Iterator[bool]:
        """Be one of those who wait for a body; false where that many do, and go on doing so."""
        with self._left:
            found = self._left.wait_for(lambda: self._bodies < most, _PATIENCE)
            self._bodies += found
        try:
            yield found
        finally:
            with self._left:
                self._bodies -= found
                self._left.notify_all()


class _LongBody(io.RawIOBase):
    """The body of an upload; while it comes, others go on."""

    def __init__(self, source: Any) -> None:  # noqa: ANN401 - the server's
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:  # noqa: ANN401 - any buffer
        with step_aside():
            data: bytes = self._source.read(len(target))
        target[: len(data)] = data
        return len(data)
