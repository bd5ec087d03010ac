"""The Flask-Login binding: the cookie holds a token, the server holds the session."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import flask_login
from flask import g
from flask import session as cookie

from lms.core.web.session import after_response, db, now
from lms.core.web.state import state
from lms.identity import queries, service
from lms.identity.rules import SEEN_EVERY

if TYPE_CHECKING:
    from flask import Flask

    from lms.core.access import Actor


class SignedInUser(flask_login.UserMixin):  # type: ignore[misc]
    """What Flask-Login sees of an actor; its id is the session token."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.id = token
        self.actor = actor


def install(app: Flask) -> None:
    """Set up Flask-Login without its own cookies."""
    manager = flask_login.LoginManager()
    manager.session_protection = None
    manager.user_loader(_load_user)
    # Its context processor would ask for the user on error pages too, outside any session.
    manager.init_app(app, add_context_processor=False)


def _load_user(token: str) -> SignedInUser | None:
    settings = state().settings
    moment = now()
    found = queries.find_signed_in(
        db(),
        token,
        now=moment,
        idle=timedelta(minutes=settings.idle_minutes),
        absolute=timedelta(hours=settings.absolute_hours),
    )
    if found is None:
        return None
    if moment - found.seen_at > SEEN_EVERY and found.actor.login_id is not None:
        after_response(partial(service.touch_login, login_id=found.actor.login_id, now=moment))
    g.lms_shared_device = found.shared_device
    return SignedInUser(token, found.actor)


def current_actor() -> Actor | None:
    """The signed-in person of this request, if any."""
    user: Any = flask_login.current_user
    found: Actor | None = getattr(user, "actor", None)
    return found


def remember_login(token: str, actor: Actor) -> None:
    """Put the token of a new login session into a fresh cookie."""
    language = cookie.get("lang")
    cookie.clear()
    if language:
        cookie["lang"] = language
    cookie["t"] = actor.tenant_id
    flask_login.login_user(SignedInUser(token, actor))


def forget_login() -> None:
    """Empty the cookie; the language stays."""
    flask_login.logout_user()
    language, tenant_id = cookie.get("lang"), cookie.get("t")
    cookie.clear()
    if language:
        cookie["lang"] = language
    if tenant_id:
        cookie["t"] = tenant_id
