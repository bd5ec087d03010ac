"""The page of a job, its state for scripts, and the list."""

from __future__ import annotations

from datetime import timedelta
from importlib import reload

import pytest

from lms.core.access import Actor, Role
from lms.jobs import queries, registry, service
from lms.jobs.access import may_see, visible_jobs
from lms.jobs.models import Job, JobState
from lms.jobs.running import drain
from lms.ops import tasks
from tests.factories import make_course, module_source


@pytest.fixture
def job(database, cast, clock):
    """A job that 青木 asked for."""
    with database.transaction(cast.aoba) as session:
        actor = cast.aoki.actor()
        made = service.enqueue(session, "tests.crash", {}, actor=actor, now=clock.now())
        session.flush()
        return made.public_id


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_owner_follows_a_job(visitor, cast, job, locale):
    page = visitor(cast.aoki, locale=locale).visit(f"/jobs/{job}")
    poll = page.find("lms-progress-poll")
    assert poll.select_one(".ui-progress__text").get_text() in {"待機中", "Waiting"}


def test_a_dead_job_says_why_and_can_be_started_again(visitor, cast, clock, job, runtime):
    for _ in range(3):
        drain(runtime)
        clock.move(hours=1)
    browser = visitor(cast.aoki)
    page = browser.visit(f"/jobs/{job}")
    assert "参照番号" in page.get_text()
    assert page.find("lms-progress-poll") is None, "nothing is followed any more"
    browser.post(f"/jobs/{job}/start-again")
    assert "待機中" in browser.visit(f"/jobs/{job}").get_text()
    browser.post(f"/jobs/{job}/start-again", status=409)


def test_a_finished_job_leads_to_its_result(visitor, cast, database, clock, runtime):
    with database.transaction(cast.aoba) as session:
        actor = cast.aoki.actor()
        made = service.enqueue(session, "tests.note", {}, actor=actor, now=clock.now()).public_id
    drain(runtime)
    page = visitor(cast.aoki).visit(f"/jobs/{made}")
    assert page.find("a", string=lambda text: text and "結果を見る" in text)["href"] == "/"


@pytest.mark.parametrize("count", [3, 120])
def test_the_list_costs_the_same_for_many_jobs(visitor, cast, put, statements, count):
    for number in range(count):
        put("tests.note", word=str(number))
    with statements(most=6):
        page = visitor(cast.endo).visit("/jobs")
    assert len(page.select("tbody tr")) == min(count, queries.PAGE_SIZE)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_job_names_the_module_it_is_about(visitor, cast, database, locale):
    title = "守るものと脅威を知る"
    make_course(database, tenant_id=cast.aoba, modules=(module_source(title),))
    page = visitor(cast.endo, locale=locale).visit("/jobs")
    links = [link for link in page.select("tbody a") if title in link.text]
    assert links
    assert links[0].select_one("span").get("lang", "ja") == "ja"
    assert title in visitor(cast.endo, locale=locale).visit(links[0]["href"]).select_one("dl").text


def test_a_job_carries_the_name_of_its_work(visitor, cast, put, monkeypatch):
    put("ops.seal_audit")
    monkeypatch.delitem(registry._tasks, "ops.seal_audit", raising=False)
    monkeypatch.setattr(registry, "_loaders", [lambda: reload(tasks)])
    assert "監査記録の封印" in visitor(cast.endo).visit("/jobs").get_text()


@pytest.mark.parametrize("state", ["queued", "dead", "nonsense"])
def test_the_list_can_be_narrowed(visitor, cast, job, state):
    page = visitor(cast.endo).visit(f"/jobs?state={state}")
    assert bool(page.select("tbody tr")) == (state != "dead")


def test_predicate_and_filter_agree(database, cast, clock, job, put):
    put("tests.note", word="a")
    actors = [
        cast.aoki.actor(),
        cast.ono.actor(Role.HR),
        cast.endo.actor(Role.TRAINER),
        cast.kitayama.actor(Role.TRAINER),
        Actor(cast.aoba),
    ]
    with database.platform_session(reason="test", read_only=True) as session:
        everything = session.query(Job).all()
        assert everything
        for actor in actors:
            shown = {row.id for row in session.query(Job).filter(visible_jobs(actor))}
            assert shown == {row.id for row in everything if may_see(actor, row)}


def test_ended_jobs_are_forgotten_and_open_ones_kept(database, cast, clock, put, runtime):
    put("tests.note", word="old")
    drain(runtime)
    clock.move(days=31)
    put("tests.note", word="open")
    with database.transaction(cast.aoba) as session:
        assert service.forget_ended(session, before=clock.now() - timedelta(days=30)) == 1
        assert session.query(Job).count() == 1


def test_a_page_behind_the_last_one_leads_to_the_last(visitor, cast):
    answer = visitor(cast.endo).get("/jobs?page=7")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/jobs?page=1")


def test_steps_are_said_in_words(database, clock, visitor, cast, job):
    with database.transaction(cast.aoba) as session:
        row = session.query(Job).filter(Job.public_id == job).one()
        row.state, row.step, row.total_count = JobState.RUNNING, "pictures", 20
        row.lease_until = clock.now() + timedelta(minutes=1)
    for locale, said in (("ja", "画像を作っています 0 / 20"), ("en", "Making the pictures 0 / 20")):
        assert said in visitor(cast.endo, locale=locale).visit("/jobs").get_text()
