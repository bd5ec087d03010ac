"""The pages of learners, with and without JavaScript, in both languages."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from lms.core.access import Actor
from lms.jobs.models import Job
from lms.jobs.service import BACKGROUND, FRONT, enqueue
from lms.learning.models import Enrolment, ModuleProgress, ProgressEvent
from tests.cast import CANARY
from tests.factories import RIGHT, WRONG, make_course, module_source
from tests.learning.conftest import Learner, player_data
from tests.support.client import check_page

NOW_SHOWN = "10:00"


def text_of(page):
    return re.sub(r"\s+", " ", page.get_text(" "))


class TestCatalogue:
    @pytest.mark.parametrize("locale", ["ja", "en"])
    def test_every_page_opens_in_both_languages(self, visitor, cast, rich_course, locale):
        browser = visitor(cast.aoki, locale=locale)
        for path in ("/courses", "/courses?q=nothing", rich_course.url):
            browser.visit(path)
        for path in (f"{rich_course.url}/sources", f"{rich_course.learn()}/finished"):
            browser.visit(path)
        page = browser.visit(rich_course.url)
        assert ("なぜ" in text_of(page) or "修了の条件" in text_of(page)) == (locale == "ja")

    def test_a_course_says_that_it_ends_with_a_certificate(self, visitor, cast, course):
        page = visitor(cast.aoki).visit(course.url)
        assert "すべてのモジュールを修了すると発行されます" in text_of(page)
        assert page.select_one(".certificate-card[data-locked]")

    @pytest.mark.usefixtures("course")
    def test_a_search_finds_words_on_slides_and_says_when_there_are_none(self, visitor, cast):
        browser = visitor(cast.aoki)
        assert "情報セキュリティ基礎" in text_of(browser.visit("/courses?q=要点2"))
        found = text_of(browser.visit("/courses?q=無いことば"))
        assert "情報セキュリティ基礎" not in found
        assert "見つかりませんでした" in found

    @pytest.mark.usefixtures("course")
    def test_what_was_searched_is_shown_as_text(self, visitor, cast):
        page = visitor(cast.aoki).visit("/courses?q=<b>x%25s</b>")
        assert page.find("input", attrs={"name": "q"})["value"] == "<b>x%s</b>"
        assert not page.find("b")

    def test_a_closed_course_is_hidden_from_those_who_were_not_asked(self, visitor, cast, database):
        closed = make_course(database, "closed", open_to_all=False, title="内々の講座")
        browser = visitor(cast.aoki)
        assert "内々の講座" not in text_of(browser.visit("/courses"))
        for path in (closed.url, closed.learn(), f"{closed.learn()}/text", f"{closed.url}/sources"):
            browser.visit(path, 404)

    def test_what_comes_before_is_the_course_of_the_owner(self, visitor, cast, database):
        before = make_course(database, "before", title="共有の前段")
        make_course(database, "before", tenant_id=cast.midorikawa, title=f"町の前段{CANARY}")
        own = make_course(database, "before", tenant_id=cast.aoba, title="市の前段")
        make_course(database, "closed", open_to_all=False, title="内々の前段")
        wanted = ("before", "closed", "unknown")
        shared = make_course(database, "shared", prerequisites=wanted)
        local = make_course(database, "local", tenant_id=cast.aoba, prerequisites=wanted)
        browser = visitor(cast.aoki)
        for course, expected in ((shared, before), (local, own)):
            links = browser.visit(course.url).select('[aria-labelledby="before-title"] a')
            assert [link["href"] for link in links] == [expected.url]

    def test_the_course_of_another_municipality_is_not_there(self, visitor, cast, database):
        other = make_course(database, "other", tenant_id=cast.midorikawa, title=f"町の講座{CANARY}")
        browser = visitor(cast.aoki)
        assert CANARY not in browser.get("/courses").get_data(as_text=True)
        for path in (other.url, other.learn(), f"{other.learn()}/text"):
            assert CANARY not in browser.get(path).get_data(as_text=True)
            browser.visit(path, 404)
        visitor(cast.kubo).visit(other.url)

    @pytest.mark.usefixtures("course")
    def test_the_number_of_statements_does_not_grow_with_the_number_of_courses(
        self, visitor, cast, database, statements
    ):
        browser = visitor(cast.aoki)
        browser.visit("/courses")
        with statements(most=12) as few:
            browser.visit("/courses")
        for number in range(8):
            make_course(database, f"more-{number}", modules=(module_source(slides=1, quiz=0),))
        browser.visit("/courses")  # What is published is counted once and kept.
        with statements(most=12) as many:
            browser.visit("/courses")
        assert len(many) == len(few)


class TestCoursePage:
    def test_the_open_rule_is_named_until_it_is_met(self, learner, rich_course):
        window = learner(made=rich_course)
        window.see("s1")
        page = text_of(window.browser.visit(rich_course.url))
        assert "なぜ未修了?" in page
        assert "まだ見ていないスライドが2枚あります。" in page
        assert "スライドの途中の問題が1問、未回答です。" in page
        assert "アンケートが1問、未回答です。" in page
        assert "確認テストにまだ合格していません。" in page
        window.see("s2", "s3")
        page = window.browser.visit(rich_course.url)
        assert "まだ見ていないスライド" not in text_of(page)
        buttons = page.select(".module-row[data-current] .module-row__actions a")
        assert [button["data-kind"] for button in buttons] == ["secondary", "quiet"]
        assert buttons[0]["href"].endswith("/quiz")

    def test_statements_stay_within_the_budget(self, learner, rich_course, statements):
        window = learner(made=rich_course)
        window.see("s1")
        for path in (rich_course.url, f"{rich_course.url}/sources", f"{window.address}/finished"):
            with statements(most=12):
                window.browser.visit(path)


class TestPlayer:
    def test_opening_the_page_writes_nothing(self, learner, database, cast, rich_course):
        learner(made=rich_course)
        with database.session(cast.aoba, read_only=True) as session:
            assert session.scalar(select(func.count()).select_from(Enrolment)) == 0

    def test_the_player_and_the_text_edition_stay_within_the_budget(
        self, learner, rich_course, statements
    ):
        window = learner(made=rich_course)
        window.see("s1")
        for path in (window.address, f"{window.address}/text"):
            with statements(most=12):
                window.browser.visit(path)

    def test_an_answer_is_told_when_it_is_saved(self, learner):
        window = learner()
        assert window.see("s1") == {
            "saved_at": NOW_SHOWN,
            "acked_seq": 1,
            "ticks": [{"id": "slides", "done": False}, {"id": "quiz", "done": False}],
            "completed": False,
        }

    def test_another_browser_goes_on_at_the_same_slide_and_second(
        self, learner, visitor, cast, course
    ):
        window = learner()
        window.see("s1", "s2")
        window.send(window.beat("s2", position=42.25))
        page = visitor(cast.aoki).visit(course.learn())
        assert player_data(page, "resume-slide") == "s2"
        assert player_data(page, "resume-position") == "42.25"
        seen = [a["data-goto"] for a in page.select(".player-outline__item[data-seen]")]
        assert seen == ["s1", "s2"]
        assert player_data(visitor(cast.ueda).visit(course.learn()), "resume-slide") is None

    def test_the_beacon_of_a_closing_page_counts_like_a_beat(self, learner, database, cast):
        window = learner()
        body = {"launch": window.launch, "beats": json.dumps([window.beat("s1", seconds=3)])}
        window.browser.post(f"{window.address}/progress", body, status=200)
        with database.session(cast.aoba, read_only=True) as session:
            assert session.scalar(select(func.count()).select_from(ProgressEvent)) == 1

    @pytest.mark.parametrize("beats", ["", "[", "{}", "[{}]", "null", '[{"seq":NaN}]'])
    def test_a_broken_beacon_is_refused(self, learner, beats):
        window = learner()
        body = {"launch": window.launch, "beats": beats}
        window.browser.post(f"{window.address}/progress", body, status=422)

    def test_nonsense_is_refused_in_words_of_the_reader(self, learner):
        window = learner()
        for bad in ({"seq": -1}, {"seq": 2**63}, {"seconds": float("nan")}, {"kind": "passed"}):
            answer = window.send({**window.beat("s1"), **bad}, status=422)
            assert "読み込み直してください" in answer["error"]
        window.browser.post_json(f"{window.address}/progress", [1, 2], status=404)

    def test_a_launch_belongs_to_one_person_and_one_module(
        self, learner, cast, rich_course, database
    ):
        mine, theirs = learner(), learner(cast.ueda)
        theirs.launch, own = mine.launch, theirs.launch
        theirs.send(theirs.beat("s1"), status=404)
        elsewhere = learner(made=rich_course)
        elsewhere.launch = mine.launch
        elsewhere.send(elsewhere.beat("s1"), status=404)
        outsider = learner(cast.kubo)
        outsider.launch = own
        outsider.send(outsider.beat("s1"), status=404)
        for made_up in ("", "abc", own[:-2] + "xx"):
            theirs.launch = made_up
            theirs.send(theirs.beat("s1"), status=404)
        with database.session(cast.aoba, read_only=True) as session:
            assert session.scalar(select(func.count()).select_from(ProgressEvent)) == 0

    def test_nobody_signed_in_gets_401_and_keeps_the_beats(self, learner):
        window = learner()
        window.browser.post("/sign-out")
        assert window.browser.client.post(
            f"{window.address}/progress", json={"launch": window.launch, "beats": []}
        ).status_code in {400, 401}

    def test_time_claimed_by_the_page_is_checked_by_the_server(
        self, learner, clock, database, cast
    ):
        window = learner()
        clock.move(seconds=30)
        window.send(window.beat("s1", seconds=3600))
        with database.session(cast.aoba, read_only=True) as session:
            assert session.scalar(select(ModuleProgress.seconds)) == 40

    def test_the_speech_of_an_opened_module_goes_first(self, learner, course, database, clock):
        version = course.modules[0].version_id
        with database.transaction(course.tenant_id) as session:
            enqueue(
                session,
                "authoring.narrate",
                {"keys": []},
                actor=Actor(course.tenant_id),
                now=clock.now(),
                priority=BACKGROUND,
                unique_key=f"narrate:{version}:0",
            )
        learner().see("s1")
        with database.session(course.tenant_id, read_only=True) as session:
            found = session.scalars(
                select(Job.priority).where(Job.unique_key == f"narrate:{version}:0")
            ).all()
        assert found == [FRONT]


class TestAnswers:
    def test_right_and_wrong_are_told_and_kept(self, learner, rich_course):
        window = learner(made=rich_course)
        first = window.answer("c1", WRONG)
        assert first["correct"] is False
        assert first["retry"] is True
        assert "もう一度考えましょう" in first["feedback_html"]
        assert {"id": "checks", "done": True} in first["ticks"]
        page = window.browser.visit(window.address)
        form = page.find("form", attrs={"data-question": "c1"})
        assert form["data-answered"].strip() == "wrong"
        assert form.find("input", checked=True)

    def test_a_repeated_answer_gives_the_first_result(self, learner, rich_course):
        window = learner(made=rich_course)
        assert window.answer("c1", RIGHT) == window.answer("c1", RIGHT)

    def test_only_a_question_leads_back_to_what_explains_it(self, learner, rich_course):
        page = learner(made=rich_course).open(text=True)
        question, survey = page.select("form[data-question]")
        assert survey.get("data-survey")
        assert (len(question.select("[data-goto]")), len(survey.select("[data-goto]"))) == (1, 0)

    def test_keys_are_not_on_the_page(self, learner, rich_course):
        window = learner(made=rich_course)
        html = window.browser.get(window.address).get_data(as_text=True)
        assert "解説c1" not in html
        assert "そのとおりです" not in html

    def test_an_unknown_question_is_not_found(self, learner, rich_course):
        window = learner(made=rich_course)
        body = {"launch": window.launch, "question": "q01", "response": "x", "key": "k"}
        window.browser.post_json(f"{window.address}/answer", body, status=404)

    def test_an_answer_of_the_wrong_shape_is_refused(self, learner, rich_course):
        window = learner(made=rich_course)
        for response in ("", [], {}, None, 5, {"a": 1}, [["x"]]):
            body = {"launch": window.launch, "question": "c1", "response": response}
            window.browser.post_json(f"{window.address}/answer", body, status=422)


class TestWithoutJavaScript:
    """Read the text edition, answer with plain forms, take the quiz: the same credit."""

    def test_the_whole_course_by_forms_alone(self, learner, rich_course, database, cast, clock):
        window = learner(made=rich_course)
        page = window.open(text=True)
        question = page.find("form", attrs={"data-question": "c1"})
        back = self._send(window, question, RIGHT)
        assert back == f"{window.address}/text#q-c1"
        page = window.open(text=True)
        survey = page.find("form", attrs={"data-question": "v1"})
        assert self._send(window, survey, "4") == f"{window.address}/text#q-v1"
        for slide in ("s1", "s2", "s3"):
            page = window.open(text=True)
            clock.move(seconds=40)
            where = self._send(window, self._read_form(page, slide))
            there = "/finished" if slide == "s3" else f"/text#read-{slide}"
            assert where == window.address + there
            mark = window.open(text=True).select_one(f"#read-{slide}")
            assert "読了" in mark.text
            assert mark.find_next(class_="player-slide__title") is not None or slide == "s3"
        page = window.browser.visit(f"{window.address}/finished")
        assert "確認テストにまだ合格していません" in text_of(page)
        self._take_quiz(window)
        page = window.browser.visit(f"{window.address}/finished")
        assert "を修了しました" in page.h1.get_text()
        window.index = 1
        for slide in ("s1", "s2", "s3"):
            page = window.open(text=True)
            self._send(window, self._read_form(page, slide))
        page = window.browser.visit(rich_course.url)
        assert "このコースを修了しました" in text_of(page)
        with database.session(cast.aoba, read_only=True) as session:
            row = session.scalars(select(Enrolment)).one()
            assert (row.modules_completed, row.score) == (2, 100.0)
            assert row.completed_at is not None
            spent = session.scalars(select(ModuleProgress.seconds)).all()
        assert spent == [120, 0]

    @pytest.mark.parametrize(
        ("locale", "right", "wrong"), [("ja", "正解", "不正解"), ("en", "Correct", "Incorrect")]
    )
    def test_the_player_and_the_quiz_call_right_and_wrong_the_same(
        self, visitor, cast, database, locale, right, wrong
    ):
        made = make_course(database, modules=(module_source(checks=True),))
        window = Learner(visitor(cast.aoki, locale=locale), made)
        page = window.open(text=True)
        said = {tag["data-verdict"]: tag.text.strip() for tag in page.select("[data-verdict]")}
        assert (said["right"], said["wrong"]) == (right, wrong)
        result = window.browser.visit(self._take_quiz(window, RIGHT, WRONG))
        told = [tag.text.strip() for tag in result.select(".quiz-feedback__verdict")]
        assert sorted(told) == sorted([right, wrong])

    @pytest.mark.parametrize("place", ["", "/text"])
    @pytest.mark.parametrize(
        ("locale", "told"), [("ja", "先に回答を"), ("en", "answer the question first")]
    )
    def test_an_answer_left_empty_is_asked_for_where_it_stands(
        self, visitor, cast, database, place, locale, told
    ):
        made = make_course(database, modules=(module_source(checks=True),))
        window = Learner(visitor(cast.aoki, locale=locale), made)
        page = window.browser.visit(window.address + place)
        form = page.find("form", attrs={"data-question": "c1"})
        assert form["action"].endswith("#q-c1"), "the browser goes back to the question"
        fields = {
            field["name"]: field["value"]
            for field in form.find_all("input", type="hidden")
            if field["name"] != "csrf_token"
        }
        refused = window.browser.post(form["action"], fields, status=422)
        page = check_page(refused)
        again = page.find("form", attrs={"data-question": "c1"})
        error = again.select_one("[data-error]")
        assert told in error.text
        assert not error.has_attr("hidden")
        others = page.select("form[data-question]:not([data-question=c1]) [data-error]")
        assert all(other.has_attr("hidden") for other in others)
        where = self._send(window, again, RIGHT)
        assert where == f"{window.address}{place}#q-c1"

    def _read_form(self, page, slide):
        field = page.find("input", attrs={"name": "slide", "value": slide})
        form = field.find_parent("form")
        assert form.find("button"), f"{slide} can be marked as read"
        return form

    def _send(self, window, form, choice=""):
        values = {
            field["name"]: field["value"]
            for field in form.find_all("input", type="hidden")
            if field["name"] != "csrf_token"
        }
        if choice:
            label = next(x for x in form.find_all("label") if x.get_text(strip=True) == choice)
            values["answer"] = label.find("input")["value"]
        return window.browser.post(form["action"], values).headers["Location"]

    def _take_quiz(self, window, *choices):
        """Answer both questions and hand in; returns the address of the result."""
        start = f"{window.address}/quiz"
        where = window.browser.post(start, {"_key": "start"}).headers["Location"]
        for choice in choices or (RIGHT, RIGHT):
            page = window.browser.visit(where)
            form = next(f for f in page.find_all("form") if f["action"].endswith("/answer"))
            where = self._send(window, form, choice)
        submit = where.split("?")[0].replace("/review", "") + "/submit"
        return window.browser.post(submit, {"_key": "done"}).headers["Location"]
