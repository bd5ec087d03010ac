"""The pages of learners in the language of their reader, and what is only in Japanese."""

from __future__ import annotations

import pytest

from tests.factories import make_course, module_source, translate_module
from tests.learning.test_pages import text_of
from tests.support.client import JAPANESE


def unmarked_japanese(part):
    """Japanese text on an English page that no element calls Japanese."""
    return [
        text
        for text in part.find_all(string=JAPANESE)
        if text.find_parent(attrs={"lang": True})["lang"] != "ja"
    ]


@pytest.fixture
def mixed(database):
    """One module in Japanese, one in both languages."""
    sources = (module_source(checks=True), module_source("二つ目"))
    made = make_course(database, modules=sources)
    return translate_module(database, made, 1)


def test_english_readers_are_told_once_that_a_module_is_in_japanese(
    visitor, cast, database, mixed, statements
):
    browser = visitor(cast.aoki, locale="en")
    with statements(most=12):
        rows = browser.visit(mixed.url).select(".module-row")
    assert ["In Japanese" in text_of(row) for row in rows] == [True, False]
    only = make_course(database, "only-japanese")
    page = text_of(browser.visit(only.url))
    assert page.count("The modules of this course are in Japanese.") == 1
    assert "In Japanese" not in page


def test_the_words_of_a_module_carry_their_language(visitor, cast, mixed):
    browser = visitor(cast.aoki, locale="en")
    for place in ("", "/text"):
        page = browser.visit(mixed.learn() + place)
        assert text_of(page).count("This module is in Japanese.") == 1
        assert page.select_one('h2[lang="ja"]').get_text() == "スライド1の題"
        for part in page.select(".player-slide, [data-left]"):
            assert unmarked_japanese(part) == []
        english = browser.visit(mixed.learn(1) + place)
        assert "in Japanese" not in text_of(english)
        assert english.select_one(".player-slide h2").get_text() == "Slide s1"
        assert english.select_one("[data-slide] [lang]") is None
    assert visitor(cast.aoki).visit(mixed.learn()).select_one("[data-slide] [lang]") is None


def test_sources_name_the_slides_as_their_reader_knows_them(visitor, cast, mixed):
    for locale, title in (("ja", "スライド1の題"), ("en", "Slide s1")):
        page = visitor(cast.aoki, locale=locale).visit(f"{mixed.url}/sources")
        assert page.select_one("#sources-2 tbody td").get_text() == title


def test_a_viewing_history_names_them_in_the_same_way(visitor, cast, mixed, learner):
    for index in (0, 1):
        learner(made=mixed, index=index).see("s1")
    path = f"/hr/people/{cast.aoki.employee_public_id}/history/{mixed.public_id}"
    for locale, title in (("ja", "スライド1の題"), ("en", "Slide s1")):
        heads = visitor(cast.ono, locale=locale).visit(path).select("tbody th")
        assert [head.get_text() for head in heads] == ["1. スライド1の題", f"1. {title}"]


def test_the_quiz_and_its_result_carry_the_language_too(visitor, cast, mixed):
    browser = visitor(cast.aoki, locale="en")
    quiz = f"{mixed.learn()}/quiz"
    attempt = browser.post(quiz).headers["Location"]
    question = browser.visit(attempt).select_one(".quiz-question__body")
    assert question.select_one("#prompt")["lang"] == "ja"
    assert unmarked_japanese(question) == []
    result = browser.visit(browser.post(f"{attempt}/submit").headers["Location"])
    assert [unmarked_japanese(part) for part in result.select(".quiz-feedback")] == [[], []]
