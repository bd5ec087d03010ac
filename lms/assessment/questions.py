"""Reading published questions. They never change, so a frozen copy is as good as the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from lms.assessment import rules
from lms.assessment.content import Body, Key, read_body, read_key
from lms.assessment.models import Question, QuizVersion
from lms.assessment.values import QuizPolicy
from lms.core.db.kept import kept, kept_many
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


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A published version of a quiz: its key, its quiz and its rules."""

    id: int
    quiz_id: int
    policy: QuizPolicy


def find_version(session: Session, quiz_version_id: int) -> StoredVersion:
    """A published version of a quiz.

    Raises:
        NotFoundError: there is none.
    """
    found = find_versions(session, (quiz_version_id,)).get(quiz_version_id)
    if found is None:
        raise NotFoundError(str(quiz_version_id))
    return found


def find_versions(session: Session, ids: Collection[int]) -> dict[int, StoredVersion]:
    """Published versions of quizzes by their key; at most one statement."""

    def read(missing: list[int]) -> dict[int, StoredVersion]:
        rows = session.execute(
            select(QuizVersion.id, QuizVersion.quiz_id, QuizVersion.policy).where(
                QuizVersion.id.in_(missing)
            )
        )
        return {row[0]: StoredVersion(row[0], row[1], rules.parse_policy(row[2])) for row in rows}

    return kept_many(session, "quiz-version", ids, read)


def questions_of(session: Session, quiz_version_id: int) -> tuple[StoredQuestion, ...]:
    """Every question of a version in the author's order."""

    def read() -> tuple[StoredQuestion, ...]:
        return tuple(stored(row) for row in session.scalars(_QUESTIONS, {"id": quiz_version_id}))

    return kept(session, "questions", quiz_version_id, read)


_QUESTIONS = (
    select(Question).where(Question.quiz_version_id == bindparam("id")).order_by(Question.position)
)


def questions_by_id(
    session: Session, quiz_version_id: int, ids: Collection[int]
) -> dict[int, StoredQuestion]:
    """Some questions of a version by their key."""
    wanted = set(ids)
    return {each.id: each for each in questions_of(session, quiz_version_id) if each.id in wanted}


def find_question(session: Session, quiz_version_id: int, code: str) -> StoredQuestion | None:
    """One question of a version by the author's id."""
    return next((q for q in questions_of(session, quiz_version_id) if q.code == code), None)
