"""The first page and the own record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.access import Permission
from lms.core.web.respond import page
from lms.core.web.session import actor, db, now
from lms.core.web.slice import Slice
from lms.core.web.static import media_url
from lms.home.queries import home_page
from lms.home.record import own_record
from lms.kernel.clock import jst_date

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

home = Slice("home", __name__)


@home.page("/", allow=Permission.COURSE_LEARN)
def index() -> ResponseReturnValue:
    """Go on, what is due, the way up through the tiers, and every course."""
    found = home_page(db(), actor(), today=jst_date(now()))
    face = found.resume.face if found.resume else None
    shown = face.picture if face else None
    picture = media_url(shown.sha, shown.media_type) if shown else ""
    return page("home/index.html", home=found, picture=picture)


@home.page("/record", allow=Permission.COURSE_LEARN)
def record() -> ResponseReturnValue:
    """What one has done, by fiscal year, and who looked at it."""
    return page("home/record.html", record=own_record(db(), actor().employee_id or 0))
