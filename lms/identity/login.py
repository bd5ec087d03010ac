"""Who is signed in: the cookie holds a token, the server holds the login session."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from flask import g
from flask import session as cookie

from lms.core.web.session import after_response, db, now
from lms.core.web.state import state
from lms.identity import queries, service
from lms.identity.rules import SEEN_EVERY

if TYPE_CHECKING:
    from lms.core.access import Actor

TOKEN = "_user_id"  # noqa: S105 - a name, no secret
"""Where the cookie has the token. Another name would sign everybody out at an upgrade."""


def current_actor() -> Actor | None:
    """The signed-in person of this request, if any; looked up at every call."""
    token = cookie.get(TOKEN)
    if not token:
        return None
    settings = state().settings
    moment = now()
    found = queries.find_signed_in(
        db(),
        str(token),
        now=moment,
        idle=timedelta(minutes=settings.idle_minutes),
        absolute=timedelta(hours=settings.absolute_hours),
    )
    if found is None:
        return None
    if moment - found.seen_at > SEEN_EVERY and found.actor.login_id is not None:
        after_response(partial(service.touch_login, login_id=found.actor.login_id, now=moment))
    g.lms_shared_device = found.shared_device
    return found.actor


def remember_login(token: str, actor: Actor) -> None:
    """Put the token of a new login session into a fresh cookie."""
    language = cookie.get("lang")
    cookie.clear()
    if language:
        cookie["lang"] = language
    cookie["t"] = actor.tenant_id
    cookie[TOKEN] = token


def forget_login() -> None:
    """Empty the cookie; the language stays, and the municipality whose sign-in page comes next."""
    language, tenant_id = cookie.get("lang"), cookie.get("t")
    cookie.clear()
    if language:
        cookie["lang"] = language
    if tenant_id:
        cookie["t"] = tenant_id
