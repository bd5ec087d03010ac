"""News of this slice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AttemptGraded:
    """An attempt was handed in or ran out of time. ``score`` is a percentage.

    ``official_score`` follows the quiz's policy over all ``attempts`` graded so far (AS-8).
    """

    tenant_id: int
    employee_id: int
    quiz_id: int
    quiz_version_id: int
    attempt_id: int
    score: float
    passed: bool
    at: datetime
    official_score: float
    attempts: int
