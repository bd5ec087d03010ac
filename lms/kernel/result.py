"""The one error tree for expected problems."""

from __future__ import annotations


class LmsError(Exception):
    """Base of every error a person may be told about."""


class DomainError(LmsError):
    """A rule refused the request; shown beside ``field`` when one is named.

    Args:
        code: stable short identifier, for tests and the API (``quiz.closed``).
        message: an English message id, translated where it is shown.
        field: the form field it belongs to, if any.
        values: named values put into the translated message.
    """

    def __init__(self, code: str, message: str, field: str | None = None, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.code = code
        self.message = message
        self.field = field
        self.values = values


class NotFoundError(LmsError):
    """The object does not exist, or the actor may not know that it exists."""


class ForbiddenError(LmsError):
    """The actor may see the object but not do this with it."""


class ConflictError(DomainError):
    """Somebody else was faster; the page must show both versions."""
