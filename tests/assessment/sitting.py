"""A browser without script that takes a quiz in the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.client import check_page

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from tests.assessment.quizzes import Quiz
    from tests.support.client import Visitor


class Sitting:
    """A browser in one attempt. It answers by what it reads on the page, like a person."""

    def __init__(self, browser: Visitor, quiz: Quiz) -> None:
        self.browser, self.quiz = browser, quiz
        self.url = browser.post(quiz.url).headers["Location"]

    def question(self, number: int, status: int = 200) -> BeautifulSoup:
        return self.browser.visit(f"{self.url}?q={number}", status)

    def numbers(self) -> dict[str, int]:
        """Code of each question to its number."""
        found = {}
        for number in range(1, 100):
            response = self.browser.get(f"{self.url}?q={number}")
            if response.status_code == 404:
                return found
            found[hidden(check_page(response), "question")] = number
        return found

    def answer(
        self, number: int, answer: Any, go: str = "next", status: int = 303, **more: str
    ) -> str:
        page = self.question(number)
        fields = {
            tag["name"]: tag["value"]
            for tag in page.select("#quiz-form input[type=hidden]")
            if tag["name"] not in {"answer", "csrf_token"}
        }
        fields |= in_words(page, answer) | {"go": go} | more
        response = self.browser.post(f"{self.url}/answer", fields, status=status)
        return response.headers.get("Location", "") or response.get_data(as_text=True)

    def answer_all(self, answers: dict[str, Any]) -> None:
        for code, number in self.numbers().items():
            if code in answers:
                self.answer(number, answers[code])

    def submit(self) -> str:
        location = self.browser.post(f"{self.url}/submit").headers["Location"]
        assert location == f"{self.url}/result"
        return location


def hidden(page: BeautifulSoup, name: str) -> str:
    return page.select_one(f"#quiz-form input[name={name}]")["value"]


def in_words(page: BeautifulSoup, answer: Any) -> dict[str, Any]:
    """The fields of an answer that is given in the words of the page."""
    if isinstance(answer, dict):
        fields = {}
        for left, right in answer.items():
            label = next(tag for tag in page.select(".quiz-pair label") if tag.text == left)
            select = page.find(id=label["for"])
            option = next(tag for tag in select.select("option") if tag.text == right)
            fields[select["name"]] = option["value"]
        return fields
    named = {
        tag.find_parent(["label", "li"])
        .select_one("span:not(.ui-sortable__number, .ui-sortable__grip)")
        .text: tag["value"]
        for tag in page.select("#quiz-form input[name=answer]:not([id])")
    }
    if isinstance(answer, list):
        return {"answer": [named[text] for text in answer]}
    return {"answer": named.get(answer, answer)}
