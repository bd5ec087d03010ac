"""What makes a question, survey item or slide unusable, whoever wrote it.

The parser, the checks and the editor in the browser ask the same functions. Each yields pairs of
an English message id and its named values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lms.catalog.markup.questions import is_decimal
from lms.catalog.source import (
    HotspotSource,
    QuestionKind,
    QuestionSource,
    SurveyKind,
    SurveySource,
)
from lms.kernel.messages import N_
from lms.kernel.text import folded

Fault = tuple[str, Mapping[str, str]]


def question_faults(question: QuestionSource) -> Iterator[Fault]:
    """Yield what prevents a question from being asked and graded."""
    if not question.prompt.strip():
        yield N_("The question has no prompt."), {}
    if question.kind in {QuestionKind.TEXT, QuestionKind.NUMERIC}:
        yield from _answer_faults(question)
    else:
        yield from _option_faults(question)
    if question.unit and question.kind is not QuestionKind.NUMERIC:
        yield N_("“unit” belongs to numeric questions only."), {}


def _answer_faults(question: QuestionSource) -> Iterator[Fault]:
    if not question.answers or not all(answer.strip() for answer in question.answers):
        yield N_("The question has no accepted answer (- = answer)."), {}
        return
    if question.kind is QuestionKind.TEXT:
        return
    if len(question.answers) > 1:
        yield N_("A numeric question has exactly one number; use +- for a range."), {}
    for value in (*question.answers, question.tolerance):
        if not is_decimal(value):
            yield N_("“%(value)s” is not a number."), {"value": value}
    if is_decimal(question.tolerance) and Decimal(question.tolerance) < 0:
        yield N_("“%(value)s”: the range cannot be negative."), {"value": question.tolerance}


def _option_faults(question: QuestionSource) -> Iterator[Fault]:
    options, kind = question.options, question.kind
    if kind is QuestionKind.TRUE_FALSE and len(options) != 2:  # noqa: PLR2004 - true and false
        yield N_("A true/false question has exactly two options."), {}
    elif len(options) < 2:  # noqa: PLR2004 - a choice needs two
        yield N_("The question needs at least two options."), {}
    if any(not option.text for option in options):
        yield N_("An option is empty."), {}
    if kind is QuestionKind.MATCH and any(not option.match for option in options):
        yield N_("A pair has no right side."), {}
    right = sum(option.correct for option in options)
    if kind in {QuestionKind.SINGLE, QuestionKind.TRUE_FALSE} and right != 1:
        yield (
            N_("Exactly one option must be marked right; %(count)s are."),
            {"count": str(right)},
        )
    if kind is QuestionKind.MULTIPLE and right == 0:
        yield N_("At least one option must be marked right."), {}
    for text in repeated([option.text for option in options]):
        yield N_("The option “%(text)s” stands there twice."), {"text": text}


def survey_faults(survey: SurveySource) -> Iterator[Fault]:
    """Yield what prevents a survey item from being shown."""
    if not survey.prompt.strip():
        yield N_("The survey item has no prompt."), {}
    if survey.kind in {SurveyKind.SINGLE, SurveyKind.MULTIPLE}:
        if len(survey.options) < 2 or not all(survey.options):  # noqa: PLR2004 - a choice needs two
            yield N_("The survey item needs at least two options."), {}
        for text in repeated(list(survey.options)):
            yield N_("The option “%(text)s” stands there twice."), {"text": text}
    elif survey.options:
        yield N_("Only single and multiple survey items have options."), {}


def hotspot_faults(hotspot: HotspotSource) -> Iterator[Fault]:
    """Yield what prevents a link on a picture from being drawn and followed."""
    inside = all(0 <= value <= 1 for value in (hotspot.x, hotspot.y, hotspot.w, hotspot.h))
    if not inside:
        yield N_("Position and size of a link on the picture are fractions from 0 to 1."), {}
    if not hotspot.label.strip():
        yield N_("A link on the picture has no text."), {}
    if not hotspot.target.lower().startswith(("#", "https://", "mailto:")):
        yield (
            N_("“%(target)s”: a link leads to #slide-id, https:// or mailto:"),
            {"target": hotspot.target},
        )


def repeated(texts: list[str]) -> list[str]:
    """Return each text whose folded form occurred before, in order."""
    seen: set[str] = set()
    result: list[str] = []
    for text in texts:
        key = folded(text)
        if key and key in seen:
            result.append(text)
        seen.add(key)
    return result
