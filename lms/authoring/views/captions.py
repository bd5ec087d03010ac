"""The captions of a draft as WebVTT files, for trainers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.authoring import service
from lms.authoring.access import access_draft
from lms.authoring.preview import draft_slides
from lms.authoring.views.slice import authoring
from lms.core.access import Permission
from lms.core.i18n import gettext as _
from lms.core.web.respond import download
from lms.core.web.session import actor, db
from lms.core.web.state import state
from lms.player.caption_files import module_captions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@authoring.page(
    "/author/drafts/<public_id>/captions/<any(ja, en):lang>.zip", allow=Permission.COURSE_EDIT
)
def draft_captions(public_id: str, lang: str) -> ResponseReturnValue:
    """The captions of every slide of a draft, and of all of them in one file."""
    draft = access_draft(db(), actor(), public_id)
    content = service.content_of_revision(service.current_revision(db(), draft))
    slides = draft_slides(db(), content, default_voice=state().settings.voice)
    name = _("Captions of %(title)s (%(lang)s)", title=draft.title, lang=lang)
    return download(module_captions(slides, lang), f"{name}.zip", "application/zip")
