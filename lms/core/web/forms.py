"""Forms: WTForms with our messages; the form token is checked once, at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from wtforms import Form
from wtforms.validators import ValidationError

from lms.core.i18n import gettext, ngettext

if TYPE_CHECKING:
    from lms.kernel.result import DomainError


class _Translations:
    """Lets WTForms' own messages go through our catalogues."""

    def gettext(self, message: str) -> str:
        return gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return ngettext(singular, plural, number, n=number)


class BaseForm(Form):
    """Every form of the product. Shape is checked here, meaning in services."""

    class Meta:
        """Our messages instead of the library's."""

        def get_translations(self, _form: Any) -> _Translations:  # noqa: ANN401 - WTForms API
            return _Translations()

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:  # noqa: ANN401
            return field.widget(field, **{**(field.render_kw or {}), **render_kw})

    @classmethod
    def from_request(cls, **defaults: object) -> BaseForm:
        """The form with what was sent (or the query of a GET), over ``defaults``."""
        if request.method == "GET":
            return cls(request.args or None, data=defaults)
        from werkzeug.datastructures import CombinedMultiDict  # noqa: PLC0415 - only for uploads

        return cls(CombinedMultiDict([request.files, request.form]), data=defaults)

    def sent(self) -> bool:
        """Whether this is a POST whose values are all of the right shape."""
        return request.method == "POST" and self.validate()

    def refuse(self, error: DomainError) -> None:
        """Show a rule's refusal beside its field, or above the form."""
        message = gettext(error.message, **error.values)
        target = self._fields.get(error.field or "")
        if target is None:
            self.form_errors.append(message)
        else:
            target.errors = [*target.errors, message]


def check(condition: object, message: str) -> None:
    """Raise a field error unless the condition holds (for ``validate_x`` methods)."""
    if not condition:
        raise ValidationError(gettext(message))
