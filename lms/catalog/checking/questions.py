"""Checks of questions: explanations, give-away options, references."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lms.catalog.checking.slides import check_asset, check_references
from lms.catalog.markup.faults import repeated
from lms.catalog.source import QuestionKind, QuestionSource
from lms.kernel import markdown
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.checking.subject import Subject

MIN_POOL_FOR_BIAS = 4
"""Fewer questions than this say nothing about a habit of the author."""

LONGEST_SHARE = 0.5
POSITION_SHARE = 0.6
MUCH_LONGER = 1.8

_PLACE_WORDS = re.compile(
    r"上記|以上の(?:すべて|全て)|(?:すべて|全て)正しい|いずれでもない|(?:all|none) of the above",
    re.IGNORECASE,
)


def check_question(subject: Subject, question: QuestionSource) -> None:
    """Report what is wrong with one question."""
    line = subject.line("question", question.id)
    texts = [question.prompt, question.explanation]
    texts += [text for option in question.options for text in (option.text, option.feedback)]
    for text in filter(None, texts):
        found = markdown.survey(text)
        for image in found.images:
            check_asset(subject, image.src, line)
            if not image.alt.strip():
                subject.findings.error(
                    line,
                    N_("Question “%(id)s”: the picture %(file)s has no alternative text."),
                    id=question.id,
                    file=image.src,
                )
        check_references(subject, found, line)
    _check_explanation(subject, question, line)
    _check_options(subject, question, line)


def _check_explanation(subject: Subject, question: QuestionSource, line: int) -> None:
    has_feedback = bool(question.options) and all(option.feedback for option in question.options)
    if not question.explanation and not has_feedback:
        subject.findings.warning(
            line, N_("Question “%(id)s” does not explain its answer (> …)."), id=question.id
        )


def _check_options(subject: Subject, question: QuestionSource, line: int) -> None:
    if question.kind is not QuestionKind.SINGLE:
        return
    right = [len(option.text) for option in question.options if option.correct]
    wrong = [len(option.text) for option in question.options if not option.correct]
    if right and wrong and right[0] > MUCH_LONGER * max(wrong) and right[0] > 10:  # noqa: PLR2004 - short ones do not show
        subject.findings.warning(
            line,
            N_("Question “%(id)s”: the right option is much longer than the others."),
            id=question.id,
        )
    if subject.source.quiz.shuffle and any(
        _PLACE_WORDS.search(option.text) for option in question.options
    ):
        subject.findings.warning(
            line,
            N_("Question “%(id)s”: options are shuffled, so none may speak of “the above”."),
            id=question.id,
        )


def check_habits(subject: Subject) -> None:
    """Report patterns over a module that give right answers away."""
    questions = subject.source.questions
    for prompt in repeated([question.prompt for question in questions]):
        subject.findings.warning(
            1, N_("Two questions have the same prompt: %(prompt)s"), prompt=prompt[:40]
        )
    single = [
        question
        for question in questions
        if question.kind is QuestionKind.SINGLE
        and sum(option.correct for option in question.options) == 1
    ]
    if len(single) < MIN_POOL_FOR_BIAS:
        return
    line = subject.line("pool", "quiz")
    longest = sum(_right_is_longest(question) for question in single)
    if longest > LONGEST_SHARE * len(single):
        subject.findings.warning(
            line,
            N_("The right option is the longest in %(count)s of %(total)s single choices."),
            count=longest,
            total=len(single),
        )
    place, count = _favourite_place(single)
    if count > POSITION_SHARE * len(single):
        subject.findings.warning(
            line,
            N_("The right option is number %(place)s in %(count)s of %(total)s single choices."),
            place=place,
            count=count,
            total=len(single),
        )


def _right_is_longest(question: QuestionSource) -> bool:
    right = max(len(option.text) for option in question.options if option.correct)
    return all(right > len(option.text) for option in question.options if not option.correct)


def _favourite_place(questions: Sequence[QuestionSource]) -> tuple[int, int]:
    """Return the most frequent place of the right option (from 1) and how often it occurs."""
    places = Counter(
        next(place for place, option in enumerate(question.options, start=1) if option.correct)
        for question in questions
    )
    return places.most_common(1)[0]


def check_pool(subject: Subject) -> None:
    """Report a quiz that cannot be drawn and questions that teach nothing."""
    source = subject.source
    size = len(source.pool)
    line = subject.line("field", "quiz")
    if source.quiz.draw > size:
        subject.findings.error(
            line,
            N_("The quiz draws more questions (%(draw)s) than its pool has (%(size)s)."),
            draw=source.quiz.draw,
            size=size,
        )
    if source.completion.quiz and not size:
        subject.findings.error(line, N_("Completion asks for a quiz, but there are no questions."))
    if source.completion.checks and not source.checks:
        subject.findings.error(line, N_("Completion asks for checks, but no slide has a question."))
    if size and source.quiz.pass_mark == 0:
        subject.findings.warning(line, N_("The pass mark is 0, so everybody passes."))
    for question in source.pool:
        if not question.slide:
            subject.findings.warning(
                subject.line("question", question.id),
                N_("Question “%(id)s” does not name the slide that teaches it (slide=…)."),
                id=question.id,
            )
        if question.points == 0:
            subject.findings.warning(
                subject.line("question", question.id),
                N_("Question “%(id)s” gives no points."),
                id=question.id,
            )
