"""The Jinja environment: filters, globals and what every page knows as ``current``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request
from flask import session as cookie
from jinja2 import StrictUndefined
from werkzeug.utils import cached_property

import lms
from lms.core.i18n import (
    current_locale,
    gettext,
    lang_attribute,
    localized,
    template_gettext,
    template_ngettext,
)
from lms.core.web import formats
from lms.core.web.addresses import url_for
from lms.core.web.folding import environments
from lms.core.web.fragments import fragment
from lms.core.web.marks import Marks
from lms.core.web.session import csrf_token, tenant
from lms.core.web.state import NavItem, TenantInfo, state
from lms.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from jinja2 import Environment

    from lms.core.access import Actor, Permission

LEARNING = ("learn", "Learning")
WORK = (("author", "Materials"), ("hr", "Personnel"), ("admin", "Administration"))
"""Keys of ``NavItem.section`` with the labels of the menu (English message ids), in its order."""

_EVERYBODYS = frozenset({"assessment", "base", "home", "learning", "player", "ui"})
"""Folders of templates for the pages of learners."""


class Current:
    """The request's actor, tenant, language and navigation, looked up when a page asks."""

    @property
    def actor(self) -> Actor | None:
        found: Actor | None = g.get("lms_actor")
        return None if found is None or found.is_anonymous else found

    @cached_property
    def tenant(self) -> TenantInfo:
        shown: TenantInfo | None = g.get("lms_tenant_shown")
        if shown is not None:
            return shown
        return TenantInfo(0, "", "") if g.get("lms_tenant_id") is None else tenant()

    @property
    def locale(self) -> str:
        return current_locale()

    @property
    def version(self) -> str:
        return lms.__version__

    @property
    def path(self) -> str:
        return request.full_path.rstrip("?")

    @property
    def names(self) -> tuple[str, str]:
        """What the brand shows."""
        return self.tenant.name, self.tenant.name_en

    @property
    def desk(self) -> tuple[str, ...]:
        """What the foot shows."""
        tenant = self.tenant
        return tenant.contact_desk, tenant.contact_phone, tenant.contact_mail, self.version

    @cached_property
    def place(self) -> tuple[Menu, str]:
        """What the menus show: the entries this person may open, and the one they are under."""
        # Before a given password is changed, none of the entries would open.
        who = self.actor
        allowed = frozenset() if who is None or who.must_change else who.permissions
        menu = _menu(state().navigation, allowed)
        return menu, _here(menu)

    @property
    def nav(self) -> list[dict[str, Any]]:
        """The sections in which there is something for this person."""
        return self._sections((LEARNING, *WORK))

    @property
    def work(self) -> list[dict[str, Any]]:
        """The sections beside learning."""
        return self._sections(WORK)

    def _sections(self, wanted: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
        menu, here = self.place
        sections = []
        for key, label in wanted:
            items = [_nav_item(item, here) for item in menu.items if item.section == key]
            if items:
                sections.append({"key": key, "label": gettext(label), "items": items})
        return sections

    @property
    def bottom_nav(self) -> list[dict[str, Any]]:
        menu, here = self.place
        return [_nav_item(item, here) for item in menu.items if item.bottom][:4]


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """The entries for people with the same permissions; the same object for all of them."""

    items: tuple[NavItem, ...]


@lru_cache(maxsize=256)
def _menu(items: tuple[NavItem, ...], allowed: frozenset[Permission]) -> Menu:
    return Menu(tuple(item for item in items if item.permission in allowed))


def _here(menu: Menu) -> str:
    """The address of the entry this page is under: the longest that fits, so only one."""
    places = [
        (place, url_for(item.endpoint))
        for item in menu.items
        for place in (url_for(item.endpoint), *item.also)
    ]
    fitting = [found for found in places if _is_under(found[0])]
    return max(fitting, key=lambda found: len(found[0]), default=("", ""))[1]


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
    }


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once; ``kind`` is success, info, warning or error."""

    kind: str
    text: str


def _flashes() -> list[Flash]:
    return [Flash(kind, text) for kind, text in cookie.pop("_flashes", [])]


def render(template: str, **context: object) -> str:
    """The text of a template in the language of this request."""
    env: Environment = current_app.extensions["lms_templates"][current_locale()]
    if "lms_current" not in g:
        g.lms_current = Current()
    return env.get_template(template).render(current=g.lms_current, **context)


def install(app: Flask, static_url: Callable[[str], str]) -> None:
    """Set up the environments of the application's templates, one for each language."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    if app.testing:
        # A page shows what it can when a name is missing; a test must not overlook it.
        env.undefined = StrictUndefined
    marks = Marks(static_url)
    env.globals.update(
        _=template_gettext,
        gettext=template_gettext,
        ngettext=template_ngettext,
        static=static_url,
        csrf_token=csrf_token,
        new_key=public_id,
        flashes=_flashes,
        lang_attribute=lang_attribute,
        localized=localized,
        draw_icon=marks.icon,
        draw_status=marks.status,
        fragment=fragment,
        remembered=lambda macro: macro,
        url_for=url_for,
    )
    env.filters.update(formats.FILTERS)
    app.extensions["lms_templates"] = environments(
        env,
        {
            "_": template_gettext,
            "icon": marks.icon,
            "ui_icon": marks.icon,
            "static": static_url,
        },
    )


def compile_templates(app: Flask, locale: str) -> None:
    """Compile the templates of the pages that learners open, in one language.

    Whoever copies this process does it first: each copy would need the time and the memory again.
    """
    environment = app.extensions["lms_templates"][locale]
    with app.app_context():
        for name in app.jinja_env.list_templates(extensions=["html"]):
            if name.partition("/")[0] in _EVERYBODYS:
                environment.get_template(name)
