"""Forms of certificates."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.core.i18n import lazy_gettext as _l
from lms.core.web.forms import BaseForm


class IssueAgainForm(BaseForm):
    """Why a new certificate is issued for one that was revoked."""

    reason = TextAreaField(
        _l("Reason (shown to the person, and kept)"),
        validators=[DataRequired(_l("Say why a new one is issued.")), Length(max=500)],
        render_kw={"rows": 2},
    )


class RevokeForm(BaseForm):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _l("Reason (shown to the person, and kept)"),
        validators=[DataRequired(_l("Say why it is revoked.")), Length(max=500)],
        render_kw={"rows": 2},
    )
