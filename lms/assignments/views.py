"""Pages of campaigns: ask departments or people to take a course by a date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import request

from lms.assignments import queries, service
from lms.assignments.access import access_campaign
from lms.assignments.forms import CampaignForm
from lms.assignments.service import Audience
from lms.catalog import queries as catalog
from lms.catalog.access import access_course
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.formats import listed
from lms.core.web.respond import UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, db, now
from lms.core.web.slice import Slice
from lms.kernel.clock import jst_date
from lms.kernel.result import DomainError
from lms.people.queries import find_by_staff_numbers, list_units

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

assignments = Slice("assignments", __name__)
USUAL_TIME = timedelta(days=30)


@assignments.page("/hr/campaigns", allow=Permission.ASSIGNMENT_EDIT)
def campaigns() -> ResponseReturnValue:
    """Campaigns with how many of the people asked are done."""
    return page(
        "assignments/campaigns.html",
        campaigns=queries.list_campaigns(db()),
        today=jst_date(now()),
    )


def _form() -> CampaignForm:
    form: Any = CampaignForm.from_request(due_on=jst_date(now()) + USUAL_TIME)
    # No course is chosen beforehand: a wrong one would reach everybody at once.
    courses = catalog.list_courses(db(), actor())
    form.course.choices = [("", _("Choose")), *((each.public_id, each.title) for each in courses)]
    units = list_units(db(), actor(), Permission.ASSIGNMENT_EDIT, on=jst_date(now()))
    form.units.choices = [
        (unit.public_id, f"{'　' * (unit.level - 1)}{unit.name}") for unit in units
    ]
    return form  # type: ignore[no-any-return]


@assignments.page("/hr/campaigns/new", allow=Permission.ASSIGNMENT_EDIT, methods=("GET", "POST"))
def new_campaign() -> ResponseReturnValue:
    """The form; an error keeps everything that was typed."""
    form = _form()
    if request.method == "GET":
        return page("assignments/new.html", form=form)
    if form.sent():
        try:
            campaign = _create(form)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect_with(
                _("The course was assigned. People see it on their home page at once."),
                "assignments.show_campaign",
                public_id=campaign.public_id,
            )
    return page("assignments/new.html", UNPROCESSABLE, form=form)


def _create(form: CampaignForm) -> Any:  # noqa: ANN401 - a Campaign
    today = jst_date(now())
    wanted = form.staff_numbers()
    people = find_by_staff_numbers(db(), actor(), Permission.ASSIGNMENT_EDIT, wanted, on=today)
    unknown = [number for number in wanted if number not in people]
    if unknown:
        raise DomainError(
            "campaign.unknown",
            "No such staff number: %(numbers)s. Correct or remove it.",
            "people",
            numbers=listed(unknown[:10]),
        )
    course = access_course(db(), actor(), str(form.course.data))
    audience = Audience(
        units=tuple(form.units.data or ()),
        employees=tuple(people.values()),
    )
    return service.create_campaign(
        db(),
        course,
        audience,
        form.due_on.data,  # type: ignore[arg-type]
        reason=(form.reason.data or "").strip(),
        actor=actor(),
        now=now(),
    )


@assignments.page("/hr/campaigns/<public_id>", allow=Permission.ASSIGNMENT_EDIT)
def show_campaign(public_id: str) -> ResponseReturnValue:
    """One campaign with its numbers and the way to its people."""
    campaign = access_campaign(db(), actor(), public_id)
    row = next(r for r in queries.list_campaigns(db(), only=campaign.id))
    return page(
        "assignments/show.html",
        campaign=row,
        audience=queries.audience_names(db(), campaign.audience),
        today=jst_date(now()),
    )


@assignments.page(
    "/hr/campaigns/<public_id>/cancel", allow=Permission.ASSIGNMENT_EDIT, methods=("POST",)
)
def cancel_campaign(public_id: str) -> ResponseReturnValue:
    """Take a campaign back; what people did stays."""
    campaign = access_campaign(db(), actor(), public_id)
    if campaign.cancelled_at is None:
        service.cancel_campaign(db(), campaign, actor=actor(), now=now())
    return redirect_with(
        _("The assignment was withdrawn. Learning records are kept."),
        "assignments.campaigns",
    )
