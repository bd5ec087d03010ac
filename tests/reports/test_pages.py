"""The pages of HR, heads and auditors."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lms.assessment import service as assessment
from lms.assignments import service
from lms.assignments.models import Campaign
from lms.assignments.service import Audience
from lms.catalog.models import Course, ModuleVersion
from lms.core.access import Role
from lms.people.models import EmploymentType
from lms.reports.filters import EMPLOYMENT_LABELS
from tests.factories import make_course, module_source

DUE = date(2026, 11, 27)


@pytest.fixture
def campaign(database, cast, clock):
    course = make_course(database)
    hr = cast.ono.actor(Role.HR)
    with database.transaction(cast.aoba) as session:
        row = session.get_one(Course, course.id)
        made = service.create_campaign(
            session, row, Audience(units=(cast.units["0401"][1],)), DUE, actor=hr, now=clock.now()
        )
        service.apply_campaign(session, made, now=clock.now())
        return made.public_id


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize(
    "path", ["/hr", "/hr/people", "/hr/questions", "/hr/campaigns", "/hr/campaigns/new"]
)
def test_hr_sees_every_page(visitor, cast, campaign, statements, path, locale):
    browser = visitor(cast.ono, locale=locale)
    with statements(most=12):
        browser.visit(path)


def test_a_campaign_says_for_whom_it_is(visitor, cast, campaign):
    page = visitor(cast.ono).visit(f"/hr/campaigns/{campaign}")
    assert page.find("dt", string="対象").find_next("dd").get_text() == "市民課"


def test_a_course_is_chosen_and_staff_numbers_may_be_full_width(visitor, cast, database):
    make_course(database, title="選ぶコース")
    browser = visitor(cast.ono)
    form = browser.visit("/hr/campaigns/new")
    assert form.select_one("#course option")["value"] == ""
    chosen = form.find("option", string="選ぶコース")["value"]
    data = {"people": "０００0101、0000102", "due_on": "2026-12-01"}
    browser.post("/hr/campaigns/new", {**data, "course": ""}, status=422)
    answer = browser.post("/hr/campaigns/new", {**data, "course": chosen})
    people = browser.visit(answer.headers["Location"]).find("dt", string="対象").find_next("dd")
    assert people.get_text() == "職員番号で指定した2名"


@pytest.mark.parametrize(
    ("locale", "told"), [("ja", "9999998、9999999"), ("en", "9999998, 9999999")]
)
def test_unknown_staff_numbers_are_named_one_by_one(visitor, cast, database, locale, told):
    make_course(database, title="選ぶコース")
    browser = visitor(cast.ono, locale=locale)
    course = browser.visit("/hr/campaigns/new").select("#course option")[-1]["value"]
    data = {"course": course, "people": "9999998\n9999999", "due_on": "2026-12-01"}
    page = browser.post("/hr/campaigns/new", data, status=422)
    assert told in page.get_data(as_text=True)


def test_an_empty_list_blames_no_filter_that_nobody_set(visitor, cast):
    text = visitor(cast.ono).visit("/hr/people").select_one(".ui-empty").text
    assert "まだコースを割り当てていません" in text
    assert "条件" not in text
    assert "条件に合う職員はいません" in visitor(cast.ono).visit("/hr/people?search=だれも").text


def test_a_page_behind_the_last_one_leads_to_the_last(visitor, cast, campaign):
    browser = visitor(cast.ono)
    answer = browser.get("/hr/people?search=0000&page=99")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/hr/people?search=0000"
    assert browser.visit(answer.headers["Location"]).find("table") is not None
    # Where there are no rows at all, the first page says so.
    assert browser.get("/hr/people?search=zzz&page=2").headers["Location"].endswith("search=zzz")


def test_who_is_counted_adds_up_with_the_table(visitor, cast, campaign):
    page = visitor(cast.ono).visit("/hr")
    assigned = page.select_one(".ui-table__total td").get_text(strip=True)
    assert f"割当 {assigned}件" in page.get_text()


def test_the_module_that_was_answered_last_is_shown_first(visitor, cast, database, clock):
    make_course(database, "a-course", title="あ")
    made = make_course(database, "b-course", title="い", modules=(module_source("答えた単元"),))
    actor = cast.aoki.actor()
    with database.transaction(cast.aoba) as session:
        version = session.get_one(ModuleVersion, made.modules[0].version_id)
        attempt = assessment.start_attempt(
            session, version.final_quiz_version_id, actor=actor, now=clock.now()
        )
        assessment.submit(session, attempt, actor=actor, now=clock.now())
    page = visitor(cast.ono).visit("/hr/questions")
    assert page.select_one("#module option[selected]").get_text() == "答えた単元"


@pytest.mark.parametrize("path", ["/hr", "/hr/people", "/hr/questions", "person"])
def test_auditors_are_told_that_they_only_read(visitor, cast, campaign, path):
    path = f"/hr/people/{cast.aoki.employee_public_id}" if path == "person" else path
    sentence = "監査の立場で閲覧しています。"
    assert visitor(cast.kato).visit(path).get_text().count(sentence) == 1
    assert sentence not in visitor(cast.ono).visit(path).get_text()


def test_a_head_sees_the_own_unit_only(visitor, cast, campaign):
    page = visitor(cast.kimura).visit("/hr/people")
    assert "青木" in page.get_text()
    assert "遠藤" not in page.get_text()


def test_people_of_the_unit_have_the_duty(visitor, cast, campaign, database):
    page = visitor(cast.ono).visit("/hr/people?state=soon")
    assert page.get_text().count("青木 花") >= 1
    with database.session(cast.aoba, read_only=True) as session:
        assert session.query(Campaign).count() == 1


def test_each_filter_can_be_taken_away_by_a_link(visitor, cast, campaign):
    unit = cast.units["0401"][1]
    browser = visitor(cast.ono)
    page = browser.visit(f"/hr/people?search=青木&unit={unit}&state=soon&tier=general&sort=due")
    chips = page.select('ul[aria-label="適用中の条件"] a')
    assert [chip.get_text(strip=True) for chip in chips] == [
        "検索: 青木",
        "所属: 市民課",
        "状態: 期限14日以内で未修了",
        "階層: 一般職員",
        "すべて外す",
    ]
    assert all(chip.select_one('svg[aria-label="外す"]') for chip in chips[:-1])
    without_unit = browser.visit(f"/hr/people{chips[1]['href']}")
    labels = [a.get_text() for a in without_unit.select('ul[aria-label="適用中の条件"] a')]
    assert len(labels) == 4
    assert not any("市民課" in label for label in labels)
    assert chips[-1]["href"] == "?sort=due"
    assert not browser.visit("/hr/people?sort=due").select('ul[aria-label="適用中の条件"]')


def test_an_employment_is_asked_for_by_its_name(visitor, cast, campaign):
    page = visitor(cast.ono).visit("/hr/people?employment=regular")
    chip = page.select_one('ul[aria-label="適用中の条件"] a')
    assert chip.get_text(strip=True) == "任用形態: 正規"
    assert page.select_one("#employment option[selected]").get_text() == "正規"
    assert set(EMPLOYMENT_LABELS) == set(EmploymentType)


def test_an_employment_that_does_not_exist_is_not_asked_for(visitor, cast, campaign):
    browser = visitor(cast.ono)
    everybody = browser.visit("/hr/people").select("#people tbody tr")
    shown = browser.visit("/hr/people?employment=of-the-court").select("#people tbody tr")
    assert len(shown) == len(everybody) > 0


def test_dates_are_written_as_the_language_writes_them(visitor, cast, campaign):
    for locale, day in (("ja", "2026/11/27"), ("en", "27 Nov 2026")):
        row = visitor(cast.ono, locale=locale).visit("/hr/people").select_one("#people tbody tr")
        assert row.select_one("td[data-fit]").get_text() == day


def test_no_course_is_chosen_beforehand(visitor, cast):
    page = visitor(cast.ono).visit("/hr/campaigns/new")
    assert page.select("#course option")[0]["value"] == ""
    assert not page.select("#course option[selected]:not([value=''])")


def test_the_same_rows_as_a_file(visitor, cast, campaign):
    answer = visitor(cast.ono).get("/hr/people?format=cp932")
    lines = answer.data.decode("cp932").splitlines()
    assert lines[0].startswith("職員番号,氏名")
    assert any(line.startswith("0000101,青木 花") for line in lines)
    assert visitor(cast.ono).get("/hr/people?format=xlsx").data[:2] == b"PK"


def test_the_page_of_a_person_shows_what_was_asked_and_not_begun(visitor, cast, campaign, clock):
    """Whoever comes from a row of the list finds its course, overdue or not."""
    path = f"/hr/people/{cast.aoki.employee_public_id}"
    cells = visitor(cast.ono).visit(path).select("#person-courses td")
    assert [cell.get_text(strip=True) for cell in cells][:4] == [
        "未着手",
        "0 / 1",
        "—",
        "2026/11/27",
    ]
    clock.move(days=30)
    assert "期限超過" in visitor(cast.ono).visit(path).select_one("#person-courses").get_text()


def test_person_page_is_logged(visitor, cast, campaign, database):
    from lms.core.audit import AuditAction, AuditEntry

    visitor(cast.ono).visit(f"/hr/people/{cast.aoki.employee_public_id}")
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.query(AuditEntry).filter_by(action=AuditAction.PERSON_VIEWED).all()
    assert [row.subject_employee_id for row in rows] == [cast.aoki.employee_id]


def test_an_outsider_finds_nothing(visitor, cast, campaign):
    browser = visitor(cast.kitayama)
    browser.visit(f"/hr/people/{cast.aoki.employee_public_id}", status=404)
    browser.visit(f"/hr/campaigns/{campaign}", status=404)
    assert "青木" not in browser.visit("/hr/people").get_text()


def test_due_dates_far_away_are_not_soon(visitor, cast, campaign, clock):
    clock.move(days=-20)
    assert clock.now().date() + timedelta(days=14) < DUE
    page = visitor(cast.ono).visit("/hr/people?state=soon")
    assert "青木 花" not in page.get_text()


def test_the_file_of_all_answers_is_for_those_who_may_see_them(visitor, cast, database, clock):
    made = make_course(database, modules=(module_source("答えた単元"),))
    actor = cast.aoki.actor()
    with database.transaction(cast.aoba) as session:
        version = session.get_one(ModuleVersion, made.modules[0].version_id)
        attempt = assessment.start_attempt(
            session, version.final_quiz_version_id, actor=actor, now=clock.now()
        )
        assessment.submit(session, attempt, actor=actor, now=clock.now())
    browser = visitor(cast.ono)
    link = browser.visit("/hr/questions").select_one("[href*='table=answers'][href$=csv]")
    text = browser.get(f"/hr/questions{link['href']}").data.decode("utf-8-sig")
    assert text.splitlines()[0].endswith("回答,正解,人数")
    assert len(text.splitlines()) > 5
    head = visitor(cast.kimura)
    assert not head.visit("/hr/questions").select("[href*='table=answers']")
    head.visit(f"/hr/questions{link['href']}", status=404)
