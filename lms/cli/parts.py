"""What commands need of the application."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lms import wiring
from lms.core.web.state import state
from lms.jobs.running import Runtime

if TYPE_CHECKING:
    from datetime import timedelta


def runtime(lease: timedelta | None = None) -> Runtime:
    """What background work runs with in this process; every task is known afterwards."""
    for module in wiring.TASK_MODULES:
        import_module(module)
    app = state()
    parts = Runtime(app.db, app.files, app.settings, app.clock)
    return parts if lease is None else Runtime(app.db, app.files, app.settings, app.clock, lease)
