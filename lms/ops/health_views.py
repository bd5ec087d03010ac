"""``/health/live`` and ``/health/ready`` for supervisors and load balancers."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

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
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
