"""A published module with one question of every kind; keys carry a canary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assessment.models import Question
from lms.assessment.values import (
    OptionSource,
    QuestionKind,
    QuestionSource,
    QuizPolicy,
    SurveyKind,
    SurveySource,
)
from lms.catalog import service as catalog
from lms.catalog.content import content_of
from lms.catalog.source import CourseSource, ModuleSource, SlideSource
from lms.core.access import system_actor
from lms.core.tenancy import LIBRARY_TENANT_ID

if TYPE_CHECKING:
    from datetime import datetime

    from lms.core.db.engine import Database

KEY = "カギKQX"
"""Stands in everything that gives a right answer away."""

RIGHT: dict[str, Any] = {
    "q-single": "離席するときに画面をロックする",
    "q-multiple": ["ランサム攻撃", "委託先を狙った攻撃"],
    "q-truefalse": "誤り",
    "q-text": f"LGWAN{KEY}",
    "q-numeric": "1,200",
    "q-order": ["基本方針", "対策基準", "実施手順"],
    "q-match": {"機密性": "見てよい人だけが見られる", "可用性": "必要なときに使える"},
}
"""The right answers as people see them, by question."""


def _choice(text: str, *, right: bool = False) -> OptionSource:
    mark = "right" if right else "wrong"
    return OptionSource(text, correct=right, feedback=f"{KEY}-comment-{mark}")


POOL = (
    QuestionSource(
        "q-single",
        QuestionKind.SINGLE,
        "機密性を守る行動はどれですか。",
        options=(
            _choice("毎日バックアップを取る"),
            _choice("離席するときに画面をロックする", right=True),
            _choice("電源を二重にする"),
            _choice("印刷して机に置く"),
        ),
        explanation=f"{KEY}-explanation",
        slide="s1",
    ),
    QuestionSource(
        "q-multiple",
        QuestionKind.MULTIPLE,
        "上位の脅威をすべて選んでください。",
        options=(
            _choice("ランサム攻撃", right=True),
            _choice("置き忘れ"),
            _choice("委託先を狙った攻撃", right=True),
            _choice("停電"),
        ),
        points=2,
        explanation=f"{KEY}-explanation",
        slide="s1",
    ),
    QuestionSource(
        "q-truefalse",
        QuestionKind.TRUE_FALSE,
        "情報はすべて最も重い区分で扱うのがよい。",
        options=(OptionSource("正しい"), OptionSource("誤り", correct=True)),
        explanation=f"{KEY}-explanation",
        slide="s2",
    ),
    QuestionSource(
        "q-text",
        QuestionKind.TEXT,
        "自治体どうしを結ぶ専用の網を何といいますか。",
        answers=(f"LGWAN{KEY}",),
        explanation=f"{KEY}-explanation",
        slide="s2",
    ),
    QuestionSource(
        "q-numeric",
        QuestionKind.NUMERIC,
        "保存する日数は何日ですか。",
        answers=("1200",),
        tolerance="5",
        unit="日",
        explanation=f"{KEY}-explanation",
        slide="s2",
    ),
    QuestionSource(
        "q-order",
        QuestionKind.ORDER,
        "上の段から順に並べてください。",
        options=(
            OptionSource("基本方針"),
            OptionSource("対策基準"),
            OptionSource("実施手順"),
        ),
        points=2,
        explanation=f"{KEY}-explanation",
        slide="s1",
    ),
    QuestionSource(
        "q-match",
        QuestionKind.MATCH,
        "性質と意味を組み合わせてください。",
        options=(
            OptionSource("機密性", match="見てよい人だけが見られる"),
            OptionSource("可用性", match="必要なときに使える"),
        ),
        points=2,
        explanation=f"{KEY}-explanation",
        slide="s1",
    ),
)

CHECK = QuestionSource(
    "c1",
    QuestionKind.SINGLE,
    "失われた性質はどれですか。",
    options=(_choice("機密性"), _choice("可用性", right=True), _choice("完全性")),
    explanation=f"{KEY}-explanation",
)
SURVEY = SurveySource(
    "s-feel", SurveyKind.SCALE, "分かりやすさを教えてください。", low="むずかしい", high="やさしい"
)
WISH = SurveySource("s-wish", SurveyKind.TEXT, "ご意見をお書きください。", required=True)


@dataclass(frozen=True, slots=True)
class Quiz:
    """Where the published quiz is."""

    course: str
    module: str
    quiz_id: int
    version_id: int
    checks_id: int
    checks_version_id: int
    max_points: int

    @property
    def url(self) -> str:
        return f"/learn/{self.course}/{self.module}/quiz"


def module_source(policy: QuizPolicy, **changes: Any) -> ModuleSource:
    source = ModuleSource(
        title="守るものと脅威を知る",
        title_en="Assets and threats",
        slides=(
            SlideSource("s1", "三つの性質", body="三つの性質", questions=(CHECK,)),
            SlideSource("s2", "脅威", body="脅威", surveys=(SURVEY, WISH)),
        ),
        pool=POOL,
        quiz=policy,
    )
    return replace(source, **changes)


def publish(
    database: Database,
    now: datetime,
    policy: QuizPolicy | None = None,
    **changes: Any,
) -> Quiz:
    """Publish the module in the shared library and say where its quizzes are."""
    actor = system_actor(LIBRARY_TENANT_ID)
    source = module_source(policy or QuizPolicy(), **changes)
    with database.transaction(LIBRARY_TENANT_ID) as session:
        catalog.ensure_tiers(session)
        course = catalog.save_course(
            session,
            CourseSource("security", "general", "情報セキュリティ", "Security", ("m1",)),
            actor=actor,
            now=now,
        )
        found = catalog.publish_module(
            session, course, "m1", content_of(source), actor=actor, now=now
        )
        module = session.get_one(catalog.Module, found.version.module_id)
        assert module.final_quiz_id is not None
        assert module.checks_quiz_id is not None
        assert found.version.final_quiz_version_id is not None
        assert found.version.checks_quiz_version_id is not None
        return Quiz(
            course=course.public_id,
            module=module.public_id,
            quiz_id=module.final_quiz_id,
            version_id=found.version.final_quiz_version_id,
            checks_id=module.checks_quiz_id,
            checks_version_id=found.version.checks_quiz_version_id,
            max_points=sum(question.points for question in source.pool),
        )


def stored_ids(database: Database, version_id: int, code: str) -> tuple[dict[str, str], ...]:
    """The stored option ids of a question by their text: options and matches."""
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        row = session.scalars(
            select(Question).where(Question.quiz_version_id == version_id, Question.code == code)
        ).one()
    texts = row.body["texts"]["ja"]
    return (
        {text: option for option, text in texts["options"].items()},
        {text: option for option, text in texts.get("matches", {}).items()},
    )


def response_for(question: Any, answer: Any) -> Any:
    """An answer in words as the response with the ids that the shown question carries."""
    options = {option.text: option.id for option in question.options}
    matches = {option.text: option.id for option in question.matches}
    if isinstance(answer, dict):
        return {options[left]: matches[right] for left, right in answer.items()}
    if isinstance(answer, list):
        return [options[text] for text in answer]
    return options.get(answer, answer)
