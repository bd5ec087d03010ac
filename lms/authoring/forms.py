"""Forms of the workshop. They check shape; what a module may be is for the text format to say."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.i18n import lazy_gettext as _l
from lms.core.web.forms import BaseForm

NEW_COURSE = "new"


class ImportForm(BaseForm):
    """A deck and what lies beside it."""

    deck = FileField(_l("Presentation"), validators=[InputRequired(_l("Choose a file."))])
    pdf = FileField(_l("The same deck as PDF (optional)"))
    notes = FileField(_l("Notes in a separate file (optional)"))


class RetryForm(BaseForm):
    """Files that replace those of a failed import; an empty field keeps what is there."""

    deck = FileField(_l("Presentation"))
    pdf = FileField(_l("The same deck as PDF (optional)"))
    notes = FileField(_l("Notes in a separate file (optional)"))


class RecordingForm(BaseForm):
    """What is heard on a slide in the place of the synthetic voice."""

    recording = FileField(_l("Recording"), validators=[InputRequired(_l("Choose a file."))])


class SlideForm(BaseForm):
    """One slide of a draft."""

    base = HiddenField(validators=[InputRequired()])
    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Give the slide a title.")), Length(max=200)]
    )
    script = TextAreaField(
        _l("Script (what is spoken; one sentence a line)"),
        validators=[Optional(), Length(max=20_000)],
        render_kw={"rows": 9},
    )
    alt = TextAreaField(
        _l("Alternative text of the picture"),
        validators=[Optional(), Length(max=2_000)],
        render_kw={"rows": 2},
    )
    body = TextAreaField(
        _l("Text of the slide (for screen readers and search)"),
        validators=[Optional(), Length(max=50_000)],
        render_kw={"rows": 6},
    )
    questions = TextAreaField(
        _l("Questions on this slide"),
        validators=[Optional(), Length(max=50_000)],
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    source_note = TextAreaField(
        _l("Source"), validators=[Optional(), Length(max=2_000)], render_kw={"rows": 2}
    )
    review_by = DateField(_l("To be reviewed by"), validators=[Optional()])
    hidden = BooleanField(_l("Do not show this slide to learners"))


class ModuleForm(BaseForm):
    """The module as a whole: names, rules and the quiz at the end."""

    base = HiddenField(validators=[InputRequired()])
    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Give the module a title.")), Length(max=200)]
    )
    title_en = StringField(_l("Title in English"), validators=[Optional(), Length(max=200)])
    summary = TextAreaField(
        _l("Summary"), validators=[Optional(), Length(max=1_000)], render_kw={"rows": 2}
    )
    minutes = IntegerField(
        _l("Minutes"),
        validators=[Optional(), NumberRange(0, 600)],
        render_kw={"inputmode": "numeric"},
    )
    pass_mark = IntegerField(_l("Pass mark"), validators=[InputRequired(), NumberRange(0, 100)])
    draw = IntegerField(_l("Questions drawn"), validators=[InputRequired(), NumberRange(0, 200)])
    attempts = IntegerField(_l("Attempts"), validators=[InputRequired(), NumberRange(0, 100)])
    time_limit = IntegerField(_l("Time limit"), validators=[InputRequired(), NumberRange(0, 600)])
    pool = TextAreaField(
        _l("Questions of the quiz at the end"),
        validators=[Optional(), Length(max=200_000)],
        render_kw={"rows": 16, "spellcheck": "false"},
    )


class SourceForm(BaseForm):
    """The whole module as text."""

    base = HiddenField(validators=[InputRequired()])
    text = TextAreaField(
        _l("The module as text"),
        validators=[InputRequired(_l("The text is empty.")), Length(max=2_000_000)],
        render_kw={"rows": 30, "spellcheck": "false"},
    )


class PublishForm(BaseForm):
    """Where a draft goes."""

    course = SelectField(_l("Course"), validators=[InputRequired()])
    new_title = StringField(_l("Name of the new course"), validators=[Optional(), Length(max=200)])
    tier = SelectField(_l("Tier"))
    note = StringField(
        _l("What has changed (for the record)"), validators=[Optional(), Length(max=500)]
    )
