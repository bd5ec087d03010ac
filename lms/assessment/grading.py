"""Marking one response. Pure; exact fractions until a result is stored."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from lms.assessment.values import QuestionKind
from lms.kernel.text import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lms.assessment.content import Key
    from lms.assessment.responses import Response

FULL = Fraction(1)
NONE = Fraction(0)
MAX_NUMBER = 40
"""Characters of a number; longer ones are no answer of a person."""

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+", re.ASCII)
_BLANKS = re.compile(r"\s+")
_TYPED_SIGNS = str.maketrans("、。ー", ",.-")
"""What the keys of the comma, the point and the minus write while kana are typed."""


class Verdict(StrEnum):
    """What became of one question."""

    RIGHT = "right"
    PARTIAL = "partial"
    WRONG = "wrong"
    OPEN = "open"
    """Not answered."""


def share(kind: str, key: Key, response: Response | None, units: Collection[str] = ()) -> Fraction:
    """Return how much of the points a response earns, from 0 to 1.

    - ``single``, ``truefalse``, ``text``, ``numeric``: all or nothing.
    - ``multiple``: (right ones chosen − wrong ones chosen) / right ones, never below 0, so that
      choosing everything earns nothing.
    - ``match``: pairs that are right / all pairs.
    - ``order``: joints that are right / all joints, where a joint is the begin with the first
      item, each pair of neighbours, and the last item with the end. One item out of place costs
      three joints and not the whole answer (Moodle's ordering question calls this grading
      "relative to both the previous and next item").

    Args:
        kind: a ``QuestionKind``.
        key: the right answer.
        response: with stored ids (see ``responses.checked``); None or empty is 0.
        units: the word after a number in each language; it may be typed too.
    """
    if not response:
        return NONE
    if kind == QuestionKind.MULTIPLE:
        return _multiple(key.right, _items(response))
    if kind == QuestionKind.ORDER:
        return _order(key.right, _items(response))
    if kind == QuestionKind.MATCH:
        return _match(key.pairs, response if isinstance(response, dict) else {})
    if not isinstance(response, str):
        return NONE
    if kind == QuestionKind.TEXT:
        right = text_key(response) in {text_key(answer) for answer in key.answers}
    elif kind == QuestionKind.NUMERIC:
        right = _near(response, key, units)
    else:
        right = response in key.right
    return FULL if right else NONE


def verdict(earned: Fraction | float, response: object) -> Verdict:
    """Say in one word what became of a question; ``earned`` is a share from 0 to 1."""
    if earned >= 1:
        return Verdict.RIGHT
    if earned > 0:
        return Verdict.PARTIAL
    return Verdict.WRONG if response else Verdict.OPEN


def text_key(text: str) -> str:
    """A short answer for comparison: NFKC, case and blanks folded, without a closing 。."""
    return _BLANKS.sub("", folded(text)).rstrip("。.") or folded(text)


def number_of(text: str, units: Collection[str] = ()) -> Decimal | None:
    """Return the number somebody typed, None where it is none.

    Full-width digits and signs, commas between groups of three digits, blanks and the unit itself
    are accepted: ``１，２００円`` is 1200, and so is ``１、２００円``.
    """
    if len(text) > MAX_NUMBER:
        return None
    plain = _BLANKS.sub("", folded(text))
    endings = sorted((_BLANKS.sub("", folded(unit)) for unit in units), key=len, reverse=True)
    ending = next((each for each in endings if plain.endswith(each)), "")
    plain = plain.removesuffix(ending).translate(_TYPED_SIGNS)
    if _NUMBER.fullmatch(plain) is None:
        return None
    return Decimal(plain.replace(",", ""))


def _near(response: str, key: Key, units: Collection[str]) -> bool:
    found = number_of(response, units)
    if found is None:
        return False
    tolerance = Decimal(key.tolerance)
    return any(abs(found - Decimal(answer)) <= tolerance for answer in key.answers)


def _items(response: Response) -> list[str]:
    return [response] if isinstance(response, str) else list(response)


def _multiple(right: Collection[str], chosen: Collection[str]) -> Fraction:
    picked = set(chosen)
    hits = len(picked & set(right))
    if not right:
        return NONE
    return max(NONE, Fraction(hits - (len(picked) - hits), len(set(right))))


def _order(right: Sequence[str], order: Sequence[str]) -> Fraction:
    joints = set(pairwise((None, *right, None)))
    return Fraction(len(joints & set(pairwise((None, *order, None)))), len(joints))


def _match(pairs: Mapping[str, str], response: Mapping[str, str]) -> Fraction:
    if not pairs:
        return NONE
    return Fraction(sum(response.get(left) == right for left, right in pairs.items()), len(pairs))
