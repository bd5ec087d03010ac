"""The test of a module on paper, with its keys, for whoever teaches people without a PC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from markupsafe import Markup

from lms.catalog.markdown import to_html
from lms.catalog.models import ModuleVersion
from lms.catalog.stored import source_of, translation_of
from lms.core.access import Permission
from lms.core.i18n import current_locale, gettext
from lms.core.web.respond import page
from lms.core.web.session import actor, db, tenant
from lms.kernel.result import NotFoundError
from lms.learning.access import access_module
from lms.learning.paper import draw_test
from lms.learning.views.player import MODULE
from lms.learning.views.slice import learning

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.catalog.source import ModuleSource

SHEETS = 4
"""Variants of a test, so that neighbours need not have the same one."""


@learning.page(f"{MODULE}/paper-test", allow=Permission.COURSE_EDIT)
def paper_test(course: str, module: str) -> ResponseReturnValue:
    """A drawn test and, on a page of its own, the keys; ``?sheet=`` names the variant."""
    found = access_module(db(), actor(), course, module)
    source = _source(db().get_one(ModuleVersion, found.module.module_version_id))
    if not source.pool:
        raise NotFoundError(module)
    sheet = request.args.get("sheet", 1, type=int)
    sheet = sheet if 1 <= sheet <= SHEETS else 1
    return page(
        "learning/paper_test.html",
        found=found,
        source=source,
        test=draw_test(source, sheet=sheet),
        sheet=sheet,
        sheets=SHEETS,
        html=printed,
    )


def printed(text: str) -> Markup:
    """Markdown as HTML for paper: the municipality's words in it, no pictures."""
    html = to_html(text, resolve_asset=lambda _name: None, slots=tenant().slots, translate=gettext)
    return Markup(html)  # noqa: S704 - the Markdown subset escapes what it does not know


def _source(version: ModuleVersion) -> ModuleSource:
    """The module in the reader's language where it has it, else in Japanese."""
    source = source_of(version)
    if current_locale() == "ja":
        return source
    return translation_of(version, source) or source
