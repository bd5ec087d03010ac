"""Modules as they are stored, in the text format, read back as value types.

A published version and a revision of a draft keep the same texts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from lms.catalog import textformat
from lms.core.i18n import gettext
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from lms.catalog.source import ModuleSource


class StoredModule(Protocol):
    """The texts of a row; all but the first may be empty."""

    @property
    def source_text(self) -> str: ...
    @property
    def source_text_en(self) -> str: ...
    @property
    def readings_text(self) -> str: ...


def source_of(stored: StoredModule) -> ModuleSource:
    """The module, readings included.

    Raises:
        DomainError: the text has errors, which only a row written past the product has.
    """
    source, problems = textformat.parse_module(stored.source_text, file=textformat.MODULE_FILE)
    if source is None:
        reason = next(problem for problem in problems if not problem.warning).explain(gettext)
        raise DomainError("module.broken", N_("The module cannot be read: %(why)s"), why=reason)
    readings, _problems = textformat.read_readings(
        stored.readings_text, file=textformat.READINGS_FILE
    )
    return replace(source, readings=readings)


def translation_of(stored: StoredModule, source: ModuleSource) -> ModuleSource | None:
    """The English edition, as long as it fits the slides and questions of ``source``."""
    if not stored.source_text_en:
        return None
    folder = {textformat.TRANSLATION_FILE: stored.source_text_en.encode()}
    translated, _problems = textformat.read_translation(folder, source)
    return translated
