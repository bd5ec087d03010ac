"""Item analysis against the plain definitions, and what its figures say."""

from __future__ import annotations

from statistics import correlation

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.assessment.analysis import ResponseGroup, analyse, discrimination


def _groups(people: list[tuple[float, float]]) -> list[ResponseGroup]:
    """One group for each share, as the database would count them."""
    found = []
    for share in sorted({share for share, _ in people}):
        rests = [rest for own, rest in people if own == share]
        found.append(
            ResponseGroup(
                f"answer {share}",
                share,
                len(rests),
                len(rests),
                sum(rests),
                sum(rest * rest for rest in rests),
            )
        )
    return found


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 100).map(float)),
        min_size=10,
        max_size=60,
    )
)
def test_discrimination_is_the_correlation_with_the_rest(people: list[tuple[float, float]]) -> None:
    shares, rests = zip(*people, strict=True)
    assume(len(set(shares)) > 1)
    assume(len(set(rests)) > 1)
    found = discrimination(_groups(people))
    if found is not None:
        assert found == pytest.approx(correlation(shares, rests), abs=1e-6)


def test_a_question_that_only_the_weak_get_right_is_negative() -> None:
    people = [(1.0, 20.0)] * 10 + [(0.0, 90.0)] * 10 + [(0.0, 80.0)]
    found = discrimination(_groups(people))
    assert found is not None
    assert found < -0.9


def test_few_answers_and_equal_answers_say_nothing() -> None:
    assert discrimination(_groups([(1.0, 10.0), (0.0, 20.0)])) is None
    assert discrimination(_groups([(1.0, float(n)) for n in range(20)])) is None
    assert discrimination([]) is None


def test_counts_add_up() -> None:
    found = analyse(
        [
            ResponseGroup(["a", "b"], 1.0, 6),
            ResponseGroup(["a"], 0.5, 3),
            ResponseGroup(None, 0.0, 1),
        ]
    )
    assert (found.count, found.correct, found.unanswered) == (10, 6, 1)
    assert found.correct_rate == pytest.approx(0.6)
    assert found.mean_share == pytest.approx(0.75)
    assert found.choices == {"a": 9, "b": 6}


def test_nobody_answered() -> None:
    found = analyse([])
    assert found.correct_rate is None
    assert found.mean_share is None
