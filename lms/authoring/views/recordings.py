"""A recorded voice in the place of the synthetic one, slide by slide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from lms.authoring import editing, queries, service
from lms.authoring.access import access_draft
from lms.authoring.forms import RecordingForm
from lms.authoring.models import Draft
from lms.authoring.views.slice import authoring
from lms.catalog.assets import MEDIA_TYPES
from lms.catalog.content import AssetRef, build_slides
from lms.catalog.sounds import HEAD, sound_ending
from lms.catalog.stored import source_of
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, db, now, transaction
from lms.core.web.state import state
from lms.core.web.static import media_url
from lms.kernel.messages import N_
from lms.kernel.result import DomainError, NotFoundError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from lms.authoring.models import DraftRevision
    from lms.catalog.source import SlideSource

SOUND_KINDS = ".wav,.mp3,.ogg,.flac"


@authoring.page(
    "/author/drafts/<public_id>/recording",
    allow=Permission.COURSE_EDIT,
    methods=("GET", "POST"),
    writes=False,
)
def record(public_id: str) -> ResponseReturnValue:
    """Give a slide a recording, or take it away; the file is stored before the short write."""
    draft = access_draft(db(), actor(), public_id)
    revision = service.current_revision(db(), draft)
    slide = editing.slide_of(source_of(revision), request.values.get("slide", ""))
    if slide is None:
        raise NotFoundError(public_id)
    form: Any = RecordingForm.from_request()
    if request.method == "POST":
        removed = "remove" in request.form
        try:
            name, ref = ("", None) if removed else _store(form.recording.data, slide.id)
            _save(draft.id, slide.id, name, ref)
        except DomainError as error:
            form.refuse(error)
        else:
            message = _("The recording is removed.") if removed else _("The recording is kept.")
            return redirect_with(message, "authoring.record", public_id=public_id, slide=slide.id)
    return page(
        "authoring/recording.html",
        UNPROCESSABLE if request.method == "POST" else 200,
        draft=draft,
        slide=slide,
        form=form,
        recording=_recording(revision, slide),
        limit=state().settings.upload_limit_mb,
        sound_kinds=SOUND_KINDS,
    )


def _store(upload: FileStorage | None, slide_id: str) -> tuple[str, AssetRef]:
    """Put a recording into the store; its name in the draft, and what is there.

    Raises:
        DomainError: there is no file, or it is no sound that can be read, or it is too large.
    """
    if upload is None or not upload.filename:
        raise DomainError("recording.missing", N_("Choose a file."), "recording")
    ending = sound_ending(upload.stream.read(HEAD))
    if not ending:
        raise DomainError(
            "recording.kind",
            N_("This sound file cannot be read. Upload WAV, MP3, Ogg or FLAC."),
            "recording",
        )
    upload.stream.seek(0)
    limit = state().settings.upload_limit_mb
    try:
        sha, size = state().files.put_stream(upload.stream, limit=limit << 20)
    except OverflowError:
        raise DomainError(
            "recording.size",
            N_("The recording is larger than %(limit)s MB. Save it as MP3."),
            "recording",
            limit=limit,
        ) from None
    name = f"assets/recording-{slide_id}-{sha[:8]}{ending}"
    return name, AssetRef(sha, MEDIA_TYPES[ending], size=size)


def _save(draft_id: int, slide_id: str, name: str, ref: AssetRef | None) -> None:
    with transaction() as session:
        draft = session.get_one(Draft, draft_id)
        before = service.current_revision(session, draft)
        assets = dict(before.assets)
        if ref is not None:
            assets[name] = ref.to_json()
        service.save_draft(
            session,
            draft,
            editing.record_slide(source_of(before), slide_id, name),
            base=draft.revision,
            actor=actor(),
            now=now(),
            default_voice=state().settings.voice,
            assets=assets,
        )


def _recording(revision: DraftRevision, slide: SlideSource) -> dict[str, Any] | None:
    """The recording of a slide: where it is heard, and whether it became its speech."""
    ref = revision.assets.get(slide.audio) if slide.audio else None
    if ref is None:
        return None
    content = service.content_of_revision(revision)
    built = build_slides(content, default_voice=state().settings.voice)
    need = next((each.narration for each in built if each.key == slide.id), None)
    spoken = queries.narrations(db(), [need.key]).get(need.key) if need else None
    ready = spoken is not None and spoken.ready_at is not None
    return {
        "url": media_url(ref["sha"], ref["type"]),
        "waits": spoken is not None and not ready,
        "refused": spoken is not None and ready and not spoken.audio_sha,
    }
