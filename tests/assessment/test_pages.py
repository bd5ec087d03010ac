"""The pages of the quiz as a browser without script sees them, in both languages."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from lms.assessment.models import Answer
from lms.assessment.values import Feedback, QuizPolicy
from tests.assessment.quizzes import KEY, POOL, RIGHT, publish
from tests.assessment.sitting import Sitting, hidden, in_words
from tests.support.client import JAPANESE, check_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast
    from tests.support.client import Visitor
    from tests.support.recorder import StatementRecorder


@pytest.fixture
def aoki(visitor: Callable[..., Visitor], cast: Cast) -> Visitor:
    return visitor(cast.aoki)


def test_somebody_takes_the_quiz_without_script(aoki: Visitor, quiz: Quiz) -> None:
    start = aoki.visit(quiz.url)
    assert "7問" in start.text
    assert "80%以上" in start.text
    assert "成績は人事評価に使用しません" in start.text
    sitting = Sitting(aoki, quiz)
    sitting.answer_all({**RIGHT, "q-truefalse": "正しい"})
    review = aoki.visit(f"{sitting.url}/review")
    assert "すべての問題に回答しました" in review.text
    result = aoki.visit(sitting.submit())
    assert "90%" in result.text
    assert "合格" in result.text
    assert "7問中6問正解" in result.text
    assert "成績は人事評価に使用しません" in result.text
    wrong = result.select_one(".quiz-feedback[data-result=wrong]")
    assert {mark.text for mark in wrong.select(".quiz-option__mark")} == {"回答", "正解"}
    assert f"{KEY}-explanation" in wrong.text
    slide = wrong.select_one(".quiz-feedback__slide")
    assert slide["href"] == f"/learn/{quiz.course}/{quiz.module}#slide-s2"
    assert "もう一度受ける" in result.text


def test_the_map_says_in_words_what_is_answered(aoki: Visitor, quiz: Quiz) -> None:
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()["q-single"]
    location = sitting.answer(number, RIGHT["q-single"], go="5")
    assert location.endswith("?q=5")
    states = [tag.text for tag in sitting.question(5).select(".quiz-map__state")]
    assert states.count("回答済み") == 1
    assert states[number - 1] == "回答済み"
    review = aoki.visit(f"{sitting.url}/review")
    assert "未回答 6問" in review.text


def test_the_review_cuts_no_word_in_two(
    visitor: Callable[..., Visitor], cast: Cast, database: Database, clock: FixedClock
) -> None:
    words = "Which of these habits keeps the documents of the town hall from being read by others?"
    pool = (replace(POOL[0], prompt=words), *POOL[1:])
    browser = visitor(cast.aoki, locale="en")
    sitting = Sitting(browser, publish(database, clock.now(), pool=pool))
    assert words in browser.visit(f"{sitting.url}/review").select_one(".quiz-review").text


def test_opening_the_quiz_again_goes_to_the_first_open_question(
    aoki: Visitor, visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz
) -> None:
    sitting = Sitting(aoki, quiz)
    page = sitting.question(1)
    first = next(iter(page.select("#quiz-form input[name=question]")))["value"]
    sitting.answer(1, RIGHT[first])
    phone = visitor(cast.aoki)
    assert "続きから回答する" in phone.visit(quiz.url).text
    location = phone.post(quiz.url).headers["Location"]
    assert location == sitting.url
    assert hidden(phone.visit(location), "number") == "2"


def test_an_order_is_moved_by_buttons_and_only_then_answered(aoki: Visitor, quiz: Quiz) -> None:
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()["q-order"]
    texts = [tag.text for tag in sitting.question(number).select(".ui-sortable__text")]
    assert texts != RIGHT["q-order"]
    sitting.answer(number, texts, go="1")
    assert sitting.question(1).select(".quiz-map__link")[number - 1].get("data-answered") is None
    ids = in_words(sitting.question(number), texts)["answer"]
    assert sitting.answer(number, texts, move=f"down:{ids[0]}").endswith(f"?q={number}")
    after = sitting.question(number)
    assert [tag.text for tag in after.select(".ui-sortable__text")] == [
        texts[1],
        texts[0],
        texts[2],
    ]
    assert after.select(".quiz-map__link")[number - 1].get("data-answered") is not None


def test_an_answer_that_does_not_fit_stays_in_the_form(aoki: Visitor, quiz: Quiz) -> None:
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()["q-text"]
    body = sitting.answer(number, "長" * 501, status=422)
    assert "500文字以内" in body
    assert "長" * 501 in body
    sitting.answer(sitting.numbers()["q-single"], "作った選択肢", status=422)
    assert "未回答 7問" in aoki.visit(f"{sitting.url}/review").text


@pytest.mark.parametrize("typed", ["約千二百", "abc", "１２円"])
def test_what_is_no_number_is_refused_with_what_to_enter(
    aoki: Visitor, quiz: Quiz, typed: str
) -> None:
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()["q-numeric"]
    sitting.answer(number, "1,199")
    refused = BeautifulSoup(sitting.answer(number, typed, status=422), "html.parser")
    field = refused.find(id="answer")
    assert field["value"] == typed
    said = [refused.find(id=name).text for name in field["aria-describedby"].split()]
    assert "1200や1,200のように、数字だけを入力してください" in said[1]
    assert len(refused.select('[role="alert"]')) == 1
    assert "10:00に保存した回答が残っています" in refused.text
    assert sitting.question(number).find(id="answer")["value"] == "1,199"
    sitting.answer(number, "１、２００日")
    assert sitting.question(number).find(id="answer")["value"] == "１、２００日"
    sitting.submit()
    assert "10%" in aoki.visit(f"{sitting.url}/result").text


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_number_kept_by_an_older_version_is_told_and_stops_nobody(
    visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz, database: Database, locale: str
) -> None:
    browser = visitor(cast.aoki, locale=locale)
    sitting = Sitting(browser, quiz)
    number = sitting.numbers()["q-numeric"]
    sitting.answer(number, "1,199")
    review = f"{sitting.url}/review"
    wrong = {"ja": "このままでは不正解になります", "en": "would be marked as wrong"}[locale]
    assert wrong not in browser.visit(review).text
    with database.transaction(cast.aoba) as session:
        session.execute(update(Answer).values(response="約千二百"))
    page = sitting.question(number)
    field = page.find(id="answer")
    assert field["value"] == "約千二百"
    assert wrong in page.find(id=field["aria-describedby"].split()[1]).text
    assert wrong in browser.visit(review).text
    # Whoever passes by is let on, and whoever does not know empties the field.
    for go in ("next", "review", "1"):
        sitting.answer(number, "約千二百", go=go)
    sitting.answer(number, "約千三百", status=422)
    sitting.answer(number, "")
    assert wrong not in browser.visit(review).text


def test_the_script_saves_with_revisions(aoki: Visitor, quiz: Quiz) -> None:
    sitting = Sitting(aoki, quiz)
    page = sitting.question(sitting.numbers()["q-text"])
    fields = {tag["name"]: tag["value"] for tag in page.select("#quiz-form input[type=hidden]")} | {
        "csrf_token": aoki.csrf
    }
    json = {"Accept": "application/json"}

    def save(text: str, revision: int, status: int = 200) -> Any:
        data = {**fields, "answer": text, "revision": str(revision)}
        response = aoki.client.post(f"{sitting.url}/answer", data=data, headers=json)
        assert response.status_code == status
        return response.get_json()

    assert save("LG", 0) == {"saved_at": "10:00", "revision": 1}
    assert save("LGWAN", 1) == {"saved_at": "10:00", "revision": 2}
    assert "別の画面" in save("LG", 1, status=409)["error"]
    sitting.submit()
    assert "すでに提出されています" in save("LGWAN", 2, status=422)["error"]


def test_a_browser_brings_no_ticks_of_another_question(aoki: Visitor, quiz: Quiz) -> None:
    """Going back leads to the first open question; without this the old form was filled into it."""
    page = Sitting(aoki, quiz).question(1)
    assert page.select_one("#quiz-form")["autocomplete"] == "off"


def test_a_window_left_behind_neither_takes_back_nor_overwrites(aoki: Visitor, quiz: Quiz) -> None:
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()["q-text"]
    page = sitting.question(number)
    old = {tag["name"]: tag["value"] for tag in page.select("#quiz-form input[type=hidden]")}

    def send(text: str, status: int = 303) -> str:
        data = {**old, "csrf_token": aoki.csrf, "answer": text, "go": "next"}
        return aoki.post(f"{sitting.url}/answer", data, status=status).get_data(as_text=True)

    def saved() -> str:
        return str(sitting.question(number).select_one("#answer")["value"])

    sitting.answer_all(RIGHT)
    send("")
    assert saved() == RIGHT["q-text"]
    assert "別の画面" in send("古い画面", status=409)
    assert saved() == RIGHT["q-text"]
    assert "別の画面" in send("古い画面", status=409)
    send("長" * 501, status=422)
    assert saved() == RIGHT["q-text"]


@pytest.mark.parametrize("code", sorted(RIGHT))
def test_a_conflict_shows_both_answers_and_overwrites_on_demand_only(
    aoki: Visitor, quiz: Quiz, code: str
) -> None:
    older: Any = {
        "q-single": "電源を二重にする",
        "q-multiple": ["停電"],
        "q-truefalse": "正しい",
        "q-numeric": "7",
        "q-match": {"機密性": "必要なときに使える"},
    }.get(code, "古い画面")
    sitting = Sitting(aoki, quiz)
    number = sitting.numbers()[code]
    page = sitting.question(number)
    if code == "q-order":  # An order that nobody has touched is no answer.
        drawn = [text.text for text in page.select(".ui-sortable__text")]
        orders = map(list, permutations(drawn))
        older = next(order for order in orders if order not in (drawn, RIGHT[code]))
    old = {
        tag["name"]: tag["value"]
        for tag in page.select("#quiz-form input[type=hidden]")
        if tag["name"] not in {"answer", "csrf_token"}
    } | in_words(page, older)
    sitting.answer(number, RIGHT[code])
    shown = sitting.question(number)
    response = aoki.post(f"{sitting.url}/answer", {**old, "go": "review"}, status=409)
    conflict = check_page(response)
    stored, typed = (card.text for card in conflict.select(".ui-card"))
    for text, card in ((RIGHT[code], stored), (older, typed)):
        words = [*text, *text.values()] if isinstance(text, dict) else text
        assert all(word in card for word in ([words] if isinstance(words, str) else words))
    onward = conflict.select_one(".quiz-actions a")["href"]
    assert onward == f"{sitting.url}/review"
    body = ".quiz-question__body"
    assert sitting.question(number).select(body) == shown.select(body)
    fields: dict[str, Any] = {}
    for tag in conflict.select(".quiz-actions input"):
        fields.setdefault(tag["name"], []).append(tag["value"])
    del fields["csrf_token"]
    on = aoki.post(f"{sitting.url}/answer", fields)
    assert on.headers["Location"] == onward
    again = aoki.post(f"{sitting.url}/answer", {**old, "go": "review"})
    assert again.headers["Location"] == onward  # What this window says is what is stored by now.
    sitting.answer(number, RIGHT[code])
    aoki.post(f"{sitting.url}/answer", fields, status=409)


def test_time_is_text_and_late_answers_get_a_sentence(
    aoki: Visitor, database: Database, clock: FixedClock
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=20, attempts=2))
    assert "20分" in aoki.visit(quiz.url).text
    sitting = Sitting(aoki, quiz)
    numbers = sitting.numbers()
    page = sitting.question(1)
    assert "10:20まで" in page.text
    assert page.find("lms-countdown")["data-deadline"] == "2026-11-16T01:20:00+00:00"
    sitting.answer(numbers["q-single"], RIGHT["q-single"])
    fields = {"question": "q-text", "kind": "text", "answer": RIGHT["q-text"], "number": "1"}
    clock.move(minutes=20, seconds=1)
    review = aoki.get(f"{sitting.url}?q=1")
    assert review.headers["Location"] == f"{sitting.url}/review"
    assert "制限時間が終わりました" in aoki.visit(f"{sitting.url}/review").text
    assert "結果を見る" in aoki.visit(quiz.url).text
    late = aoki.post(f"{sitting.url}/answer", fields)
    assert late.headers["Location"] == f"{sitting.url}/result"
    result = aoki.visit(f"{sitting.url}/result")
    assert "10:20に制限時間が終わりました" in result.text
    assert "10%" in result.text
    assert "残りの回数1回" in result.text.replace("\n", "")


def test_used_up_attempts_are_said_and_no_button_is_left(
    aoki: Visitor, database: Database, clock: FixedClock
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(attempts=1))
    sitting = Sitting(aoki, quiz)
    result = aoki.visit(sitting.submit())
    assert "不合格" in result.text
    assert "人事担当に相談してください" in result.text
    start = aoki.visit(quiz.url)
    assert "すべて使いました" in start.text
    assert start.select("main form") == []
    assert "すべて使いました" in aoki.post(quiz.url, status=422).get_data(as_text=True)


@pytest.mark.parametrize(
    ("feedback", "verdicts", "keys"),
    [
        (Feedback.AFTER_SUBMIT, True, True),
        (Feedback.AFTER_PASS, True, False),
        (Feedback.SCORE_ONLY, False, False),
    ],
)
def test_a_failed_attempt_shows_what_the_author_allows(
    aoki: Visitor,
    database: Database,
    clock: FixedClock,
    feedback: Feedback,
    verdicts: bool,  # noqa: FBT001
    keys: bool,  # noqa: FBT001
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(feedback=feedback))
    sitting = Sitting(aoki, quiz)
    sitting.answer_all({"q-single": "電源を二重にする", "q-order": RIGHT["q-order"]})
    page = aoki.visit(sitting.submit())
    for dot in page.select(".quiz-score__words [aria-hidden]"):
        dot.decompose()
    # Read out, the numbers stay apart without the dots between them.
    assert "合格基準 80% " in page.select_one(".quiz-score__words").get_text()
    assert bool(page.select(".quiz-feedback")) is verdicts
    assert (KEY in page.text) is keys
    assert bool(page.select(".quiz-option[data-right]")) is keys
    again = Sitting(aoki, quiz)
    again.answer_all(RIGHT)
    open_elsewhere = aoki.visit(f"{sitting.url}/result")
    assert KEY not in open_elsewhere.text
    passed = aoki.visit(again.submit())
    assert (KEY in passed.text) is (feedback is not Feedback.SCORE_ONLY)


def test_every_page_speaks_english(visitor: Callable[..., Visitor], cast: Cast, quiz: Quiz) -> None:
    browser = visitor(cast.aoki, locale="en")
    sitting = Sitting(browser, quiz)
    pages = [browser.visit(quiz.url), sitting.question(1), browser.visit(f"{sitting.url}/review")]
    pages.append(browser.visit(sitting.submit()))
    pages.append(browser.visit(quiz.url))
    for page in pages:
        for tag in page.select(
            "[lang=ja], .quiz-title__module, .ui-breadcrumb, .ui-header, footer"
        ):
            tag.decompose()
        # What the author wrote stays Japanese: this quiz is not translated.
        own = ".quiz-question__prompt, .ui-choice, .ui-sortable, .quiz-pair"
        for tag in page.select(f"{own}, .quiz-feedback__prompt, .quiz-options, .quiz-orders"):
            tag.decompose()
        for tag in page.select(".quiz-typed, .quiz-feedback__why, .ui-field__row"):
            tag.decompose()
        found = JAPANESE.search(page.select_one("main").text)
        assert found is None, page.select_one("main").text[found.start() - 30 : found.end() + 30]


def test_each_page_asks_the_database_little(
    aoki: Visitor, quiz: Quiz, statements: StatementRecorder
) -> None:
    sitting = Sitting(aoki, quiz)
    sitting.answer_all(RIGHT)
    with statements(most=12):
        aoki.visit(quiz.url)
    with statements(most=12):
        sitting.question(3)
    with statements(most=12):
        aoki.visit(f"{sitting.url}/review")
    sitting.submit()
    with statements(most=12):
        aoki.visit(f"{sitting.url}/result")
