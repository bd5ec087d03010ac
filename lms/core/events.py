"""News travels upward: a slice emits, ``lms/wiring.py`` lists who listens.

Listeners run in the same transaction; they insert rows or enqueue jobs and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_listeners: dict[type[Any], tuple[Callable[[Session, Any], None], ...]] = {}


def connect(table: dict[type[Any], tuple[Callable[[Session, Any], None], ...]]) -> None:
    """Install the table of listeners (called once by ``lms.wiring``)."""
    _listeners.clear()
    _listeners.update(table)


def emit(session: Session, event: object) -> None:
    """Tell every listener of this event's type, in order, in the caller's transaction."""
    for listener in _listeners.get(type(event), ()):
        listener(session, event)
