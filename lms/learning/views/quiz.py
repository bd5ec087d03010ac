"""Pages of the quiz at the end of a module: rules, one question a screen, review and result."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, request

from lms.assessment import queries, responses, service
from lms.assessment.access import access_attempt
from lms.assessment.models import Attempt, AttemptState
from lms.assessment.values import QuestionKind
from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.i18n import gettext as _
from lms.core.web.addresses import url_for
from lms.core.web.formats import time_text
from lms.core.web.respond import CONFLICT, UNPROCESSABLE, json_answer, page, redirect_with
from lms.core.web.session import actor, db, now, wants_json
from lms.kernel.result import ConflictError, DomainError, NotFoundError
from lms.learning.access import LearnerModule, access_module
from lms.learning.views.slice import learning

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.assessment.pages import AttemptPage
    from lms.assessment.responses import Response

QUIZ = "/learn/<course>/<module>/quiz"
ATTEMPT = f"{QUIZ}/<attempt>"
REVIEW = "review"


def _module(course: str, module: str) -> tuple[LearnerModule, int]:
    """The module and the key of the quiz version that a new attempt would use."""
    found = access_module(db(), actor(), course, module)
    if found.module.final_quiz_version_id is None:
        raise NotFoundError(module)
    return found, found.module.final_quiz_version_id


def _attempt(course: str, module: str, attempt: str) -> tuple[LearnerModule, Attempt]:
    found, _version_id = _module(course, module)
    return found, access_attempt(db(), actor(), attempt, found.module.final_quiz_id)


def _address(name: str, found: LearnerModule, attempt: Attempt, **more: object) -> str:
    place = {"course": found.course.public_id, "module": found.module.public_id}
    return url_for(f"learning.{name}", **place, attempt=attempt.public_id, **more)


def _to(name: str, found: LearnerModule, attempt: Attempt, **more: object) -> ResponseReturnValue:
    return redirect(_address(name, found, attempt, **more), code=303)


@learning.page(QUIZ, allow=Permission.COURSE_LEARN)
def quiz(course: str, module: str) -> ResponseReturnValue:
    """The rules of the quiz, the attempts so far, and one button."""
    found, version_id = _module(course, module)
    employee_id = actor().employee_id or 0
    start = queries.start_page(db(), version_id, employee_id, now=now())
    return page("assessment/start.html", found=found, start=start)


@learning.page(QUIZ, allow=Permission.COURSE_LEARN, methods=("POST",))
def start_quiz(course: str, module: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    found, version_id = _module(course, module)
    attempt = service.start_attempt(db(), version_id, actor=actor(), now=now())
    name = "quiz_question" if attempt.state is AttemptState.OPEN else "quiz_result"
    return _to(name, found, attempt)


@learning.page(ATTEMPT, allow=Permission.COURSE_LEARN)
def quiz_question(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """One question: ``?q=`` its number, else the first one that is not answered."""
    found, row = _attempt(course, module, attempt)
    if row.state is not AttemptState.OPEN:
        return _to("quiz_result", found, row)
    sheet = queries.attempt_page(db(), row, current_locale(), now=now())
    if sheet.expired:
        return _to("quiz_review", found, row)
    number = request.args.get("q", default=0, type=int)
    if not number:
        first = next(iter(sheet.unanswered), None)
        if first is None:
            return _to("quiz_review", found, row)
        number = first.number
    return _question_page(found, sheet, number)


def _question_page(
    found: LearnerModule,
    sheet: AttemptPage,
    number: int,
    *,
    typed: Response | None = None,
    error: str = "",
) -> ResponseReturnValue:
    if not 1 <= number <= len(sheet.questions):
        raise NotFoundError(str(number))
    question = sheet.questions[number - 1]
    if error:
        # The form still started from what its window knew, so that it cannot undo a newer answer.
        known = request.form.get("revision", default=question.revision, type=int)
        question = replace(question, response=typed, revision=known)
    status = UNPROCESSABLE if error else 200
    return page(
        "assessment/question.html",
        status,
        found=found,
        sheet=sheet,
        question=question,
        error=error,
        server_now=now(),
    )


@learning.page(f"{ATTEMPT}/answer", allow=Permission.COURSE_LEARN, methods=("POST",))
def save_quiz_answer(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Save one answer: JSON for the script that saves while somebody works, else go on."""
    found, row = _attempt(course, module, attempt)
    code, response = request.form.get("question", ""), _response()
    save = partial(service.save_answer, db(), row, code, response, actor=actor(), now=now())
    if wants_json():
        saved = save(based_on=request.form.get("revision", default=0, type=int))
        return json_answer({"saved_at": time_text(saved.saved_at), "revision": saved.revision})
    try:
        if not _untouched(response):
            save(based_on=request.form.get("revision", default=None, type=int))
    except DomainError as error:
        return _refused(found, row, response, error)
    return redirect(_onward(found, row), code=303)


