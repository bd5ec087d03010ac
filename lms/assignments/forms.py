"""Forms of campaigns."""

from __future__ import annotations

from wtforms import DateField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.core.i18n import lazy_gettext as _l
from lms.core.web.forms import BaseForm
from lms.kernel.text import narrow


class CampaignForm(BaseForm):
    """A course, an audience and a date."""

    course = SelectField(_l("Course"), validators=[InputRequired(_l("Choose a course."))])
    units = SelectMultipleField(
        _l("Departments (everybody in them and below)"), validators=[Optional()]
    )
    people = TextAreaField(
        _l("Staff numbers of individual people, one per line"),
        validators=[Optional(), Length(max=20_000)],
        render_kw={"rows": 3},
    )
    due_on = DateField(
        _l("Due date"),
        validators=[InputRequired(_l("Choose a due date."))],
    )
    reason = TextAreaField(
        _l("Reason (shown to the learner)"),
        validators=[Optional(), Length(max=500)],
        render_kw={"rows": 2},
    )

    def staff_numbers(self) -> list[str]:
        """The staff numbers, full-width digits as ordinary ones, blanks and repeats removed."""
        typed = narrow(self.people.data or "").replace(",", "\n").replace("、", "\n").split()
        return list(dict.fromkeys(typed))
