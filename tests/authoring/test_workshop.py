"""A trainer's way from an upload to a published module, and back for a correction."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from pptx import Presentation
from sqlalchemy import select

from lms.authoring import service, tasks
from lms.authoring.models import DeckImport, Draft
from lms.authoring.narrating import request_speech
from lms.catalog.content import build_slides
from lms.catalog.models import Course, Module
from lms.catalog.source import PictureSource
from lms.catalog.stored import source_of
from lms.core.access import Role, system_actor
from lms.kernel.ids import public_id
from lms.kernel.result import DomainError
from lms.learning.models import Enrolment, SlideProgress
from lms.learning.opening import Ticket, enrol, open_module
from lms.people.models import Employee
from lms.people.service import grant_role
from tests.authoring.uploads import conversion, import_of, upload
from tests.cast import HIRED
from tests.factories import give_speech, make_course, module_source


@pytest.fixture
def draft(database, cast, trainer, clock):
    with database.transaction(cast.aoba) as session:
        source = module_source(checks=True)
        made = service.create_draft(session, source, actor=trainer, now=clock.now())
        return made.public_id


def form_values(page, action):
    """What a browser would send for the form that posts to ``action``."""
    form = page.find("form", attrs={"action": action})
    values = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.get("type") == "checkbox":
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            values[field["name"]] = chosen["value"]
        else:
            text = field.get_text() if field.name == "textarea" else field.get("value", "")
            values[field["name"]] = text.removeprefix("\n")
    values.pop("csrf_token")
    return values


def test_from_upload_to_a_published_module(browser, run, monkeypatch, visitor, cast, database):
    make_course(database)  # Brings the tiers.
    monkeypatch.setattr(tasks, "_convert", lambda *_: conversion(module_source("窓口の日本語")))
    public_id = import_of(upload(browser))
    browser.visit(f"/author/imports/{public_id}")
    draft = run(public_id)["draft"]
    assert run(public_id)["draft"] == draft, "a repeated job makes no second draft"
    report = browser.visit(f"/author/imports/{public_id}")
    assert "窓口の日本語" in report.get_text()
    publish = f"/author/drafts/{draft}/publish"
    values = form_values(browser.visit(publish), publish)
    assert values["course"] == "new"
    browser.post(publish, values)
    assert "窓口の日本語" in visitor(cast.aoki).visit("/courses").get_text()
    materials = browser.visit("/author")
    results = materials.find("a", href=lambda href: href and href.endswith("/results"))
    browser.visit(results["href"])


def test_a_failed_import_keeps_the_upload(browser, run, monkeypatch, database, cast):
    def refuse(*_):
        raise DomainError("deck.password", "The file is protected by a password.")

    monkeypatch.setattr(tasks, "_convert", refuse)
    public_id = import_of(upload(browser))
    assert run(public_id) == {"failed": "deck.password"}
    page = f"/author/imports/{public_id}"
    browser.visit(page)
    browser.post(f"{page}/retry")
    run(public_id)
    retry = partial(browser.post, f"{page}/retry", content_type="multipart/form-data")
    refused = retry({"notes": (io.BytesIO(b""), "原稿.txt")}, status=422)
    assert "ファイルが空です" in refused.get_data(as_text=True)
    retry({"pdf": (io.BytesIO(b"%PDF-1.7"), "同.pdf")})
    run(public_id)
    retry({"deck": (io.BytesIO(b"PK other"), "直した.pptx")})
    with database.session(cast.aoba, read_only=True) as session:
        row = session.scalars(select(DeckImport).where(DeckImport.public_id == public_id)).one()
    assert (row.state, row.file_name, row.deck_bytes) == ("queued", "直した.pptx", 8)
    assert row.pdf_sha
    monkeypatch.setattr(tasks, "_convert", lambda *_: conversion(module_source()))
    assert run(public_id)["slides"]


def test_a_corrected_deck_keeps_questions(browser, run, monkeypatch, draft, database, cast):
    fresh = module_source()
    slides = tuple(replace(s, script=f"新しい原稿{s.id}") for s in fresh.slides)
    monkeypatch.setattr(tasks, "_convert", lambda *_: conversion(replace(fresh, slides=slides)))
    assert run(import_of(upload(browser, draft=draft)))["draft"] == draft
    with database.session(cast.aoba, read_only=True) as session:
        row = session.scalars(select(Draft).where(Draft.public_id == draft)).one()
        source = source_of(service.current_revision(session, row))
    assert row.revision == 2
    assert "新しい原稿" in source.slides[0].script
    assert sum(len(s.questions) for s in source.slides) > 0


def test_a_slide_is_edited(browser, draft):
    path = f"/author/drafts/{draft}"
    values = form_values(browser.visit(path), path)
    browser.post(path, values | {"script": "あたらしい原稿です。"})
    assert "あたらしい原稿です。" in browser.visit(path).get_text()
    answer = browser.post(
        path, values | {"base": "2", "questions": "::: quiz q type=single\nだれ\n:::"}, status=422
    )
    assert "だれ" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed", ["正しいのはどれですか。", "- [x] はい\n- [ ] いいえ", "::: script\n読みます。\n:::"]
)
def test_words_that_are_no_question_are_not_dropped(browser, draft, typed):
    for path, name in (
        (f"/author/drafts/{draft}", "questions"),
        (f"/author/drafts/{draft}/module", "pool"),
    ):
        values = form_values(browser.visit(path), path)
        text = f"{values[name]}\n\n{typed}"
        answer = browser.post(path, values | {name: text}, status=422).get_data(as_text=True)
        assert "ここに書けるのは設問だけです" in answer
        assert typed in answer


def test_choosing_another_slide_saves_this_one(browser, draft):
    edit = f"/author/drafts/{draft}"
    values = form_values(browser.visit(edit), edit)
    values |= {"title": "新しい題", "go": "s3"}
    answer = browser.post(edit, values)
    assert answer.headers["Location"].endswith("slide=s3")
    assert "新しい題" in browser.visit(edit).get_text()


def test_saving_a_slide_leads_back_to_it(browser, draft):
    edit = f"/author/drafts/{draft}"
    values = form_values(browser.visit(f"{edit}?slide=s3"), edit)
    answer = browser.post(edit, values | {"alt": "新しい代替テキスト"})
    assert answer.headers["Location"].endswith("slide=s3")


def test_a_conflict_shows_both_versions(browser, draft):
    path = f"/author/drafts/{draft}"
    values = form_values(browser.visit(path), path)
    browser.post(path, values | {"script": "同僚の原稿です。"})
    answer = browser.post(path, values | {"script": "私の原稿です。"}, status=409)
    text = answer.get_data(as_text=True)
    assert "同僚の原稿です。" in text
    assert "私の原稿です。" in text
    browser.post(path, values | {"script": "私の原稿です。", "base": "2"})
    assert "私の原稿です。" in browser.visit(path).get_text()


def test_another_slide_is_no_conflict(browser, draft):
    path = f"/author/drafts/{draft}"
    page = browser.visit(path)
    links = [a["href"] for a in page.select(".authoring-editor__list a")]
    first, second = form_values(page, path), form_values(browser.visit(links[1]), path)
    browser.post(path, first | {"script": "一枚目。"})
    browser.post(path, second | {"script": "二枚目。"})
    assert "一枚目。" in browser.visit(path).get_text()


def test_rules_and_text(browser, draft):
    path = f"/author/drafts/{draft}/module"
    values = form_values(browser.visit(path), path)
    browser.post(path, values | {"pass_mark": "90"})
    assert form_values(browser.visit(path), path)["pass_mark"] == "90"
    browser.post(path, values, status=409)
    path = f"/author/drafts/{draft}/text"
    values = form_values(browser.visit(path), path)
    broken = values["text"] + "\n::: quiz x type=nothing\nだれ\n:::\n"
    text = browser.post(path, values | {"text": broken}, status=422).get_data(as_text=True)
    assert "行目" in text
    assert "type=nothing" in text
    browser.post(path, values)


def test_what_is_refused_is_explained_in_japanese(browser, draft):
    path = f"/author/drafts/{draft}"
    values = form_values(browser.visit(path), path)
    broken = "::: quiz x type=nothing\nだれ\n:::"
    page = browser.post(path, values | {"questions": broken}, status=422).get_data(as_text=True)
    assert "1行目: type=nothing:" in page
    assert "のいずれかを書いてください" in page


def test_the_preview_records_nothing(browser, draft):
    page = browser.visit(f"/author/drafts/{draft}/preview")
    player = page.find("lms-player")
    assert player["data-progress-url"] == player["data-answer-url"] == player["data-launch"] == ""
    assert "プレビューでは採点しません" in page.get_text()
    assert "自動で保存" not in page.find("header").get_text()


def test_publishing_into_a_course_and_correcting_it(browser, draft, database, cast):
    made = make_course(database, "own", tenant_id=cast.aoba)
    path = f"/author/drafts/{draft}/publish"
    browser.post(path, form_values(browser.visit(path), path) | {"course": made.public_id})
    with database.session(cast.aoba, read_only=True) as session:
        module = session.scalars(select(Module).order_by(Module.id.desc())).first()
        course = session.get(Course, module.course_id)
        assert course.public_id == made.public_id
    correct = f"/author/modules/{module.public_id}/correct"
    assert browser.post(correct).headers["Location"].endswith(draft)
    other = made.modules[0].public_id
    assert other in str(browser.visit("/author"))
    browser.visit(browser.post(f"/author/modules/{other}/correct").headers["Location"])


def test_the_library_is_not_corrected(browser, database):
    made = make_course(database)
    browser.post(f"/author/modules/{made.modules[0].public_id}/correct", status=404)


def test_others_stay_outside(visitor, cast, draft, database):
    with database.transaction(cast.midorikawa) as session:
        person = session.get_one(Employee, cast.kubo.employee_id)
        grant_role(
            session, person, Role.TRAINER, valid_from=HIRED, actor=system_actor(cast.midorikawa)
        )
    for part in ("", "/module", "/text", "/preview", "/publish"):
        visitor(cast.aoki).visit(f"/author/drafts/{draft}{part}", status=403)
        visitor(cast.kubo).visit(f"/author/drafts/{draft}{part}", status=404)


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("part", ["", "/module", "/text", "/preview", "/publish"])
def test_pages_cost_few_statements(visitor, cast, draft, statements, part, locale):
    with statements(most=12):
        visitor(cast.endo, locale=locale).visit(f"/author/drafts/{draft}{part}")


def test_the_list_shows_first_slide_learners_and_what_is_to_do(
    visitor, cast, trainer, database, clock, statements
):
    made = make_course(database, "own", tenant_id=cast.aoba)
    thumb = {"sha": "0" * 64, "type": "image/webp", "w": 320, "h": 180}
    assets = {"assets/a.webp": {**thumb, "sha": "1" * 64}, "assets/a-thumb.webp": thumb}
    with database.transaction(cast.aoba) as session:
        ticket = Ticket(public_id(), made.id, made.modules[0].id, clock.now())
        open_module(session, ticket, employee_id=cast.aoki.employee_id, now=clock.now())
        plain = module_source("絵のない単元")
        picture = PictureSource("assets/a.webp")
        slides = (replace(plain.slides[0], script="", picture=picture), *plain.slides[1:])
        source = replace(plain, title="絵のある単元", slides=slides)
        for each in (plain, source):
            service.create_draft(session, each, actor=trainer, now=clock.now(), assets=assets)
    browser = visitor(cast.endo)
    browser.visit("/author")
    with statements(most=12):
        page = browser.visit("/author")
    rows = {row.th.a.get_text(): row for row in page.select("#materials tbody tr")}
    assert rows["絵のない単元"].th.img is None
    assert "やること" not in rows["絵のない単元"].get_text()
    assert rows["絵のある単元"].th.img["src"].startswith("/media/")
    assert "やること 2件" in rows["絵のある単元"].get_text()
    published = page.select_one("#published tbody tr")
    assert published.select_one('[data-label="受講者"]').get_text() == "1"


def test_results_count_one_municipality(visitor, cast, database, clock):
    made = make_course(database)
    for tenant, person, seconds in (
        (cast.aoba, cast.aoki, 10), (cast.aoba, cast.ueda, 20), (cast.aoba, cast.ono, 60),
        (cast.midorikawa, cast.kubo, 5000),
    ):  # fmt: skip
        with database.transaction(tenant) as session:
            course = session.get_one(Course, made.id)
            enrol(session, course, employee_id=person.employee_id, now=clock.now())
            one = session.scalars(
                select(Enrolment).where(Enrolment.employee_id == person.employee_id)
            ).one()
            session.add(
                SlideProgress(
                    enrolment_id=one.id, module_id=made.modules[0].id,
                    slide_key=made.modules[0].source.slides[0].id, seconds=seconds,
                    first_seen_at=clock.now(), last_seen_at=clock.now() + timedelta(seconds=9),
                )
            )  # fmt: skip
    from lms.catalog.queries import course_outline
    from lms.reports.module_results import module_results

    with database.session(cast.aoba, read_only=True) as session:
        course = session.get_one(Course, made.id)
        module = course_outline(session, course.current_version_id)[0]
        found = module_results(session, module, locale="ja")
    assert (found.slides[0].seen, found.slides[0].median_seconds) == (3, 20)


@pytest.mark.office
def test_a_real_deck(browser, run, tmp_path):
    deck = tmp_path / "deck.pptx"
    shown = Presentation()
    for number in range(3):
        page = shown.slides.add_slide(shown.slide_layouts[5])
        page.shapes.title.text = f"題{number}"
        page.notes_slide.notes_text_frame.text = f"原稿{number}です。"
    shown.save(deck)
    public_id = import_of(upload(browser, deck.read_bytes()))
    assert run(public_id)["slides"] == 3
    assert len(browser.visit(f"/author/imports/{public_id}").select(".authoring-card img")) == 3


def test_captions_of_a_draft_are_there_with_its_speech(
    app, browser, draft, database, cast, visitor, clock
):
    address = f"/author/drafts/{draft}/captions/ja.zip"
    page = browser.visit(f"/author/drafts/{draft}/module")
    links = page.select('[aria-labelledby="captions-title"] a')
    assert [link["href"] for link in links] == [address]
    assert "3枚のうち0枚" in browser.visit(address, 422).get_text()
    with database.transaction(cast.aoba) as session:
        row = session.scalars(select(Draft).where(Draft.public_id == draft)).one()
        content = service.content_of_revision(service.current_revision(session, row))
        needs = [
            slide.narration
            for slide in build_slides(content, default_voice=app.extensions["lms"].settings.voice)
        ]
        request_speech(session, needs, owner="draft", subject="下書き", now=clock.now())
        session.flush()
        give_speech(session, app.extensions["lms"].files)
    with zipfile.ZipFile(io.BytesIO(browser.get(address).data)) as archive:
        assert archive.namelist() == ["00-all.vtt", "01-s1.vtt", "02-s2.vtt", "03-s3.vtt"]
    for person, status in ((cast.aoki, 403), (cast.ono, 403), (cast.kitayama, 403)):
        assert visitor(person).get(address).status_code == status
