"""Publishing a quiz: an author's questions become an immutable version."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.assessment import content, rules
from lms.assessment.models import Question, Quiz, QuizPurpose, QuizVersion
from lms.assessment.questions import questions_of
from lms.assessment.values import QuestionSource, SurveySource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from lms.assessment.values import QuizPolicy

OPTION_ID_BYTES = 5
"""Random bytes of an option's id; unique within a question is enough."""


def create_quiz(session: Session, purpose: QuizPurpose, title: str, title_en: str = "") -> Quiz:
    """Make a quiz without versions."""
    quiz = Quiz(purpose=purpose, title=title, title_en=title_en)
    session.add(quiz)
    session.flush()  # Modules and versions refer to its key.
    return quiz


def publish_quiz_version(
    session: Session,
    quiz: Quiz,
    questions: Sequence[QuestionSource],
    surveys: Sequence[tuple[SurveySource, str]],
    policy: QuizPolicy,
    *,
    english: Mapping[str, QuestionSource | SurveySource] | None = None,
    render: content.RenderText = content.render_text,
) -> QuizVersion:
    """Publish questions and rules; the version before is returned where nothing changed.

    Args:
        session: the caller's transaction.
        quiz: from :func:`create_quiz`.
        questions: graded questions in order; ``slide`` becomes their slide key.
        surveys: survey items, each with the key of its slide.
        policy: the rules of the quiz.
        english: translations by the author's id.
        render: Markdown to safe HTML, for prompts and explanations.
    """
    latest = session.scalar(
        select(QuizVersion)
        .where(QuizVersion.quiz_id == quiz.id)
        .order_by(QuizVersion.number.desc())
        .limit(1)
    )
    before = {q.code: q for q in questions_of(session, latest.id)} if latest else {}
    known = {code: content.known_ids(q.raw[0]) for code, q in before.items()}
    maker = _QuestionMaker(english or {}, known, render)
    rows = [maker.question(source) for source in questions]
    rows += [maker.survey(source, slide_key) for source, slide_key in surveys]
    values = rules.policy_values(policy)
    if (
        latest is not None
        and latest.policy == values
        and _facts(rows)
        == [
            (q.code, q.kind, q.points, q.slide_key, *q.raw)
            for q in sorted(before.values(), key=lambda question: question.position)
        ]
    ):
        return latest
    version = QuizVersion(quiz_id=quiz.id, number=latest.number + 1 if latest else 1, policy=values)
    session.add(version)
    session.flush()  # Questions refer to the version's key.
    for position, row in enumerate(rows):
        row.position, row.quiz_version_id = position, version.id
    session.add_all(rows)
    session.flush()  # Whoever reads the version next must find its questions.
    return version


def _facts(rows: Sequence[Question]) -> list[tuple[object, ...]]:
    return [(r.code, r.kind, r.points, r.slide_key, r.body, r.key) for r in rows]


class _QuestionMaker:
    """Makes rows of authors' questions; options keep their ids while their text stays."""

    def __init__(
        self,
        english: Mapping[str, QuestionSource | SurveySource],
        known: Mapping[str, Mapping[str, str]],
        render: content.RenderText,
    ) -> None:
        self._english = english
        self._known = known
        self._render = render

    def question(self, source: QuestionSource) -> Question:
        translated = self._english.get(source.id)
        body, key = content.question_content(
            source,
            translated if isinstance(translated, QuestionSource) else None,
            new_id=_new_option_id,
            known=self._known.get(source.id, {}),
            render=self._render,
        )
        return Question(
            code=source.id,
            kind=source.kind.value,
            graded=True,
            points=source.points,
            slide_key=source.slide,
            skill=source.skill,
            body=body,
            key=key,
        )

    def survey(self, source: SurveySource, slide_key: str) -> Question:
        translated = self._english.get(source.id)
        body = content.survey_content(
            source,
            translated if isinstance(translated, SurveySource) else None,
            new_id=_new_option_id,
            known=self._known.get(source.id, {}),
            render=self._render,
        )
        return Question(
            code=source.id,
            kind=content.SURVEY_PREFIX + source.kind.value,
            graded=False,
            points=0,
            slide_key=slide_key,
            body=body,
            key={},
        )


def _new_option_id() -> str:
    return secrets.token_hex(OPTION_ID_BYTES)
