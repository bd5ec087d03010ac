"""Item analysis: how often a question is answered right, with what, and whether it separates. Pure.

The counts come from grouped rows (one for each question and response), so that thousands of
answers cost as little as ten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from lms.assessment.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_FOR_DISCRIMINATION = 10
"""Below this many answers a correlation says nothing."""


@dataclass(frozen=True, slots=True)
class ResponseGroup:
    """Equal responses to one question.

    ``share`` is what they earned (0 to 1). ``rest_sum`` and ``rest_square_sum`` add up the
    percentage that these people reached in the rest of their attempt, for the ``rest_count`` of
    them whose attempt had a rest.
    """

    response: Response | None
    share: float
    count: int
    rest_count: int = 0
    rest_sum: float = 0.0
    rest_square_sum: float = 0.0


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """One question over everybody in scope.

    ``correct_rate`` counts fully right answers, ``mean_share`` partly right ones in proportion;
    both from 0 to 1 and None where nobody answered. ``choices`` counts each option, typed text
    or ``left=right`` pair. ``discrimination`` is −1 to 1, None where it cannot be told.
    """

    count: int
    unanswered: int
    correct: int
    correct_rate: float | None
    mean_share: float | None
    discrimination: float | None
    choices: Counter[str]


def analyse(groups: Iterable[ResponseGroup]) -> ItemAnalysis:
    """Summarise the groups of one question."""
    found = list(groups)
    count = sum(group.count for group in found)
    correct = sum(group.count for group in found if group.share >= 1)
    earned = sum(group.share * group.count for group in found)
    choices: Counter[str] = Counter()
    for group in found:
        for choice in chosen(group.response):
            choices[choice] += group.count
    return ItemAnalysis(
        count=count,
        unanswered=sum(group.count for group in found if not group.response),
        correct=correct,
        correct_rate=correct / count if count else None,
        mean_share=earned / count if count else None,
        discrimination=discrimination(found),
        choices=choices,
    )


def chosen(response: Response | None) -> list[str]:
    """The single choices of a response: options, the text, or ``left=right`` pairs."""
    if not response:
        return []
    if isinstance(response, str):
        return [response]
    if isinstance(response, list):
        return list(response)
    return [f"{left}={right}" for left, right in response.items()]


def discrimination(groups: Iterable[ResponseGroup]) -> float | None:
    """The corrected item-total correlation: question against the rest of the attempt.

    Pearson's coefficient between the earned share and the percentage in all other questions
    (Henrysson 1963, "Correction of item-total correlations in item analysis"). About 0.2 and
    more separates those who know from those who do not; a negative value points to a wrong key.
    None with fewer than ``MIN_FOR_DISCRIMINATION`` answers or where one side never varies.
    """
    found = list(groups)
    n = sum(group.rest_count for group in found)
    if n < MIN_FOR_DISCRIMINATION:
        return None
    sum_x = sum(group.share * group.rest_count for group in found)
    sum_xx = sum(group.share**2 * group.rest_count for group in found)
    sum_y = sum(group.rest_sum for group in found)
    sum_yy = sum(group.rest_square_sum for group in found)
    sum_xy = sum(group.share * group.rest_sum for group in found)
    spread_x = n * sum_xx - sum_x**2
    spread_y = n * sum_yy - sum_y**2
    tiny = 1e-9 * n * n
    if spread_x <= tiny or spread_y <= tiny:
        return None
    return max(-1.0, min(1.0, (n * sum_xy - sum_x * sum_y) / sqrt(spread_x * spread_y)))
