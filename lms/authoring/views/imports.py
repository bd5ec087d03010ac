"""Uploading a deck, following its import, and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from lms.authoring import queries, service
from lms.authoring.access import access_draft, access_import
from lms.authoring.findings import CATALOGUE, FindingCode
from lms.authoring.forms import ImportForm, RetryForm
from lms.authoring.materials import list_all
from lms.authoring.models import Draft, ImportState
from lms.authoring.rules import small_picture
from lms.authoring.service import Upload
from lms.authoring.views.slice import authoring
from lms.catalog.stored import source_of
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, db, now, transaction
from lms.core.web.state import state
from lms.core.web.static import media_url
from lms.jobs.models import JobState
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from lms.authoring.models import DeckImport, DraftRevision
    from lms.jobs.models import Job

DECK_KINDS = ".pptx,.pptm,.ppsx,.ppsm,.potx,.potm,.ppt,.odp,.otp"
NOTES_KINDS = ".txt,.csv,.docx"
_ORDER = {"lost": 0, "missing": 1, "replaced": 2, "note": 3}


@dataclass(frozen=True, slots=True)
class ImportWay:
    """How far an import is: steps for ``ui/steps.html``, the whole in per cent, what goes on."""

    steps: list[dict[str, str]]
    percent: int
    text: str


@authoring.page("/author", allow=Permission.COURSE_EDIT)
def materials() -> ResponseReturnValue:
    """Drafts and what became of them, and imports on their way."""
    listed = list_all(db())
    pictures = {key: facts.picture for key, facts in listed.facts.items() if facts.picture}
    return page(
        "authoring/materials.html",
        listed=listed,
        pictures={key: media_url(ref["sha"], ref["type"]) for key, ref in pictures.items()},
        imports=queries.list_open_imports(db()),
        form=ImportForm(),
        limit=state().settings.upload_limit_mb,
        deck_kinds=DECK_KINDS,
    )


@authoring.page(
    "/author/imports/new", allow=Permission.COURSE_EDIT, methods=("GET", "POST"), writes=False
)
def new_import() -> ResponseReturnValue:
    """Upload a deck; the files are stored before the short write that queues the import."""
    form: Any = ImportForm.from_request()
    target = request.values.get("draft", "")
    draft = access_draft(db(), actor(), target) if target else None
    context = {
        "form": form,
        "draft": draft,
        "limit": state().settings.upload_limit_mb,
        "deck_kinds": DECK_KINDS,
        "notes_kinds": NOTES_KINDS,
    }
    if request.method == "GET":
        return page("authoring/new_import.html", **context)
    if not form.deck.data or not form.deck.data.filename:
        form.deck.errors = [_("Choose a file.")]
        return page("authoring/new_import.html", UNPROCESSABLE, **context)
    try:
        upload = Upload(**_sent(form))
    except DomainError as error:
        form.refuse(error)
        return page("authoring/new_import.html", UNPROCESSABLE, **context)
    with transaction() as session:
        into = session.get_one(Draft, draft.id) if draft else None
        row = service.start_import(session, upload, actor=actor(), now=now(), draft=into)
        public_id = row.public_id
    return redirect_with("", "authoring.show_import", public_id=public_id)


def _sent(form: Any) -> dict[str, Any]:  # noqa: ANN401 - a form with the three files
    """Put the files that came along into the store; gives the columns that keep them."""
    given = {
        name: (upload.filename, *_store(upload, name))
        for name in ("deck", "pdf", "notes")
        if (upload := getattr(form, name).data) and upload.filename
    }
    sent: dict[str, Any] = {f"{name}_sha": digest for name, (_n, digest, _s) in given.items()}
    if "deck" in given:
        sent |= {"file_name": given["deck"][0], "deck_bytes": given["deck"][2]}
    if "notes" in given:
        sent["notes_name"] = given["notes"][0]
    return sent


def _store(upload: FileStorage, field: str) -> tuple[str, int]:
    limit = state().settings.upload_limit_mb
    try:
        digest, size = state().files.put_stream(upload.stream, limit=limit << 20)
    except OverflowError:
        raise DomainError(
            "deck.size",
            "The file is larger than %(limit)s MB. Make its pictures smaller or split it.",
            field,
            limit=limit,
        ) from None
    if size == 0:
        raise DomainError(
            "deck.empty", "The file is empty. Save it again and upload it once more.", field
        )
    return digest, size


@authoring.page("/author/imports/<public_id>", allow=Permission.COURSE_EDIT)
def show_import(public_id: str) -> ResponseReturnValue:
    """How far an import is; then its report, or what went wrong."""
    row = access_import(db(), actor(), public_id)
    if row.state is not ImportState.DONE:
        job = queries.find_job_of(db(), row)
        if service.has_stopped(row, job):
            return _failed(row, _why(row))
        return page("authoring/import_running.html", deck_import=row, way=_way(job))
    draft = db().get_one(Draft, row.draft_id)
    return page(
        "authoring/report.html",
        deck_import=row,
        draft=draft,
        slides=_report_slides(row, service.current_revision(db(), draft)),
        general=[f for f in _findings(row) if f["slide"] is None],
        counts=_counts(row),
    )


def _why(row: DeckImport) -> str:
    if row.state is ImportState.FAILED:
        return _(row.error, **row.error_values)
    return _("The import stopped before it was done. Please try again.")


def _failed(
    row: DeckImport,
    message: str,
    form: Any = None,  # noqa: ANN401 - a RetryForm
    status: int = 200,
) -> ResponseReturnValue:
    return page(
        "authoring/import_failed.html",
        status,
        deck_import=row,
        message=message,
        form=form or RetryForm(),
        limit=state().settings.upload_limit_mb,
        deck_kinds=DECK_KINDS,
        notes_kinds=NOTES_KINDS,
    )


def _way(job: Job | None) -> ImportWay:
    """What the worker last said, in words: nothing has begun while the job waits."""
    labels = {
        "check": _("Check"),
        "read": _("Open and read the deck"),
        "pictures": _("Make pictures"),
        "finish": _("Put together"),
    }
    begun = job is not None and job.state is not JobState.QUEUED
    step = job.step if job and job.step in labels else "check"
    place = list(labels).index(step) if begun else -1
    count = f"{job.done_count} / {job.total_count}" if job and begun and job.total_count else ""
    steps = [
        {
            "label": label,
            "state": "done" if i < place else "current" if i == place else "todo",
            "note": count if i == place else "",
        }
        for i, label in enumerate(labels.values())
    ]
    text = labels[step] if begun else _("Waiting for its turn")
    part = job.done_count / job.total_count if job and count else 0
    return ImportWay(steps, round((max(place, 0) + part) / len(steps) * 100), text)


def _findings(row: DeckImport) -> list[dict[str, Any]]:
    """The lines of the report in words, the most serious first."""
    found = []
    for item in row.report.get("findings", []):
        message = item.get("text") or CATALOGUE[FindingCode(item["code"])][1]
        found.append({**item, "message": _(message, **item["values"])})
    return sorted(found, key=lambda f: (_ORDER[f["kind"]], f["slide"] or 0))


def _counts(row: DeckImport) -> dict[str, int]:
    counts = dict.fromkeys(_ORDER, 0)
    for item in row.report.get("findings", []):
        counts[item["kind"]] += 1
    return counts


def _report_slides(row: DeckImport, revision: DraftRevision) -> list[dict[str, Any]]:
    """A card for each slide: small picture, title, findings."""
    by_slide: dict[int, list[dict[str, Any]]] = {}
    for finding in _findings(row):
        if finding["slide"] is not None:
            by_slide.setdefault(finding["slide"], []).append(finding)
    return [
        {
            "number": number,
            "id": slide.id,
            "title": slide.title,
            "thumb": thumb_url(slide.picture.src if slide.picture else "", revision.assets),
            "findings": by_slide.get(number, []),
            "spoken": bool(slide.script.strip()),
            "hidden": slide.hidden,
        }
        for number, slide in enumerate(source_of(revision).slides, start=1)
    ]


def thumb_url(src: str, assets: dict[str, Any]) -> str:
    """The address of a slide's small picture, or an empty string."""
    small = small_picture(src, assets)
    return media_url(small["sha"], small["type"]) if small else ""


@authoring.page(
    "/author/imports/<public_id>/retry",
    allow=Permission.COURSE_EDIT,
    methods=("POST",),
    writes=False,
)
def retry_import(public_id: str) -> ResponseReturnValue:
    """Try a failed import again with the files that were kept; those sent along replace them."""
    row = access_import(db(), actor(), public_id)
    form: Any = RetryForm.from_request()
    try:
        sent = _sent(form)
    except DomainError as error:
        form.refuse(error)
        return _failed(row, _why(row), form, UNPROCESSABLE)
    with transaction() as session:
        fresh = access_import(session, actor(), public_id)
        # A page that was left open must not change the files under work that goes on again.
        if service.has_stopped(fresh, queries.find_job_of(session, fresh)):
            for column, value in sent.items():
                setattr(fresh, column, value)
            service.repeat_import(session, fresh, actor=actor(), now=now())
    return redirect_with("", "authoring.show_import", public_id=public_id)
