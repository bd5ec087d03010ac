"""A recording in the place of the synthetic voice, and speech for what a draft says anew."""

from __future__ import annotations

import io
import math
import struct
import wave

import pytest
from sqlalchemy import select, update

from lms.authoring import service, tasks
from lms.authoring.models import Draft
from lms.authoring.narrating import NARRATE_TASK
from lms.catalog.models import Narration
from lms.catalog.stored import source_of
from lms.jobs.models import Job, JobState
from lms.jobs.registry import JobContext
from lms.kernel.result import DomainError
from tests.authoring.test_workshop import form_values
from tests.factories import give_speech, module_source

RATE = 24_000


def sound(seconds=2.0):
    """A tone as the bytes of a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        values = (round(9000 * math.sin(n / 9)) for n in range(round(seconds * RATE)))
        out.writeframes(b"".join(struct.pack("<h", value) for value in values))
    return file.getvalue()


@pytest.fixture
def draft(database, cast, trainer, clock):
    with database.transaction(cast.aoba) as session:
        made = service.create_draft(session, module_source(), actor=trainer, now=clock.now())
        return made.public_id


@pytest.fixture
def speak(app, cast):
    """``speak()`` does the narrations that wait in jobs as the worker would."""
    state = app.extensions["lms"]

    def work():
        with state.db.transaction(cast.aoba) as session:
            waiting = select(Job).where(Job.task == NARRATE_TASK, Job.state == JobState.QUEUED)
            keys = [key for job in session.scalars(waiting) for key in job.args["keys"]]
            session.execute(update(Job).where(Job.task == NARRATE_TASK).values(state=JobState.DONE))
        context = JobContext(
            state.db, state.files, state.settings, state.clock, cast.aoba, "job", None,
            lambda *_: None,
        )  # fmt: skip
        return tasks.narrate_scripts(context, keys)

    return work


def waiting_scripts(database, tenant):
    """The scripts that jobs have still to speak."""
    with database.session(tenant, read_only=True) as session:
        jobs = session.scalars(select(Job).where(Job.task == NARRATE_TASK)).all()
        keys = [key for job in jobs if job.state is JobState.QUEUED for key in job.args["keys"]]
        return sorted(session.scalars(select(Narration.script).where(Narration.key.in_(keys))))


def narration_of(database, tenant, voice):
    with database.session(tenant, read_only=True) as session:
        return session.scalars(select(Narration).where(Narration.voice.startswith(voice))).one()


def source_now(database, tenant, draft):
    with database.session(tenant, read_only=True) as session:
        row = session.scalars(select(Draft).where(Draft.public_id == draft)).one()
        return source_of(service.current_revision(session, row))


def send(browser, draft, content, name="voice.wav", status=303):
    data = {"slide": "s1", "recording": (io.BytesIO(content), name)} if name else {"slide": "s1"}
    return browser.post(
        f"/author/drafts/{draft}/recording",
        data,
        status=status,
        content_type="multipart/form-data",
    )


def save(browser, draft, **changes):
    path = f"/author/drafts/{draft}"
    browser.post(path, form_values(browser.visit(path), path) | changes)


def test_only_what_was_changed_is_spoken_before_publishing(app, browser, draft, database, cast):
    save(browser, draft, script="初めて直した原稿です。")
    with database.transaction(cast.aoba) as session:
        give_speech(session, app.extensions["lms"].files)
        session.execute(update(Job).values(state=JobState.DONE))
    save(browser, draft, script="もう一度直した原稿です。")
    assert waiting_scripts(database, cast.aoba) == ["もう一度直した原稿です。"]
    preview = browser.visit(f"/author/drafts/{draft}/preview")
    heard = [bool(slide.get("data-audio")) for slide in preview.select("[data-timing]")]
    assert heard == [False, True, True]


def test_a_recording_is_heard_and_taken_away_again(browser, draft, database, cast, speak):
    page = f"/author/drafts/{draft}/recording?slide=s1"
    assert browser.visit(page).find("audio") is None
    send(browser, draft, sound(3.0), name="課長の声.WAV")
    assert "準備しています" in browser.visit(page).get_text()
    speak()
    shown = browser.visit(page)
    assert shown.find("audio") is not None
    assert "準備しています" not in shown.get_text()
    row = narration_of(database, cast.aoba, "recorded:")
    assert row.audio_sha
    assert row.seconds == pytest.approx(3.0, abs=0.05)
    preview = browser.visit(f"/author/drafts/{draft}/preview")
    assert len(preview.select("[data-audio]")) == 3
    save(browser, draft, title="新しい題")
    assert source_now(database, cast.aoba, draft).slides[0].audio, "editing keeps the recording"
    assert "録音を使っています" in browser.visit(f"/author/drafts/{draft}").get_text()
    browser.post(f"/author/drafts/{draft}/recording", {"slide": "s1", "remove": "1"})
    assert not source_now(database, cast.aoba, draft).slides[0].audio


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a text and no sound", "voice.mp3", "この音声ファイルは読み込めません"),
        (b"", "voice.wav", "この音声ファイルは読み込めません"),
        (b"", "", "ファイルを選んでください"),
    ],
)
def test_what_is_no_recording_is_refused(browser, draft, database, cast, content, name, said):
    answer = send(browser, draft, content, name, status=422).get_data(as_text=True)
    assert said in answer
    assert not source_now(database, cast.aoba, draft).slides[0].audio


def test_a_broken_recording_leaves_the_other_slides_their_speech(
    browser, draft, database, cast, speak
):
    send(browser, draft, b"RIFF\0\0\0\0WAVE and nothing behind it")
    with pytest.raises(DomainError, match="cannot be read"):
        speak()
    with database.session(cast.aoba, read_only=True) as session:
        rows = session.scalars(select(Narration)).all()
    assert {bool(row.audio_sha) for row in rows if not row.recorded} == {True}
    (broken,) = [row for row in rows if row.recorded]
    assert not broken.audio_sha
    assert broken.seconds > 0, "the slide is timed without sound"
    page = browser.visit(f"/author/drafts/{draft}/recording?slide=s1")
    assert "この録音は再生できません" in page.get_text()


def test_a_recording_without_script_is_still_to_do(browser, draft):
    send(browser, draft, sound(1.0))
    save(browser, draft, script="")
    assert "録音を再生できません" in browser.visit(f"/author/drafts/{draft}").get_text()
    page = browser.visit(f"/author/drafts/{draft}/recording?slide=s1")
    assert "このスライドには原稿がありません" in page.get_text()


def test_slides_that_are_not_there_and_others(visitor, cast, browser, draft):
    assert browser.get(f"/author/drafts/{draft}/recording?slide=none").status_code == 404
    for person, status in ((cast.aoki, 403), (cast.kitayama, 403)):
        answer = visitor(person).get(f"/author/drafts/{draft}/recording?slide=s1")
        assert answer.status_code == status
