"""Icons and states, of which a page has dozens: drawn by functions instead of macros."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lms.core.i18n import template_gettext
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

_STATES = {
    "not_started": ("circle", "", N_("Not started")),
    "in_progress": ("half", "go", N_("In progress")),
    "completed": ("done", "good", N_("Completed")),
    "overdue": ("alert", "bad", N_("Overdue")),
    "updated": ("refresh", "wait", N_("Updated")),
    "exempt": ("minus", "", N_("Exempt")),
    "passed": ("done", "good", N_("Passed")),
    "failed": ("error", "bad", N_("Not passed")),
    "draft": ("pencil", "", N_("Draft")),
    "in_review": ("eye", "wait", N_("In review")),
    "published": ("done", "good", N_("Published")),
    "needs_review": ("refresh", "wait", N_("Needs review")),
    "archived": ("lock", "", N_("Archived")),
    "locked": ("lock", "", N_("Locked")),
    "waiting": ("clock", "", N_("Waiting")),
    "running": ("half", "go", N_("Running")),
    "finished": ("done", "good", N_("Finished")),
    "broken": ("alert", "bad", N_("Failed")),
    "cancelled": ("minus", "", N_("Cancelled")),
    "valid": ("done", "good", N_("Valid")),
    "expiring": ("clock", "wait", N_("Expires soon")),
    "expired": ("alert", "bad", N_("Expired")),
    "revoked": ("error", "bad", N_("Revoked")),
    "active": ("done", "good", N_("In use")),
    "inactive": ("minus", "", N_("Not in use")),
    "answered": ("done", "good", N_("Answered")),
    "unanswered": ("circle", "", N_("Unanswered")),
}


ICONS = "img/icons.svg"


class Marks:
    """Draws icons and states. Made once: the address of the icons changes only with the build."""

    def __init__(self, static_url: Callable[[str], str]) -> None:
        self._address = static_url(ICONS)
        self._icon = lru_cache(maxsize=4096)(self._draw)

    def icon(self, name: str, size: int = 20, label: str = "") -> Markup:
        """One line icon of the product's own set, as ``ui/icon.html`` describes it."""
        # As plain text in the key, a label that is escaped already never equals one that is not.
        return self._icon(name, size, str(escape(label)))

    def _draw(self, name: str, size: int, label: str) -> Markup:
        meaning = _MEANING.format(Markup(label)) if label else _DECORATION  # noqa: S704 - escaped
        return _ICON.format(size=size, meaning=meaning, address=self._address, name=name)

    def status(self, state: object, label: str = "", boxed: bool = False) -> Markup:  # noqa: FBT001, FBT002 - called by templates
        """A state as icon, word and colour, as ``ui/status.html`` describes it."""
        icon, tone, word = _STATES.get(str(state), ("circle", "", ""))
        shown = label or (template_gettext(word) if word else str(state))
        return _STATUS.format(
            tone=tone,
            boxed=Markup(" data-boxed") if boxed else "",
            icon=self.icon(icon),
            word=shown,
        )


_MEANING = Markup('role="img" aria-label="{}"')
_DECORATION = Markup('aria-hidden="true"')
_ICON = Markup(
    '<svg class="ui-icon" data-size="{size}" width="{size}" height="{size}" viewBox="0 0 24 24" '
    '{meaning} focusable="false"><use href="{address}#{name}"/></svg>'
)
_STATUS = Markup(
    '<span class="ui-status" data-tone="{tone}"{boxed}>{icon}<span>{word}</span></span>'
)
