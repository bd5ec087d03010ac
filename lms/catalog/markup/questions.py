"""Reading the inside of ``::: quiz`` and ``::: survey`` blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from lms.catalog.markup.attributes import is_identifier, read_attributes
from lms.catalog.markup.lines import markdown_text, one_line
from lms.catalog.source import (
    OptionSource,
    QuestionKind,
    QuestionSource,
    SurveyKind,
    SurveySource,
)
from lms.kernel.messages import N_
from lms.kernel.text import is_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.markup.attributes import Attributes
    from lms.catalog.markup.findings import Findings
    from lms.catalog.markup.scan import Block, Line

_Kind = TypeVar("_Kind", bound=StrEnum)

_ITEM = re.compile(r"^ {0,3}-(?:[ \t]+(?P<text>.*))?$")
_NUMBERED = re.compile(r"^ {0,3}\d{1,9}\.(?:[ \t]+(?P<text>.*))?$", re.ASCII)
_CHOICE = re.compile(r"^\[(?P<mark>[ xX\u3000])\](?:[ \t]+(?P<text>.*))?$")
_ANSWER = re.compile(r"^=[ \t]*(?P<text>.*)$")
_TOLERANCE = re.compile(r"[ \t]*(?:\+-|±)[ \t]*")
_ARROW = re.compile(r"(?<!\\)=>")
_QUOTE = re.compile(r"^>[ \t]?(?P<text>.*)$")
_FEEDBACK = re.compile(r"^[ \t]+>[ \t]?(?P<text>.*)$")

_QUESTION_KEYS = ("type", "points", "slide", "skill", "unit")
_SURVEY_KEYS = ("type", "steps", "low", "high")

CHOICE_KINDS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE})


def is_decimal(text: str) -> bool:
    """Tell whether ``text`` is a finite decimal number such as ``80`` or ``-0.5``."""
    try:
        return text.isascii() and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def escape_arrow(text: str) -> str:
    """Return the left side of a pair with every ``=>`` escaped as Markdown allows."""
    return _ARROW.sub(r"\\=>", text)


def _identifier(words: list[str], block: Block, findings: Findings) -> str:
    """Take the id out of the words of a block's head."""
    if not words:
        findings.error(block.line, N_("An id is missing: ::: %(name)s q01 type=…"), name=block.name)
        return ""
    name = words.pop(0).removeprefix("#")
    if not is_identifier(name):
        findings.error(
            block.line,
            N_("The id “%(id)s” may hold only letters a–z, digits, - and _ (at most 64)."),
            id=name,
        )
    return name


def _kind(attributes: Attributes, block: Block, findings: Findings, *, default: _Kind) -> _Kind:
    """Read the type of a block; one that does not exist is reported and ``default`` taken."""
    kinds, written = type(default), attributes.text("type")
    try:
        return kinds(written)
    except ValueError:
        findings.error(
            block.line,
            N_("type=%(value)s: write one of %(allowed)s."),
            value=written,
            allowed=", ".join(kinds),
        )
        return default


def read_question(block: Block, findings: Findings) -> QuestionSource:
    """Read one ``::: quiz`` block. What is wrong is reported; the rest is still returned."""
    attributes = read_attributes(block.attributes, block.line, findings)
    identifier = _identifier(attributes.words, block, findings)
    attributes.expect(_QUESTION_KEYS, allowed=", ".join(_QUESTION_KEYS))
    kind = _kind(attributes, block, findings, default=QuestionKind.SINGLE)
    question = QuestionSource(
        id=identifier,
        kind=kind,
        prompt="",
        unit=one_line(attributes.text("unit")),
        points=attributes.whole("points", 1, low=0, high=1000),
        slide=attributes.text("slide"),
        skill=attributes.text("skill"),
    )
    return _Answers(question, findings).read(block.lines)


