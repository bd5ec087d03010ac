"""Import a deck from the command line: the same jobs as in the workshop, followed to their end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.authoring import service as authoring
from lms.authoring.models import DeckImport, Draft, ImportState
from lms.authoring.narrating import NARRATE_TASK
from lms.catalog.content import build_slides
from lms.catalog.models import Course, Module, Narration
from lms.core.access import Actor, system_actor
from lms.jobs.models import Job, JobState
from lms.jobs.service import OPEN_STATES
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.jobs.running import Runtime

    Show = Callable[[str, int, int], None]

POLL = 0.25


@dataclass(frozen=True, slots=True)
class DeckFiles:
    """A deck on disk, with the PDF and the notes beside it where there are any."""

    deck: Path
    pdf: Path | None = None
    notes: Path | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a deck. ``to_json`` is what ``content import --json`` prints."""

    file: str
    draft: str
    module: str
    report: dict[str, Any]
    scripts: int
    narrated_seconds: float
    audio_bytes: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values: slides, notes, narrated seconds, losses, bytes, time in seconds."""
        findings = self.report["findings"]
        return {
            "file": self.file,
            "draft": self.draft,
            "module": self.module,
            "slides": self.report["slides"],
            "notes": self.scripts,
            "narrated_seconds": round(self.narrated_seconds, 2),
            "losses": [f for f in findings if f["kind"] == "lost"],
            "findings": [f for f in findings if f["kind"] != "lost"],
            "bytes": {**self.report["bytes"], "audio": self.audio_bytes},
            "steps": self.report["seconds"],
            "seconds": round(self.seconds, 2),
        }


def import_deck(
    runtime: Runtime,
    tenant_id: int,
    files: DeckFiles,
    *,
    show: Show,
    actor: Actor | None = None,
    course: str = "",
    publish: bool = False,
) -> Imported:
    """Import a deck and wait until it is spoken; workers must be running.

    Args:
        runtime: this process's parts.
        tenant_id: the municipality it belongs to.
        files: the deck and what lies beside it.
        show: hears the step and how far it is.
        actor: who does it; the system if None.
        course: slug of the municipality's course it is published in.
        publish: make it live at the end.

    Raises:
        DomainError: the deck cannot be used, or it is not ready to be published.
    """
    who = actor or system_actor(tenant_id)
    started = time.perf_counter()
    public_id = start_import(runtime, tenant_id, files, actor=who, course=course)
    row = follow_import(runtime, tenant_id, public_id, show)
    with runtime.database.session(tenant_id, read_only=True) as session:
        draft = session.get_one(Draft, row.draft_id)
        content = authoring.content_of_revision(authoring.current_revision(session, draft))
    needs = [s.narration for s in build_slides(content, default_voice=runtime.settings.voice)]
    keys = [need.key for need in needs if need is not None]
    seconds, size = _follow_speech(runtime, tenant_id, keys, show)
    module = _publish(runtime, draft.id, course, who) if publish else ""
    return Imported(
        file=files.deck.name,
        draft=draft.public_id,
        module=module,
        report=row.report,
        scripts=len(keys),
        narrated_seconds=seconds,
        audio_bytes=size,
        seconds=time.perf_counter() - started,
    )


def start_import(
    runtime: Runtime, tenant_id: int, files: DeckFiles, *, actor: Actor, course: str = ""
) -> str:
    """Put the files into the store and queue the import; returns its public id.

    Raises:
        DomainError: the municipality has no such course.
    """
    now = runtime.clock.now()
    upload = authoring.Upload(
        file_name=files.deck.name,
        deck_sha=runtime.files.put(files.deck.read_bytes()),
        deck_bytes=files.deck.stat().st_size,
        pdf_sha=runtime.files.put(files.pdf.read_bytes()) if files.pdf else "",
        notes_sha=runtime.files.put(files.notes.read_bytes()) if files.notes else "",
        notes_name=files.notes.name if files.notes else "",
    )
    with runtime.database.transaction(tenant_id) as session:
        found = find_course(session, course) if course else None
        row = authoring.start_import(session, upload, actor=actor, now=now, course=found)
        return row.public_id


def find_course(session: Session, slug: str) -> Course:
    """A course of this session's own municipality by its slug.

    Raises:
        DomainError: there is none.
    """
    tenant_id = session.info["tenant_id"]
    found = session.scalar(select(Course).where(Course.slug == slug, Course.tenant_id == tenant_id))
    if found is None:
        raise DomainError("course.unknown", "The municipality has no course “%(slug)s”.", slug=slug)
    return found


def follow_import(runtime: Runtime, tenant_id: int, public_id: str, show: Show) -> DeckImport:
    """Wait for the end of an import.

    Raises:
        DomainError: the deck cannot be used, or the worker gave up.
    """
    while True:
        with runtime.database.session(tenant_id, read_only=True) as session:
            row = session.scalars(select(DeckImport).where(DeckImport.public_id == public_id)).one()
            job = session.scalar(select(Job).where(Job.public_id == row.job_public_id))
        if job is not None and job.state is JobState.RUNNING and job.step:
            show(job.step, job.done_count, job.total_count)
        if row.state is ImportState.FAILED:
            raise DomainError("deck.failed", row.error, **row.error_values)
        if row.state is ImportState.DONE:
            return row
        if job is not None and job.state is JobState.DEAD:
            raise DomainError("deck.failed", job.error, **job.error_values)
        time.sleep(POLL)


def _follow_speech(
    runtime: Runtime, tenant_id: int, keys: list[str], show: Show
) -> tuple[float, int]:
    """Wait until every script is spoken; returns seconds of speech and bytes of sound.

    Raises:
        DomainError: nobody works on those that are missing.
    """
    wanted = Narration.key.in_(keys) & (Narration.tenant_id == tenant_id)
    figures = select(
        func.count(Narration.ready_at), func.sum(Narration.seconds), func.sum(Narration.audio_bytes)
    ).where(wanted)
    total = len(set(keys))
    while True:
        with runtime.database.session(tenant_id, read_only=True) as session:
            open_jobs = session.scalar(
                select(func.count()).where(Job.task == NARRATE_TASK, Job.state.in_(OPEN_STATES))
            )
            ready, seconds, size = session.execute(figures).one()
        show("narrate", ready, total)
        if ready >= total:
            return float(seconds or 0), int(size or 0)
        if not open_jobs:
            raise DomainError("speech.failed", "Some scripts could not be spoken.")
        time.sleep(POLL)


def _publish(runtime: Runtime, draft_id: int, course: str, actor: Actor) -> str:
    now: datetime = runtime.clock.now()
    with runtime.database.transaction(actor.tenant_id) as session:
        publication = authoring.publish_draft(
            session,
            session.get_one(Draft, draft_id),
            find_course(session, course),
            actor=actor,
            now=now,
            default_voice=runtime.settings.voice,
        )
        return session.get_one(Module, publication.version.module_id).public_id
