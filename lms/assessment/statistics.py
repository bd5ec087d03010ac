"""Answers of many people, question by question, for trainers and the personnel section.

Rows are grouped by the database, so the number of statements and the memory do not grow with the
number of people. Answers of every version of a quiz are counted together under the author's
question id; texts are those of the newest version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.assessment.analysis import ItemAnalysis, ResponseGroup, analyse
from lms.assessment.models import Attempt, Grade, Question, QuizVersion, SurveyResponse
from lms.assessment.questions import StoredQuestion, stored
from lms.assessment.responses import shape_of
from lms.assessment.values import QuestionKind, SurveyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MAX_TEXTS = 50
"""Typed answers listed for one question; the most frequent come first."""


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How many people chose or typed this. ``right`` is None for survey answers."""

    text: str
    count: int
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """One question over everybody in scope."""

    code: str
    kind: str
    prompt: str
    slide_key: str
    points: int
    analysis: ItemAnalysis
    choices: tuple[ChoiceCount, ...]


@dataclass(frozen=True, slots=True)
class SurveyStatistics:
    """One survey item over everybody in scope. ``mean`` is that of a scale from 1 to ``steps``."""

    code: str
    kind: str
    prompt: str
    slide_key: str
    count: int
    mean: float | None
    steps: int
    choices: tuple[ChoiceCount, ...]


def newest_quiz(session: Session, employees: Select[Any]) -> int | None:
    """The quiz that one of these people handed in last; one statement."""
    return session.scalar(
        select(Attempt.quiz_id)
        .where(Attempt.submitted_at.is_not(None), Attempt.employee_id.in_(employees))
        .order_by(Attempt.id.desc())
        .limit(1)
    )


def question_statistics(
    session: Session,
    quiz_id: int,
    *,
    employees: Select[Any] | None = None,
    locale: str = "ja",
) -> tuple[QuestionStatistics, ...]:
    """Correct rates and distractors of every question of a quiz, in the author's order.

    Every graded attempt counts; of checks inside slides the first answer of each person.

    Args:
        session: a session of the municipality.
        quiz_id: of either purpose.
        employees: a SELECT of the ids of the people in scope; None takes everybody.
        locale: language of prompts and options.
    """
    rest = (
        (Attempt.points - Grade.points)
        * 100.0
        / func.nullif(Attempt.max_points - Grade.max_points, 0)
    )
    questions = _questions(session, quiz_id, graded=True)
    by_id = {question.id: question for question in questions}
    statement = (
        select(
            Grade.question_id,
            Grade.response,
            func.max(Grade.points).label("points"),
            func.count().label("count"),
            func.count(rest).label("rest_count"),
            func.sum(rest).label("rest_sum"),
            func.sum(rest * rest).label("rest_square_sum"),
        )
        .join(Attempt, Attempt.id == Grade.attempt_id)
        # Their questions lead to the grades of this quiz past those of all others.
        .where(Attempt.quiz_id == quiz_id, Grade.question_id.in_(by_id))
        .group_by(Grade.question_id, Grade.response)
    )
    if employees is not None:
        statement = statement.where(Attempt.employee_id.in_(employees))
    groups: dict[str, list[ResponseGroup]] = {}
    for row in session.execute(statement):
        question = by_id[row.question_id]
        groups.setdefault(question.code, []).append(_group(row, question))
    return tuple(
        _statistics(question, groups.get(question.code, []), locale)
        for question in _newest(questions)
    )


def survey_statistics(
    session: Session,
    quiz_id: int,
    *,
    employees: Select[Any] | None = None,
    locale: str = "ja",
) -> tuple[SurveyStatistics, ...]:
    """How survey items were answered; arguments as in :func:`question_statistics`."""
    statement = (
        select(SurveyResponse.question_id, SurveyResponse.response, func.count().label("count"))
        .join(Question, Question.id == SurveyResponse.question_id)
        .join(QuizVersion, QuizVersion.id == Question.quiz_version_id)
        .where(QuizVersion.quiz_id == quiz_id)
        .group_by(SurveyResponse.question_id, SurveyResponse.response)
    )
    if employees is not None:
        statement = statement.where(SurveyResponse.employee_id.in_(employees))
    items = _questions(session, quiz_id, graded=False)
    codes = {item.id: item.code for item in items}
    groups: dict[str, list[tuple[Any, int]]] = {}
    for question_id, response, count in session.execute(statement):
        groups.setdefault(codes[question_id], []).append((response, count))
    return tuple(_survey(item, groups.get(item.code, []), locale) for item in _newest(items))


