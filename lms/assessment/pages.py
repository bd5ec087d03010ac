"""What quiz pages show: frozen values made from stored questions and answers. Pure.

Fields that end in ``_html`` hold clean HTML. Option ids are the opaque ones of the attempt. A key
appears only in :class:`ReviewRow`, and only as far as ``Disclosure`` allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lms.assessment import drawing, grading
from lms.assessment.checks import CheckResult
from lms.assessment.grading import Verdict
from lms.assessment.responses import Response, shape_of
from lms.assessment.rules import Disclosure
from lms.assessment.values import QuestionKind, QuizPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lms.assessment.questions import StoredQuestion


@dataclass(frozen=True, slots=True)
class OptionRow:
    """A choice as it is shown. ``id`` says nothing about the author's order."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of an attempt, or of a slide, with the learner's own response.

    ``kind`` is a ``QuestionKind`` or, with ``survey``, a ``SurveyKind``.
    """

    number: int
    code: str
    kind: str
    survey: bool
    prompt: str
    prompt_html: str
    options: tuple[OptionRow, ...]
    matches: tuple[OptionRow, ...]
    unit: str
    low: str
    high: str
    steps: int
    required: bool
    points: int
    slide_key: str
    response: Response | None
    lang: str
    revision: int = 0
    saved_at: datetime | None = None
    unreadable: bool = False
    """Whether the answer is no number where one is asked; older versions kept it as it was."""

    @property
    def answered(self) -> bool:
        """Whether there is a response."""
        return bool(self.response)

    @property
    def complete(self) -> bool:
        """Whether nothing is left out: every pair of a match question has a right side."""
        if self.kind == QuestionKind.MATCH:
            return isinstance(self.response, dict) and len(self.response) == len(self.options)
        return self.answered

    @property
    def shown_options(self) -> tuple[OptionRow, ...]:
        """The options; of an order question in the order that was answered last."""
        if self.kind != QuestionKind.ORDER or not isinstance(self.response, list):
            return self.options
        place = {option: number for number, option in enumerate(self.response)}
        return tuple(sorted(self.options, key=lambda each: place.get(each.id, len(place))))

    @property
    def text_response(self) -> str:
        """The response to a text or a number."""
        return self.response if isinstance(self.response, str) else ""

    def chose(self, option_id: str) -> bool:
        """Whether a choice is part of the response."""
        if not self.response or isinstance(self.response, dict):
            return False
        return option_id in ([self.response] if isinstance(self.response, str) else self.response)

    def match_of(self, left_id: str) -> str:
        """The chosen right side of a pair."""
        return self.response.get(left_id, "") if isinstance(self.response, dict) else ""


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """A question or survey item of a slide. ``result`` is that of the answer that counts."""

    question: QuestionRow
    result: CheckResult | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt in a list."""

    public_id: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    deadline_at: datetime | None
    points: float | None
    max_points: int
    score: float | None
    passed: bool | None

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered (its time may have run out)."""
        return self.submitted_at is None


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A further attempt: which one, why, by whom and when."""

    number: int
    reason: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class StartPage:
    """A quiz before it begins. ``left`` is None where attempts are not limited.

    ``expired``: the open attempt ran out of time and waits for its marks. ``allowed`` counts the
    attempts granted beyond the rules; ``granted`` is the one that was not used yet.
    """

    policy: QuizPolicy
    questions: int
    attempts: tuple[AttemptRow, ...]
    running: AttemptRow | None
    expired: bool
    left: int | None
    allowed: int
    granted: GrantRow | None
    official: float | None
    passed: bool

    @property
    def may_start(self) -> bool:
        """Whether another attempt may begin."""
        return self.running is None and self.left != 0


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """An open attempt with every question in its order."""

    public_id: str
    number: int
    started_at: datetime
    deadline_at: datetime | None
    expired: bool
    questions: tuple[QuestionRow, ...]

    @property
    def unanswered(self) -> tuple[QuestionRow, ...]:
        """Questions without a response."""
        return tuple(question for question in self.questions if not question.answered)


@dataclass(frozen=True, slots=True)
class ReviewOption:
    """A choice of a graded question. ``right`` is None while keys are not disclosed.

    ``answer`` and ``solution`` are the chosen and the right other side of a pair.
    """

    text: str
    chosen: bool
    right: bool | None
    comment_html: str = ""
    answer: str = ""
    solution: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A graded question. ``options`` stand in the order that was answered or shown.

    ``solution`` is the right answer as text (``order``: items from first to last) and empty while
    keys are not disclosed, like ``explanation_html``.
    """

    number: int
    code: str
    lang: str
    kind: str
    prompt: str
    prompt_html: str
    verdict: Verdict
    points: float
    max_points: int
    slide_key: str
    response_text: str
    options: tuple[ReviewOption, ...]
    solution: tuple[str, ...]
    explanation_html: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A graded attempt as far as its owner may see it. ``reviews`` is empty for score only."""

    attempt: AttemptRow
    policy: QuizPolicy
    disclosure: Disclosure
    answering: bool
    reviews: tuple[ReviewRow, ...]
    questions: int
    left: int | None
    official: float | None
    graded_attempts: int
    has_passed: bool

    @property
    def right(self) -> int:
        """How many questions were fully right."""
        return sum(1 for review in self.reviews if review.verdict is Verdict.RIGHT)


