"""Value types of questions, surveys and quiz rules, as an author writes them. Pure and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    TEXT = "text"
    NUMERIC = "numeric"
    ORDER = "order"
    MATCH = "match"


class SurveyKind(StrEnum):
    """How a survey item is answered; never graded."""

    SCALE = "scale"
    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"


class Feedback(StrEnum):
    """When a learner may see which answers were right."""

    AFTER_SUBMIT = "after-submit"
    AFTER_PASS = "after-pass"  # noqa: S105 - a policy name
    SCORE_ONLY = "score-only"


class GradePolicy(StrEnum):
    """Which attempt gives the official score (AS-8)."""

    FIRST = "first"
    BEST = "best"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class OptionSource:
    """One choice, pair or item of a question.

    ``text`` is what is shown. For ``match`` it is the left side and ``match`` the right side.
    For ``order`` the position in ``QuestionSource.options`` is the right order.
    """

    text: str
    correct: bool = False
    feedback: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A graded question.

    ``answers`` holds the accepted texts of a ``text`` question, or one decimal number for
    ``numeric`` with ``tolerance`` on both sides. ``slide`` names the slide that teaches it.
    """

    id: str
    kind: QuestionKind
    prompt: str
    options: tuple[OptionSource, ...] = ()
    answers: tuple[str, ...] = ()
    tolerance: str = "0"
    unit: str = ""
    points: int = 1
    explanation: str = ""
    slide: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class SurveySource:
    """A survey item: pauses playback like a question and is never graded."""

    id: str
    kind: SurveyKind
    prompt: str
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    steps: int = 5
    required: bool = False


@dataclass(frozen=True, slots=True)
class QuizPolicy:
    """Rules of the quiz at the end of a module. ``attempts`` and ``time_limit`` 0 mean no limit.

    ``draw`` questions are taken from the pool (0: all); ``pass_mark`` is a percentage;
    ``time_limit`` is in minutes.
    """

    draw: int = 0
    pass_mark: int = 80
    attempts: int = 0
    time_limit: int = 0
    shuffle: bool = True
    feedback: Feedback = Feedback.AFTER_SUBMIT
    grade: GradePolicy = GradePolicy.BEST
