"""The request's database session, actor, tenant and clock."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import g, request
from flask import session as cookie

from lms.core.web.state import TenantInfo, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.core.access import Actor


NOBODY = TenantInfo(0, "", "")
"""Stands for the municipality where a page has none."""


def db() -> Session:
    """The one database session of this request."""
    found: Session = g.lms_session
    return found


def actor() -> Actor:
    """Who makes this request; anonymous before sign-in."""
    found: Actor = g.lms_actor
    return found


def tenant() -> TenantInfo:
    """The municipality of this request, as it was when the request first asked."""
    found: TenantInfo | None = g.get("lms_tenant")
    if found is None or found.id != g.lms_tenant_id:
        found = g.lms_tenant = state().tenant_info(g.lms_tenant_id)
    return found


def show_as_page_of(tenant_id: int) -> None:
    """Let a public page carry the name, colour and desk of the municipality it tells about.

    Whose request it is stays as it was.
    """
    g.lms_tenant_shown = state().tenant_info(tenant_id)


def show_as_page_of_nobody() -> None:
    """Let a public page name no municipality, because the request does not say whose it is."""
    g.lms_tenant_shown = NOBODY


def is_page_of_nobody() -> bool:
    """Whether the page names no municipality."""
    return g.get("lms_tenant_shown") is NOBODY


def reader_locale() -> str:
    """The language of whoever reads the answer: chosen, that of the account, or the browser's."""
    known: Actor | None = g.get("lms_actor")
    chosen = cookie.get("lang") or (known.locale if known else "")
    if chosen:
        return str(chosen)
    default = state().settings.language
    return request.accept_languages.best_match(["ja", "en"], default) or default


def wants_json() -> bool:
    """Whether a script asks, which follows no redirect to a page and reads no page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def now() -> datetime:
    """The current moment by the server's clock (aware, UTC)."""
    return state().clock.now()


@contextmanager
def transaction() -> Iterator[Session]:
    """A short write transaction of its own, for pages that do slow work before writing."""
    with state().db.transaction(g.lms_tenant_id) as session:
        yield session


def after_response(write: Callable[[Session], None]) -> None:
    """Run a small write in its own transaction after this request's session has ended.

    Only for the two writes a GET may cause: the access log and the last-seen time.
    """
    g.setdefault("lms_after", []).append(write)


def csrf_secret() -> str:
    """The per-session secret behind form tokens."""
    if "csrf" not in cookie:
        cookie["csrf"] = secrets.token_hex(16)
    found: str = cookie["csrf"]
    return found


def csrf_token() -> str:
    """A form token; masked anew for each page, so that compression does not reveal it (BREACH)."""
    secret = csrf_secret()
    found: tuple[str, str] | None = g.get("lms_csrf")
    if found is None or found[0] != secret:
        plain = bytes.fromhex(secret)
        mask = secrets.token_bytes(len(plain))
        token = (mask + _xor(mask, plain)).hex()
        g.lms_csrf = found = secret, token
    return found[1]


def csrf_valid(token: str) -> bool:
    """Whether a form token belongs to this session."""
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        return False
    half = len(raw) // 2
    plain = _xor(raw[:half], raw[half : 2 * half])
    return "csrf" in cookie and secrets.compare_digest(plain.hex(), str(cookie["csrf"]))


def _xor(one: bytes, other: bytes) -> bytes:
    """The exclusive or of two texts of the same length."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