def _response() -> Response:
    """What the form says. A wrong ``kind`` is noticed where the question is known."""
    response = responses.from_form(request.form.get("kind", ""), request.form.items(multi=True))
    direction, _colon, item = request.form.get("move", "").partition(":")
    if item and isinstance(response, list):
        return responses.moved(response, item, -1 if direction == "up" else 1)
    return response


def _untouched(response: Response) -> bool:
    """Whether somebody only passes by a question that had no answer when the page was made.

    It may have one by now, given in another window; nothing takes it back. The first order of an
    order question is no answer yet.
    """
    if request.form.get("revision") != "0":
        return False
    if request.form.get("kind") != QuestionKind.ORDER:
        return not response
    stays = request.form.get("go", "next") not in {"next", ""} and not request.form.get("move")
    return stays and " ".join(response) == request.form.get("shown")


def _refused(
    found: LearnerModule, row: Attempt, response: Response, error: DomainError
) -> ResponseReturnValue:
    message = _(error.message, **error.values)
    if error.code in {"attempt.late", "attempt.closed"}:
        service.submit(db(), row, actor=actor(), now=now())
        place = {"course": found.course.public_id, "module": found.module.public_id}
        return redirect_with(
            message, "learning.quiz_result", kind="warning", **place, attempt=row.public_id
        )
    sheet = queries.attempt_page(db(), row, current_locale(), now=now())
    code = request.form.get("question")
    number = next((each.number for each in sheet.questions if each.code == code), 0)
    if number and isinstance(error, ConflictError):
        stored = sheet.questions[number - 1]
        return page(
            "assessment/conflict.html",
            CONFLICT,
            found=found,
            sheet=sheet,
            stored=stored,
            typed=replace(stored, response=response),
            onward=_onward(found, row),
            go=number if request.form.get("move") else request.form.get("go", "next"),
            server_now=now(),
        )
    return _question_page(found, sheet, number, typed=response, error=message)


def _onward(found: LearnerModule, row: Attempt) -> str:
    """The address of the question or the review that the pressed button names."""
    go, last = request.form.get("go", "next"), len(row.question_ids)
    number = request.form.get("number", default=1, type=int)
    if not request.form.get("move"):
        steps = {"next": number + 1, "previous": number - 1}
        named = request.form.get("go", default=0, type=int)
        number = steps.get(go, named)
    if go == REVIEW or not 1 <= number <= last:
        return _address("quiz_review", found, row)
    return _address("quiz_question", found, row, q=number)


@learning.page(f"{ATTEMPT}/review", allow=Permission.COURSE_LEARN)
def quiz_review(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Everything at a glance before handing in; after the deadline only the way to the marks."""
    found, row = _attempt(course, module, attempt)
    if row.state is not AttemptState.OPEN:
        return _to("quiz_result", found, row)
    sheet = queries.attempt_page(db(), row, current_locale(), now=now())
    return page("assessment/review.html", found=found, sheet=sheet, server_now=now())


@learning.page(f"{ATTEMPT}/submit", allow=Permission.COURSE_LEARN, methods=("POST",))
def submit_quiz(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Hand in. However often it is sent, it is graded once."""
    found, row = _attempt(course, module, attempt)
    service.submit(db(), row, actor=actor(), now=now())
    return _to("quiz_result", found, row)


@learning.page(f"{ATTEMPT}/result", allow=Permission.COURSE_LEARN)
def quiz_result(course: str, module: str, attempt: str) -> ResponseReturnValue:
    """Score and pass in words, feedback as far as the author allows, and what comes next."""
    found, row = _attempt(course, module, attempt)
    if row.state is AttemptState.OPEN:
        return _to("quiz_question", found, row)
    result = queries.result_page(db(), row, current_locale())
    return page("assessment/result.html", found=found, result=result)