def _questions(session: Session, quiz_id: int, *, graded: bool) -> list[StoredQuestion]:
    rows = session.scalars(
        select(Question)
        .join(QuizVersion, QuizVersion.id == Question.quiz_version_id)
        .where(QuizVersion.quiz_id == quiz_id, Question.graded.is_(graded))
        .order_by(QuizVersion.number.desc(), Question.position)
    )
    return [stored(row) for row in rows]


def _newest(questions: Iterable[StoredQuestion]) -> list[StoredQuestion]:
    found: dict[str, StoredQuestion] = {}
    for question in questions:
        found.setdefault(question.code, question)
    return list(found.values())


def _group(row: Any, question: StoredQuestion) -> ResponseGroup:  # noqa: ANN401 - a result row
    return ResponseGroup(
        response=row.response or None,
        share=row.points / question.points if question.points else 0.0,
        count=row.count,
        rest_count=row.rest_count,
        rest_sum=row.rest_sum or 0.0,
        rest_square_sum=row.rest_square_sum or 0.0,
    )


def _statistics(
    question: StoredQuestion, groups: Sequence[ResponseGroup], locale: str
) -> QuestionStatistics:
    analysis = analyse(groups)
    return QuestionStatistics(
        code=question.code,
        kind=question.kind,
        prompt=question.body.text(locale).prompt,
        slide_key=question.slide_key,
        points=question.points,
        analysis=analysis,
        choices=tuple(_choices(question, groups, analysis, locale)),
    )


def _choices(
    question: StoredQuestion,
    groups: Sequence[ResponseGroup],
    analysis: ItemAnalysis,
    locale: str,
) -> list[ChoiceCount]:
    texts, key, counts = question.body.text(locale), question.key, analysis.choices
    if question.kind == QuestionKind.MATCH:
        return [
            ChoiceCount(
                f"{texts.options[left]} → {texts.matches[right]}",
                counts[f"{left}={right}"],
                key.pairs.get(left) == right,
            )
            for left in question.body.options
            for right in question.body.matches
            if counts[f"{left}={right}"] or key.pairs.get(left) == right
        ]
    if question.body.options and question.kind != QuestionKind.ORDER:
        return [
            ChoiceCount(texts.options[one], counts[one], one in key.right)
            for one in question.body.options
        ]
    typed: Counter[tuple[str, bool]] = Counter()
    for group in groups:
        if group.response:
            typed[_label(group, texts.options), group.share >= 1] += group.count
    return [
        ChoiceCount(text, count, right) for (text, right), count in typed.most_common(MAX_TEXTS)
    ]


def _label(group: ResponseGroup, names: Any) -> str:  # noqa: ANN401 - a mapping of ids to texts
    if isinstance(group.response, list):
        return " → ".join(names.get(one, "") for one in group.response)
    return str(group.response)


def _survey(
    item: StoredQuestion, groups: Sequence[tuple[Any, int]], locale: str
) -> SurveyStatistics:
    texts, kind = item.body.text(locale), shape_of(item.kind)
    analysis = analyse(
        ResponseGroup(response, 0.0, count) for response, count in groups if response
    )
    if kind == SurveyKind.SCALE:
        counted = [(str(step), str(step)) for step in range(1, item.body.steps + 1)]
    elif kind == SurveyKind.TEXT:
        counted = [(text, text) for text, _ in analysis.choices.most_common(MAX_TEXTS)]
    else:
        counted = [(one, texts.options[one]) for one in item.body.options]
    total = sum(int(step) * analysis.choices[step] for step, _ in counted if step.isdigit())
    scale = kind == SurveyKind.SCALE and analysis.count > 0
    return SurveyStatistics(
        code=item.code,
        kind=kind,
        prompt=texts.prompt,
        slide_key=item.slide_key,
        count=analysis.count,
        mean=total / analysis.count if scale else None,
        steps=item.body.steps,
        choices=tuple(ChoiceCount(text, analysis.choices[one]) for one, text in counted),
    )
