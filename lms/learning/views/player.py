"""The player, its text edition, and the messages of both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import redirect, request

from lms.assessment import responses
from lms.catalog.narrations import narration_job_keys
from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.i18n import gettext as _
from lms.core.web.addresses import url_for
from lms.core.web.formats import time_text
from lms.core.web.respond import UNPROCESSABLE, json_answer, page
from lms.core.web.session import actor, after_response, db, now, tenant
from lms.core.web.state import state
from lms.core.web.static import media_url
from lms.jobs.service import can_be_promoted, promote
from lms.kernel.result import DomainError
from lms.learning import answering, rules, service, words
from lms.learning.access import LearnerModule, access_module, course_owner
from lms.learning.outline import failed_quizzes
from lms.learning.paper import letter
from lms.learning.playing import Refused, Ways, next_step, player_page
from lms.learning.queries import course_progress
from lms.learning.views import tickets
from lms.learning.views.slice import learning
from lms.player.facts import Site
from lms.player.page_model import PlayerPage, PlayerUrls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from lms.learning.opening import Ticket
    from lms.learning.service import BeatResult

MODULE = "/learn/<course>/<module>"
TEXT = "text"


@learning.page(MODULE, allow=Permission.COURSE_LEARN)
def module(course: str, module: str) -> ResponseReturnValue:
    """The player; without its script a page that can be read and recorded as it is."""
    found = access_module(db(), actor(), course, module)
    return page("player/module.html", page=_page(found))


@learning.page(f"{MODULE}/text", allow=Permission.COURSE_LEARN)
def text_edition(course: str, module: str) -> ResponseReturnValue:
    """Everything of a module on one long page, with the same credit."""
    found = access_module(db(), actor(), course, module)
    return page("player/text.html", page=_page(found, view=TEXT))


@learning.page(f"{MODULE}/paper", allow=Permission.COURSE_LEARN)
def paper(course: str, module: str) -> ResponseReturnValue:
    """Slides, scripts and questions without keys, made for printing."""
    found = access_module(db(), actor(), course, module)
    return page("learning/paper.html", page=_page(found, view=TEXT), letter=letter)


@learning.page(f"{MODULE}/finished", allow=Permission.COURSE_LEARN)
def finished(course: str, module: str) -> ResponseReturnValue:
    """After a module: what is done, what is still missing, and the one next thing."""
    found = access_module(db(), actor(), course, module)
    enrolment_id = found.enrolment.id if found.enrolment else None
    standing = course_progress(db(), enrolment_id, (found.module,))[0]
    failed = failed_quizzes(db(), (standing,), actor().employee_id or 0)
    return page(
        "learning/finished.html",
        found=found,
        standing=standing,
        failed=failed,
        step=next_step(found, standing, _ways(found), failed),
        words=words,
    )


def _ways(found: LearnerModule) -> Ways:
    course, later = found.course.public_id, found.following
    following = url_for("learning.module", course=course, module=later.public_id) if later else ""
    return Ways(
        quiz=url_for("learning.quiz", course=course, module=found.module.public_id),
        following=following,
        course=url_for("learning.course", course=course),
    )


def _page(
    found: LearnerModule, *, view: str | None = None, refused: Refused | None = None
) -> PlayerPage:
    who = actor()
    return player_page(
        db(),
        found,
        employee_id=who.employee_id or 0,
        account=tickets.account_key(who),
        launch=tickets.issue(found, actor=who, now=now()),
        urls=PlayerUrls(
            module=_address("module", found),
            text=_address("text_edition", found),
            progress=_address("progress", found, view),
            answer=_address("answer", found, view),
            exit=url_for("learning.course", course=found.course.public_id),
        ),
        ways=_ways(found),
        site=Site(tenant().slots, media_url),
        locale=current_locale(),
        refused=refused,
    )


def _address(name: str, found: LearnerModule, view: str | None = None) -> str:
    course, module = found.course.public_id, found.module.public_id
    return url_for(f"learning.{name}", course=course, module=module, view=view)


@learning.page(f"{MODULE}/progress", allow=Permission.COURSE_LEARN, methods=("POST",))
def progress(course: str, module: str) -> ResponseReturnValue:
    """What the player observed: JSON, or a form when the page is just being left."""
    body = _body()
    ticket = _ticket(body, course, module)
    if not request.is_json and "slide" in request.form:
        return _read(ticket, course, module)
    beats = rules.read_beats(_beats(body))
    result = service.take_beats(db(), ticket, beats, actor=actor(), now=now())
    _hurry(ticket, result)
    return json_answer(
        {
            "saved_at": time_text(result.saved_at),
            "acked_seq": result.acked_seq,
            "ticks": _ticks(result.ticks),
            "completed": result.completed,
        }
    )


@learning.page(f"{MODULE}/answer", allow=Permission.COURSE_LEARN, methods=("POST",))
def answer(course: str, module: str) -> ResponseReturnValue:
    """An answer inside a slide: JSON from the script, else a form that leads back to it."""
    body = _body()
    ticket, code = _ticket(body, course, module), str(body.get("question", ""))
    given: Any = body.get("response")
    if not request.is_json:
        fields = tuple(request.form.items(multi=True))
        given = lambda kind: responses.from_form(kind, fields)  # noqa: E731 - read once known
    try:
        result = answering.answer(db(), ticket, code, given, actor=actor(), now=now())
    except DomainError as error:
        if request.is_json:
            raise
        refused = Refused(code, fields, _(error.message, **error.values))
        return _asked_again(course, module, refused)
    if not request.is_json:
        return redirect(f"{_reader(course, module)}#q-{code}", code=303)
    return json_answer(
        {
            "correct": result.correct,
            "points": result.points,
            "feedback_html": result.feedback_html,
            "retry": result.retry,
            "saved_at": time_text(result.saved_at),
            "ticks": _ticks(result.ticks),
            "completed": result.completed,
        }
    )


def _asked_again(course: str, module: str, refused: Refused) -> ResponseReturnValue:
    """The page from which a plain form was sent, with what was entered and why it was not taken."""
    found = access_module(db(), actor(), course, module)
    text = request.args.get("view") == TEXT
    shown = _page(found, view=TEXT if text else None, refused=refused)
    return page("player/text.html" if text else "player/module.html", UNPROCESSABLE, page=shown)


def _read(ticket: Ticket, course: str, module: str) -> ResponseReturnValue:
    """The button under a slide, for those who read: back to it, right above the next slide.

    After the last one it leads to what was done.
    """
    slide = request.form["slide"]
    result = service.mark_read(db(), ticket, slide, actor=actor(), now=now())
    _hurry(ticket, result)
    seen = next((tick for tick in result.ticks if tick.kind is rules.TickKind.SLIDES), None)
    if result.completed or (seen is not None and seen.done):
        return redirect(url_for("learning.finished", course=course, module=module), code=303)
    return redirect(f"{_reader(course, module)}#read-{slide}", code=303)


def _reader(course: str, module: str) -> str:
    """The page on which a plain form was sent."""
    text = request.args.get("view") == TEXT
    return url_for(
        "learning.text_edition" if text else "learning.module", course=course, module=module
    )


def _body() -> dict[str, Any]:
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _ticket(body: dict[str, Any], course: str, module: str) -> Ticket:
    return tickets.read(body.get("launch"), actor=actor(), course=course, module=module)


def _beats(body: dict[str, Any]) -> object:
    """The list of beats; in a form it is a JSON text."""
    raw = body.get("beats")
    if request.is_json or not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _ticks(ticks: Iterable[rules.Tick]) -> list[dict[str, object]]:
    return [{"id": tick.kind.value, "done": tick.done} for tick in ticks]


def _hurry(ticket: Ticket, result: BeatResult) -> None:
    """Let the speech of a module that was just opened be made before that of the others."""
    if result.opened is None:
        return
    owner = course_owner(db(), ticket.course_id)
    keys = narration_job_keys(str(result.opened))
    database = state().db

    def hurry(_session: Session) -> None:
        # The jobs of a shared course belong to the library, not to the reader's municipality.
        with database.session(owner, read_only=True) as session:
            waiting = [key for key in keys if can_be_promoted(session, key)]
        if waiting:
            with database.transaction(owner) as session:
                for key in waiting:
                    promote(session, key)

    after_response(hurry)
