"""A test on paper: questions drawn by a seed, with a sheet of keys for whoever marks it.

Pure but for Markdown. The keys are for people who make courses; learners never get this page.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lms.assessment.values import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.assessment.values import QuestionSource
    from lms.catalog.source import ModuleSource

_Value = TypeVar("_Value")

_LETTERS = "アイウエオカキクケコサシスセソ"
_LETTERS_EN = "ABCDEFGHIJKLMNO"


def letter(place: int, lang: str) -> str:
    """The letter of a choice by its place from 0; behind the last one they begin anew: ア2, イ2."""
    letters = _LETTERS if lang.startswith("ja") else _LETTERS_EN
    turn, at = divmod(place, len(letters))
    return f"{letters[at]}{turn + 1}" if turn else letters[at]


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as it is printed.

    ``choices`` are letters with texts in printed order; ``items`` are the numbered left sides of
    a match question. ``key`` is the right answer in these letters, or the accepted text.
    ``prompt`` and ``explanation`` are Markdown.
    """

    kind: str
    prompt: str
    points: int
    key: str
    explanation: str
    choices: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PaperTest:
    """A drawn test. ``needed`` is the number of points that passes it."""

    questions: tuple[PaperQuestion, ...]
    points: int
    needed: int


def draw_test(source: ModuleSource, *, sheet: int) -> PaperTest:
    """Draw a test from the pool of a module.

    Args:
        source: the module in the language of the paper.
        sheet: number of the variant; the same number gives the same test.
    """
    # Nothing secret hangs on the draw: it only has to be the same each time it is printed.
    dice = random.Random(sheet)  # noqa: S311
    count = source.quiz.draw or len(source.pool)
    drawn = dice.sample(source.pool, min(count, len(source.pool)))
    questions = tuple(_printed(question, dice, source.lang) for question in drawn)
    points = sum(question.points for question in questions)
    return PaperTest(questions, points, -(-points * source.quiz.pass_mark // 100))


def _printed(question: QuestionSource, dice: random.Random, lang: str) -> PaperQuestion:
    options = list(question.options)
    items: tuple[str, ...] = ()
    if question.kind is QuestionKind.MATCH:
        items = tuple(option.text for option in options)
        sides = _shuffled([option.match for option in options], dice)
        choices = _lettered(sides, lang)
        key = " ".join(
            f"{number}-{letter(sides.index(option.match), lang)}"
            for number, option in enumerate(options, 1)
        )
    elif question.kind is QuestionKind.ORDER:
        shown = _shuffled(options, dice)
        choices = _lettered([option.text for option in shown], lang)
        key = " → ".join(letter(shown.index(option), lang) for option in options)
    elif options:
        shown = options if question.kind is QuestionKind.TRUE_FALSE else _shuffled(options, dice)
        choices = _lettered([option.text for option in shown], lang)
        key = " ".join(letter(place, lang) for place, option in enumerate(shown) if option.correct)
    else:
        choices = ()
        key = _written(question)
    return PaperQuestion(
        kind=question.kind.value,
        prompt=question.prompt,
        points=question.points,
        key=key,
        explanation=question.explanation,
        choices=choices,
        items=items,
        unit=question.unit,
    )


def _lettered(texts: Sequence[str], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((letter(place, lang), text) for place, text in enumerate(texts))


def _written(question: QuestionSource) -> str:
    text = " / ".join(question.answers)
    if question.kind is QuestionKind.NUMERIC and question.tolerance not in {"", "0"}:
        text += f" ± {question.tolerance}"
    return f"{text} {question.unit}".strip()


def _shuffled(values: Sequence[_Value], dice: random.Random) -> list[_Value]:
    mixed = list(values)
    dice.shuffle(mixed)
    return mixed
