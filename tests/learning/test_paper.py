"""Modules and tests on paper: what is printed, and what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lms.assessment.values import OptionSource, QuestionKind, QuestionSource
from lms.learning.paper import draw_test
from tests.factories import RIGHT, make_course, module_source, question
from tests.support.client import Visitor

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast

MATCH = QuestionSource(
    "m",
    QuestionKind.MATCH,
    "組み合わせてください。",
    options=tuple(OptionSource(left, match=right) for left, right in ("甲乙", "丙丁", "戊己")),
)
ORDER = QuestionSource(
    "o", QuestionKind.ORDER, "並べてください。", options=tuple(map(OptionSource, "春夏秋冬"))
)
NUMBER = QuestionSource(
    "n", QuestionKind.NUMERIC, "何パーセントですか。", answers=("65",), tolerance="1", unit="%"
)


def source(*pool: QuestionSource, draw: int = 0):
    made = module_source()
    return replace(made, pool=pool, quiz=replace(made.quiz, draw=draw))


@pytest.mark.parametrize("sheet", range(1, 5))
def test_the_keys_fit_the_printed_order(sheet: int) -> None:
    test = draw_test(source(question("q"), MATCH, ORDER, NUMBER), sheet=sheet)
    by_kind = {each.kind: each for each in test.questions}
    single = by_kind["single"]
    assert dict(single.choices)[single.key] == RIGHT
    match, sides = by_kind["match"], dict(by_kind["match"].choices)
    pairs = [pair.split("-") for pair in match.key.split()]
    assert [match.items[int(n) - 1] + sides[letter] for n, letter in pairs] == [
        "甲乙",
        "丙丁",
        "戊己",
    ]
    order = by_kind["order"]
    assert "".join(dict(order.choices)[letter] for letter in order.key.split(" → ")) == "春夏秋冬"
    assert by_kind["numeric"].key == "65 ± 1 %"
    assert (test.points, test.needed) == (4, 4)
    assert test == draw_test(source(question("q"), MATCH, ORDER, NUMBER), sheet=sheet)


@pytest.mark.parametrize("kind", [QuestionKind.MATCH, QuestionKind.ORDER, QuestionKind.MULTIPLE])
def test_a_question_may_have_more_choices_than_there_are_letters(kind: QuestionKind) -> None:
    options = tuple(OptionSource(f"左{n}", match=f"右{n}", correct=True) for n in range(32))
    (printed,) = draw_test(
        source(QuestionSource("q", kind, "長い設問", options)), sheet=1
    ).questions
    assert len(printed.choices) == len(dict(printed.choices)) == 32
    assert [printed.choices[place][0] for place in (0, 14, 15, 30)] == ["ア", "ソ", "ア2", "ア3"]
    assert len(printed.key.replace(" → ", " ").split()) == 32


def test_sheets_differ() -> None:
    pool = tuple(question(f"q{number}") for number in range(10))
    tests = [draw_test(source(*pool, draw=4), sheet=sheet) for sheet in range(1, 5)]
    assert {len(test.questions) for test in tests} == {4}
    assert len({tuple(each.prompt for each in test.questions) for test in tests}) == 4


def test_learners_print_slides_and_questions_without_keys(app: Flask, cast: Cast) -> None:
    made = make_course(app.extensions["lms"].db, modules=(module_source(checks=True, survey=True),))
    learner, trainer = Visitor(app, cast.aoki), Visitor(app, cast.endo)
    page = learner.visit(f"{made.learn()}/paper")
    text = page.get_text()
    assert "これは読み上げる原稿です。" in text
    assert "設問c1" in text
    assert "解説c1" not in text
    assert page.find("form") is None
    assert learner.get(f"{made.learn()}/paper-test").status_code == 403
    keys = trainer.visit(f"{made.learn()}/paper-test?sheet=9")
    assert "解説q01です。" in keys.select_one(".paper__keys").get_text()
    assert "解説q01です。" not in keys.select_one(".paper__test").get_text()


def test_a_module_without_quiz_has_no_test(app: Flask, cast: Cast) -> None:
    made = make_course(app.extensions["lms"].db, modules=(module_source(quiz=0),))
    assert Visitor(app, cast.endo).get(f"{made.learn()}/paper-test").status_code == 404
