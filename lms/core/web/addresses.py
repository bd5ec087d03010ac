"""Addresses of pages, kept once they are built: a page asks for the same as the one before."""

from __future__ import annotations

from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING

import flask
from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask

KEPT = 16_384
_PLAIN = frozenset({str, int, NoneType})


def url_for(endpoint: str, **values: object) -> str:
    """Flask's ``url_for`` for a path of this site.

    A path follows from its endpoint, its values and the prefix of the application alone. What
    also depends on the request (an absolute address, a relative endpoint) is built each time, and
    so is what has values that could be equal to others without giving the same text.
    """
    plain = all(type(value) in _PLAIN for value in values.values())
    if not plain or endpoint.startswith(".") or any(name.startswith("_") for name in values):
        return flask.url_for(endpoint, **values)  # type: ignore[arg-type]
    found: str = current_app.extensions["lms_addresses"](
        request.script_root, endpoint, tuple(values.items())
    )
    return found


def install(app: Flask) -> None:
    """Give the application its store of addresses."""

    @lru_cache(maxsize=KEPT)
    def build(_prefix: str, endpoint: str, values: tuple[tuple[str, object], ...]) -> str:
        return flask.url_for(endpoint, **dict(values))  # type: ignore[arg-type]

    app.extensions["lms_addresses"] = build
