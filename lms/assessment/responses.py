"""Responses to questions: their shape, and how they come out of a form. Pure.

A response is a text (``text``, ``numeric``: as typed; ``single``, ``truefalse``, ``scale``: the
chosen option or step), a list of option ids (``multiple``; ``order``: in the chosen order) or a
mapping of left to right ids (``match``). Empty values mean that the question is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.assessment.content import SURVEY_PREFIX
from lms.assessment.grading import number_of
from lms.assessment.values import QuestionKind, SurveyKind
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lms.assessment.content import Body

Response = str | list[str] | dict[str, str]

MAX_ANSWER = 500
"""Characters of a short answer."""

MAX_COMMENT = 4000
"""Characters of a free text in a survey."""

ORDER_FIELD = "order-"
MATCH_FIELD = "match-"
_SURROGATES = range(0xD800, 0xE000)


def shape_of(kind: str) -> str:
    """The kind without the mark of surveys: ``survey-multiple`` is answered as ``multiple``."""
    return kind.removeprefix(SURVEY_PREFIX)


def from_form(kind: str, fields: Iterable[tuple[str, str]]) -> Response:
    """Return the response in a posted form.

    Fields: ``answer`` (one or several; an order question: its items from first to last),
    ``match-<left>`` for pairs, or ``order-<item>`` with a place where items are numbered.
    """
    pairs = list(fields)
    answers = [value for name, value in pairs if name == "answer"]
    shape = shape_of(kind)
    if shape == QuestionKind.MATCH:
        return {
            name.removeprefix(MATCH_FIELD): value
            for name, value in pairs
            if name.startswith(MATCH_FIELD) and value
        }
    if shape == QuestionKind.ORDER:
        places = [
            (_place(value), name.removeprefix(ORDER_FIELD))
            for name, value in pairs
            if name.startswith(ORDER_FIELD)
        ]
        return answers or [item for _, item in sorted(places, key=lambda pair: pair[0])]
    if shape == QuestionKind.MULTIPLE:
        return answers
    return answers[0].strip() if answers else ""


def checked(kind: str, body: Body, response: object) -> Response:
    """Return a response of the right shape, with stored ids; an empty one is allowed.

    Raises:
        DomainError: it is not of the shape of this kind, names an option that is not there, is
            too long, holds characters that no text may hold, or is no number where one is asked.
    """
    shape = shape_of(kind)
    if shape == QuestionKind.MATCH:
        return _pairs(body, response)
    if shape in {QuestionKind.MULTIPLE, QuestionKind.ORDER}:
        return _list(body, response)
    if not isinstance(response, str):
        raise _unfit()
    if shape == SurveyKind.SCALE:
        steps = {str(step) for step in range(1, body.steps + 1)}
        return _known([response], steps)[0] if response else ""
    if shape in {QuestionKind.SINGLE, QuestionKind.TRUE_FALSE}:
        return _known([response], body.options)[0] if response else ""
    text = _text(response, MAX_COMMENT if kind.startswith(SURVEY_PREFIX) else MAX_ANSWER)
    if shape == QuestionKind.NUMERIC and text and number_of(text, body.units) is None:
        raise DomainError(
            "answer.number",
            N_("Not saved: this is not a number. Enter digits only, such as 1200 or 1,200."),
            "answer",
        )
    return text


def moved(order: Sequence[str], item: str, step: int) -> list[str]:
    """Return the list with ``item`` moved by ``step`` places, as far as the list goes."""
    if item not in order:
        return list(order)
    rest = [one for one in order if one != item]
    place = min(max(order.index(item) + step, 0), len(rest))
    return [*rest[:place], item, *rest[place:]]


def _pairs(body: Body, response: object) -> dict[str, str]:
    if not isinstance(response, dict):
        raise _unfit()
    filled = {left: right for left, right in response.items() if right}
    _known(filled, body.options)
    _known(filled.values(), body.matches)
    return filled


def _list(body: Body, response: object) -> list[str]:
    if not isinstance(response, list):
        raise _unfit()
    _known(response, body.options)
    return list(dict.fromkeys(response))


def _known(values: Iterable[object], allowed: Iterable[str]) -> list[str]:
    found = [value for value in values if isinstance(value, str)]
    if len(found) != len(list(values)) or not set(found) <= set(allowed):
        raise _unfit()
    return found


def _text(response: str, limit: int) -> str:
    if len(response) > limit:
        raise DomainError(
            "answer.long",
            N_("This answer is too long. Please keep it to %(limit)s characters."),
            "answer",
            limit=limit,
        )
    if any(char == "\0" or ord(char) in _SURROGATES for char in response):
        raise _unfit()
    return response.strip()


def _unfit() -> DomainError:
    return DomainError(
        "answer.unfit",
        N_("This answer does not fit the question. Please open the question again."),
        "answer",
    )


def _place(value: str) -> float:
    return int(value) if value.isascii() and value.isdigit() else float("inf")
