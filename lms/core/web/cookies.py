"""Flask's signed session cookie, with what signs it made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask
    from itsdangerous import URLSafeTimedSerializer


class CookieSessions(SecureCookieSessionInterface):
    """Like Flask's, which makes a serializer for every request though the key never changes."""

    def __init__(self, app: Flask) -> None:
        self._kept = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002
        """The one that signs the cookies of the application."""
        return self._kept
