"""A PostgreSQL connection that lets other requests go on while the database works."""

from __future__ import annotations

from typing import Any

import psycopg

from lms.core.turn import step_aside


class PatientConnection(psycopg.Connection[Any]):
    """Waits for the database aside (``lms.core.turn``)."""

    patient = False
    """Set when somebody gets it from the pool.

    Before that SQLAlchemy asks the first connection about the server, under a lock for which
    others would wait in their turn.
    """

    def wait(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver's
        """Like the driver's own, which every statement goes through."""
        if not self.patient:
            return super().wait(*args, **options)
        with step_aside():
            return super().wait(*args, **options)
