"""Writes of the workshop: uploads, drafts and their publishing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.authoring.models import DeckImport, Draft, DraftRevision, ImportState
from lms.authoring.narrating import request_speech
from lms.authoring.rules import merge_reimport, readiness
from lms.catalog import service as catalog
from lms.catalog import textformat
from lms.catalog.content import AssetRef, ModuleContent, build_slides
from lms.catalog.models import Course, Module
from lms.catalog.stored import source_of, translation_of
from lms.core import audit
from lms.core.access import system_actor
from lms.core.audit import AuditAction
from lms.core.tenancy import tenant_of
from lms.jobs import service as jobs
from lms.jobs.models import Job, JobState
from lms.kernel.messages import N_
from lms.kernel.result import ConflictError, DomainError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.authoring.conversion import Conversion
    from lms.catalog.source import ModuleSource
    from lms.core.access import Actor

IMPORT_TASK = "authoring.import_deck"


@dataclass(frozen=True, slots=True)
class Upload:
    """A deck in the store, with what lies beside it. Digests are empty where there is none."""

    file_name: str
    deck_sha: str
    deck_bytes: int
    pdf_sha: str = ""
    notes_sha: str = ""
    notes_name: str = ""


def start_import(
    session: Session,
    upload: Upload,
    *,
    actor: Actor,
    now: datetime,
    course: Course | None = None,
    draft: Draft | None = None,
) -> DeckImport:
    """Queue the import of an upload; with ``draft`` it becomes that draft's next revision."""
    row = DeckImport(
        file_name=upload.file_name,
        deck_sha=upload.deck_sha,
        deck_bytes=upload.deck_bytes,
        pdf_sha=upload.pdf_sha,
        notes_sha=upload.notes_sha,
        notes_name=upload.notes_name,
        course_id=course.id if course else (draft.course_id if draft else None),
        draft_id=draft.id if draft else None,
        uploaded_by=actor.name,
        uploaded_employee_id=actor.employee_id,
        created_at=now,
    )
    session.add(row)
    session.flush()  # The job names the import's public id.
    _queue_import(session, row, actor=actor, now=now)
    return row


def has_stopped(row: DeckImport, job: Job | None) -> bool:
    """Whether an import failed, or its job ended without a word; only then it can be repeated."""
    if row.state in {ImportState.DONE, ImportState.FAILED}:
        return row.state is ImportState.FAILED
    # Jobs that ended are forgotten after a while; one that is open never is.
    return job is None or job.state in {JobState.DEAD, JobState.CANCELLED}


def repeat_import(session: Session, row: DeckImport, *, actor: Actor, now: datetime) -> DeckImport:
    """Try a failed import again with the upload that was kept."""
    row.state, row.error, row.error_values = ImportState.QUEUED, "", {}
    _queue_import(session, row, actor=actor, now=now)
    return row


def _queue_import(session: Session, row: DeckImport, *, actor: Actor, now: datetime) -> None:
    job = jobs.enqueue(
        session,
        IMPORT_TASK,
        {"deck_import": row.public_id},
        actor=actor,
        now=now,
        priority=jobs.FRONT,
        unique_key=f"import:{row.public_id}",
        subject=row.file_name,
    )
    row.job_public_id = job.public_id


def mark_import_running(session: Session, public_id: str) -> None:
    """The worker has begun."""
    session.execute(
        update(DeckImport)
        .where(DeckImport.public_id == public_id)
        .values(state=ImportState.RUNNING)
    )


def fail_import(session: Session, public_id: str, error: DomainError, *, now: datetime) -> None:
    """The deck cannot be used; the upload stays, and the message says what to do."""
    session.execute(
        update(DeckImport)
        .where(DeckImport.public_id == public_id)
        .values(
            state=ImportState.FAILED,
            error=error.message,
            error_values={key: str(value) for key, value in error.values.items()},
            finished_at=now,
        )
    )


