"""Answers of views: pages, redirects with a message, downloads."""

from __future__ import annotations

from os import SEEK_END
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect

from lms.core.web.addresses import url_for
from lms.core.web.templating import render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

CONFLICT = 409
UNPROCESSABLE = 422
AT_ONCE = 32 * 1024 * 1024
CHUNK = 256 * 1024


def page(template: str, status: int = 200, **context: object) -> ResponseReturnValue:
    """Render a page. A form with errors is shown again with ``status=422``."""
    return render(template, **context), status


def redirect_with(
    message: str, endpoint: str, *, kind: str = "success", **values: object
) -> ResponseReturnValue:
    """See other (303) with a message shown once; ``kind`` is success, info, warning or error."""
    if message:
        flash(message, kind)
    return redirect(url_for(endpoint, **values), code=303)


def download(data: bytes, file_name: str, media_type: str) -> Response:
    """A file to keep; the name may hold Japanese (RFC 6266)."""
    return _as_download(Response(data, content_type=media_type), file_name)


def download_file(source: IO[bytes], file_name: str, media_type: str) -> Response:
    """A file that may be longer than memory; ``source`` is read from where it is and closed.

    What is not long is handed to the server at once, so that a slow reader holds no thread.
    """
    size = source.seek(0, SEEK_END)
    source.seek(0)
    if size <= AT_ONCE:
        with source:
            return download(source.read(), file_name, media_type)
    response = Response(iter(lambda: source.read(CHUNK), b""), content_type=media_type)
    response.content_length = size
    response.call_on_close(source.close)
    return _as_download(response, file_name)


def _as_download(response: Response, file_name: str) -> Response:
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
