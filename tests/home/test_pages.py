"""The first page and the own record: for learners, for HR, and for those with nothing to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from lms.catalog.content import AssetRef
from lms.certification import service as certification
from lms.certification.models import Certificate
from lms.core import audit
from lms.core.access import Role
from lms.kernel.ids import public_id
from lms.learning import rules, service
from lms.learning.access import Asked, install_admission
from lms.learning.opening import Ticket, open_module
from lms.learning.rules import BeatKind
from lms.wiring import _asked_courses
from tests.factories import make_course, module_source

TODAY = date(2026, 11, 16)


def text_of(page):
    return re.sub(r"\s+", " ", page.get_text(" "))


def learn(database, person, made, now, *slides, index=0, seconds=60):
    """Open a module and see slides of it, through the services."""
    with database.transaction(person.tenant_id) as session:
        ticket = Ticket(public_id(), made.id, made.modules[index].id, now)
        open_module(session, ticket, employee_id=person.employee_id, now=now)
        beats = [
            rules.Beat(number, slide, BeatKind.SLIDE, 3.5, seconds)
            for number, slide in enumerate(slides, start=1)
        ]
        later = now + timedelta(seconds=seconds * len(slides))
        service.take_beats(session, ticket, beats, actor=person.actor(), now=later)


@pytest.fixture
def asked():
    """``asked(course, days)``: everybody is asked to take it, due in so many days."""
    wanted = {}
    install_admission(lambda _session, _employee_id, _today: wanted)

    def ask(course, days):
        due = TODAY + timedelta(days=days)
        wanted[course.id] = Asked(due, "人事課", "毎年度の研修です。")

    yield ask
    install_admission(_asked_courses)


class TestHome:
    @pytest.mark.parametrize("locale", ["ja", "en"])
    @pytest.mark.parametrize("name", ["aoki", "endo", "ono", "kato", "kimura"])
    def test_everybody_lands_somewhere_sensible(self, visitor, cast, database, name, locale):
        browser = visitor(getattr(cast, name), locale=locale)
        browser.visit("/")
        browser.visit("/record")
        make_course(database)
        assert browser.visit("/").select(".home-free a, .home-resume a")

    def test_without_courses_it_says_so(self, visitor, cast):
        assert "コースはまだありません" in text_of(visitor(cast.aoki).visit("/"))

    def test_the_slide_to_go_on_with_is_one_press_away(self, visitor, cast, database, clock):
        made = make_course(database, modules=(module_source(slides=4), module_source("二つ目")))
        learn(database, cast.aoki, made, clock.now(), "s1", "s3")
        page = visitor(cast.aoki).visit("/")
        card = page.find("section", class_="home-resume")
        assert "スライド 3 / 4" in text_of(card)
        assert "残り約6分" in text_of(card)
        assert card.find("a")["href"] == made.learn()

    def test_its_picture_is_one_that_slides_of_this_language_show(
        self, app, visitor, cast, database, clock
    ):
        source = module_source()
        shown = replace(source.slides[1], body="![図](assets/b.svg)")
        source = replace(source, slides=(source.slides[0], shown, source.slides[2]))
        names = ("assets/a.en.svg", "assets/b.svg")
        assets = {name: AssetRef(name[7] * 64, "image/svg+xml", 16, 9) for name in names}
        made = make_course(database, modules=(source,), assets=assets)
        learn(database, cast.aoki, made, clock.now(), "s1")
        card = visitor(cast.aoki).visit("/").find("section", class_="home-resume")
        token = card.find("img")["src"].removeprefix("/media/")
        digest, _type = URLSafeSerializer(app.secret_key, "media").loads(token)
        assert digest == "b" * 64

    def test_when_only_the_quiz_is_left_the_card_leads_to_it(self, visitor, cast, database, clock):
        made = make_course(database)
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        card = visitor(cast.aoki).visit("/").find("section", class_="home-resume")
        assert card.find("a")["href"] == f"{made.learn()}/quiz"

    def test_after_a_module_comes_the_next_one(self, visitor, cast, database, clock):
        made = make_course(database, modules=(module_source(quiz=0), module_source("二つ目")))
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        card = visitor(cast.aoki).visit("/").find("section", class_="home-resume")
        assert card.find("a")["href"] == made.learn(1)

    def test_what_is_due_comes_by_urgency_with_who_and_why(self, visitor, cast, database, asked):
        for slug, days in (("later", 20), ("late", -3), ("soon", 5)):
            asked(make_course(database, slug, title=slug, open_to_all=False), days)
        rows = visitor(cast.aoki).visit("/").select(".home-task")
        assert [row.find("h3").get_text(strip=True) for row in rows] == ["late", "soon", "later"]
        assert "期限超過" in text_of(rows[0])
        assert "3日" in text_of(rows[0])
        assert "あと5日" in text_of(rows[1])
        assert "人事課" in text_of(rows[1])
        assert "毎年度の研修です。" in text_of(rows[1])

    def test_a_completed_duty_is_no_longer_asked(self, visitor, cast, database, asked, clock):
        made = make_course(database, modules=(module_source(quiz=0),))
        asked(made, -3)
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        page = visitor(cast.aoki).visit("/")
        assert not page.select(".home-task")
        assert "受講できるコースをすべて修了しました" in text_of(page)

    def test_the_budget_holds_for_one_course_and_for_many(
        self, visitor, cast, database, clock, statements
    ):
        made = make_course(database, modules=(module_source(), module_source("二つ目")))
        learn(database, cast.aoki, made, clock.now(), "s1")
        browser = visitor(cast.aoki)
        browser.visit("/")
        with statements(most=12) as few:
            browser.visit("/")
        for number in range(6):
            other = make_course(database, f"more-{number}", modules=(module_source(quiz=0),))
            learn(database, cast.aoki, other, clock.now(), "s1", "s2", "s3")
        browser.visit("/")  # What is published is counted once and kept.
        with statements(most=12) as many:
            browser.visit("/")
        assert len(many) == len(few)


class TestRecord:
    def test_of_two_certificates_of_a_course_the_valid_one_counts(
        self, visitor, cast, database, clock
    ):
        made = make_course(database, modules=(module_source(quiz=0),))
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        actor = cast.ono.actor(Role.HR)
        with database.transaction(cast.aoba) as session:
            old = session.scalars(select(Certificate)).one()
            certification.revoke(session, old, "誤発行", actor=actor, now=clock.now())
            new = certification.issue_again(session, old, "誤り", actor=actor, now=clock.now())
            address = f"/certificates/{new.public_id}"
        page = visitor(cast.aoki).visit("/record")
        assert page.select_one(".timeline__facts a")["href"] == address
        assert "修了証書 1 通" in text_of(page.select_one(".ui-stats"))

    @pytest.mark.parametrize("locale", ["ja", "en"])
    def test_the_page_of_the_course_tells_of_a_revoked_certificate_and_of_the_new_one(
        self, visitor, cast, database, clock, statements, locale
    ):
        made = make_course(database, modules=(module_source(quiz=0),))
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        actor, browser = cast.ono.actor(Role.HR), visitor(cast.aoki, locale=locale)
        revoked = {"ja": "取消し", "en": "Revoked"}[locale]

        def card():
            with statements(most=12):
                return browser.visit(made.url).select_one(".certificate-card")

        with database.transaction(cast.aoba) as session:
            old = session.scalars(select(Certificate)).one()
            number, address = old.number, f"/certificates/{old.public_id}"
        valid = card()
        assert number in valid.text
        assert (valid.a["href"], valid.has_attr("data-locked")) == (address, False)
        assert revoked not in valid.text
        with database.transaction(cast.aoba) as session:
            old = session.scalars(select(Certificate)).one()
            certification.revoke(session, old, "誤発行", actor=actor, now=clock.now())
        gone = card()
        assert number in gone.text
        assert revoked in gone.text
        assert (gone.a["href"], gone.has_attr("data-locked")) == (address, True)
        told = text_of(browser.visit(gone.a["href"]).main)
        assert "誤発行" in told
        help_at_hand = {"ja": "に相談してください", "en": "Please ask"}[locale]
        assert help_at_hand in told
        with database.transaction(cast.aoba) as session:
            old = session.scalars(select(Certificate)).one()
            new = certification.issue_again(session, old, "誤り", actor=actor, now=clock.now())
            new_number, new_address = new.number, f"/certificates/{new.public_id}"
        again = card()
        assert new_number in again.text
        assert revoked not in again.text
        assert (again.a["href"], again.has_attr("data-locked")) == (new_address, False)
        assert help_at_hand not in text_of(browser.visit(address).main)

    def test_courses_of_one_name_are_told_apart(self, visitor, cast, database, clock):
        for slug in ("ours", "theirs", "other"):
            title = "その他" if slug == "other" else "情報セキュリティ基礎"
            made = make_course(database, slug, title=title, modules=(module_source(quiz=0),))
            learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        page = visitor(cast.aoki).visit("/record")
        named = [tag["aria-labelledby"] for tag in page.select("[role=region]")]
        regions = [page.find(id=name).text for name in named]
        assert len(set(regions)) == len(regions) == 3
        twins = [name for name in regions if "情報セキュリティ基礎" in name]
        assert all("2026年11月16日" in name and "同じ名前" in name for name in twins)
        assert "「その他」のモジュール" in regions

    def test_it_is_sorted_by_fiscal_year(self, visitor, cast, database):
        for slug, day in (
            ("march", datetime(2026, 3, 31, 14, 0, tzinfo=UTC)),
            ("april", datetime(2026, 3, 31, 15, 0, tzinfo=UTC)),
        ):
            made = make_course(database, slug, title=slug, modules=(module_source(quiz=0),))
            learn(database, cast.aoki, made, day, "s1", "s2", "s3")
        page = visitor(cast.aoki).visit("/record")
        years = [h.get_text(strip=True) for h in page.find_all("h2")]
        assert years[:2] == ["令和8年度(2026年度)", "令和7年度(2025年度)"]
        titles = [h.get_text(strip=True) for h in page.select(".timeline__title")]
        assert titles == ["april", "march"]

    def test_a_revoked_certificate_counts_for_nothing(self, visitor, cast, database, clock):
        made = make_course(database, modules=(module_source(quiz=0),))
        learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")

        def told():
            page = visitor(cast.aoki).visit("/record")
            fact = page.select(".ui-stat")[-1].get_text(" ", strip=True)
            return fact, page.select_one(".timeline__facts").get_text(" ", strip=True)

        assert "1" in told()[0]
        with database.transaction(cast.aoba) as session:
            found = session.scalars(select(Certificate)).one()
            certification.revoke(
                session, found, "取り違えたため", actor=cast.ono.actor(Role.HR), now=clock.now()
            )
        assert "0" in told()[0]
        assert "取消し" in told()[1]

    def test_who_looked_is_told(self, visitor, cast, database, clock):
        with database.transaction(cast.aoba) as session:
            for hours in (0, 1, 24):
                audit.record(
                    session,
                    cast.ono.actor(Role.HR),
                    audit.AuditAction.PERSON_VIEWED,
                    "person",
                    subject_employee_id=cast.aoki.employee_id,
                    now=clock.now() + timedelta(hours=hours),
                )
        looks = visitor(cast.aoki).visit("/record").select(".record-looks li")
        assert [text_of(look).strip() for look in looks] == [
            "小野 里奈 2026/11/17 10:00",
            "小野 里奈 2026/11/16 11:00",
        ]
        assert "小野 里奈" not in text_of(visitor(cast.ueda).visit("/record"))

    def test_nothing_of_others_is_in_it(self, visitor, cast, database, clock):
        made = make_course(database, title="青木だけの講座")
        learn(database, cast.aoki, made, clock.now(), "s1")
        assert "青木だけの講座" in text_of(visitor(cast.aoki).visit("/record"))
        for other in (cast.ueda, cast.ono, cast.kubo):
            assert "青木だけの講座" not in text_of(visitor(other).visit("/record"))

    def test_the_budget_holds_for_many_courses(self, visitor, cast, database, clock, statements):
        browser = visitor(cast.aoki)
        for number in range(4):
            made = make_course(database, f"more-{number}", modules=(module_source(quiz=0),))
            learn(database, cast.aoki, made, clock.now(), "s1", "s2", "s3")
        browser.visit("/record")
        with statements(most=12):
            browser.visit("/record")
