"""The Jinja environment: filters, globals and what every page knows as ``current``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import g, request, url_for
from flask import session as cookie

import lms
from lms.core.i18n import (
    current_locale,
    gettext,
    localized,
    template_gettext,
    template_ngettext,
)
from lms.core.web import formats
from lms.core.web.fragments import fragment
from lms.core.web.marks import Marks
from lms.core.web.session import csrf_token
from lms.core.web.state import NavItem, TenantInfo, state
from lms.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from lms.core.access import Actor

SECTIONS = (
    ("learn", "Learning"),
    ("author", "Teaching materials"),
    ("hr", "Personnel"),
    ("admin", "Administration"),
)


class Current:
    """The request's actor, tenant, language and navigation, looked up when a page asks."""

    @property
    def actor(self) -> Actor | None:
        found: Actor | None = g.get("lms_actor")
        return None if found is None or found.is_anonymous else found

    @cached_property
    def tenant(self) -> TenantInfo:
        tenant_id = g.get("lms_tenant_id")
        return TenantInfo(0, "", "") if tenant_id is None else state().tenant_info(tenant_id)

    @property
    def locale(self) -> str:
        return current_locale()

    @property
    def version(self) -> str:
        return lms.__version__

    @property
    def inbox_count(self) -> int:
        return 0

    @property
    def path(self) -> str:
        return request.full_path.rstrip("?")

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        sections = []
        for key, label in SECTIONS:
            items = [_nav_item(i, self._here) for i in self._allowed if i.section == key]
            if items:
                sections.append({"key": key, "label": gettext(label), "items": items})
        return sections

    @cached_property
    def bottom_nav(self) -> list[dict[str, Any]]:
        return [_nav_item(item, self._here) for item in self._allowed if item.bottom][:4]

    @cached_property
    def _allowed(self) -> list[NavItem]:
        who = self.actor
        return [i for i in state().navigation if who is not None and who.can(i.permission)]

    @cached_property
    def _here(self) -> str:
        """The address of the entry this page is under: the longest that fits, so only one."""
        urls = [url_for(item.endpoint) for item in self._allowed]
        return max(filter(_is_under, urls), key=len, default="")


def _is_under(url: str) -> bool:
    """Whether the page is the one at ``url`` or below it; the home page has nothing below it."""
    below = url != "/" and request.path.startswith(url.rstrip("/") + "/")
    return request.path == url or below


def _nav_item(item: NavItem, here: str) -> dict[str, Any]:
    url = url_for(item.endpoint)
    return {
        "label": gettext(item.label),
        "url": url,
        "icon": item.icon,
        "active": url == here,
        "count": 0,
    }


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once; ``kind`` is success, info, warning or error."""

    kind: str
    text: str


def _flashes() -> list[Flash]:
    return [Flash(kind, text) for kind, text in cookie.pop("_flashes", [])]


def install(app: Flask, static_url: Callable[[str], str]) -> None:
    """Set up the environment of the application's templates."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    marks = Marks(static_url)
    env.globals.update(
        _=template_gettext,
        gettext=template_gettext,
        ngettext=template_ngettext,
        static=static_url,
        csrf_token=csrf_token,
        new_key=public_id,
        flashes=_flashes,
        localized=localized,
        draw_icon=marks.icon,
        draw_status=marks.status,
        fragment=fragment,
    )
    env.filters.update(formats.FILTERS)

    @app.context_processor
    def _current() -> dict[str, object]:
        if "lms_current" not in g:
            g.lms_current = Current()
        return {"current": g.lms_current}
