"""What the gallery of components shows: forms in all states, with municipal data."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lms.core.i18n import lazy_gettext as _l
from lms.core.settings import ROOT
from lms.core.web.forms import BaseForm

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYMBOL = re.compile(r'<symbol id="([^"]+)"')


class SampleForm(BaseForm):
    """One field of each kind."""

    title = StringField(_l("Name of the course"), validators=[InputRequired()])
    password = PasswordField(_l("Password"))
    summary = TextAreaField(
        _l("Objective in one sentence"),
        description=_l("What people can do after the course, in 40 characters or so."),
    )
    tier = SelectField(
        _l("Tier"),
        choices=[("t1", "一般職員"), ("t2", "DX推進リーダー"), ("t3", "デジタルエキスパート")],
    )
    minutes = IntegerField(_l("Estimated length"))
    due = DateField(_l("Due date"), validators=[InputRequired()])
    audience = RadioField(
        _l("Who takes it"),
        choices=[("all", "全職員"), ("unit", "所属を選ぶ"), ("person", "職員を選ぶ")],
        validators=[InputRequired()],
    )
    remind = BooleanField(_l("Remind people seven days before"))
    deck = FileField(_l("PowerPoint file"), validators=[InputRequired()])


def gallery() -> Mapping[str, Any]:
    """What ``ops/ui.html`` needs: a filled form, the same after a failed post, the icons' names."""
    values = {
        "title": "情報セキュリティの基本(令和8年度)",
        "summary": "不審なメールに気づき、決められた窓口へ1時間以内に知らせることができる。",
        "tier": "t1",
        "minutes": 45,
        "due": date(2026, 12, 25),
        "audience": "all",
        "remind": True,
    }
    filled = SampleForm(data=values)
    failed = SampleForm(
        data={"title": "", "summary": values["summary"], "minutes": 45}, prefix="x-"
    )
    failed.validate()
    sprite = ROOT / "lms" / "static" / "img" / "icons.svg"
    return {
        "form": filled,
        "failed": failed,
        "icons": _SYMBOL.findall(sprite.read_text(encoding="utf-8")),
    }
