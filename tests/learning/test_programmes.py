"""The page of a programme: what is done, what comes next, which papers somebody sees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lms.catalog.programme import ProgrammeCourse, ProgrammeDocument
from lms.catalog.programmes import save_programmes
from lms.core.access import system_actor
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.learning.models import Enrolment
from tests.cast import CANARY
from tests.factories import make_course
from tests.repository.world import programme
from tests.support.client import Visitor

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast

GUIDE = ProgrammeDocument("guide", "進行の手引", "## 当日\n答えを**先に**見せない。", "Guide", True)


def build(app: Flask) -> dict[str, int]:
    state = app.extensions["lms"]
    made = {slug: make_course(state.db, slug, title=slug) for slug in ("first", "second", "third")}
    courses = (
        ProgrammeCourse("first"),
        ProgrammeCourse("second", required=False),
        ProgrammeCourse("third", required=False),
        ProgrammeCourse("not-written-yet"),
    )
    source = programme("first")
    source = replace(source, courses=courses, choose=1, documents=(*source.documents, GUIDE))
    with state.db.transaction(LIBRARY_TENANT_ID) as session:
        save_programmes(
            session, [source], actor=system_actor(LIBRARY_TENANT_ID), now=state.clock.now()
        )
    return {slug: course.id for slug, course in made.items()}


def complete(app: Flask, cast: Cast, course_id: int, version: int) -> None:
    state = app.extensions["lms"]
    now = state.clock.now()
    with state.db.transaction(cast.aoba) as session:
        session.add(
            Enrolment(
                employee_id=cast.aoki.employee_id,
                course_id=course_id,
                course_version_id=version,
                enrolled_at=now,
                started_at=now,
                completed_at=now,
                modules_completed=1,
                modules_total=1,
            )
        )


def version_of(app: Flask, course_id: int) -> int:
    from lms.catalog.models import Course

    with app.extensions["lms"].db.session(LIBRARY_TENANT_ID, read_only=True) as session:
        found = session.get_one(Course, course_id).current_version_id
    assert found is not None
    return found


def test_the_way_shows_what_is_done_and_what_is_next(app: Flask, cast: Cast) -> None:
    courses = build(app)
    visitor = Visitor(app, cast.aoki)
    page = visitor.visit("/programmes/own-programme")
    assert page.select_one("#elective-title") is not None
    assert page.select_one(".course-next__title").get_text(strip=True) == "first"
    assert "not-written-yet" not in page.get_text()
    complete(app, cast, courses["first"], version_of(app, courses["first"]))
    page = visitor.visit("/programmes/own-programme")
    assert page.select_one(".course-next__title").get_text(strip=True) == "second"
    # One elective is enough, whichever it is.
    complete(app, cast, courses["third"], version_of(app, courses["third"]))
    page = visitor.visit("/programmes/own-programme")
    assert page.select_one(".course-next") is None
    assert "青葉市の研修" in visitor.visit("/courses").get_text()


def test_a_programme_is_not_completed_while_a_course_of_it_is_closed(
    app: Flask, cast: Cast
) -> None:
    courses = build(app)
    for slug in ("first", "third"):
        complete(app, cast, courses[slug], version_of(app, courses[slug]))
    visitor = Visitor(app, cast.aoki)
    page = visitor.visit("/programmes/own-programme")
    assert "受講中" in page.select_one(".course-head__facts").get_text()
    assert "1コースは、まだ受講できません" in page.h1.parent.get_text()
    section = page.find("section", attrs={"aria-labelledby": "required-title"})
    assert section.progress["max"] == "2"
    card = visitor.visit("/courses").find("a", string="青葉市の研修").find_parent("li")
    assert "3コース" in card.get_text()
    assert "うち1コースは準備中" in card.get_text()
    made = make_course(app.extensions["lms"].db, "not-written-yet", title="できた講座")
    complete(app, cast, made.id, version_of(app, made.id))
    page = visitor.visit("/programmes/own-programme")
    assert "修了" in page.select_one(".course-head__facts").get_text()
    assert "まだ受講できません" not in page.get_text()


def test_electives_that_are_too_few_are_said(app: Flask, cast: Cast) -> None:
    build(app)
    state = app.extensions["lms"]
    courses = (ProgrammeCourse("first"), ProgrammeCourse("second", required=False),
               ProgrammeCourse("nobodys", required=False))  # fmt: skip
    source = replace(programme("first"), courses=courses, choose=2)
    with state.db.transaction(LIBRARY_TENANT_ID) as session:
        actor = system_actor(LIBRARY_TENANT_ID)
        save_programmes(session, [source], actor=actor, now=state.clock.now())
    page = Visitor(app, cast.aoki, locale="en").visit("/programmes/own-programme")
    assert "1 course of this programme is not open yet" in page.h1.parent.get_text()


def test_a_guide_for_facilitators_is_kept_from_learners(app: Flask, cast: Cast) -> None:
    build(app)
    learner, trainer = Visitor(app, cast.aoki), Visitor(app, cast.endo)
    address = "/programmes/own-programme/documents/"
    assert "書きます。" in learner.visit(f"{address}worksheet").get_text()
    assert learner.get(f"{address}guide").status_code == 404
    assert "進行の手引" not in learner.visit("/programmes/own-programme").get_text()
    assert "先に" in trainer.visit(f"{address}guide").get_text()
    assert learner.get("/programmes/unknown").status_code == 404


def test_a_programme_means_the_course_of_its_owner(app: Flask, cast: Cast) -> None:
    build(app)
    own = make_course(app.extensions["lms"].db, "first", title="市の同名", tenant_id=cast.aoba)
    page = Visitor(app, cast.aoki).visit("/programmes/own-programme")
    assert "市の同名" not in page.get_text()
    assert page.find("a", href=own.url) is None


def test_a_programme_of_its_own_takes_the_place_of_the_shared_one(app: Flask, cast: Cast) -> None:
    build(app)
    database, now = app.extensions["lms"].db, app.extensions["lms"].clock.now()
    for tenant_id, title in ((cast.aoba, "市の道"), (cast.midorikawa, f"町の道{CANARY}")):
        make_course(database, "first", title="市町の講座", tenant_id=tenant_id)
        own = replace(programme("first"), title=title, prerequisites=("own-programme",))
        with database.transaction(tenant_id) as session:
            actor = system_actor(tenant_id)
            save_programmes(session, [own, replace(own, id=f"only-{tenant_id}")],
                            actor=actor, now=now)  # fmt: skip
    visitor = Visitor(app, cast.aoki)
    assert visitor.visit("/programmes/own-programme").h1.get_text(strip=True) == "市の道"
    everything = visitor.visit("/courses").get_text()
    assert "青葉市の研修" not in everything
    assert CANARY not in everything
    visitor.visit(f"/programmes/only-{cast.aoba}")
    assert visitor.get(f"/programmes/only-{cast.midorikawa}").status_code == 404
    before = visitor.visit(f"/programmes/only-{cast.aoba}").select(
        '[aria-labelledby="before-title"] a'
    )
    assert [link.get_text() for link in before] == ["市の道"]


def test_a_programme_of_electives_has_no_empty_section(app: Flask, cast: Cast) -> None:
    state = app.extensions["lms"]
    for slug in ("first", "second"):
        make_course(state.db, slug, title=slug)
    courses = tuple(ProgrammeCourse(slug, required=False) for slug in ("first", "second"))
    with state.db.transaction(LIBRARY_TENANT_ID) as session:
        source = replace(programme("first"), courses=courses, choose=1)
        actor = system_actor(LIBRARY_TENANT_ID)
        save_programmes(session, [source], actor=actor, now=state.clock.now())
    page = Visitor(app, cast.aoki).visit("/programmes/own-programme")
    assert page.find(id="required-title") is None
    section = page.find("section", attrs={"aria-labelledby": "elective-title"})
    assert section.select_one('[role="progressbar"], progress, .ui-progress') is not None
    assert len(section.select("li.module-row")) == 2


def test_english_readers_are_told_that_papers_are_in_japanese(app: Flask, cast: Cast) -> None:
    build(app)
    sentence = "These papers are in Japanese."
    assert sentence in Visitor(app, cast.aoki, locale="en").visit("/programmes/own-programme").text
    assert "日本語です" not in Visitor(app, cast.aoki).visit("/programmes/own-programme").text
    paper = "/programmes/own-programme/documents/worksheet"
    assert "This paper is in Japanese." in Visitor(app, cast.aoki, locale="en").visit(paper).text
