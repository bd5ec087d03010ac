"""Reading published questions. They never change, so a frozen copy is as good as the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.assessment.content import Body, Key, read_body, read_key
from lms.assessment.models import Question, QuizVersion
from lms.kernel.result import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A published question or survey item with its parsed body and, for grading, its key."""

    id: int
    code: str
    position: int
    kind: str
    graded: bool
    points: int
    slide_key: str
    body: Body
    raw: tuple[dict[str, Any], dict[str, Any]]
    """Body and key as stored, to tell whether another version changed them."""

    @property
    def key(self) -> Key:
        """The right answer. Survey items have none."""
        return read_key(self.raw[1]) if self.graded else Key()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every stored option id of both sides."""
        return (*self.body.options, *self.body.matches)

    def is_same(self, other: StoredQuestion) -> bool:
        """Whether another version asks the same, so that an answer to it still counts."""
        return self.kind == other.kind and self.raw == other.raw


def stored(row: Question) -> StoredQuestion:
    """The frozen copy of a row."""
    return StoredQuestion(
        id=row.id,
        code=row.code,
        position=row.position,
        kind=row.kind,
        graded=row.graded,
        points=row.points,
        slide_key=row.slide_key,
        body=read_body(row.body),
        raw=(row.body, row.key),
    )


def find_version(session: Session, quiz_version_id: int) -> QuizVersion:
    """A published version of a quiz.

    Raises:
        NotFoundError: there is none.
    """
    version = session.scalar(select(QuizVersion).where(QuizVersion.id == quiz_version_id))
    if version is None:
        raise NotFoundError(str(quiz_version_id))
    return version


def questions_of(session: Session, quiz_version_id: int) -> list[StoredQuestion]:
    """Every question of a version in the author's order."""
    rows = session.scalars(
        select(Question)
        .where(Question.quiz_version_id == quiz_version_id)
        .order_by(Question.position)
    )
    return [stored(row) for row in rows]


def questions_by_id(session: Session, ids: Collection[int]) -> dict[int, StoredQuestion]:
    """Some questions by their key."""
    rows = session.scalars(select(Question).where(Question.id.in_(ids)))
    return {row.id: stored(row) for row in rows}


def find_question(session: Session, quiz_version_id: int, code: str) -> StoredQuestion | None:
    """One question of a version by the author's id."""
    row = session.scalar(
        select(Question).where(Question.quiz_version_id == quiz_version_id, Question.code == code)
    )
    return None if row is None else stored(row)
