"""A stored seed decides everything, and nothing shown tells the author's order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.drawing import (
    arrange,
    check_seed,
    draw,
    opaque_id,
    shown_response,
    stored_response,
)

SEEDS = st.integers(min_value=0, max_value=2**31 - 1)
POOL = [f"q{number:02}" for number in range(1, 21)]


@given(seed=SEEDS, count=st.integers(min_value=0, max_value=25))
def test_the_same_seed_draws_the_same(seed: int, count: int) -> None:
    drawn = draw(POOL, count, seed=seed)
    assert drawn == draw(POOL, count, seed=seed)
    assert len(drawn) == len(set(drawn)) == (min(count, 20) or 20)
    assert set(drawn) <= set(POOL)


def test_a_drawing_never_changes_with_a_release() -> None:
    """A learner comes back after an update and must find the same questions and order."""
    assert draw(POOL, 4, seed=20261122) == ["q02", "q05", "q11", "q12"]
    assert opaque_id(20261122, "q01", "ab12") == "d219b77a7940"


@given(seed=SEEDS)
def test_without_shuffling_the_author_decides_the_order(seed: int) -> None:
    drawn = draw(POOL, 6, seed=seed, shuffle=False)
    assert drawn == sorted(drawn)


@given(seed=SEEDS)
def test_a_repeat_prefers_questions_not_seen_before(seed: int) -> None:
    first = draw(POOL, 12, seed=seed)
    second = draw(POOL, 12, seed=seed + 1, seen=first)
    assert set(POOL) - set(first) <= set(second)


def test_every_question_is_drawn_about_equally_often() -> None:
    counts = Counter(code for seed in range(2000) for code in draw(POOL, 5, seed=seed))
    assert set(counts) == set(POOL)
    assert 400 < min(counts.values()) <= max(counts.values()) < 600


def test_every_question_comes_first_about_equally_often() -> None:
    firsts = Counter(draw(POOL, 0, seed=seed)[0] for seed in range(2000))
    assert set(firsts) == set(POOL)
    assert max(firsts.values()) < 150


@given(seed=SEEDS)
def test_options_are_shuffled_by_the_seed(seed: int) -> None:
    ids = ["o1", "o2", "o3", "o4"]
    shown = arrange(ids, seed=seed, code="q01", kind="single")
    assert shown == arrange(ids, seed=seed, code="q01", kind="single")
    assert sorted(shown) == ids
    assert arrange(ids, seed=seed, code="q01", kind="single", shuffle=False) == ids
    assert arrange(ids[:2], seed=seed, code="q01", kind="truefalse") == ids[:2]


@given(seed=SEEDS, size=st.integers(min_value=2, max_value=6))
def test_an_order_question_is_never_shown_in_the_right_order(seed: int, size: int) -> None:
    right = [f"o{number}" for number in range(size)]
    shown = arrange(sorted(right), seed=seed, code="q", kind="order", shuffle=False, right=right)
    assert shown != right
    assert sorted(shown) == right


@given(seed=SEEDS, other=SEEDS)
def test_shown_ids_differ_from_attempt_to_attempt(seed: int, other: int) -> None:
    shown = {opaque_id(seed, "q", option) for option in "abcd"}
    assert len(shown) == 4
    if seed != other:
        assert shown.isdisjoint(opaque_id(other, "q", option) for option in "abcd")


@given(
    seed=SEEDS,
    response=st.one_of(
        st.sampled_from("abcd"),
        st.lists(st.sampled_from("abcd"), unique=True),
        st.dictionaries(st.sampled_from("ab"), st.sampled_from("cd")),
    ),
)
def test_a_response_survives_the_way_to_the_browser_and_back(seed: int, response: object) -> None:
    shown = shown_response(response, "abcd", seed=seed, code="q")  # type: ignore[arg-type]
    assert stored_response(shown, "abcd", seed=seed, code="q") == response


def test_the_seed_of_checks_belongs_to_person_and_quiz() -> None:
    seeds = {check_seed(person, quiz) for person in range(30) for quiz in range(30)}
    assert len(seeds) == 900
    assert all(0 <= seed < 2**31 for seed in seeds)
