"""``/ops/ui``: the gallery of components, which is also what the browser tests look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.access import Permission
from lms.core.web.respond import page
from lms.core.web.slice import Slice
from lms.ops.gallery import gallery

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

design = Slice("design", __name__)


@design.page("/ops/ui", allow=Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Every component in its states."""
    return page("ops/ui.html", **gallery())
