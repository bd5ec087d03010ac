"""Captions of a module as WebVTT files, for whoever may take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from lms.catalog.queries import player_slides
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import download
from lms.core.web.session import actor, db
from lms.learning.access import access_module
from lms.learning.views.player import MODULE
from lms.learning.views.slice import learning
from lms.player.caption_files import module_captions, slide_captions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

CAPTIONS = f"{MODULE}/captions/<any(ja, en):lang>"


@learning.page(f"{CAPTIONS}/<slide>.vtt", allow=Permission.COURSE_LEARN)
def slide_vtt(course: str, module: str, lang: str, slide: str) -> ResponseReturnValue:
    """What is said on one slide and when, as WebVTT."""
    found = access_module(db(), actor(), course, module)
    text = slide_captions(player_slides(db(), found.module.module_version_id), slide, lang)
    return Response(text, content_type="text/vtt; charset=utf-8")


@learning.page(f"{CAPTIONS}.zip", allow=Permission.COURSE_LEARN)
def module_vtt(course: str, module: str, lang: str) -> ResponseReturnValue:
    """The captions of every slide, and of all of them in one file."""
    found = access_module(db(), actor(), course, module)
    packed = module_captions(player_slides(db(), found.module.module_version_id), lang)
    name = _("Captions of %(title)s (%(lang)s)", title=found.module.title, lang=lang)
    return download(packed, f"{name}.zip", "application/zip")
