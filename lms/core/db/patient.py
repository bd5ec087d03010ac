"""A PostgreSQL connection that lets other requests go on while the database works."""

from __future__ import annotations

from typing import Any

import psycopg

from lms.core.turn import step_aside


class PatientConnection(psycopg.Connection[Any]):
    """Waits for the database aside (``lms.core.turn``)."""

    def wait(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver's
        """Like the driver's own, which every statement goes through."""
        with step_aside():
            return super().wait(*args, **options)
