from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.assessment.quizzes import publish

if TYPE_CHECKING:
    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz


@pytest.fixture
def quiz(database: Database, clock: FixedClock) -> Quiz:
    """A quiz with a question of every kind and the standard rules (80 %, no limits)."""
    return publish(database, clock.now())
