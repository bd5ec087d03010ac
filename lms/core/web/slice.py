"""The one door for the web: a route cannot be registered without saying who may use it.

The wrapper checks the form token, finds out who asks, and opens one database session of one tenant:
one that cannot write, or for a view that writes one that it commits when the view returns and rolls
back when it raises.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from sqlalchemy.exc import IntegrityError

from lms.core import idempotency
from lms.core.access import Actor, Permission
from lms.core.i18n import set_locale
from lms.core.web.session import csrf_valid, reader_locale, wants_json
from lms.core.web.state import state
from lms.kernel.result import ConflictError, ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COMMIT_BELOW = 400


class Slice:
    """The blueprint of one slice."""

    def __init__(self, name: str, import_name: str) -> None:
        self.blueprint = Blueprint(name, import_name)

    def page(
        self,
        rule: str,
        *,
        allow: Permission,
        methods: Sequence[str] = ("GET",),
        writes: bool = True,
        csrf: bool = True,
        first: bool = False,
        endpoint: str | None = None,
    ) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
        """Register a view.

        Args:
            rule: the address pattern.
            allow: the permission a person needs; ``Permission.PUBLIC`` for everybody.
            methods: HTTP methods.
            writes: False when an unsafe method opens its own short ``transaction()``.
            csrf: False only where the request proves itself in another way.
            first: True if it is there before a password that somebody else chose is changed;
                public pages always are.
            endpoint: name for ``url_for`` after the slice's name; default the function's name.
        """

        def register(
            view: Callable[..., ResponseReturnValue],
        ) -> Callable[..., ResponseReturnValue]:
            @wraps(view)
            def handle(**values: Any) -> ResponseReturnValue:  # noqa: ANN401 - URL values
                return _handle(view, values, allow=allow, writes=writes, csrf=csrf, first=first)

            handle.lms_allow = allow  # type: ignore[attr-defined]
            self.blueprint.add_url_rule(
                rule, endpoint or view.__name__, handle, methods=list(methods)
            )
            return view

        return register


def _handle(
    view: Callable[..., ResponseReturnValue],
    values: dict[str, Any],
    *,
    allow: Permission,
    writes: bool,
    csrf: bool,
    first: bool,
) -> ResponseReturnValue:
    app = state()
    safe = request.method in SAFE_METHODS
    if not safe and csrf:
        token = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if not csrf_valid(token):
            abort(400, "csrf")
    g.lms_tenant_id = app.resolve_tenant()
    reads = safe or not writes
    if not reads:
        # Before SQLite's only writer is this request: the rest of a long body may take its time.
        request.get_data(parse_form_data=not request.is_json)
    with app.db.session(g.lms_tenant_id, read_only=reads) as session:
        g.lms_session = session
        g.lms_actor = app.load_actor() or Actor(tenant_id=g.lms_tenant_id)
        set_locale(reader_locale())
        if not g.lms_actor.can(allow):
            return _refuse(app.sign_in_endpoint)
        if g.lms_actor.must_change and not first and allow is not Permission.PUBLIC:
            return _send_to_password(app.first_endpoint)
        response = _call(view, values) if reads else _once(view, values, session)
    for write in g.pop("lms_after", []):
        with app.db.transaction(g.lms_tenant_id) as after:
            write(after)
    return response


def _call(view: Callable[..., ResponseReturnValue], values: dict[str, Any]) -> Response:
    return make_response(view(**values))


def _once(
    view: Callable[..., ResponseReturnValue], values: dict[str, Any], session: Session
) -> Response:
    """Run a writing view; with an idempotency key a repeat returns the first result."""
    key = request.headers.get("Idempotency-Key", "")
    if not key and not request.is_json:
        key = request.form.get("_key", "")
    account_id = g.lms_actor.account_id
    if not key or account_id is None:
        return _commit(_call(view, values), session)
    # The form token differs on every page, so it is no part of what was asked.
    fields = [
        f"{name}={value}".encode()
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "_key"}
    ]
    body = b"" if request.form else request.get_data(cache=True)
    wanted = idempotency.fingerprint(request.path.encode(), body, *fields)
    found = idempotency.find(session, account_id, key, wanted)
    if found is not None:
        return _replay(found)
    response = _call(view, values)
    if response.status_code < COMMIT_BELOW and not response.is_streamed:
        session.add(
            idempotency.IdempotencyRecord(
                tenant_id=g.lms_tenant_id,
                account_id=account_id,
                key=key,
                request_hash=wanted,
                status=response.status_code,
                location=response.headers.get("Location", ""),
                body=response.get_data(as_text=True),
                content_type=response.content_type or "",
                created_at=state().clock.now(),
            )
        )
    try:
        return _commit(response, session)
    except IntegrityError:
        session.rollback()
        found = idempotency.find(session, account_id, key, wanted)
        if found is None:
            raise ConflictError("conflict", "Somebody else was faster. Please try again.") from None
        return _replay(found)


def _commit(response: Response, session: Session) -> Response:
    if response.status_code < COMMIT_BELOW:
        session.commit()
    else:
        session.rollback()
    return response


def _replay(found: idempotency.StoredAnswer) -> Response:
    response = make_response(found.body, found.status)
    if found.content_type:
        response.headers["Content-Type"] = found.content_type
    if found.location:
        response.headers["Location"] = found.location
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _refuse(sign_in_endpoint: str) -> ResponseReturnValue:
    if not g.lms_actor.is_anonymous:
        raise ForbiddenError("permission")
    if wants_json():
        abort(401)
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(sign_in_endpoint, next=following), code=303)


def _send_to_password(endpoint: str) -> ResponseReturnValue:
    if wants_json():
        raise ForbiddenError("password")
    return redirect(url_for(endpoint), code=303)
