"""Shuffled options whose ids tell nothing, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.player.choices import opaque_id, present, shown_response, stored_response

SEEDS = [f"seed-{number}" for number in range(60)]
THREE = [("0", "一"), ("1", "二"), ("2", "三")]


@pytest.mark.parametrize("kind", ["single", "multiple", "order", "match"])
def test_the_same_seed_gives_the_same_page(kind: str) -> None:
    assert present(THREE, seed="s", question="q", kind=kind) == present(
        THREE, seed="s", question="q", kind=kind
    )


def test_every_place_is_taken_by_every_option() -> None:
    orders = {
        tuple(o.text for o in present(THREE, seed=seed, question="q", kind="single"))
        for seed in SEEDS
    }
    assert len(orders) == 6


def test_an_order_question_never_begins_in_the_right_order() -> None:
    orders = {
        tuple(o.text for o in present(THREE, seed=seed, question="q", kind="order"))
        for seed in SEEDS
    }
    assert ("一", "二", "三") not in orders
    assert len(orders) > 2


def test_true_and_false_keep_their_places() -> None:
    for seed in SEEDS:
        shown = present([("0", "正しい"), ("1", "誤り")], seed=seed, question="q", kind="truefalse")
        assert [option.text for option in shown] == ["正しい", "誤り"]


def test_an_author_may_forbid_shuffling() -> None:
    shown = present(THREE, seed="s", question="q", kind="single", shuffle=False)
    assert [option.text for option in shown] == ["一", "二", "三"]


def test_ids_differ_between_seeds_and_questions() -> None:
    ids = {opaque_id(seed, question, "0") for seed in ("a", "b") for question in ("q", "r")}
    assert len(ids) == 4


@given(seed=st.text(max_size=8), picked=st.lists(st.sampled_from(["0", "1", "2"]), unique=True))
def test_responses_go_there_and_back(seed: str, picked: list[str]) -> None:
    ids = ["0", "1", "2"]
    shown = shown_response(picked, ids, seed=seed, question="q")
    assert stored_response(shown, ids, seed=seed, question="q") == picked


def test_pairs_are_translated_on_both_sides() -> None:
    ids = ["0", "1", "m0", "m1"]
    shown = shown_response({"0": "m1"}, ids, seed="s", question="q")
    assert shown == {opaque_id("s", "q", "0"): opaque_id("s", "q", "m1")}
    assert stored_response(shown, ids, seed="s", question="q") == {"0": "m1"}


def test_what_is_no_id_stays_as_it_is() -> None:
    assert stored_response("LGWAN", ["0"], seed="s", question="q") == "LGWAN"
    assert stored_response(["zz"], ["0"], seed="s", question="q") == ["zz"]
