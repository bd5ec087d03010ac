"""Questions and surveys inside slides: marked at once, counted once, shown to their owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from lms.assessment import queries, service
from lms.assessment.models import SurveyResponse
from lms.assessment.statistics import answer_statistics
from lms.assessment.values import QuizPolicy
from lms.kernel.result import DomainError, NotFoundError
from tests.assessment.quizzes import (
    CHECK,
    KEY,
    SURVEY,
    WISH,
    module_source,
    publish,
    response_for,
)

if TYPE_CHECKING:
    from lms.assessment.pages import CheckQuestion
    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast, Person


class Reader:
    """Somebody in the player."""

    def __init__(self, database: Database, clock: FixedClock, person: Person, quiz: Quiz) -> None:
        self.database, self.clock, self.quiz = database, clock, quiz
        self.actor, self.employee_id = person.actor(), person.employee_id

    def shown(self, locale: str = "ja") -> dict[str, CheckQuestion]:
        with self.database.session(self.actor.tenant_id, read_only=True) as session:
            found = queries.check_questions(
                session, self.quiz.checks_version_id, self.employee_id, locale
            )
        return {row.question.code: row for rows in found.values() for row in rows}

    def answer(self, code: str, answer: Any) -> Any:
        response = response_for(self.shown()[code].question, answer)
        act = service.answer_check if code.startswith("c") else service.answer_survey
        with self.database.transaction(self.actor.tenant_id) as session:
            return act(
                session,
                self.quiz.checks_version_id,
                code,
                response,
                actor=self.actor,
                now=self.clock.now(),
            )


@pytest.fixture
def reader(database: Database, clock: FixedClock, cast: Cast, quiz: Quiz) -> Reader:
    return Reader(database, clock, cast.aoki, quiz)


def test_questions_come_by_slide_without_any_key(reader: Reader) -> None:
    shown = reader.shown()
    assert [row.question.slide_key for row in shown.values()] == ["s1", "s2", "s2"]
    assert KEY not in repr(shown)
    assert shown["c1"].result is None
    assert (shown["s-feel"].question.steps, shown["s-feel"].question.low) == (5, "むずかしい")


def test_the_first_answer_counts_and_more_may_be_tried(reader: Reader) -> None:
    wrong = reader.answer("c1", "機密性")
    assert (wrong.correct, wrong.first, wrong.points) == (False, True, 0.0)
    assert f"{KEY}-comment-wrong" in wrong.feedback_html
    assert f"{KEY}-explanation" in wrong.feedback_html
    right = reader.answer("c1", "可用性")
    assert (right.correct, right.first) == (True, False)
    assert f"{KEY}-comment-right" in right.feedback_html
    kept = reader.shown()["c1"].result
    assert kept is not None
    assert not kept.correct


def test_a_person_sees_only_the_own_answer(
    reader: Reader, database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    reader.answer("c1", "可用性")
    other = Reader(database, clock, cast.ueda, quiz)
    assert other.shown()["c1"].result is None
    ours = {option.id for option in reader.shown()["c1"].question.options}
    assert ours.isdisjoint(option.id for option in other.shown()["c1"].question.options)


def test_an_empty_answer_is_asked_for_again(reader: Reader) -> None:
    with pytest.raises(DomainError, match="answer the question first"):
        reader.answer("c1", "")
    with pytest.raises(DomainError):
        reader.answer("s-wish", "  ")


def test_a_survey_item_is_not_marked(reader: Reader) -> None:
    with (
        reader.database.transaction(reader.actor.tenant_id) as session,
        pytest.raises(NotFoundError),
    ):
        service.answer_check(
            session,
            reader.quiz.checks_version_id,
            "s-feel",
            "3",
            actor=reader.actor,
            now=reader.clock.now(),
        )


def test_a_survey_keeps_the_first_response(reader: Reader, database: Database) -> None:
    first = reader.answer("s-feel", "4")
    reader.clock.move(minutes=5)
    assert reader.answer("s-feel", "1") == first
    with database.session(reader.actor.tenant_id) as session:
        assert session.scalars(select(SurveyResponse.response)).all() == ["4"]
    assert reader.shown()["s-feel"].question.response == "4"


def test_a_voluntary_item_may_be_passed_by(reader: Reader) -> None:
    at = reader.answer("s-feel", "")
    assert reader.shown()["s-feel"].answered_at == at


def test_an_answer_counts_in_the_next_version_while_the_question_is_the_same(
    reader: Reader, database: Database, clock: FixedClock, cast: Cast
) -> None:
    reader.answer("c1", "機密性")
    reader.answer("s-feel", "5")
    slides = module_source(QuizPolicy()).slides
    changed = replace(SURVEY, prompt="分かりやすかったですか。")
    newer = publish(
        database, clock.now(), slides=(slides[0], replace(slides[1], surveys=(changed, WISH)))
    )
    assert newer.checks_version_id != reader.quiz.checks_version_id
    later = Reader(database, clock, cast.aoki, newer)
    shown = later.shown()
    assert shown["c1"].result is not None
    assert shown["s-feel"].answered_at is None
    assert not later.answer("c1", "可用性").first

    rewritten = replace(CHECK, explanation="別の説明")
    third = publish(database, clock.now(), slides=(replace(slides[0], questions=(rewritten,)),))
    assert Reader(database, clock, cast.aoki, third).shown()["c1"].result is None


def test_statistics_count_answers_and_wrong_choices(
    database: Database, clock: FixedClock, cast: Cast, quiz: Quiz
) -> None:
    people = [cast.aoki, cast.ueda, cast.endo, cast.ono]
    for person, answer in zip(people, ("可用性", "可用性", "機密性", "完全性"), strict=True):
        reader = Reader(database, clock, person, quiz)
        reader.answer("c1", answer)
        reader.answer("s-feel", "4" if person is cast.aoki else "5")
    reader.answer("c1", "可用性")
    with database.session(cast.aoba, read_only=True) as session:
        found = answer_statistics(session, [quiz.checks_id])
    (check,), surveys = found.questions, found.surveys
    assert (check.analysis.count, check.analysis.correct_rate) == (4, 0.5)
    assert {(c.text, c.count, c.right) for c in check.choices} == {
        ("機密性", 1, False),
        ("可用性", 2, True),
        ("完全性", 1, False),
    }
    assert (surveys[0].count, surveys[0].mean) == (4, 4.75)
    assert [choice.count for choice in surveys[0].choices] == [0, 0, 0, 1, 3]
    with database.session(cast.midorikawa, read_only=True) as session:
        (empty,) = answer_statistics(session, [quiz.checks_id]).questions
    assert empty.analysis.count == 0