class _Answers:
    """Walks through prompt, answers and explanation of one question."""

    def __init__(self, question: QuestionSource, findings: Findings) -> None:
        self._question = question
        self._findings = findings
        self._prompt: list[str] = []
        self._explanation: list[str] = []
        self._options: list[OptionSource] = []
        self._feedback: list[list[str]] = []
        self._answers: list[str] = []
        self._tolerance = "0"
        self._begun = False

    def read(self, lines: Sequence[Line]) -> QuestionSource:
        """Return the question with everything the lines say."""
        for line in lines:
            self._line(line)
        kind = self._question.kind
        return replace(
            self._question,
            prompt=markdown_text(
                "\n".join(self._prompt), list_marks=True, numbers=kind is QuestionKind.ORDER
            ),
            options=tuple(
                replace(option, feedback=markdown_text("\n".join(feedback)))
                for option, feedback in zip(self._options, self._feedback, strict=True)
            ),
            answers=tuple(self._answers),
            tolerance=self._tolerance,
            explanation=markdown_text("\n".join(self._explanation)),
        )

    def _line(self, line: Line) -> None:
        marker = _NUMBERED if self._question.kind is QuestionKind.ORDER else _ITEM
        if line.code and not self._begun:
            self._prompt.append(line.text)
        elif match := marker.match(line.text):
            self._begun = True
            self._item(one_line(match["text"] or ""), line.number)
        elif not self._begun:
            self._prompt.append(line.text)
        elif match := _QUOTE.match(line.text):
            self._explanation.append(match["text"])
        elif match := _FEEDBACK.match(line.text):
            self._feedback_line(match["text"], line.number)
        elif line.text.strip(" \t"):
            self._continuation(line)

    def _feedback_line(self, text: str, number: int) -> None:
        if self._options and not self._explanation:
            self._feedback[-1].append(text)
            return
        self._findings.error(
            number, N_("Feedback (an indented >) stands directly under the option it is about.")
        )

    def _continuation(self, line: Line) -> None:
        if line.text[0] in " \t" and self._options and not self._explanation:
            last = self._options[-1]
            if last.match:
                last = replace(last, match=_joined(last.match, line.text))
            else:
                last = replace(last, text=_joined(last.text, line.text))
            self._options[-1] = last
            return
        self._findings.error(
            line.number, N_("After the answers only an explanation (> …) may follow.")
        )

    def _item(self, text: str, number: int) -> None:
        if self._explanation:
            self._findings.error(number, N_("The explanation (> …) comes after all answers."))
            self._explanation.clear()
        kind = self._question.kind
        if kind in CHOICE_KINDS:
            self._choice(text, number)
        elif kind is QuestionKind.MATCH:
            self._pair(text, number)
        elif kind is QuestionKind.ORDER:
            self._option(OptionSource(text))
        else:
            self._accepted(text, number)

    def _option(self, option: OptionSource) -> None:
        self._options.append(option)
        self._feedback.append([])

    def _choice(self, text: str, number: int) -> None:
        match = _CHOICE.match(text)
        if match is None:
            self._findings.error(
                number, N_("An option begins with - [x] (right) or - [ ] (wrong).")
            )
            return
        self._option(OptionSource(one_line(match["text"] or ""), correct=match["mark"] in "xX"))

    def _pair(self, text: str, number: int) -> None:
        parts = _ARROW.split(text, maxsplit=1)
        if len(parts) != 2:  # noqa: PLR2004 - a pair
            self._findings.error(number, N_("A pair is written - left => right"))
            return
        self._option(OptionSource(one_line(parts[0]), match=one_line(parts[1])))

    def _accepted(self, text: str, number: int) -> None:
        match = _ANSWER.match(text)
        if match is None:
            self._findings.error(number, N_("An accepted answer is written - = answer"))
            return
        answer = one_line(match["text"])
        if self._question.kind is QuestionKind.NUMERIC:
            value, *tolerance = _TOLERANCE.split(answer, maxsplit=1)
            answer = value
            self._tolerance = tolerance[0] if tolerance else "0"
        self._answers.append(answer)


def _joined(text: str, more: str) -> str:
    """Join an option and its next line, without a space between Japanese characters."""
    more = one_line(more)
    glue = "" if text and is_wide(text[-1]) and is_wide(more[0]) else " "
    return f"{text}{glue}{more}".strip(" ")


def read_survey(block: Block, findings: Findings) -> SurveySource:
    """Read one ``::: survey`` block."""
    attributes = read_attributes(block.attributes, block.line, findings)
    identifier = _identifier(attributes.words, block, findings)
    attributes.expect(_SURVEY_KEYS, ("required",), allowed=", ".join((*_SURVEY_KEYS, "required")))
    kind = _kind(attributes, block, findings, default=SurveyKind.TEXT)
    prompt: list[str] = []
    options: list[str] = []
    for line in block.lines:
        match = None if line.code else _ITEM.match(line.text)
        if match is not None:
            options.append(one_line(match["text"] or ""))
        elif not options:
            prompt.append(line.text)
        elif line.text.strip(" \t"):
            findings.error(
                line.number, N_("The options (- …) are the last lines of a survey item.")
            )
    return SurveySource(
        id=identifier,
        kind=kind,
        prompt=markdown_text("\n".join(prompt), list_marks=True),
        options=tuple(options),
        low=one_line(attributes.text("low")),
        high=one_line(attributes.text("high")),
        steps=attributes.whole("steps", 5, low=2, high=11),
        required="required" in attributes.words,
    )
