"""Marking: nobody gets more than the points, partial credit is fair, Japanese input is read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.content import Key
from lms.assessment.grading import Verdict, number_of, share, text_key, verdict

OPTIONS = st.lists(st.sampled_from("abcdefgh"), unique=True)
RESPONSES = st.one_of(
    st.none(),
    st.text(max_size=20),
    OPTIONS,
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("wxyz")),
)


@given(
    kind=st.sampled_from(["single", "multiple", "truefalse", "text", "numeric", "order", "match"]),
    right=OPTIONS,
    pairs=st.dictionaries(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    number=st.decimals(allow_nan=False, allow_infinity=False, places=2),
    response=RESPONSES,
)
def test_a_share_is_between_nothing_and_everything(
    kind: str, right: list[str], pairs: dict[str, str], number: Decimal, response: object
) -> None:
    key = Key(right=tuple(right), pairs=pairs, answers=(str(number),), tolerance="0.5")
    assert 0 <= share(kind, key, response) <= 1  # type: ignore[arg-type]


@given(right=OPTIONS.filter(bool), chosen=OPTIONS, more=st.sampled_from("abcdefgh"))
def test_one_more_choice_helps_only_if_it_is_right(
    right: list[str], chosen: list[str], more: str
) -> None:
    key = Key(right=tuple(right))
    before = share("multiple", key, [c for c in chosen if c != more])
    after = share("multiple", key, [*(c for c in chosen if c != more), more])
    assert (after >= before) if more in right else (after <= before)


@given(right=OPTIONS.filter(bool))
def test_choosing_exactly_the_right_ones_is_full_and_everything_is_not(right: list[str]) -> None:
    key = Key(right=tuple(right))
    assert share("multiple", key, list(reversed(right))) == 1
    if len(right) <= 4:
        assert share("multiple", key, list("abcdefgh")) == 0


@given(order=st.permutations(list("abcde")))
def test_an_order_earns_full_points_only_when_it_is_the_order(order: list[str]) -> None:
    earned = share("order", Key(right=tuple("abcde")), order)
    assert (earned == 1) == (order == list("abcde"))


def test_one_item_out_of_place_keeps_the_joints_that_hold() -> None:
    key = Key(right=tuple("abcde"))
    assert share("order", key, list("bcdea")) == Fraction(3, 6)
    assert share("order", key, list("abced")) == Fraction(3, 6)
    assert share("order", key, list("edcba")) == 0
    assert share("order", key, []) == 0


def test_pairs_count_one_by_one() -> None:
    key = Key(pairs={"a": "x", "b": "y", "c": "x"})
    assert share("match", key, {"a": "x", "b": "x", "c": "x"}) == Fraction(2, 3)
    assert share("match", key, {"a": "x"}) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("80", "", "80"),
        ("８０", "", "80"),
        ("１，２００", "", "1200"),
        ("1,200,000", "", "1200000"),
        ("１、２００", "", "1200"),
        ("１２。５", "", "12.5"),
        ("ー３", "", "-3"),
        ("1200yen", "yen", "1200"),
        ("3営業日", "営業日", "3"),
        (" 3 位 ", "位", "3"),
        ("８０％", "%", "80"),
        ("-1.5", "", "-1.5"),
        ("－１．５", "", "-1.5"),
        ("−2", "", "-2"),
        ("+.5", "", "0.5"),
        ("3.", "", "3"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, unit: str, value: str) -> None:
    assert number_of(typed, ("", "日", unit)) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["", "約80", "1,2", "12,34", "1e9", "NaN", "八十", "8 0a", "abc", "１２円", "9" * 50]
)
def test_what_is_no_number_is_not_guessed(typed: str) -> None:
    assert number_of(typed) is None


def test_a_number_may_differ_by_the_tolerance() -> None:
    key = Key(answers=("80",), tolerance="5")
    assert [share("numeric", key, n) for n in ("75", "85", "74.99", "85.01")] == [1, 1, 0, 0]


@pytest.mark.parametrize("typed", ["LGWAN", "lgwan", "ＬＧＷＡＮ", " LG WAN ", "LGWAN。"])
def test_short_answers_are_compared_without_width_case_and_blanks(typed: str) -> None:
    assert share("text", Key(answers=("LGWAN",)), typed) == 1


def test_a_short_answer_is_not_found_inside_another() -> None:
    assert share("text", Key(answers=("LGWAN",)), "LGWANではない") == 0
    assert text_key("。") == "。"


def test_a_verdict_says_what_happened() -> None:
    assert verdict(Fraction(1), "a") is Verdict.RIGHT
    assert verdict(Fraction(1, 3), ["a"]) is Verdict.PARTIAL
    assert verdict(Fraction(0), "a") is Verdict.WRONG
    assert verdict(Fraction(0), None) is Verdict.OPEN
