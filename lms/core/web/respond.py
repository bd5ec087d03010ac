"""Answers of views: pages, redirects with a message, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, render_template, url_for

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

UNPROCESSABLE = 422


def page(template: str, status: int = 200, **context: object) -> ResponseReturnValue:
    """Render a page. A form with errors is shown again with ``status=422``."""
    return render_template(template, **context), status


def redirect_with(
    message: str, endpoint: str, *, kind: str = "success", **values: object
) -> ResponseReturnValue:
    """See other (303) with a message shown once; ``kind`` is success, info, warning or error."""
    if message:
        flash(message, kind)
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]


def download(data: bytes, file_name: str, media_type: str) -> Response:
    """A file to keep; the name may hold Japanese (RFC 6266)."""
    response = Response(data, mimetype=media_type)
    ascii_name = file_name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name)}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def json_answer(values: dict[str, object], status: int = 200) -> Response:
    """A small JSON answer for the page's own scripts."""
    response = jsonify(values)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
