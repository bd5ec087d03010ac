"""What trainers and the personnel section see of many people's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.assessment.statistics import answer_statistics
from lms.people.models import Employee
from tests.assessment.quizzes import KEY, RIGHT
from tests.assessment.test_attempts import Taker

if TYPE_CHECKING:
    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast
    from tests.support.recorder import StatementRecorder


@pytest.fixture
def taken(database: Database, clock: FixedClock, cast: Cast, quiz: Quiz) -> Quiz:
    """Twelve graded attempts: half of them know everything, the others nearly nothing."""
    for number, person in enumerate([cast.aoki, cast.ueda, cast.endo] * 4):
        taker = Taker(database, clock, person, quiz)
        if number % 2:
            taker.take(RIGHT)
        else:
            taker.take(
                {
                    "q-single": "電源を二重にする",
                    "q-text": "回線",
                    "q-order": ["対策基準", "基本方針", "実施手順"],
                    "q-match": {"機密性": "必要なときに使える"},
                }
            )
    return quiz


def test_figures_of_each_kind(database: Database, cast: Cast, taken: Quiz) -> None:
    with database.session(cast.aoba, read_only=True) as session:
        found = {row.code: row for row in answer_statistics(session, [taken.quiz_id]).questions}
    assert list(found) == list(RIGHT)
    assert {row.analysis.correct_rate for row in found.values()} == {0.5}
    assert {row.analysis.count for row in found.values()} == {12}
    for row in found.values():
        assert row.analysis.discrimination == pytest.approx(1.0, abs=0.05)
    assert found["q-truefalse"].analysis.unanswered == 6

    def counts(code: str) -> dict[str, tuple[int, bool | None]]:
        return {choice.text: (choice.count, choice.right) for choice in found[code].choices}

    assert counts("q-single") == {
        "毎日バックアップを取る": (0, False),
        RIGHT["q-single"]: (6, True),
        "電源を二重にする": (6, False),
        "印刷して机に置く": (0, False),
    }
    assert counts("q-text") == {f"LGWAN{KEY}": (6, True), "回線": (6, False)}
    assert counts("q-order")["基本方針 → 対策基準 → 実施手順"] == (6, True)
    assert counts("q-match")["機密性 → 必要なときに使える"] == (6, False)
    assert counts("q-match")["可用性 → 必要なときに使える"] == (6, True)


def test_only_people_in_scope_are_counted_with_two_statements(
    database: Database, cast: Cast, taken: Quiz, statements: StatementRecorder
) -> None:
    scope = select(Employee.id).where(Employee.id == cast.aoki.employee_id)
    with database.session(cast.aoba, read_only=True) as session, statements(most=2):
        found = answer_statistics(session, [taken.quiz_id], employees=scope).questions
    assert {row.analysis.count for row in found} == {4}


def test_another_municipality_counts_nothing_of_it(
    database: Database, cast: Cast, taken: Quiz
) -> None:
    with database.session(cast.midorikawa, read_only=True) as session:
        found = answer_statistics(session, [taken.quiz_id]).questions
    assert {row.analysis.count for row in found} == {0}
    assert {choice.count for row in found for choice in row.choices} == {0}
