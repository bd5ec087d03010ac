"""Pure decisions about attempts: how many, until when, passed or not, and what may be seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from lms.assessment.values import Feedback, GradePolicy, QuizPolicy
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Disclosure(IntEnum):
    """How much of a graded attempt its owner may see; each level includes the ones below."""

    SCORE = 0
    """Points, percentage, passed or not."""

    VERDICTS = 1
    """Which of the own answers were right, and the slide that teaches the question."""

    KEYS = 2
    """The right answers, the comments on the options and the explanation."""


@dataclass(frozen=True, slots=True)
class AttemptStanding:
    """What somebody has done at a quiz. ``answering``: an attempt of theirs is open."""

    used: int
    granted: int
    answering: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a whole attempt. ``score`` is a percentage with one decimal."""

    points: Fraction
    max_points: int
    score: float
    passed: bool


def attempts_left(policy: QuizPolicy, used: int, granted: int = 0) -> int | None:
    """How many more attempts may be started, with those granted; None where there is no limit."""
    return None if policy.attempts == 0 else max(0, policy.attempts + granted - used)


def grant_refusal(policy: QuizPolicy, standing: AttemptStanding) -> str:
    """Why no further attempt can be granted now, as a message id; empty where one can."""
    if standing.passed:
        return N_("This person has already passed the quiz.")
    if standing.answering:
        return N_("This person is still answering the last attempt.")
    if attempts_left(policy, standing.used, standing.granted) != 0:
        return N_("This person can still take the quiz. Another attempt is not needed.")
    return ""


def deadline(policy: QuizPolicy, started_at: datetime) -> datetime | None:
    """When an attempt ends that starts now; None where there is no limit."""
    if policy.time_limit == 0:
        return None
    return started_at + timedelta(minutes=policy.time_limit)


def is_over(deadline_at: datetime | None, now: datetime) -> bool:
    """Whether an answer that arrives at ``now`` is too late. The moment itself still counts."""
    return deadline_at is not None and now > deadline_at


def outcome(shares: Mapping[int, Fraction], points: Mapping[int, int], pass_mark: int) -> Outcome:
    """Add up an attempt.

    Args:
        shares: question to the earned share (0 to 1); a question without one earned nothing.
        points: question to its points.
        pass_mark: percentage.

    The percentage is rounded down, so that it never shows a pass mark that was not reached.
    A quiz without points counts as fully right.
    """
    most = sum(points.values())
    earned = sum(
        (shares.get(key, Fraction(0)) * value for key, value in points.items()), start=Fraction(0)
    )
    exact = earned * 100 / most if most else Fraction(100)
    return Outcome(earned, most, floor(exact * 10) / 10, exact >= pass_mark)


def official_score(scores: Sequence[float], policy: GradePolicy) -> float | None:
    """The score that counts (AS-8) of graded attempts in the order they were started."""
    if not scores:
        return None
    if policy is GradePolicy.FIRST:
        return scores[0]
    return max(scores) if policy is GradePolicy.BEST else scores[-1]


def disclosure(feedback: Feedback, *, has_passed: bool, answering: bool) -> Disclosure:
    """What the owner of a graded attempt may see now.

    Args:
        feedback: the author's choice.
        has_passed: some attempt of this person reached the pass mark.
        answering: another attempt of this person is open. Its questions come from the same pool,
            so keys wait until it is handed in.
    """
    if feedback is Feedback.SCORE_ONLY:
        return Disclosure.SCORE
    if answering or (feedback is Feedback.AFTER_PASS and not has_passed):
        return Disclosure.VERDICTS
    return Disclosure.KEYS


def policy_values(policy: QuizPolicy) -> dict[str, Any]:
    """A policy as JSON values."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in asdict(policy).items()
    }


def parse_policy(raw: Mapping[str, Any]) -> QuizPolicy:
    """A stored policy; names of newer releases are ignored."""
    known = {field.name for field in fields(QuizPolicy)}
    policy = QuizPolicy(**{name: value for name, value in raw.items() if name in known})
    return replace(policy, feedback=Feedback(policy.feedback), grade=GradePolicy(policy.grade))
