"""The WSGI side of ``lms.core.turn``: a request takes its turn, its body is waited for aside."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from lms.core.turn import step_aside, take_turn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 12
"""How many requests one web process has begun at most; all but one of them wait.

The pools of ``lms.core.db.engine`` have a connection for each and some to spare, so nobody who has
the turn waits for one that a thread without it holds.
"""

_SMALL = 65_536
"""Bytes of a body that is read before the turn is taken: forms and messages, not uploads."""


class InTurn:
    """A WSGI application whose requests take turns."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer when it is this request's turn."""
        length = environ.get("CONTENT_LENGTH", "")
        body = environ["wsgi.input"]
        if length.isdecimal() and int(length) <= _SMALL:
            environ["wsgi.input"] = io.BytesIO(body.read(int(length)))
        else:
            environ["wsgi.input"] = _LongBody(body)
        with take_turn():
            return self._application(environ, start_response)


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
