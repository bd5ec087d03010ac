"""Slide texts as HTML and plain text: the Markdown subset plus the municipality's slots."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lms.kernel import markdown
from lms.kernel.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lms.kernel.markdown import ResolveAsset

SLOT_LABELS: Mapping[str, str] = {
    "name": N_("name of the municipality"),
    "dx_office": N_("digital transformation office"),
    "security_contact": N_("contact for security incidents"),
    "privacy_contact": N_("contact for personal information"),
    "hr_office": N_("training office"),
    "ai_service": N_("approved AI service"),
    "password_rule": N_("password rule"),
    "portal": N_("intranet address"),
}
"""What a municipality can fill in, written ``{{tenant.name}}`` in a slide; English message ids."""

_HINT = N_("[%(label)s: not filled in yet]")


def to_html(
    body: str,
    *,
    resolve_asset: ResolveAsset,
    slots: Mapping[str, str | None],
    translate: Callable[[str], str] = str,
) -> str:
    """Return a slide body, prompt, description or explanation as safe HTML blocks.

    Args:
        body: Markdown of the subset described in ``courses/README.md``.
        resolve_asset: gives the address of a picture (``assets/flow.svg``), None if it has none.
        slots: what the municipality filled in, by the names of :data:`SLOT_LABELS`, as plain text.
            A slot without text shows a visible hint in ``<span class="slot slot-empty">``.
        translate: gives message ids in the reader's language.
    """
    return markdown.to_html(body, resolve_asset=resolve_asset, fill_slot=_filler(slots, translate))


def to_text(body: str, *, slots: Mapping[str, str | None] | None = None) -> str:
    """Return Markdown as plain text for search, one block a line; unfilled slots say nothing."""
    known = slots or {}
    return markdown.to_text(body, fill_slot=lambda name: known.get(name) or "")


def _filler(
    slots: Mapping[str, str | None], translate: Callable[[str], str]
) -> Callable[[str], str | None]:
    def fill(name: str) -> str | None:
        if name not in SLOT_LABELS:
            return None
        value = slots.get(name)
        if value:
            return f'<span class="slot">{escape(value)}</span>'
        hint = translate(_HINT) % {"label": translate(SLOT_LABELS[name])}
        return f'<span class="slot slot-empty">{escape(hint)}</span>'

    return fill
