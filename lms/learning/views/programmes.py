"""The page of a programme and its papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.access import Permission
from lms.core.web.respond import page
from lms.core.web.session import actor, db, now
from lms.kernel.clock import jst_date
from lms.learning.catalogue import shelves
from lms.learning.programmes import access_document, access_programme, documents_for
from lms.learning.views.paper import printed
from lms.learning.views.slice import learning

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.learning.programmes import ProgrammePath


@learning.page("/programmes/<programme>", allow=Permission.COURSE_LEARN)
def programme(programme: str) -> ResponseReturnValue:
    """The way through a programme: courses in order, what is done, papers to print."""
    path = _path(programme)
    papers = documents_for(db(), actor(), path)
    return page("learning/programme.html", path=path, papers=papers)


@learning.page("/programmes/<programme>/documents/<document>", allow=Permission.COURSE_LEARN)
def document(programme: str, document: str) -> ResponseReturnValue:
    """A worksheet, study plan or guide, made for printing."""
    path = _path(programme)
    paper = access_document(db(), actor(), path, document)
    return page("learning/document.html", path=path, paper=paper, html=printed(paper.text))


def _path(slug: str) -> ProgrammePath:
    return access_programme(db(), shelves(db(), actor(), today=jst_date(now())), slug)
