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
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MAX_TEXTS = 50
"""Typed answers listed for one question on a page; the most frequent come first."""


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
    left_out: int = 0
    """How many different answers are not among ``choices``."""


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
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class AnswerStatistics:
    """Graded questions and survey items, each in the author's order."""

    questions: tuple[QuestionStatistics, ...]
    surveys: tuple[SurveyStatistics, ...]


_Place = tuple[int, str]
"""Quiz and the author's id of a question, which stay the same from version to version."""


def newest_quiz(session: Session, employees: Select[Any]) -> int | None:
    """The quiz that one of these people handed in last; one statement."""
    return session.scalar(
        select(Attempt.quiz_id)
        .where(Attempt.submitted_at.is_not(None), Attempt.employee_id.in_(employees))
        .order_by(Attempt.id.desc())
        .limit(1)
    )


def answer_statistics(
    session: Session,
    quiz_ids: Sequence[int],
    *,
    employees: Select[Any] | None = None,
    locale: str = "ja",
    texts: int | None = MAX_TEXTS,
) -> AnswerStatistics:
    """How every question and survey item of these quizzes was answered; at most three statements.

    Every graded attempt counts; of checks inside slides the first answer of each person.

    Args:
        session: a session of the municipality.
        quiz_ids: quizzes of either purpose, in the order of the result.
        employees: a SELECT of the ids of the people in scope; None takes everybody.
        locale: language of prompts and options.
        texts: different typed answers listed for one question; None lists all of them.
    """
    asked = _asked(session, quiz_ids)
    graded = {item.id: (place, item) for place, item in asked if item.graded}
    surveyed = {item.id: place for place, item in asked if not item.graded}
    marked = _marked(session, quiz_ids, graded, employees) if graded else {}
    said = _said(session, surveyed, employees) if surveyed else {}
    newest: dict[_Place, StoredQuestion] = {}
    for place, item in asked:
        newest.setdefault(place, item)
    return AnswerStatistics(
        questions=tuple(
            _statistics(item, marked.get(place, []), locale, texts)
            for place, item in newest.items()
            if item.graded
        ),
        surveys=tuple(
            _survey(item, said.get(place, []), locale, texts)
            for place, item in newest.items()
            if not item.graded
        ),
    )


def _asked(session: Session, quiz_ids: Sequence[int]) -> list[tuple[_Place, StoredQuestion]]:
    """What every version of these quizzes asks, by quiz, the newest version first."""
    rows = session.execute(
        select(QuizVersion.quiz_id, Question)
        .join(QuizVersion, QuizVersion.id == Question.quiz_version_id)
        .where(QuizVersion.quiz_id.in_(quiz_ids))
        .order_by(QuizVersion.number.desc(), Question.position)
    )
    found = [((quiz_id, row.code), stored(row)) for quiz_id, row in rows]
    return sorted(found, key=lambda one: quiz_ids.index(one[0][0]))


def _marked(
    session: Session,
    quiz_ids: Sequence[int],
    graded: Mapping[int, tuple[_Place, StoredQuestion]],
    employees: Select[Any] | None,
) -> dict[_Place, list[ResponseGroup]]:
    """Equal answers to each graded question, counted together."""
    rest = (
        (Attempt.points - Grade.points)
        * 100.0
        / func.nullif(Attempt.max_points - Grade.max_points, 0)
    )
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
        # Their questions lead to the grades of these quizzes past those of all others.
        .where(Attempt.quiz_id.in_(quiz_ids), Grade.question_id.in_(graded))
        .group_by(Grade.question_id, Grade.response)
    )
    if employees is not None:
        statement = statement.where(Attempt.employee_id.in_(employees))
    found: dict[_Place, list[ResponseGroup]] = {}
    for row in session.execute(statement):
        place, question = graded[row.question_id]
        found.setdefault(place, []).append(_group(row, question))
    return found


def _said(
    session: Session, surveyed: Mapping[int, _Place], employees: Select[Any] | None
) -> dict[_Place, list[tuple[Any, int]]]:
    """Equal responses to each survey item, with how many people gave them."""
    statement = (
        select(SurveyResponse.question_id, SurveyResponse.response, func.count().label("count"))
        .where(SurveyResponse.question_id.in_(surveyed))
        .group_by(SurveyResponse.question_id, SurveyResponse.response)
    )
    if employees is not None:
        statement = statement.where(SurveyResponse.employee_id.in_(employees))
    found: dict[_Place, list[tuple[Any, int]]] = {}
    for question_id, response, count in session.execute(statement):
        found.setdefault(surveyed[question_id], []).append((response, count))
    return found


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
    question: StoredQuestion, groups: Sequence[ResponseGroup], locale: str, most: int | None
) -> QuestionStatistics:
    analysis = analyse(groups)
    choices = _choices(question, groups, analysis, locale)
    listed = choices[:most] if _is_typed(question) else choices
    return QuestionStatistics(
        code=question.code,
        kind=question.kind,
        prompt=question.body.text(locale).prompt,
        slide_key=question.slide_key,
        points=question.points,
        analysis=analysis,
        choices=tuple(listed),
        left_out=len(choices) - len(listed),
    )


def _is_typed(question: StoredQuestion) -> bool:
    """Whether there is no end to what may be answered; an order of options counts as one answer."""
    if question.kind == QuestionKind.MATCH:
        return False
    return question.kind == QuestionKind.ORDER or not question.body.options


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
    if not _is_typed(question):
        return [
            ChoiceCount(texts.options[one], counts[one], one in key.right)
            for one in question.body.options
        ]
    typed: Counter[tuple[str, bool]] = Counter()
    for group in groups:
        if group.response:
            typed[_label(group, texts.options), group.share >= 1] += group.count
    return [ChoiceCount(text, count, right) for (text, right), count in typed.most_common()]


def _label(group: ResponseGroup, names: Any) -> str:  # noqa: ANN401 - a mapping of ids to texts
    if isinstance(group.response, list):
        return " → ".join(names.get(one, "") for one in group.response)
    return str(group.response)


def _survey(
    item: StoredQuestion, groups: Sequence[tuple[Any, int]], locale: str, most: int | None
) -> SurveyStatistics:
    texts, kind = item.body.text(locale), shape_of(item.kind)
    analysis = analyse(
        ResponseGroup(response, 0.0, count) for response, count in groups if response
    )
    if kind == SurveyKind.SCALE:
        counted = [(str(step), str(step)) for step in range(1, item.body.steps + 1)]
    elif kind == SurveyKind.TEXT:
        counted = [(text, text) for text, _ in analysis.choices.most_common(most)]
    else:
        counted = [(one, texts.options[one]) for one in item.body.options]
    mean = None
    if kind == SurveyKind.SCALE:
        # A newer version may have fewer steps; what was said on the longer scale is left out.
        answered = sum(analysis.choices[step] for step, _ in counted)
        total = sum(int(step) * analysis.choices[step] for step, _ in counted)
        mean = total / answered if answered else None
    return SurveyStatistics(
        code=item.code,
        kind=kind,
        prompt=texts.prompt,
        slide_key=item.slide_key,
        count=analysis.count,
        mean=mean,
        steps=item.body.steps,
        choices=tuple(ChoiceCount(text, analysis.choices[one]) for one, text in counted),
        left_out=len(analysis.choices) - len(counted) if kind == SurveyKind.TEXT else 0,
    )
