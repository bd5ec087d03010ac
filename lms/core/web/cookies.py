"""Flask's signed session cookie; what signs it is made once, and what was read lately is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from lms.core.recent import Recent

if TYPE_CHECKING:
    from flask import Flask

KEPT = 500
"""Cookies of as many browsers, about half a megabyte."""


class KeepingSerializer(URLSafeTimedSerializer):
    """Does not take the same text apart again, as a browser sends it with every request."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - itsdangerous's own
        super().__init__(*args, **options)
        self._read: Recent[str, tuple[dict[str, object], float]] = Recent(KEPT)

    def loads(  # type: ignore[override]
        self,
        s: str,
        max_age: int | None = None,
        **more: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """What was signed, as a mapping of the caller's own.

        Raises:
            BadSignature: it was changed, or is older than ``max_age`` seconds.
        """
        known = self._read.get(s)
        if known is not None and _is_young(known[1], max_age):
            return dict(known[0])
        found, signed = super().loads(s, max_age, return_timestamp=True, **more)
        # A list inside would be shared by all who read it.
        if all(isinstance(value, str | int) for value in found.values()):
            self._read.put(s, (found, signed.timestamp()))
        return dict(found)


def _is_young(signed: float, max_age: int | None) -> bool:
    return max_age is None or 0 <= int(time.time()) - signed <= max_age


class CookieSessions(SecureCookieSessionInterface):
    """Like Flask's, which makes a serializer for every request though the key never changes."""

    def __init__(self, app: Flask) -> None:
        self._kept = KeepingSerializer(
            app.secret_key or "",
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:  # noqa: ARG002
        """The one that signs the cookies of the application."""
        return self._kept
