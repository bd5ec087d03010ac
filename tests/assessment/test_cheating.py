"""Employees who cheat (EM-01 to EM-09, EM-17): keys stay inside, and only answers count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from lms.assessment.models import Attempt, Grade, Question
from lms.assessment.values import Feedback, QuizPolicy
from lms.core.tenancy import LIBRARY_TENANT_ID
from tests.assessment.quizzes import KEY, RIGHT, publish, stored_ids
from tests.assessment.sitting import Sitting, hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast
    from tests.support.client import Visitor


def _bodies(browser: Visitor) -> list[str]:
    """Keep every answer this browser gets from now on, with its headers."""
    seen: list[str] = []
    send = browser.client.open

    def open_and_keep(*args: Any, **options: Any) -> Any:
        response = send(*args, **options)
        seen.append(f"{response.headers}\n{response.get_data(as_text=True)}")
        return response

    browser.client.open = open_and_keep  # type: ignore[method-assign]
    return seen


def _secrets(database: Database, quiz: Quiz) -> set[str]:
    """Everything the database holds that may not leave the server: stored ids."""
    with database.session(LIBRARY_TENANT_ID) as session:
        rows = session.scalars(
            select(Question).where(Question.quiz_version_id == quiz.version_id)
        ).all()
    return {one for row in rows for one in (*row.body["options"], *row.body["matches"])}


@pytest.mark.parametrize("feedback", [Feedback.AFTER_PASS, Feedback.SCORE_ONLY])
def test_no_answer_of_the_server_holds_a_key(
    visitor: Callable[..., Visitor],
    database: Database,
    clock: FixedClock,
    cast: Cast,
    feedback: Feedback,
) -> None:
    """Every body and header of a failed attempt from start to result, in both languages."""
    quiz = publish(database, clock.now(), QuizPolicy(feedback=feedback, time_limit=30))
    wrong = {**RIGHT, "q-text": "分かりません", "q-numeric": "7"}
    wrong |= {"q-multiple": ["停電"], "q-single": "電源を二重にする"}
    for locale in ("ja", "en"):
        browser = visitor(cast.aoki if locale == "ja" else cast.ueda, locale=locale)
        bodies = _bodies(browser)
        browser.visit(quiz.url)
        sitting = Sitting(browser, quiz)
        sitting.answer_all(wrong)
        browser.visit(f"{sitting.url}/review")
        browser.visit(sitting.submit())
        browser.visit(quiz.url)
        whole = "\n".join(bodies)
        assert len(bodies) > 15
        assert KEY not in whole
        for secret in _secrets(database, quiz):
            assert secret not in whole
        assert not re.search(r"\b1,?200\b", whole)
        assert not re.search(r'data-(right|correct|key)|"correct"', whole)


def test_the_scan_would_find_a_key(visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz) -> None:
    """The control: after handing in, this quiz does show its keys."""
    browser = visitor(cast.aoki)
    bodies = _bodies(browser)
    sitting = Sitting(browser, quiz)
    browser.visit(f"{sitting.url}/review")
    assert KEY not in "\n".join(bodies)
    browser.visit(sitting.submit())
    assert KEY in "\n".join(bodies)


def test_shown_ids_and_orders_say_nothing_about_the_key(
    visitor: Callable[..., Visitor], database: Database, clock: FixedClock, cast: Cast
) -> None:
    """Over many attempts the right option stands everywhere and never under the same id."""
    quiz = publish(database, clock.now())
    options, _ = stored_ids(database, quiz.version_id, "q-single")
    places, ids = set(), []
    browser = visitor(cast.aoki)
    for _ in range(12):
        sitting = Sitting(browser, quiz)
        page = sitting.question(sitting.numbers()["q-single"])
        shown = [(tag.text, tag.find("input")["value"]) for tag in page.select(".ui-choice")]
        texts = [text for text, _ in shown]
        places.add(texts.index(RIGHT["q-single"]))
        ids.append(dict(shown)[RIGHT["q-single"]])
        sitting.submit()
    assert len(places) >= 3
    assert len(set(ids)) == len(ids)
    assert set(ids).isdisjoint(options.values())


def test_what_the_client_says_about_its_score_is_ignored(
    visitor: Callable[..., Visitor], database: Database, cast: Cast, quiz: Quiz
) -> None:
    browser = visitor(cast.aoki)
    sitting = Sitting(browser, quiz)
    lies = {
        "score": "100", "passed": "true", "points": "10", "state": "submitted", "seed": "1",
        "tenant_id": "2", "employee_id": "2", "deadline_at": "2099-01-01", "attempt": "7",
        "graded_by": "1", "started_at": "2020-01-01", "correct": "true",
    }  # fmt: skip
    sitting.answer(sitting.numbers()["q-single"], "電源を二重にする", **lies)
    browser.post(f"{sitting.url}/submit", lies)
    with database.session(cast.aoba) as session:
        attempt = session.scalars(select(Attempt)).one()
        correct = session.scalars(select(Grade.correct)).all()
    assert (attempt.score, attempt.passed, attempt.number) == (0.0, False, 1)
    assert attempt.employee_id == cast.aoki.employee_id
    assert not any(correct)


def test_answers_after_handing_in_change_nothing(
    visitor: Callable[..., Visitor], database: Database, cast: Cast, quiz: Quiz
) -> None:
    browser = visitor(cast.aoki)
    sitting = Sitting(browser, quiz)
    sitting.submit()
    answer = {"question": "q-text", "kind": "text", "answer": RIGHT["q-text"]}
    location = browser.post(f"{sitting.url}/answer", answer).headers["Location"]
    assert location == f"{sitting.url}/result"
    assert "すでに提出されています" in browser.visit(location).text
    sitting.submit()
    with database.session(cast.aoba) as session:
        assert session.scalars(select(Attempt.score)).all() == [0.0]


def test_the_attempt_of_somebody_else_does_not_exist(
    visitor: Callable[..., Visitor], database: Database, cast: Cast, quiz: Quiz
) -> None:
    sitting = Sitting(visitor(cast.aoki), quiz)
    submitted = Sitting(visitor(cast.endo), quiz)
    submitted.submit()
    for person in (cast.ueda, cast.ono, cast.kimura, cast.kato, cast.kubo, cast.kitayama):
        browser = visitor(person)
        browser.visit(quiz.url)
        for url in (sitting.url, submitted.url):
            for page in ("", "?q=1", "/review", "/result"):
                assert browser.get(f"{url}{page}").status_code == 404
            browser.post(f"{url}/submit", status=404)
            answer = {"question": "q-text", "kind": "text", "answer": "x"}
            browser.post(f"{url}/answer", answer, status=404)
    with database.session(cast.aoba) as session:
        states = session.scalars(select(Attempt.state).order_by(Attempt.id)).all()
    assert states == ["open", "submitted"]


def test_an_attempt_is_found_only_under_its_own_module(
    visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz
) -> None:
    browser = visitor(cast.aoki)
    sitting = Sitting(browser, quiz)
    public_id = sitting.url.rsplit("/", 1)[1]
    assert browser.get(f"/learn/{quiz.course}/nothere/quiz/{public_id}").status_code == 404
    assert browser.get(f"{quiz.url}/nothere").status_code == 404


def test_a_question_that_was_not_drawn_is_refused(
    visitor: Callable[..., Visitor], database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(draw=2))
    browser = visitor(cast.aoki)
    sitting = Sitting(browser, quiz)
    drawn = sitting.numbers()
    assert len(drawn) == 2
    other = next(code for code in RIGHT if code not in drawn)
    browser.post(
        f"{sitting.url}/answer", {"question": other, "kind": "text", "answer": "x"}, status=404
    )


@pytest.mark.parametrize("page", ["", "/x", "/x/review", "/x/result"])
def test_nobody_sees_a_quiz_without_signing_in(
    visitor: Callable[..., Visitor], quiz: Quiz, page: str
) -> None:
    response = visitor().get(f"{quiz.url}{page}")
    assert response.status_code == 303
    assert "/sign-in" in response.headers["Location"]


def test_reading_never_starts_or_ends_anything(
    visitor: Callable[..., Visitor], database: Database, clock: FixedClock, cast: Cast
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=10))
    browser = visitor(cast.aoki)
    browser.visit(quiz.url)
    with database.session(cast.aoba) as session:
        assert session.scalars(select(Attempt)).all() == []
    sitting = Sitting(browser, quiz)
    clock.move(minutes=30)
    for page in ("", "/review", "/result"):
        browser.get(f"{sitting.url}{page}")
    with database.session(cast.aoba) as session:
        assert session.scalars(select(Attempt.state)).all() == ["open"]


def test_every_write_needs_the_form_token(
    visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz
) -> None:
    browser = visitor(cast.aoki)
    sitting = Sitting(browser, quiz)
    assert hidden(sitting.question(1), "csrf_token")
    for url in (quiz.url, f"{sitting.url}/answer", f"{sitting.url}/submit"):
        assert browser.client.post(url, data={"csrf_token": "1" + "0" * 63}).status_code == 400
        assert browser.client.post(url).status_code == 400
