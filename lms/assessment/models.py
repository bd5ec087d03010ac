"""Quizzes, questions, attempts, answers and survey responses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db.base import Base, PublicIdMixin, TenantOwned, TenantShared
from lms.core.db.types import TextEnum, json_type


class QuizPurpose(StrEnum):
    """``checks`` pause playback inside slides, ``final`` closes a module."""

    CHECKS = "checks"
    FINAL = "final"


class AttemptState(StrEnum):
    """One way: open, then graded."""

    OPEN = "open"
    SUBMITTED = "submitted"


class Quiz(PublicIdMixin, TenantShared, Base):
    """A quiz across its versions; attempts are counted per quiz and person."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[QuizPurpose] = mapped_column(TextEnum(QuizPurpose))
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")


class QuizVersion(PublicIdMixin, TenantShared, Base):
    """Immutable rules and questions of a published quiz."""

    __tablename__ = "quiz_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    number: Mapped[int] = mapped_column()
    policy: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """``QuizPolicy`` as a mapping (draw, pass_mark, attempts, time_limit, shuffle, …)."""


class Question(TenantShared, Base):
    """A question of one quiz version. ``key`` never leaves the server before it may."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("quiz_version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    code: Mapped[str] = mapped_column(Text)
    """The stable id of the author (``q01``)."""
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(Text)
    """``catalog.source.QuestionKind`` or ``survey-…`` of ``SurveyKind``."""
    graded: Mapped[bool] = mapped_column(default=True)
    """False for survey items."""
    points: Mapped[int] = mapped_column(default=1)
    slide_key: Mapped[str] = mapped_column(Text, default="")
    skill: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[dict[str, Any]] = mapped_column(json_type())
    """What may be shown: prompt, options with ids, unit, scale ends; per language."""
    key: Mapped[dict[str, Any]] = mapped_column(json_type(), default=dict)
    """Right answers, per-option feedback and explanation."""


class Attempt(PublicIdMixin, TenantOwned, Base):
    """One try of one person. The seed draws and shuffles; the deadline is fixed at the start."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "employee_id", "quiz_id", "number"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="submitted"),
        Index("ix_attempt_quiz", "tenant_id", "quiz_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[AttemptState] = mapped_column(TextEnum(AttemptState), default=AttemptState.OPEN)
    seed: Mapped[int] = mapped_column()
    question_ids: Mapped[list[int]] = mapped_column(json_type())
    """Drawn questions in the order shown."""
    started_at: Mapped[datetime] = mapped_column()
    deadline_at: Mapped[datetime | None] = mapped_column()
    submitted_at: Mapped[datetime | None] = mapped_column()
    points: Mapped[float | None] = mapped_column()
    max_points: Mapped[int] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    """Percentage (0 to 100), None until graded."""
    passed: Mapped[bool | None] = mapped_column()


class AttemptGrant(PublicIdMixin, TenantOwned, Base):
    """One attempt more than the rules of a quiz allow, granted to one person; never changed."""

    __tablename__ = "attempt_grant"
    __table_args__ = (
        UniqueConstraint("tenant_id", "employee_id", "quiz_id", "number"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    number: Mapped[int] = mapped_column()
    """The attempt it allows, so that two people who grant the same one grant it once."""
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column()


class Answer(TenantOwned, Base):
    """A saved answer; every save is a new revision, the highest one counts."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "attempt_id", "question_id", "revision"),
        ForeignKeyConstraint(["tenant_id", "attempt_id"], ["attempt.tenant_id", "attempt.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column()
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    revision: Mapped[int] = mapped_column()
    response: Mapped[Any] = mapped_column(json_type())
    saved_at: Mapped[datetime] = mapped_column()


class Grade(TenantOwned, Base):
    """The graded result of one question of one attempt; written once."""

    __tablename__ = "grade"
    __table_args__ = (
        UniqueConstraint("tenant_id", "attempt_id", "question_id"),
        ForeignKeyConstraint(["tenant_id", "attempt_id"], ["attempt.tenant_id", "attempt.id"]),
        Index("ix_grade_question", "tenant_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column()
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    response: Mapped[Any] = mapped_column(json_type())
    points: Mapped[float] = mapped_column()
    max_points: Mapped[int] = mapped_column()
    correct: Mapped[bool] = mapped_column()
    graded_at: Mapped[datetime] = mapped_column()


class SurveyResponse(TenantOwned, Base):
    """An answer to a survey item; never graded, one per person and item."""

    __tablename__ = "survey_response"
    __table_args__ = (
        UniqueConstraint("tenant_id", "employee_id", "question_id"),
        ForeignKeyConstraint(["tenant_id", "employee_id"], ["employee.tenant_id", "employee.id"]),
        Index("ix_survey_response_question", "tenant_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column()
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    response: Mapped[Any] = mapped_column(json_type())
    answered_at: Mapped[datetime] = mapped_column()
