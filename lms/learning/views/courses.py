"""The catalogue and the page of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from lms.core.access import Permission
from lms.core.i18n import current_locale
from lms.core.web.respond import page
from lms.core.web.session import actor, db, now
from lms.kernel.clock import jst_date
from lms.learning import words
from lms.learning.access import access_learning
from lms.learning.catalogue import shelves
from lms.learning.outline import course_view
from lms.learning.programmes import programme_paths
from lms.learning.slides import course_sources, spoken_languages
from lms.learning.views.slice import learning

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_SEARCH = 100


@learning.page("/courses", allow=Permission.COURSE_LEARN)
def courses() -> ResponseReturnValue:
    """Every course one may take, as a path through the tiers; ``?q=`` searches them."""
    search = request.args.get("q", "").strip()[:MAX_SEARCH]
    found = shelves(db(), actor(), today=jst_date(now()), search=search)
    paths = () if search else programme_paths(db(), found)
    return page("learning/courses.html", shelves=found, search=search, paths=paths)


@learning.page("/courses/<course>", allow=Permission.COURSE_LEARN)
def course(course: str) -> ResponseReturnValue:
    """A course with its modules, its rules and what is still missing."""
    found = access_learning(db(), actor(), course)
    who = actor().employee_id or 0
    view = course_view(db(), found, employee_id=who, today=jst_date(now()), locale=current_locale())
    makes_courses = actor().can(Permission.COURSE_EDIT)
    return page(
        "learning/course.html",
        found=found,
        view=view,
        tier=found.tier,
        words=words,
        makes_courses=makes_courses,
        captions=spoken_languages(db(), found.version_id) if makes_courses else {},
    )


@learning.page("/courses/<course>/sources", allow=Permission.COURSE_LEARN)
def sources(course: str) -> ResponseReturnValue:
    """Where the facts of a course come from, and when they are looked at again (CV-3)."""
    found = access_learning(db(), actor(), course)
    notes = course_sources(db(), found.version_id, current_locale())
    return page("learning/sources.html", found=found, notes=notes)
