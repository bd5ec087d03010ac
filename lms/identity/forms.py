"""Forms of signing in."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange

from lms.core.i18n import lazy_gettext as _l
from lms.core.web.forms import BaseForm


class PasswordForm(BaseForm):
    """Another password for oneself."""

    current = PasswordField(
        _l("Current password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Enter a new password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
        description=_l("12 characters or more. Words that only you put together are easy to keep."),
    )
    again = PasswordField(
        _l("New password, once more"),
        validators=[
            InputRequired(_l("Enter the new password once more.")),
            EqualTo("password", _l("The two new passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


UNCHOSEN = 0
"""The key of no municipality."""


class SignInForm(BaseForm):
    """Staff number or mail, and password."""

    tenant = SelectField(
        _l("Municipality"),
        coerce=int,
        validate_choice=True,
        validators=[NumberRange(min=1, message=_l("Choose your municipality."))],
    )
    name = StringField(
        _l("Staff number or mail address"),
        validators=[InputRequired(_l("Enter your staff number or mail address.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    shared = BooleanField(_l("This is a shared PC (sign out after 15 minutes without use)"))
    next = HiddenField()
