"""The quiz in real Chromium: by keyboard alone, saved while answering, on paper-thin windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from lms.assessment.values import Feedback, QuizPolicy
from tests.assessment.quizzes import RIGHT, publish
from tests.browser.chromium import chromium, heard, listen, overflow, settle, violations
from tests.browser.serving import served, session_cookie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page, Route

    from lms.core.db.engine import Database
    from lms.kernel.clock import FixedClock
    from tests.assessment.quizzes import Quiz
    from tests.cast import Cast

pytestmark = pytest.mark.browser

FORWARD = ".quiz-actions [type=submit]"
"""The way on. Which question stands last is drawn, and there it is not called 次へ."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture
def page(app: Flask, cast: Cast, browser: Browser, address: str) -> Iterator[Page]:
    """A page of 青木, signed in; anything the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=address)
    cookie: Any = session_cookie(app, cast.aoki, address)
    context.add_cookies([cookie])
    found = context.new_page()
    problems: list[str] = []
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    yield found
    context.close()
    assert problems == []


def _begin(page: Page, quiz: Quiz) -> str:
    page.goto(quiz.url)
    page.get_by_role("button", name="確認テストを始める").press("Enter")
    page.wait_for_url("**/quiz/*")
    return page.url.split("?")[0]


def _kinds(page: Page, url: str) -> dict[str, int]:
    found = {}
    for number in range(1, 8):
        page.goto(f"{url}?q={number}")
        found[page.locator("#quiz-form input[name=kind]").input_value()] = number
    return found


def _saved(page: Page) -> None:
    """Wait until the newest change is saved, not one before it."""
    expect(page.locator("lms-autosave")).to_have_js_property("timer", 0)
    page.locator('[data-state-text][data-state="saved"]').wait_for()


def test_every_kind_is_answered_by_keyboard_and_saved_at_once(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    kinds = _kinds(page, url)

    page.goto(f"{url}?q={kinds['single']}")
    page.get_by_role("radio", name=RIGHT["q-single"]).press("Space")
    _saved(page)
    assert "保存済み 10:00" in page.locator("[data-state-text]").inner_text()
    assert "回答済み" in page.locator(".quiz-map__link[aria-current]").inner_text()
    assert "7問中1問に回答済み" in page.locator("[data-count]").inner_text()

    page.goto(f"{url}?q={kinds['multiple']}")
    for text in RIGHT["q-multiple"]:
        page.get_by_role("checkbox", name=text).press("Space")
    _saved(page)

    page.goto(f"{url}?q={kinds['order']}")
    listen(page)
    for place, text in enumerate(RIGHT["q-order"]):
        while page.locator(".ui-sortable__text").all_inner_texts().index(text) > place:
            page.get_by_role("button", name=f"「{text}」を上へ移す").press("Enter")
    _saved(page)
    assert heard(page, unseen=True)[0].endswith("番目に移しました。")

    page.goto(f"{url}?q={kinds['match']}")
    for left, right in RIGHT["q-match"].items():
        page.get_by_label(left).select_option(label=right)
    _saved(page)

    page.goto(f"{url}?q={kinds['numeric']}")
    page.get_by_label("回答", exact=True).fill("１，２００")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{url}?q={kinds['text']}")
    page.get_by_label("回答", exact=True).fill(RIGHT["q-text"])
    _saved(page)
    page.goto(f"{url}?q={kinds['truefalse']}")
    page.get_by_role("radio", name=RIGHT["q-truefalse"]).press("Space")
    page.get_by_role("button", name="確認して提出する").press("Enter")
    page.wait_for_url("**/review")
    assert "すべての問題に回答しました" in page.locator("main").inner_text()
    page.get_by_role("button", name="提出する").press("Enter")
    page.wait_for_url("**/result")
    assert "100%" in page.locator(".quiz-score").inner_text()


def test_the_order_is_also_dragged(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    page.goto(f"{url}?q={_kinds(page, url)['order']}")
    items = page.locator(".ui-sortable__item")
    for place, text in enumerate(RIGHT["q-order"]):
        items.filter(has_text=text).locator(".ui-sortable__grip").hover()
        page.mouse.down()
        box = items.nth(place).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 4, steps=5)
        page.mouse.up()
    assert page.locator(".ui-sortable__text").all_inner_texts() == RIGHT["q-order"]
    _saved(page)


def test_a_second_browser_sees_what_the_first_has_saved(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    number = _kinds(page, url)["text"]
    page.goto(f"{url}?q={number}")
    page.get_by_label("回答", exact=True).fill("途中まで")
    _saved(page)
    other = page.context.new_page()
    other.goto(f"{url}?q={number}")
    assert other.get_by_label("回答", exact=True).input_value() == "途中まで"


def test_what_is_no_number_is_said_while_it_is_typed(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    number = _kinds(page, url)["numeric"]
    other = page.context.new_page()  # Its console says that an answer was refused.
    other.goto(f"{url}?q={number}")
    field = other.get_by_label("回答", exact=True)
    field.fill("abc")
    state = other.locator('[data-state-text][data-state="failed"]')
    state.wait_for()
    assert "数字だけを入力してください" in state.inner_text()
    other.locator(FORWARD).last.click()
    other.locator("#answer-error").wait_for()
    settle(other)
    assert field.input_value() == "abc"
    expect(field).to_be_focused()
    assert violations(other) == []
    field.fill("1、200")
    _saved(other)
    assert other.locator("#answer-error, [aria-invalid]").count() == 0


def test_two_windows_let_the_learner_choose_the_answer(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    number = _kinds(page, url)["text"]
    other = page.context.new_page()  # Its console says that there was a conflict.
    for each in (page, other):
        each.goto(f"{url}?q={number}")
    page.get_by_label("回答", exact=True).fill("新しい回答")
    _saved(page)
    other.get_by_label("回答", exact=True).fill("古い画面の回答")
    state = other.locator('[data-state-text][data-state="conflict"]')
    state.wait_for()
    assert "ここでの入力は保存していません" in state.inner_text()
    other.locator(FORWARD).last.click()
    other.get_by_role("heading", name="保存されている回答").wait_for()
    for width in (1366, 390, 320):
        other.set_viewport_size({"width": width, "height": 768})
        assert violations(other) == []
        assert overflow(other) == 0
    cards = other.locator(".ui-card").all_inner_texts()
    assert ["新しい回答" in cards[0], "古い画面の回答" in cards[1]] == [True, True]
    other.get_by_role("link", name="保存されている回答のまま進む").click()
    other.wait_for_url(f"**?q={number + 1}" if number < 7 else "**/review")
    page.reload()
    assert page.get_by_label("回答", exact=True).input_value() == "新しい回答"


def test_an_answer_changed_after_a_lost_reply_is_no_conflict(page: Page, quiz: Quiz) -> None:
    url = _begin(page, quiz)
    number = _kinds(page, url)["text"]
    other = page.context.new_page()  # Its console may say that a reply was lost.
    other.goto(f"{url}?q={number}")

    def lose(route: Route) -> None:
        assert route.fetch().ok
        route.abort()

    other.route("**/answer", lose)
    other.get_by_label("回答", exact=True).fill("途中まで")
    other.locator('[data-state-text][data-state="offline"]').wait_for()
    other.get_by_label("回答", exact=True).fill("最後まで")
    other.unroute("**/answer", lose)
    other.evaluate("dispatchEvent(new Event('online'))")
    _saved(other)
    page.goto(f"{url}?q={number}")
    assert page.get_by_label("回答", exact=True).input_value() == "最後まで"


def test_the_end_of_the_time_hands_in_what_was_saved(
    page: Page, database: Database, clock: FixedClock
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(time_limit=1))
    url = _begin(page, quiz)
    number = _kinds(page, url)["single"]
    page.goto(f"{url}?q={number}")
    page.get_by_role("radio", name=RIGHT["q-single"]).press("Space")
    _saved(page)
    page.locator(".quiz-bar__time[data-urgent]").wait_for()
    clock.move(seconds=56)
    page.reload()
    page.wait_for_url("**/result")
    assert "10%" in page.locator(".quiz-score").inner_text()


def test_nothing_looks_wrong_while_the_keys_are_closed(
    page: Page, database: Database, clock: FixedClock
) -> None:
    quiz = publish(database, clock.now(), QuizPolicy(feedback=Feedback.AFTER_PASS))
    url = _begin(page, quiz)
    page.goto(f"{url}?q={_kinds(page, url)['single']}")
    page.get_by_role("radio", name=RIGHT["q-single"]).press("Space")
    _saved(page)
    page.goto(f"{url}/review")
    page.get_by_role("button", name="提出する").press("Enter")
    page.wait_for_url("**/result")
    colours = "all => all.map((icon) => getComputedStyle(icon).color)"
    assert len(set(page.eval_on_selector_all(".quiz-option > .ui-icon", colours))) == 1


def test_axe_finds_nothing_and_narrow_windows_do_not_scroll_sideways(
    page: Page, quiz: Quiz
) -> None:
    page.goto(quiz.url)
    places = [quiz.url]
    url = _begin(page, quiz)
    places += [f"{url}?q={number}" for number in range(1, 8)] + [f"{url}/review"]
    findings: list[str] = []
    for place in places:
        findings += _look(page, place)
    page.goto(f"{url}/review")
    page.get_by_role("button", name="提出する").press("Enter")
    page.wait_for_url("**/result")
    findings += _look(page, f"{url}/result") + _look(page, quiz.url)
    assert findings == []


def _look(page: Page, place: str) -> list[str]:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(place)
    found = [f"{place}: {each}" for each in violations(page)]
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(place)
    found += [f"{place} (320): {each}" for each in violations(page)]
    if overflow(page):
        found.append(f"{place}: {overflow(page)} pixels too wide")
    return found
