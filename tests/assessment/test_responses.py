"""Responses: read from forms, and refused when they do not fit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.content import Body, Texts
from lms.assessment.responses import checked, from_form, moved
from lms.kernel.result import DomainError

BODY = Body(
    options=("a", "b", "c"),
    matches=("x", "y"),
    steps=5,
    required=True,
    texts={"ja": Texts("問い", "<p>問い</p>")},
)


@pytest.mark.parametrize(
    ("kind", "fields", "response"),
    [
        ("single", [("answer", "a")], "a"),
        ("single", [], ""),
        ("multiple", [("answer", "a"), ("answer", "c"), ("go", "next")], ["a", "c"]),
        ("text", [("answer", "  LGWAN ")], "LGWAN"),
        ("order", [("answer", "b"), ("answer", "a")], ["b", "a"]),
        ("order", [("order-a", "2"), ("order-b", "1"), ("order-c", "x")], ["b", "a", "c"]),
        ("match", [("match-a", "x"), ("match-b", "")], {"a": "x"}),
        ("survey-multiple", [("answer", "a")], ["a"]),
        ("survey-scale", [("answer", "4")], "4"),
    ],
)
def test_a_form_becomes_a_response(
    kind: str, fields: list[tuple[str, str]], response: object
) -> None:
    assert from_form(kind, fields) == response


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", "d"),
        ("single", ["a"]),
        ("single", None),
        ("single", 1),
        ("truefalse", {"a": "x"}),
        ("multiple", "a"),
        ("multiple", ["a", "z"]),
        ("multiple", ["a", ["b"]]),
        ("order", [None]),
        ("match", {"a": "b"}),
        ("match", {"z": "x"}),
        ("match", {"a": {"x": 1}}),
        ("match", ["a"]),
        ("numeric", "abc"),
        ("text", "あ\0い"),
        ("text", "\ud800"),
        ("text", True),
        ("survey-scale", "6"),
        ("survey-scale", "0"),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, response: object) -> None:
    with pytest.raises(DomainError):
        checked(kind, BODY, response)


@pytest.mark.parametrize(
    ("kind", "response"), [("single", ""), ("multiple", []), ("match", {}), ("text", "")]
)
def test_an_answer_can_be_taken_back(kind: str, response: object) -> None:
    assert checked(kind, BODY, response) == response


def test_a_choice_counts_once() -> None:
    assert checked("multiple", BODY, ["a", "a", "b"]) == ["a", "b"]


def test_a_long_or_strange_text_is_decided_at_once() -> None:
    start = time.thread_time()
    for text in ("長" * 1_000_000, "e" + "\u0301" * 10_000, "\u202e" * 400):
        with pytest.raises(DomainError) if len(text) > 500 else _kept():
            checked("text", BODY, text)
    assert time.thread_time() - start < 5


class _kept:  # noqa: N801 - reads like pytest.raises
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


@given(
    st.lists(st.sampled_from("abcdef"), unique=True, min_size=1),
    st.data(),
    st.sampled_from([-1, 1]),
)
def test_moving_keeps_every_item(order: list[str], data: st.DataObject, step: int) -> None:
    item = data.draw(st.sampled_from(order))
    after = moved(order, item, step)
    assert sorted(after) == sorted(order)
    edge = order[0] if step < 0 else order[-1]
    if item == edge:
        assert after == order
    else:
        assert moved(after, item, -step) == order
