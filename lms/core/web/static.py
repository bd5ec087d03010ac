"""Static files under an address that names the build: cached for ever, never stale."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, request, send_file
from itsdangerous import BadSignature, URLSafeSerializer

from lms.core.web.assets import bundle_css, theme_css
from lms.core.web.scripts import bundle_js
from lms.core.web.state import state

if TYPE_CHECKING:
    from flask import Flask

STATIC_ROOT = Path(__file__).resolve().parents[2] / "static"
FOREVER = "public, max-age=31536000, immutable"
PRIVATE_FOREVER = "private, max-age=31536000, immutable"
TEXTUAL = (".css", ".js", ".svg", ".json", ".txt")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("text/vtt", ".vtt")


class StaticFiles:
    """What pages load, in memory: pictures, and the joined style sheets and scripts.

    It is joined and compressed once at start. Single sheets and modules have no address.
    """

    def __init__(self, root: Path = STATIC_ROOT) -> None:
        self.files: dict[str, bytes] = {}
        for picture in sorted((root / "img").iterdir()):
            self.files[picture.relative_to(root).as_posix()] = picture.read_bytes()
        for sheet in sorted((root / "css").glob("*.css")):
            if "@import" in sheet.read_text(encoding="utf-8"):
                self.files[sheet.name] = bundle_css(root / "css", sheet.name)
        for entry in sorted((root / "js").glob("*.js")):
            self.files[entry.name] = bundle_js(root / "js", entry.name)
        digest = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            digest.update(name.encode() + b"\0" + data)
        self.build = digest.hexdigest()[:12]
        self.packed = {
            name: gzip.compress(data, mtime=0)
            for name, data in self.files.items()
            if name.endswith(TEXTUAL)
        }

    def url(self, name: str) -> str:
        """The address of one file, for templates."""
        return f"/static/{self.build}/{name}"


def install(app: Flask) -> StaticFiles:
    """Serve the static tree and the media store."""
    files = StaticFiles()

    @app.get("/static/<build>/<path:name>", endpoint="static_file")
    def _static(build: str, name: str) -> Response:  # noqa: ARG001 - any build finds the newest
        data = files.files.get(name)
        if data is None:
            abort(404)
        packed = files.packed.get(name)
        zipped = packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(packed if zipped else data)
        response.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = FOREVER
        return response

    @app.get("/media/<token>", endpoint="media")
    def _media(token: str) -> Response:
        """Bytes of the content-addressed store by signed address: no database, with Range."""
        try:
            digest, media_type = URLSafeSerializer(app.secret_key or "", "media").loads(token)
            path = state().files.path(digest)
        except (BadSignature, ValueError):
            abort(404)
        if not path.exists():
            abort(404)
        return _bytes_with_range(path, media_type)

    @app.get("/theme/<accent>.css", endpoint="theme")
    def _theme(accent: str) -> Response:
        """The tenant's colour as a style sheet, because the policy forbids inline styles."""
        if len(accent) != 6 or any(c not in "0123456789abcdef" for c in accent):  # noqa: PLR2004
            abort(404)
        response = Response(theme_css(accent), mimetype="text/css")
        response.headers["Cache-Control"] = FOREVER
        return response

    return files


def _bytes_with_range(path: Path, media_type: str) -> Response:
    # The whole answer is handed to the server at once, so that a slow reader holds no thread.
    response = send_file(path, mimetype=media_type, conditional=True, etag=path.name)
    response.direct_passthrough = False
    response.set_data(response.get_data())
    response.headers["Cache-Control"] = PRIVATE_FOREVER
    return response


def media_url(digest: str, media_type: str) -> str:
    """The signed address of stored bytes; whoever was shown it may fetch them."""
    from flask import current_app  # noqa: PLC0415 - only inside a request

    serializer = URLSafeSerializer(current_app.secret_key or "", "media")
    return f"/media/{serializer.dumps([digest, media_type])}"
