"""``/health/live`` and ``/health/ready`` for supervisors and load balancers."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request

from lms.core.access import Permission
from lms.core.web.respond import json_answer
from lms.core.web.session import now
from lms.core.web.slice import Slice
from lms.core.web.state import state
from lms.ops.health import check_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

health = Slice("health", __name__)

UNAVAILABLE = 503
_PASSED_ON = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
"""Headers that a proxy adds, whether or not the settings know of it."""


@health.page("/health/live", allow=Permission.PUBLIC)
def live() -> ResponseReturnValue:
    """The process answers."""
    return json_answer({"status": "live"})


@health.page("/health/ready", allow=Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """The server can do its work (200) or not (503); details only for this machine itself."""
    app = state()
    checks = check_all(app.settings, app.db, now=now())
    good = all(check.good for check in checks)
    answer: dict[str, object] = {"status": "ready" if good else "not ready"}
    if _is_local():
        answer["checks"] = {c.name: {"good": c.good, "detail": c.detail} for c in checks}
    return json_answer(answer, 200 if good else UNAVAILABLE)


def _is_local() -> bool:
    """Whether who asks sits at this machine for all that can be told.

    A proxy on this machine asks from the same address for everybody; what it passes on names
    somebody else or, if it adds nothing, the public name of the site.
    """
    if any(name in request.headers for name in _PASSED_ON):
        return False
    asked = urlsplit(f"//{request.host}").hostname or ""
    return _is_loopback(request.remote_addr or "") and (asked == "localhost" or _is_loopback(asked))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