def finish_import(
    session: Session,
    public_id: str,
    conversion: Conversion,
    assets: Mapping[str, AssetRef],
    *,
    seconds: float,
    default_voice: str,
    now: datetime,
) -> Draft:
    """Keep what came out of a deck as a draft with its report, and have its scripts spoken."""
    row = session.scalars(select(DeckImport).where(DeckImport.public_id == public_id)).one()
    source = conversion.source
    draft = session.get(Draft, row.draft_id) if row.draft_id is not None else None
    if draft is not None and row.state is ImportState.DONE:
        return draft  # The worker lost its answer and ran again.
    kept: dict[str, Any] = {}
    english = ""
    if draft is None:
        draft = Draft(
            course_id=row.course_id,
            title=source.title,
            owner_employee_id=row.uploaded_employee_id,
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
        session.flush()  # The revision and the import refer to the draft's key.
        row.draft_id = draft.id
    else:
        before = current_revision(session, draft)
        source = merge_reimport(source_of(before), source)
        kept, english = dict(before.assets), before.source_text_en
    merged = kept | {name: ref.to_json() for name, ref in assets.items()}
    revision = _add_revision(
        session,
        draft,
        source,
        merged,
        english=english,
        saved_by=row.uploaded_by,
        now=now,
        note=row.file_name,
    )
    row.report = report_of(conversion, seconds)
    row.state, row.error, row.finished_at = ImportState.DONE, "", now
    audit.record(
        session,
        replace(system_actor(tenant_of(session)), name=row.uploaded_by),
        AuditAction.DECK_IMPORTED,
        row,
        {"file": row.file_name, "draft": draft.public_id, "slides": conversion.slide_count},
        now=now,
    )
    _speak(session, draft, revision, default_voice)
    return draft


def _speak(session: Session, draft: Draft, revision: DraftRevision, voice: str) -> None:
    """Have spoken what a revision says and nobody has said before."""
    slides = build_slides(content_of_revision(revision), default_voice=voice)
    needs = [slide.narration for slide in slides if slide.narration is not None]
    owner = f"draft-{draft.id}-{revision.number}"
    subject = draft.title or revision.note
    request_speech(session, needs, owner=owner, subject=subject, now=revision.saved_at)


def report_of(conversion: Conversion, seconds: float) -> dict[str, Any]:
    """The import report as plain JSON values."""
    return {
        "slides": conversion.slide_count,
        "engine": conversion.engine,
        "fonts": list(conversion.fonts),
        "seconds": {**conversion.seconds, "total": round(seconds, 2)},
        "bytes": dict(conversion.sizes),
        "findings": [
            {
                "slide": f.slide,
                "code": f.code.value,
                "kind": f.kind.value,
                "values": dict(f.values),
                "text": f.text,
            }
            for f in conversion.findings
        ],
    }


def create_draft(
    session: Session,
    source: ModuleSource,
    *,
    actor: Actor,
    now: datetime,
    course: Course | None = None,
    module_id: int | None = None,
    assets: Mapping[str, Any] | None = None,
    english: str = "",
) -> Draft:
    """A draft written in the browser, or of a published module that is to be corrected.

    ``english`` is the text of its English edition, which drafts carry along unchanged.
    """
    draft = Draft(
        course_id=course.id if course else None,
        module_id=module_id,
        title=source.title,
        owner_employee_id=actor.employee_id,
        created_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()  # The revision refers to the draft's key.
    _add_revision(
        session, draft, source, dict(assets or {}), english=english, saved_by=actor.name, now=now
    )
    return draft


def save_draft(
    session: Session,
    draft: Draft,
    source: ModuleSource,
    *,
    base: int,
    actor: Actor,
    now: datetime,
    default_voice: str,
    assets: Mapping[str, Any] | None = None,
) -> DraftRevision:
    """Keep a changed draft as its next revision, and have spoken what is new in it.

    Args:
        base: the revision the change started from.
        default_voice: who speaks where the module names no voice.
        assets: the files of the draft where they changed (name to ``AssetRef`` mapping).

    Raises:
        ConflictError: somebody saved a newer revision meanwhile; nothing is overwritten.
    """
    if base != draft.revision:
        raise ConflictError(
            "draft.conflict",
            N_("Somebody saved this draft meanwhile. Compare both versions before you save."),
        )
    before = current_revision(session, draft)
    revision = _add_revision(
        session,
        draft,
        source,
        dict(assets if assets is not None else before.assets),
        english=before.source_text_en,
        saved_by=actor.name,
        now=now,
    )
    audit.record(
        session, actor, AuditAction.DRAFT_SAVED, draft, {"revision": revision.number}, now=now
    )
    _speak(session, draft, revision, default_voice)
    return revision


def _add_revision(
    session: Session,
    draft: Draft,
    source: ModuleSource,
    assets: dict[str, Any],
    *,
    english: str,
    saved_by: str,
    now: datetime,
    note: str = "",
) -> DraftRevision:
    draft.revision += 1
    draft.title = source.title
    draft.updated_at = now
    revision = DraftRevision(
        draft_id=draft.id,
        number=draft.revision,
        source_text=textformat.write_module(source),
        source_text_en=english,
        readings_text=textformat.write_readings(source.readings) if source.readings else "",
        assets=assets,
        saved_at=now,
        saved_by=saved_by,
        note=note,
    )
    session.add(revision)
    return revision


def current_revision(session: Session, draft: Draft) -> DraftRevision:
    """The newest saved state of a draft."""
    found = find_revision(session, draft, draft.revision)
    if found is None:
        raise NotFoundError(draft.public_id)
    return found


def find_revision(session: Session, draft: Draft, number: int) -> DraftRevision | None:
    """A saved state of a draft by its number."""
    return session.scalar(
        select(DraftRevision).where(
            DraftRevision.draft_id == draft.id, DraftRevision.number == number
        )
    )


def content_of_revision(revision: DraftRevision) -> ModuleContent:
    """A revision ready to be shown or published."""
    source = source_of(revision)
    return ModuleContent(
        source=source,
        source_text=revision.source_text,
        source_en=translation_of(revision, source),
        source_text_en=revision.source_text_en,
        readings_text=revision.readings_text,
        assets={name: AssetRef.from_json(raw) for name, raw in revision.assets.items()},
    )


def publish_draft(
    session: Session,
    draft: Draft,
    course: Course,
    *,
    actor: Actor,
    now: datetime,
    default_voice: str,
    note: str = "",
) -> catalog.Publication:
    """Make the newest revision of a draft live in a course.

    Raises:
        DomainError: something that learners need is missing (see ``rules.readiness``).
    """
    revision = current_revision(session, draft)
    content = content_of_revision(revision)
    blocking = [item for item in readiness(content.source) if item.blocks]
    if blocking:
        raise DomainError("draft.not-ready", blocking[0].message, **dict(blocking[0].values))
    slug = _slug(session, draft)
    publication = catalog.publish_module(
        session,
        course,
        slug,
        content,
        actor=actor,
        now=now,
        default_voice=default_voice,
        note=note,
    )
    draft.course_id = course.id
    draft.module_id = publication.version.module_id
    draft.published_revision = revision.number
    return publication


def _slug(session: Session, draft: Draft) -> str:
    if draft.module_id is not None:
        return session.get_one(Module, draft.module_id).slug
    return f"m-{draft.public_id}"
