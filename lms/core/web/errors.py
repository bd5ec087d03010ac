"""Error answers: every one says what happened and what to do."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

from flask import g, jsonify, make_response, request
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms.core.i18n import gettext, set_locale
from lms.core.web.session import reader_locale, wants_json
from lms.core.web.state import state
from lms.core.web.templating import render
from lms.kernel.messages import N_
from lms.kernel.result import ConflictError, DomainError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

log = logging.getLogger("lms.web")
_TOO_LARGE = N_(
    "This server takes up to %(limit)s MB at a time. Go back to the form and choose a smaller file."
)
_FULL = N_(
    "Too many files are being sent at the moment. What you typed still stands when you go back."
)
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 503, 507})


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(NotFoundError, lambda _e: answer(404))
    app.register_error_handler(ForbiddenError, lambda _e: answer(403))
    app.register_error_handler(ConflictError, _domain(409))
    app.register_error_handler(DomainError, _domain(422))
    app.register_error_handler(IntegrityError, lambda _e: answer(409))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def answer(status: int, message: str = "", reference: str = "") -> Response:
    """The page, or JSON for scripts, of one error."""
    if wants_json():
        response = jsonify({"error": message or str(status), "reference": reference})
    else:
        name = status if status in PAGES else 500
        # An error may come before the door has set up the request; the page must not need it.
        g.setdefault("lms_plain", True)
        set_locale(reader_locale())
        response = make_response(
            render("errors/error.html", status=name, message=message, reference=reference)
        )
    response.status_code = status
    if status in {429, 503}:
        response.headers["Retry-After"] = "5"
    return response


def full(app: Flask) -> WSGIApplication:
    """What answers, before anything is read of it, a request with a body for which is no room."""

    def refuse(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with app.request_context(environ):
            set_locale(reader_locale())
            return app.process_response(answer(503, gettext(_FULL)))(environ, start_response)

    return refuse


def _domain(status: int) -> Any:  # noqa: ANN401 - an error handler
    def handle(error: DomainError) -> ResponseReturnValue:
        return answer(status, gettext(error.message, **error.values))

    return handle


def _busy(error: OperationalError) -> ResponseReturnValue:
    log.warning("database not available: %s", error.orig)
    text = str(error.orig).lower()
    return answer(507 if "full" in text else 503)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and 300 <= error.code < 400:  # noqa: PLR2004 - redirects pass
        return error
    if isinstance(error, RequestEntityTooLarge):
        set_locale(reader_locale())  # It may come before the door has set up the request.
        limit = state().settings.upload_limit_mb
        return answer(413, gettext(_TOO_LARGE, limit=limit))
    return answer(error.code or 500)


def _crash(error: Exception) -> ResponseReturnValue:
    if state().settings.testing:
        raise error
    reference = secrets.token_hex(4)
    log.error(
        "unexpected error %s on %s %s", reference, request.method, request.path, exc_info=error
    )
    return answer(500, reference=reference)
