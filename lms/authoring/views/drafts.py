"""The editor of a draft, its preview and its publishing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from lms.authoring import editing, queries, service
from lms.authoring.access import access_draft
from lms.authoring.corrections import draft_of_module
from lms.authoring.editing import SlideChange
from lms.authoring.forms import NEW_COURSE, ModuleForm, PublishForm, SlideForm, SourceForm
from lms.authoring.preview import preview_page
from lms.authoring.rules import readiness
from lms.authoring.views.imports import thumb_url
from lms.authoring.views.slice import authoring
from lms.catalog import queries as catalog
from lms.catalog import service as catalog_service
from lms.catalog import textformat
from lms.catalog.access import access_course
from lms.catalog.checks import script_length
from lms.catalog.models import Course
from lms.catalog.source import CourseSource, ModuleSource, QuizPolicy, SlideSource
from lms.catalog.stored import source_of
from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.i18n import gettext as _
from lms.core.web.formats import time_text
from lms.core.web.respond import CONFLICT, UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, db, now, tenant
from lms.core.web.state import state
from lms.core.web.static import media_url
from lms.kernel.ids import public_id as new_id
from lms.kernel.result import ConflictError, DomainError, NotFoundError
from lms.player.facts import Site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.authoring.models import Draft, DraftRevision


def _load(public_id: str) -> tuple[Draft, DraftRevision, ModuleSource]:
    draft = access_draft(db(), actor(), public_id)
    revision = service.current_revision(db(), draft)
    return draft, revision, source_of(revision)


def _todos(source: ModuleSource) -> list[dict[str, Any]]:
    return [
        {
            "slide": item.slide,
            "text": _(item.message, **dict(item.values)),
            "blocks": item.blocks,
        }
        for item in readiness(source)
    ]


@authoring.page("/author/drafts/new", allow=Permission.COURSE_EDIT, methods=("POST",))
def new_draft() -> ResponseReturnValue:
    """A module written in the browser: begins with one empty slide."""
    first = SlideSource(id="n01", title=_("First slide"))
    source = ModuleSource(title=_("New module"), slides=(first,))
    draft = service.create_draft(db(), source, actor=actor(), now=now())
    return redirect_with("", "authoring.edit", public_id=draft.public_id)


@authoring.page("/author/drafts/<public_id>", allow=Permission.COURSE_EDIT, methods=("GET", "POST"))
def edit(public_id: str) -> ResponseReturnValue:
    """The slide editor; an error or a conflict keeps everything that was typed."""
    draft, revision, source = _load(public_id)
    slide = editing.slide_of(source, request.values.get("slide", ""))
    if slide is None:
        raise NotFoundError(public_id)
    stored = _slide_values(slide)
    form: Any = SlideForm.from_request(base=str(draft.revision), **stored)
    status, theirs = 200, []
    if request.method == "POST":
        if form.sent():
            try:
                _save_slide(draft, source, slide, form)
            except DomainError as error:
                theirs = _refuse(form, error, draft, stored)
            else:
                message = _("Saved at %(time)s.", time=time_text(now()))
                go = request.form.get("go") or slide.id
                then = editing.slide_of(source, go) or slide
                return redirect_with(message, "authoring.edit", public_id=public_id, slide=then.id)
        status = CONFLICT if theirs else UNPROCESSABLE
    return page(
        "authoring/edit.html",
        status,
        theirs=theirs,
        draft=draft,
        source=source,
        slide=slide,
        form=form,
        todos=_todos(source),
        characters=script_length(replace(source, slides=(slide,))),
        picture=_picture(slide, revision),
        thumbs={
            s.id: thumb_url(s.picture.src, revision.assets) for s in source.slides if s.picture
        },
        has_import=queries.find_import_of(db(), draft.id),
    )


def _slide_values(slide: SlideSource) -> dict[str, Any]:
    return {
        "title": slide.title,
        "script": slide.script,
        "alt": slide.picture.alt if slide.picture else "",
        "body": slide.body,
        "questions": editing.blocks_of(slide.questions, slide.surveys),
        "source_note": slide.source_note,
        "review_by": slide.review_by,
        "hidden": slide.hidden,
    }


def _refuse(
    form: Any,  # noqa: ANN401 - any form of a draft
    error: DomainError,
    draft: Draft,
    stored: dict[str, Any],
) -> list[dict[str, str]]:
    """Keep what was typed and say why it was not saved.

    After a conflict: the fields as somebody else saved them, where they differ. The form then
    starts from the newest revision, so that saving once more is a decision and not a repeat.
    """
    form.refuse(error)
    if not isinstance(error, ConflictError):
        return []
    form.base.data = str(draft.revision)
    return [
        {"label": str(form[name].label.text), "text": str(value or "—")}
        for name, value in stored.items()
        if editing.clean(str(form[name].data or "")) != editing.clean(str(value or ""))
    ] or [{"label": _("Title"), "text": draft.title}]


def _picture(slide: SlideSource, revision: DraftRevision) -> dict[str, Any] | None:
    ref = revision.assets.get(slide.picture.src) if slide.picture else None
    if ref is None:
        return None
    return {"url": media_url(ref["sha"], ref["type"]), "w": ref["w"], "h": ref["h"]}


def _save_slide(draft: Draft, source: ModuleSource, slide: SlideSource, form: Any) -> None:  # noqa: ANN401
    change = SlideChange(
        title=form.title.data,
        script=form.script.data or "",
        alt=form.alt.data or "",
        body=form.body.data or "",
        questions=form.questions.data or "",
        source_note=form.source_note.data or "",
        review_by=form.review_by.data,
        hidden=bool(form.hidden.data),
    )
    changed = editing.change_slide(source, slide.id, change)
    before = service.find_revision(db(), draft, _base(form))
    if before is not None and editing.slide_of(source_of(before), slide.id) == slide:
        # Somebody saved another slide meanwhile; on this one nobody is in the way.
        form.base.data = str(draft.revision)
    _save(draft, changed, _base(form))


def _save(draft: Draft, source: ModuleSource, base: int) -> None:
    service.save_draft(
        db(),
        draft,
        source,
        base=base,
        actor=actor(),
        now=now(),
        default_voice=state().settings.voice,
    )


def _base(form: Any) -> int:  # noqa: ANN401 - a form with base
    """The revision the form was opened on; -1 for one that never was."""
    return int(form.base.data) if str(form.base.data).isdecimal() else -1


@authoring.page(
    "/author/drafts/<public_id>/slides", allow=Permission.COURSE_EDIT, methods=("POST",)
)
def change_order(public_id: str) -> ResponseReturnValue:
    """Add, remove or move a slide."""
    draft, _revision, source = _load(public_id)
    chosen, action = request.form.get("slide", ""), request.form.get("action", "")
    if action == "add":
        source, chosen = editing.add_slide(source, chosen, _("New slide"))
    elif action == "remove":
        source = editing.remove_slide(source, chosen)
        chosen = source.slides[0].id
    elif action in {"up", "down"}:
        source = editing.move_slide(source, chosen, -1 if action == "up" else 1)
    _save(draft, editing.checked(source), draft.revision)
    return redirect_with("", "authoring.edit", public_id=public_id, slide=chosen)


@authoring.page(
    "/author/drafts/<public_id>/module", allow=Permission.COURSE_EDIT, methods=("GET", "POST")
)
def edit_module(public_id: str) -> ResponseReturnValue:
    """Names, rules and the quiz at the end."""
    draft, revision, source = _load(public_id)
    stored = _module_values(source)
    form: Any = ModuleForm.from_request(base=str(draft.revision), **stored)
    status, theirs = 200, []
    if form.sent():
        try:
            _save(draft, _changed_module(source, form), _base(form))
        except DomainError as error:
            theirs = _refuse(form, error, draft, stored)
        else:
            message = _("Saved at %(time)s.", time=time_text(now()))
            return redirect_with(message, "authoring.edit_module", public_id=public_id)
    if request.method == "POST":
        status = CONFLICT if theirs else UNPROCESSABLE
    return page(
        "authoring/module.html",
        status,
        draft=draft,
        source=source,
        form=form,
        theirs=theirs,
        in_english=bool(revision.source_text_en),
    )


def _module_values(source: ModuleSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "title_en": source.title_en,
        "summary": source.summary,
        "minutes": source.minutes,
        "pass_mark": source.quiz.pass_mark,
        "draw": source.quiz.draw,
        "attempts": source.quiz.attempts,
        "time_limit": source.quiz.time_limit,
        "pool": editing.blocks_of(source.pool),
    }


def _changed_module(source: ModuleSource, form: Any) -> ModuleSource:  # noqa: ANN401 - a ModuleForm
    policy: QuizPolicy = replace(
        source.quiz,
        pass_mark=form.pass_mark.data,
        draw=form.draw.data,
        attempts=form.attempts.data,
        time_limit=form.time_limit.data,
    )
    return editing.change_module(
        source,
        title=form.title.data,
        title_en=form.title_en.data or "",
        summary=form.summary.data or "",
        minutes=form.minutes.data or 0,
        policy=policy,
        pool=form.pool.data or "",
    )


@authoring.page(
    "/author/drafts/<public_id>/text", allow=Permission.COURSE_EDIT, methods=("GET", "POST")
)
def edit_text(public_id: str) -> ResponseReturnValue:
    """The whole module as the text that files of ``courses/`` hold."""
    draft, revision, source = _load(public_id)
    form: Any = SourceForm.from_request(base=str(draft.revision), text=revision.source_text)
    if request.method == "GET":
        return page("authoring/text.html", draft=draft, form=form, problems=(), theirs=())
    text = editing.clean(form.text.data or "")
    parsed, problems = textformat.parse_module(text + "\n", file="module.md")
    theirs = []
    if form.sent() and parsed is not None:
        try:
            _save(draft, replace(parsed, readings=source.readings), _base(form))
        except DomainError as error:
            theirs = _refuse(form, error, draft, {"text": revision.source_text})
        else:
            message = _("Saved at %(time)s.", time=time_text(now()))
            return redirect_with(message, "authoring.edit_text", public_id=public_id)
    shown = [
        {"line": problem.line, "text": problem.explain(_)}
        for problem in problems
        if not problem.warning
    ]
    status = CONFLICT if theirs else UNPROCESSABLE
    context = {"draft": draft, "form": form, "problems": shown, "theirs": theirs}
    return page("authoring/text.html", status, **context)


@authoring.page("/author/drafts/<public_id>/preview", allow=Permission.COURSE_EDIT)
def preview(public_id: str) -> ResponseReturnValue:
    """The draft in the player, as a learner will see it; nothing is recorded."""
    draft, revision, _source = _load(public_id)
    here = url_for("authoring.preview", public_id=public_id)
    return page(
        "player/module.html",
        page=preview_page(
            db(),
            service.content_of_revision(revision),
            default_voice=state().settings.voice,
            exit_url=url_for("authoring.edit", public_id=public_id),
            here=here,
            course_title=draft.title,
            site=Site(tenant().slots, media_url),
            locale=current_locale(),
        ),
    )


@authoring.page(
    "/author/drafts/<public_id>/publish", allow=Permission.COURSE_PUBLISH, methods=("GET", "POST")
)
def publish(public_id: str) -> ResponseReturnValue:
    """Choose the course and make the draft live."""
    draft, _revision, source = _load(public_id)
    form: Any = PublishForm.from_request(course=_current_course(draft))
    own = [c for c in catalog.list_courses(db(), actor()) if c.tenant_id == actor().tenant_id]
    tiers = catalog.list_tiers(db())
    form.tier.choices = [(tier.code, tier.title) for tier in tiers]
    form.course.choices = [(c.public_id, c.title) for c in own] + [(NEW_COURSE, _("A new course"))]
    status = 200
    if request.method == "POST":
        if form.sent():
            try:
                course = _course(form, source)
                service.publish_draft(
                    db(),
                    draft,
                    course,
                    actor=actor(),
                    now=now(),
                    default_voice=state().settings.voice,
                    note=form.note.data or "",
                )
            except DomainError as error:
                form.refuse(error)
            else:
                message = _("Published. Learners see it from now on.")
                return redirect_with(message, "authoring.edit", public_id=public_id)
        status = UNPROCESSABLE
    return page(
        "authoring/publish.html", status, draft=draft, form=form, todos=_todos(source), own=own
    )


def _current_course(draft: Draft) -> str:
    if draft.course_id is None:
        return NEW_COURSE
    return db().get_one(Course, draft.course_id).public_id


def _course(form: Any, source: ModuleSource) -> Course:  # noqa: ANN401 - a PublishForm
    if form.course.data != NEW_COURSE:
        return access_course(db(), actor(), form.course.data, Permission.COURSE_PUBLISH)
    title = (form.new_title.data or "").strip() or source.title
    return catalog_service.save_course(
        db(),
        CourseSource(
            id=f"c-{new_id()}",
            tier=form.tier.data,
            title=title,
            title_en=source.title_en,
            modules=(),
            summary=source.summary,
        ),
        actor=actor(),
        now=now(),
        owner_employee_id=actor().employee_id,
    )


@authoring.page(
    "/author/modules/<module_id>/correct", allow=Permission.COURSE_EDIT, methods=("POST",)
)
def correct_module(module_id: str) -> ResponseReturnValue:
    """Open the draft of a published module, made from its live version where there is none."""
    draft = draft_of_module(db(), module_id, actor=actor(), now=now())
    return redirect(url_for("authoring.edit", public_id=draft.public_id), code=303)
