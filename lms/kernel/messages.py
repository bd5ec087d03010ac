"""Marking message ids that are stored first and translated where they are shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Return ``message`` unchanged; extraction tools collect the argument as a message id."""
    return message
