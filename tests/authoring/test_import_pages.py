"""The pages of an import: uploading, following, what goes wrong."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from lms.authoring import service, tasks
from lms.catalog.source import HotspotSource
from lms.jobs.models import Job, JobState
from tests.authoring.uploads import conversion, import_of, upload
from tests.factories import module_source


@pytest.mark.parametrize(
    ("job", "states", "said"),
    [
        ({}, ["todo"] * 4, "順番を待っています"),
        ({"state": JobState.RUNNING}, ["current", "todo", "todo", "todo"], "検査"),
        (
            {"state": JobState.RUNNING, "step": "pictures", "done_count": 3, "total_count": 20},
            ["done", "done", "current", "todo"],
            "画像化",
        ),
    ],
)
def test_the_steps_follow_the_import(browser, database, cast, statements, job, states, said):
    public_id = import_of(upload(browser))
    with database.transaction(cast.aoba) as session:
        for column, value in job.items():
            setattr(session.query(Job).one(), column, value)
    with statements(most=12) as seen:
        page = browser.visit(f"/author/imports/{public_id}")
    followed = page.find("lms-progress-poll")
    steps = followed.select(".ui-step")
    assert [step["data-state"] for step in steps] == states
    assert [step.has_attr("aria-current") for step in steps] == [s == "current" for s in states]
    assert followed["data-said"] == followed.select_one(".ui-progress__text").get_text() == said
    assert int(followed.progress["value"]) == {"順番を待っています": 0, "検査": 0}.get(said, 54)
    assert ("3 / 20" in followed.get_text()) == ("total_count" in job)
    assert sum("FROM job" in statement for statement in seen) == 1


def test_an_import_whose_job_is_forgotten_can_be_repeated(browser, database, cast):
    public_id = import_of(upload(browser))
    with database.transaction(cast.aoba) as session:
        session.delete(session.query(Job).one())
    page = f"/author/imports/{public_id}"
    assert "もう一度お試しください" in browser.visit(page).get_text()
    browser.post(f"{page}/retry")
    assert browser.visit(page).find("lms-progress-poll")


def test_what_goes_wrong_while_putting_together_is_said_too(browser, run, monkeypatch):
    source = module_source("題")
    twice = replace(source, slides=(source.slides[0], source.slides[0]))
    monkeypatch.setattr(tasks, "_convert", lambda *_: conversion(twice))
    public_id = import_of(upload(browser))
    assert "failed" in run(public_id)
    assert "重複しています" in browser.visit(f"/author/imports/{public_id}").get_text()


def test_characters_without_a_font_stay_to_be_done(browser, database, cast, trainer, clock):
    source = module_source("題")
    slides = (replace(source.slides[0], script="\ue000村さんです。"), *source.slides[1:])
    with database.transaction(cast.aoba) as session:
        made = service.create_draft(
            session, replace(source, slides=slides), actor=trainer, now=clock.now()
        )
        publish = f"/author/drafts/{made.public_id}/publish"
    assert "〓村さんで (U+E000)" in browser.visit(publish).get_text()


def test_buttons_to_hidden_slides_stay_to_be_done(browser, database, cast, trainer, clock):
    source = module_source("題")
    spots = tuple(
        HotspotSource(label, target, 0.1, 0.1, 0.2, 0.1)
        for label, target in (("次の頁", "#s2"), ("くわしく", "#s3"), ("国の頁", "https://x.jp/"))
    )
    first, second, third = source.slides
    slides = (replace(first, hotspots=spots), second, replace(third, hidden=True))
    with database.transaction(cast.aoba) as session:
        made = service.create_draft(
            session, replace(source, slides=slides), actor=trainer, now=clock.now()
        )
    said = browser.visit(f"/author/drafts/{made.public_id}").get_text()
    assert said.count("リンクになりません") == 1
    assert "「くわしく」の行き先は受講者に表示しない" in said


@pytest.mark.parametrize("content", [b"", None])
def test_an_empty_or_missing_file_is_said(browser, content):
    data = {} if content is None else {"deck": (io.BytesIO(content), "空.pptx")}
    answer = browser.post(
        "/author/imports/new", data, status=422, content_type="multipart/form-data"
    )
    assert "ui-errors" in answer.get_data(as_text=True)


def test_a_file_that_is_too_large_is_refused(app, browser):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    data = {"deck": (io.BytesIO(b"x" * 2000), "大.pptx")}
    browser.post("/author/imports/new", data, status=413, content_type="multipart/form-data")
