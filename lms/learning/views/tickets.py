"""The launch a page of the player carries: signed, so that nobody can make one up or borrow one.

Opening a page writes nothing; the launch becomes a row with the page's first message.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from lms.core.recent import Recent
from lms.kernel.ids import public_id
from lms.kernel.result import NotFoundError
from lms.learning.opening import Ticket

if TYPE_CHECKING:
    from lms.core.access import Actor
    from lms.learning.access import LearnerModule


KEPT = 500
"""Tickets of as many open pages, about a quarter of a megabyte."""

_read: Recent[tuple[str, str, str], Ticket] = Recent(KEPT)
"""What was read lately by key, salt and text: a page sends its ticket with every message."""


def _salt(actor: Actor, course: str, module: str) -> str:
    """A ticket is good for one person and one module; the salt binds it to both."""
    return f"launch/{actor.tenant_id}/{actor.employee_id}/{course}/{module}"


def _key() -> str:
    return str(current_app.secret_key or "")


def issue(found: LearnerModule, *, actor: Actor, now: datetime) -> str:
    """A new ticket for the page of a module."""
    place = found.course.public_id, found.module.public_id
    milliseconds = int(now.timestamp() * 1000)
    values = [public_id(), found.course.id, found.module.module_id, milliseconds]
    return str(URLSafeSerializer(_key(), _salt(actor, *place)).dumps(values))


def read(token: object, *, actor: Actor, course: str, module: str) -> Ticket:
    """The ticket a message came with.

    Raises:
        NotFoundError: it was not issued to this person for this module.
    """
    key, salt, text = _key(), _salt(actor, course, module), str(token)
    found = _read.get((key, salt, text))
    if found is None:
        try:
            values = URLSafeSerializer(key, salt).loads(text)
        except BadSignature:
            raise NotFoundError(module) from None
        launch_id, course_id, module_id, milliseconds = values
        found = Ticket(
            launch_id=launch_id,
            course_id=course_id,
            module_id=module_id,
            opened_at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        )
        _read.put((key, salt, text), found)
    return found


def account_key(actor: Actor) -> str:
    """An opaque key of the learner, under which the browser keeps what it could not send yet."""
    secret = str(current_app.secret_key).encode()[:64]
    text = f"{actor.tenant_id}/{actor.account_id}".encode()
    return hashlib.blake2b(text, key=secret, digest_size=12).hexdigest()
