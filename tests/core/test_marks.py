"""Icons drawn by functions: what they are called, whoever named it."""

from __future__ import annotations

from markupsafe import Markup

from lms.core.i18n import template_gettext, use_locale
from lms.core.web.marks import Marks


def test_a_label_is_escaped_once() -> None:
    marks = Marks(lambda name: f"/static/{name}")
    with use_locale("en"):
        label = template_gettext("Move “%(item)s” up", item='R&D "<b>')
    assert 'aria-label="Move “R&amp;D &#34;&lt;b&gt;” up"' in marks.icon("arrow-up", label=label)
    assert 'aria-label="R&amp;D"' in marks.icon("arrow-up", label="R&D")
    assert 'aria-label="R&amp;D"' in marks.icon("arrow-up", label=Markup("R&amp;D"))
    assert 'aria-label="R&amp;amp;D"' in marks.icon("arrow-up", label="R&amp;D")