def question_row(
    question: StoredQuestion,
    *,
    number: int,
    seed: int,
    shuffle: bool,
    locale: str,
    response: Response | None = None,
    revision: int = 0,
    saved_at: datetime | None = None,
) -> QuestionRow:
    """A question as it is shown; ``response`` comes with stored ids and leaves with opaque ones."""
    texts, body, kind = question.body.text(locale), question.body, shape_of(question.kind)

    def rows(ids: Sequence[str], names: Mapping[str, str]) -> tuple[OptionRow, ...]:
        return tuple(
            OptionRow(drawing.opaque_id(seed, question.code, one), names.get(one, ""))
            for one in ids
        )

    options, matches = _arranged(question, seed=seed, shuffle=shuffle)
    shown = (
        drawing.shown_response(response, question.ids, seed=seed, code=question.code)
        if response
        else None
    )
    return QuestionRow(
        number=number,
        code=question.code,
        kind=kind,
        survey=not question.graded,
        prompt=texts.prompt,
        prompt_html=texts.prompt_html,
        options=rows(options, texts.options),
        matches=rows(matches, texts.matches),
        unit=texts.unit,
        low=texts.low,
        high=texts.high,
        steps=body.steps,
        required=body.required,
        points=question.points,
        slide_key=question.slide_key,
        response=shown,
        lang=body.lang(locale),
        revision=revision,
        saved_at=saved_at,
        unreadable=kind == QuestionKind.NUMERIC
        and isinstance(shown, str)
        and grading.number_of(shown, body.units) is None,
    )


def review_row(
    question: StoredQuestion,
    *,
    number: int,
    seed: int,
    shuffle: bool,
    locale: str,
    response: Response | None,
    points: float,
    disclosure: Disclosure,
) -> ReviewRow:
    """A graded question, with its key only where ``disclosure`` allows it."""
    texts = question.body.text(locale)
    open_key = disclosure >= Disclosure.KEYS
    earned = points / question.points if question.points else float(bool(response))
    return ReviewRow(
        number=number,
        code=question.code,
        lang=question.body.lang(locale),
        kind=question.kind,
        prompt=texts.prompt,
        prompt_html=texts.prompt_html,
        verdict=grading.verdict(earned, response),
        points=points,
        max_points=question.points,
        slide_key=question.slide_key,
        response_text=response if isinstance(response, str) and not question.body.options else "",
        options=_review_options(
            question, seed=seed, shuffle=shuffle, locale=locale, response=response, keys=open_key
        ),
        solution=_solution(question, locale) if open_key else (),
        explanation_html=question.key.explain(locale) if open_key else "",
    )


def _arranged(question: StoredQuestion, *, seed: int, shuffle: bool) -> tuple[list[str], list[str]]:
    right = question.key.right if question.kind == QuestionKind.ORDER else ()
    fixed = shuffle and question.graded
    options = drawing.arrange(
        question.body.options,
        seed=seed,
        code=question.code,
        kind=question.kind,
        shuffle=fixed,
        right=right,
    )
    matches = drawing.arrange(
        question.body.matches, seed=seed, code=question.code, kind=question.kind
    )
    return options, matches


def _review_options(
    question: StoredQuestion,
    *,
    seed: int,
    shuffle: bool,
    locale: str,
    response: Response | None,
    keys: bool,
) -> tuple[ReviewOption, ...]:
    texts, key = question.body.text(locale), question.key
    shown, _ = _arranged(question, seed=seed, shuffle=shuffle)
    if question.kind == QuestionKind.ORDER:
        order = response if isinstance(response, list) else []
        return tuple(
            ReviewOption(texts.options.get(one, ""), chosen=True, right=None) for one in order
        )
    if question.kind == QuestionKind.MATCH:
        pairs = response if isinstance(response, dict) else {}
        return tuple(
            ReviewOption(
                text=texts.options.get(left, ""),
                chosen=left in pairs,
                right=pairs.get(left) == key.pairs.get(left) if keys else None,
                answer=texts.matches.get(pairs.get(left, ""), ""),
                solution=texts.matches.get(key.pairs.get(left, ""), "") if keys else "",
            )
            for left in shown
        )
    picked = [response] if isinstance(response, str) else list(response or ())
    return tuple(
        ReviewOption(
            text=texts.options.get(one, ""),
            chosen=one in picked,
            right=one in key.right if keys else None,
            comment_html=key.comment(locale, one) if keys and one in picked else "",
        )
        for one in shown
    )


def _solution(question: StoredQuestion, locale: str) -> tuple[str, ...]:
    texts, key = question.body.text(locale), question.key
    if question.kind == QuestionKind.TEXT:
        return key.answers
    if question.kind == QuestionKind.NUMERIC:
        return tuple(f"{answer}{texts.unit}" for answer in key.answers[:1])
    return tuple(texts.options.get(one, "") for one in key.right)
