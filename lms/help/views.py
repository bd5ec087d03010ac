"""Pages of the manual; they need no sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.access import Permission, Role
from lms.core.i18n import current_locale
from lms.core.web.respond import page
from lms.core.web.slice import Slice
from lms.help import queries

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

manual = Slice("help", __name__)


@manual.page("/help", allow=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """The list of contents."""
    return page("help/index.html", pages=queries.contents(current_locale()))


@manual.page("/help/<name>", allow=Permission.PUBLIC)
def show(name: str) -> ResponseReturnValue:
    """One page; the page of permissions brings the role table of the program."""
    found = queries.help_page(name, current_locale())
    table = queries.permission_rows() if name == "permissions" else ()
    return page(
        "help/show.html",
        found=found,
        table=table,
        roles=[queries.ROLE_LABELS[role] for role in Role],
    )
