"""Attempts, deadlines, scores and what may be seen when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import rules
from lms.assessment.rules import Disclosure
from lms.assessment.values import Feedback, GradePolicy, QuizPolicy

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def test_no_limit_of_attempts_is_none() -> None:
    assert rules.attempts_left(QuizPolicy(attempts=0), 99) is None
    assert [rules.attempts_left(QuizPolicy(attempts=2), used) for used in range(4)] == [2, 1, 0, 0]


def test_the_moment_of_the_deadline_still_counts() -> None:
    end = rules.deadline(QuizPolicy(time_limit=10), NOW)
    assert end == NOW + timedelta(minutes=10)
    assert not rules.is_over(end, end)
    assert rules.is_over(end, end + timedelta(microseconds=1))
    assert rules.deadline(QuizPolicy(), NOW) is None
    assert not rules.is_over(None, NOW)


@given(
    st.dictionaries(
        st.integers(0, 30),
        st.tuples(st.fractions(min_value=0, max_value=1), st.integers(0, 10)),
        max_size=12,
    ),
    st.integers(0, 100),
)
def test_a_score_never_shows_a_mark_that_was_not_reached(
    answers: dict[int, tuple[Fraction, int]], mark: int
) -> None:
    found = rules.outcome(
        {key: earned for key, (earned, _) in answers.items()},
        {key: points for key, (_, points) in answers.items()},
        mark,
    )
    assert 0 <= found.score <= 100
    assert 0 <= found.points <= found.max_points
    assert found.passed == (found.score >= mark)


def test_a_score_is_rounded_down() -> None:
    almost = rules.outcome({1: Fraction(7999, 10000)}, {1: 1}, 80)
    assert (almost.score, almost.passed) == (79.9, False)
    exact = rules.outcome({1: Fraction(1), 2: Fraction(2, 3)}, {1: 2, 2: 3}, 80)
    assert (exact.score, exact.passed) == (80.0, True)


@given(st.lists(st.floats(0, 100), min_size=1))
def test_the_official_score_is_one_of_the_scores(scores: list[float]) -> None:
    assert rules.official_score(scores, GradePolicy.FIRST) == scores[0]
    assert rules.official_score(scores, GradePolicy.LATEST) == scores[-1]
    assert rules.official_score(scores, GradePolicy.BEST) == max(scores)
    assert rules.official_score([], GradePolicy.BEST) is None


@pytest.mark.parametrize(
    ("feedback", "passed", "answering", "level"),
    [
        (Feedback.AFTER_SUBMIT, False, False, Disclosure.KEYS),
        (Feedback.AFTER_SUBMIT, True, True, Disclosure.VERDICTS),
        (Feedback.AFTER_PASS, False, False, Disclosure.VERDICTS),
        (Feedback.AFTER_PASS, True, False, Disclosure.KEYS),
        (Feedback.AFTER_PASS, True, True, Disclosure.VERDICTS),
        (Feedback.SCORE_ONLY, True, False, Disclosure.SCORE),
    ],
)
def test_keys_are_shown_when_the_author_allows(
    feedback: Feedback,
    passed: bool,  # noqa: FBT001
    answering: bool,  # noqa: FBT001
    level: Disclosure,
) -> None:
    assert rules.disclosure(feedback, has_passed=passed, answering=answering) is level


def test_a_policy_survives_storing() -> None:
    policy = QuizPolicy(draw=5, attempts=3, feedback=Feedback.AFTER_PASS, grade=GradePolicy.FIRST)
    values = rules.policy_values(policy)
    assert rules.parse_policy({**values, "of_a_newer_release": 1}) == policy
    assert all(type(value) in {int, bool, str} for value in values.values())
